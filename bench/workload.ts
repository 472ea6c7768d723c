// The benchmark's promotion as one plan: 13 text columns, 19 reasons, foreign keys, uniqueness (see the README beside the
// generator). Built directly from expressions, so that it measures the engine and nothing around it.
import {join} from 'node:path'
import type {PlanOutput} from '../src/core/engine/engine.ts'
import {
  and,
  column,
  compare,
  type Expr,
  isIn,
  isNull,
  isPresent,
  literal,
  matches,
  not,
  or,
  type ScalarType,
  text,
  when,
} from '../src/core/expr/expr.ts'
import type {DerivedColumn, Judged, Judgement, Plan, PlanColumn} from '../src/core/expr/plan.ts'
import {planColumns} from '../src/core/expr/walk.ts'

const fields = [
  'id',
  'patient_id',
  'encounter_id',
  'code',
  'description',
  'value',
  'unit',
  'category',
  'status',
  'effective',
  'issued',
  'performer',
  'note',
]
const lowered = new Set(['id', 'patient_id', 'encounter_id', 'category', 'status'])
const now = literal('2026-01-01T00:00:00Z', 'timestamp')
const raw = (name: string): string => `raw_${name}`

/** The two outputs, accepted and rejected rows, that share one judged input. */
export function workload(dataDirectory: string, outputDirectory: string): readonly PlanOutput[] {
  const judged: Judged = {input: typedRows(dataDirectory), judgements: judgements(dataDirectory)}
  const good: Plan = {kind: 'select', input: {kind: 'verdict', of: judged, is: 'accepted'}, columns: silverColumns()}
  const bad: Plan = {
    kind: 'select',
    input: {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'reasons'},
    columns: [own('_source_row'), ...fields.map((name) => named(name, column(raw(name)))), own('reasons')],
  }
  return [output('good', good, outputDirectory), output('rejected', bad, outputDirectory)]
}

function output(name: string, plan: Plan, directory: string): PlanOutput {
  return {name, plan, columns: planColumns(plan), format: 'parquet', directory, ...(name === 'rejected' ? {lists: ['reasons']} : {})}
}

const named = (name: string, expr: Expr): DerivedColumn => ({name, expr})
const own = (name: string): DerivedColumn => named(name, column(name))

/** A file whose columns are all read as text, under other names where `rename` says so. */
function scan(
  path: string,
  header: readonly string[],
  used: readonly string[],
  rename = (name: string): string => name,
  rowNumber?: string,
): Plan {
  return {
    kind: 'scan',
    files: [
      {
        path,
        format: {kind: 'csv', delimiter: ',', quote: '"', header},
        binding: Object.fromEntries(used.map((name) => [rename(name), name])),
        constants: {},
      },
    ],
    columns: used.map((name): PlanColumn => ({name: rename(name), type: 'string'})),
    ...(rowNumber === undefined ? {} : {rowNumber}),
  }
}

const trim = (of: Expr): Expr => ({kind: 'text', function: 'trim', of})
const lower = (of: Expr): Expr => ({kind: 'text', function: 'lower', of})
const emptyAsNull = (of: Expr): Expr => when(compare(of, '=', text('')), text(null), of)
const number = (of: Expr): Expr => ({kind: 'parse', of, as: {type: 'float64', plain: true}})
const timestamp = (of: Expr): Expr => ({kind: 'parse', of, as: {type: 'timestamp', formats: [], offsetRequired: true}})
const dateOf = (of: Expr): Expr => ({kind: 'dateOf', of})

function typedRows(directory: string): Plan {
  const received = scan(join(directory, 'observations.csv'), fields, fields, raw, '_source_row')
  const cleaned: Plan = {
    kind: 'derive',
    input: received,
    columns: fields.map((name) => {
      const trimmed = trim(column(raw(name)))
      return named(name, emptyAsNull(lowered.has(name) ? lower(trimmed) : trimmed))
    }),
  }
  const unit: Expr = {
    kind: 'lookup',
    key: [column('code'), lower(column('unit'))],
    relation: codeUnits(directory),
    on: ['code', 'spelling'],
    take: 'unit',
  }
  return {
    kind: 'derive',
    input: cleaned,
    columns: [
      named('value_num', number(column('value'))),
      named('effective_at', timestamp(column('effective'))),
      named('issued_at', timestamp(column('issued'))),
      named('canon', unit),
    ],
  }
}

function patients(directory: string): Plan {
  const header = ['patient_id', 'birth_date', 'sex', 'given', 'family', 'city']
  const input = scan(join(directory, 'patients.csv'), header, ['patient_id', 'birth_date'])
  return {kind: 'derive', input, columns: [named('birth_date', {kind: 'parse', of: column('birth_date'), as: {type: 'date', formats: []}})]}
}

function encounters(directory: string): Plan {
  return scan(join(directory, 'encounters.csv'), ['encounter_id', 'patient_id', 'class', 'start', 'stop'], ['encounter_id'])
}

function codeRules(directory: string): Plan {
  const input = scan(join(directory, 'code_rules.csv'), ['code', 'min', 'max'], ['code', 'min', 'max'])
  return {kind: 'derive', input, columns: [named('min', number(column('min'))), named('max', number(column('max')))]}
}

function codeUnits(directory: string): Plan {
  const input = scan(join(directory, 'code_units.csv'), ['code', 'unit'], ['code', 'unit'])
  return {kind: 'derive', input, columns: [named('spelling', lower(column('unit')))]}
}

function judgements(directory: string): readonly Judgement[] {
  const isNumeric = isIn(column('category'), ['laboratory', 'vital-signs'])
  const unknown = (name: string, relation: Plan): Expr =>
    and(isPresent(column(name)), not({kind: 'existsIn', key: [column(name)], relation, on: [name]}))
  const missing = (name: string): Expr => isNull(column(name))
  const unreadable = (source: string, typed: string): Expr => and(isPresent(column(source)), isNull(column(typed)))
  const known = patients(directory)
  const birthDate: Expr = {kind: 'lookup', key: [column('patient_id')], relation: known, on: ['patient_id'], take: 'birth_date'}
  const limits = {key: [column('code')], relation: codeRules(directory), on: ['code']}
  const limit = (take: string): Expr => ({kind: 'lookup', ...limits, take})
  const rules: Readonly<Record<string, Expr>> = {
    id_missing: missing('id'),
    id_duplicate: {kind: 'isDuplicated', key: ['id']},
    patient_missing: missing('patient_id'),
    patient_unknown: unknown('patient_id', known),
    encounter_unknown: unknown('encounter_id', encounters(directory)),
    code_missing: missing('code'),
    code_invalid: not(matches(column('code'), '^[0-9]{1,5}-[0-9]$')),
    status_missing: missing('status'),
    status_invalid: not(isIn(column('status'), ['final', 'amended', 'corrected', 'preliminary'])),
    value_missing: and(isNumeric, missing('value')),
    value_not_numeric: and(isNumeric, unreadable('value', 'value_num')),
    value_out_of_range: and(
      isNumeric,
      or(compare(column('value_num'), '<', limit('min')), compare(column('value_num'), '>', limit('max'))),
    ),
    unit_invalid: and({kind: 'existsIn', ...limits}, isNull(column('canon'))),
    effective_missing: missing('effective'),
    effective_invalid: unreadable('effective', 'effective_at'),
    effective_future: compare(column('effective_at'), '>', now),
    effective_before_birth: compare(dateOf(column('effective_at')), '<', birthDate),
    issued_invalid: unreadable('issued', 'issued_at'),
    issued_before_effective: compare(column('issued_at'), '<', column('effective_at')),
  }
  return Object.entries(rules).map(([id, expr]) => ({id, when: expr, effect: 'quarantine'}))
}

function silverColumns(): readonly DerivedColumn[] {
  const part = (name: string, kind: 'year' | 'month' | 'day' | 'hour' | 'isoWeekday'): DerivedColumn =>
    named(name, {kind: 'datePart', part: kind, of: column('effective_at')})
  const type: ScalarType = 'timestamp'
  return [
    ...['id', 'patient_id', 'encounter_id', 'code', 'description', 'value', 'value_num'].map(own),
    named('unit', {kind: 'coalesce', of: [column('canon'), column('unit')]}),
    ...['category', 'status', 'effective_at', 'issued_at', 'performer', 'note'].map(own),
    named('effective_date', dateOf(column('effective_at'))),
    part('effective_year', 'year'),
    part('effective_month', 'month'),
    part('effective_day', 'day'),
    part('effective_hour', 'hour'),
    part('effective_weekday', 'isoWeekday'),
    own('_source_row'),
    named('_source_file', text('observations.csv')),
    named('_batch_id', text('b1')),
    named('_ingested_at', literal('2026-01-01T00:00:00Z', type)),
  ]
}
