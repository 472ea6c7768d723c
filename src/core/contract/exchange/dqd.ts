// OHDSI's Data Quality Dashboard: its field-level CSV of checks and thresholds, one table of it, as clauses with the percentage that DQD
// tolerates. Only read. Checks that need the vocabulary (domain, class, standard concepts) are notes: a site has it as a dataset or a file.

import {carriedFields, fieldsOf, isYes, type OmopField} from './omop.ts'
import type {ContractFormat, PortableColumn} from './portable-table.ts'

type Clause = Readonly<Record<string, unknown>>

export const dqd: ContractFormat = {
  name: 'dqd',
  title: 'checks and thresholds of the Data Quality Dashboard (field-level CSV of OHDSI)',
  extension: 'csv',
  read: (text, {table: wanted}) => {
    const found = fieldsOf(text, wanted)
    const {table, notes} = carriedFields(found)
    const checked = table.columns.map((column, index) => withChecks(column, found.fields[index]))
    return {table: {...table, columns: checked.map(({column}) => column)}, notes: [...notes, ...checked.flatMap((one) => one.notes)]}
  },
}

interface Checked {
  readonly column: PortableColumn
  readonly notes: readonly string[]
}

function withChecks(column: PortableColumn, field: OmopField | undefined): Checked {
  if (field === undefined) return {column, notes: []}
  const tolerated = (check: string): number => Number(field(`${check}Threshold`) || '0')
  const {refersTo, ...rest} = column
  // What tolerates nothing is a promise of the column; what tolerates a share is a clause.
  const isLoose = {
    required: column.required && tolerated('isRequired') > 0,
    refers: refersTo !== undefined && tolerated('isForeignKey') > 0,
  }
  const bounds = plausibleValues(column, field)
  const clauses = [
    ...(isLoose.required ? [metric('nullValues', tolerated('isRequired'))] : []),
    ...(isLoose.refers && refersTo !== undefined
      ? [custom({rule: 'reference', dataset: refersTo.dataset, on: {[refersTo.column]: column.name}}, tolerated('isForeignKey'))]
      : []),
    ...(isYes(field, 'measureValueCompleteness') ? [metric('nullValues', tolerated('measureValueCompleteness'))] : []),
    ...['standardConceptRecordCompleteness', 'sourceConceptRecordCompleteness']
      .filter((check) => isYes(field, check))
      .map((check) => custom({rule: 'required', missing: ['0']}, tolerated(check))),
    ...bounds.clauses,
    ...temporal(column, field).map(({check, implementation}) => custom(implementation, tolerated(check))),
  ]
  return {
    column: {
      ...rest,
      required: column.required && !isLoose.required,
      ...(refersTo === undefined || isLoose.refers ? {} : {refersTo}),
      ...(clauses.length === 0 ? {} : {clauses}),
    },
    notes: [...bounds.notes, ...vocabularyNotes(column, field)],
  }
}

const metric = (name: string, max: number): Clause => ({metric: name, mustBeLessOrEqualTo: max, unit: 'percent'})

const custom = (implementation: Clause, max: number): Clause =>
  max === 0
    ? {type: 'custom', engine: 'hippo', implementation}
    : {type: 'custom', engine: 'hippo', mustBeLessOrEqualTo: max, unit: 'percent', implementation}

/** plausibleValueLow and plausibleValueHigh: numbers, dates as '19500101', or tomorrow. */
function plausibleValues(
  column: PortableColumn,
  field: OmopField,
): {readonly clauses: readonly Clause[]; readonly notes: readonly string[]} {
  const clauses: Clause[] = []
  const notes: string[] = []
  for (const [check, side] of [
    ['plausibleValueLow', 'min'],
    ['plausibleValueHigh', 'max'],
  ] as const) {
    const written = field(check)
    if (written === '') continue
    const max = Number(field(`${check}Threshold`) || '0')
    const bound = boundOf(written, column)
    if (bound !== undefined) clauses.push(custom({rule: 'range', [side]: bound}, max))
    else if (side === 'max' && /^DATEADD\(dd,1,GETDATE\(\)\)$/i.test(written))
      clauses.push(custom({rule: 'notInFuture', graceDays: 1}, max))
    else notes.push(`${column.name}: ${check} ${written}`)
  }
  return {clauses, notes}
}

function boundOf(written: string, {type}: PortableColumn): number | string | undefined {
  const [, year, month, day] = /^'(\d{4})(\d{2})(\d{2})'$/.exec(written) ?? []
  if (year !== undefined && type === 'date') return `${year}-${month}-${day}`
  if (year !== undefined && type === 'timestamp') return `${year}-${month}-${day}T00:00:00Z`
  return (type === 'number' || type === 'integer') && written.trim() !== '' && Number.isFinite(Number(written))
    ? Number(written)
    : undefined
}

const ofPerson = (dataset: string, take: string): Clause => ({dataset, on: {person_id: 'person_id'}, take})
const ofVisit = (take: string): Clause => ({dataset: 'visit_occurrence', on: {visit_occurrence_id: 'visit_occurrence_id'}, take})

interface TemporalCheck {
  readonly check: string
  readonly implementation: Clause
}

function temporal(column: PortableColumn, field: OmopField): readonly TemporalCheck[] {
  const lower = (name: string): string => field(name).toLowerCase()
  const [table, after] = [lower('plausibleTemporalAfterTableName'), lower('plausibleTemporalAfterFieldName')]
  const isSame = table === lower('cdmTableName')
  const end = lower('plausibleStartBeforeEndFieldName')
  const order = (implementation: Clause): Clause => ({rule: 'temporalOrder', by: 'date', ...implementation})
  const found: readonly (readonly [check: string, isMeant: boolean, implementation: Clause])[] = [
    ['plausibleTemporalAfter', after !== '' && after !== column.name, order({notBefore: isSame ? after : ofPerson(table, after)})],
    ['plausibleAfterBirth', true, order({notBefore: ofPerson('person', 'birth_datetime')})],
    ['plausibleBeforeDeath', true, order({notAfter: ofPerson('death', 'death_date'), graceDays: 60})],
    ['plausibleStartBeforeEnd', end !== '' && end !== column.name, order({notAfter: end})],
    ['withinVisitDates', true, order({notBefore: ofVisit('visit_start_date'), graceDays: 7})],
    ['withinVisitDates', true, order({notAfter: ofVisit('visit_end_date'), graceDays: 7})],
  ]
  const isTime = column.type === 'date' || column.type === 'timestamp'
  return found.flatMap(([check, isMeant, implementation]) => (isTime && isMeant && isYes(field, check) ? [{check, implementation}] : []))
}

function vocabularyNotes(column: PortableColumn, field: OmopField): readonly string[] {
  return [
    ...(field('fkClass') === '' ? [] : [`concepts of ${column.name} are of the class ${field('fkClass')}`]),
    ...(isYes(field, 'isStandardValidConcept') ? [`${column.name}: isStandardValidConcept (rule memberOfTable with the vocabulary)`] : []),
    ...(isYes(field, 'sourceValueCompleteness') ? [`${column.name}: sourceValueCompleteness (counts different values)`] : []),
    ...(isYes(field, 'plausibleDuringLife') ? [`${column.name}: plausibleDuringLife (the older form of plausibleBeforeDeath)`] : []),
  ]
}
