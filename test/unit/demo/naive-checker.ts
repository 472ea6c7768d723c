// What a patient person would find in the clinic's files, line by line and without any of hippo: an oracle for the truth.
// Slow and obvious on purpose; it shares no code with the generator.
import type {Found, FoundRow} from '../../../src/core/demo/compare-truth.ts'

type Row = Readonly<Record<string, string>>
type Accepted = Map<string, Row>

export interface NaiveResult extends Found {
  readonly rejected: readonly FoundRow[]
  readonly duplicates: Record<string, number>
  readonly unchanged: Record<string, number>
  readonly accepted: Readonly<Record<string, Accepted>>
  readonly read: Record<string, number>
}

const files = ['patients', 'encounters', 'observations', 'conditions', 'medications', 'procedures']
const headers: Readonly<Record<string, readonly string[]>> = {
  patient: ['patient_id', 'family_name', 'given_name', 'birth_date', 'death_date', 'sex', 'address', 'postal_code', 'city', 'phone'],
  encounter: ['encounter_id', 'patient_id', 'class', 'status', 'start_at', 'end_at', 'department', 'reason', 'attending'],
  observation: ['observation_id', 'patient_id', 'encounter_id', 'category', 'code', 'value', 'unit', 'status', 'effective_at', 'note'],
  condition: ['condition_id', 'patient_id', 'encounter_id', 'code', 'clinical_status', 'onset_date', 'abatement_date', 'recorded_by'],
  medication: ['medication_id', 'patient_id', 'encounter_id', 'medication_code', 'name', 'dose', 'quantity', 'days_supply', 'instructions'],
  procedure: ['procedure_id', 'patient_id', 'encounter_id', 'code', 'start_at', 'end_at', 'performer', 'outcome'],
}

/** Checks the files of the deliveries in order, as a promotion of each would. `bounds` and `units` are the contract's, by code. */
export function checkNaively(
  written: ReadonlyMap<string, Buffer>,
  deliveries: readonly string[],
  limits: {
    readonly bounds: Readonly<Record<string, {readonly min?: number; readonly max?: number}>>
    readonly units: Readonly<Record<string, readonly string[]>>
    readonly spellings: Readonly<Record<string, string>>
    readonly now: string
  },
): NaiveResult {
  const accepted: Record<string, Accepted> = Object.fromEntries(files.map((file) => [file.slice(0, -1), new Map()]))
  const result: NaiveResult & {rejected: FoundRow[]} = {rejected: [], duplicates: {}, unchanged: {}, accepted, read: {}}
  for (const delivery of deliveries) {
    for (const name of files) {
      const dataset = name.slice(0, -1)
      const file = `${delivery}/${name}.csv`
      const path = [...written.keys()].find((key) => key.endsWith(file))
      if (path === undefined) throw new Error(`${file} was not written`)
      checkFile(written.get(path) as Buffer, {dataset, file, result, limits, accepted})
    }
  }
  return result
}

interface FileContext {
  readonly dataset: string
  readonly file: string
  readonly result: NaiveResult & {rejected: FoundRow[]}
  readonly limits: Parameters<typeof checkNaively>[2]
  readonly accepted: Record<string, Accepted>
}

function checkFile(bytes: Buffer, {dataset, file, result, limits, accepted}: FileContext): void {
  const lines = splitLines(bytes)
  const header = (lines.shift() as Buffer).toString('utf8').split(',')
  const key = `${dataset}_id`
  const parsed = lines.map((line) => parseLine(line, header.length))
  const rows = parsed.map((line) => (line.fields === undefined ? undefined : toRow(header, line.fields)))
  const contents = new Map<string, Set<string>>()
  for (const row of rows) {
    if (row === undefined || row[key] === '') continue
    const variants = contents.get(row[key] as string) ?? new Set()
    contents.set(row[key] as string, variants.add(JSON.stringify(headers[dataset]?.map((name) => row[name]))))
  }
  result.read[dataset] = (result.read[dataset] ?? 0) + lines.length
  const seen = new Set<string>()
  const fresh: Row[] = []
  for (const [index, row] of rows.entries()) {
    const reasons = row === undefined ? [parsed[index]?.fault as string] : reasonsOf(dataset, row, limits, accepted)
    if (row !== undefined && (contents.get(row[key] as string)?.size ?? 0) > 1) reasons.push(`${key}.unique`)
    if (reasons.length > 0) {
      result.rejected.push({dataset, file, row: index + 1, reasons})
      continue
    }
    const id = (row as Row)[key] as string
    const known = accepted[dataset]?.get(id)
    if (seen.has(id)) result.duplicates[dataset] = (result.duplicates[dataset] ?? 0) + 1
    else if (known !== undefined && isSame(known, row as Row)) result.unchanged[dataset] = (result.unchanged[dataset] ?? 0) + 1
    else fresh.push(row as Row)
    seen.add(id)
  }
  for (const row of fresh) accepted[dataset]?.set(row[key] as string, row)
}

function isSame(one: Row, other: Row): boolean {
  const text = (row: Row): string =>
    JSON.stringify(Object.keys(one).map((name) => (name === 'birth_date' ? isoDay(row[name] as string) : row[name])))
  return text(one) === text(other)
}

function reasonsOf(dataset: string, row: Row, limits: FileContext['limits'], accepted: Record<string, Accepted>): string[] {
  const found: string[] = []
  const say = (reason: string, isBad: boolean): void => void (isBad && found.push(reason))
  const at = (name: string): string => (row[name] ?? '').trim()
  const need = (...names: string[]): void => {
    for (const name of names) say(`${name}.required`, at(name) === '')
  }
  const among = (id: string, name: string, values: string, text = at(name).toLowerCase()): void =>
    say(id, text !== '' && !values.split(' ').includes(text))
  const shaped = (name: string, pattern: RegExp): void => say(`${name}.pattern`, at(name) !== '' && !pattern.test(at(name)))
  const refers = (name: string, other: string): void => say(`${name}.reference`, at(name) !== '' && !accepted[other]?.has(at(name)))
  const day = (name: string): string | undefined => {
    const text = at(name) === 'N/A' ? '' : at(name)
    const value = isoDay(text)
    say(`${name}.type`, text !== '' && value === undefined)
    return value
  }
  const instant = (name: string): string | undefined => {
    const value = isoInstant(at(name))
    say(`${name}.type`, at(name) !== '' && value === undefined)
    return value
  }
  const before = (id: string, value: string | undefined, other: string | undefined): void =>
    say(id, value !== undefined && other !== undefined && value < other)
  const birthDay = (): string | undefined => isoDay(accepted.patient?.get(at('patient_id'))?.birth_date ?? '')

  need(`${dataset}_id`)
  if (dataset !== 'patient') {
    need('patient_id')
    refers('patient_id', 'patient')
  }
  if (['observation', 'condition', 'medication', 'procedure'].includes(dataset)) refers('encounter_id', 'encounter')
  switch (dataset) {
    case 'patient': {
      shaped('patient_id', /^P\d{7}$/)
      need('family_name', 'birth_date', 'sex', 'registered_at')
      const born = day('birth_date')
      say('birth_date.range', born !== undefined && born < '1850-01-01')
      say('birth_not_in_future', born !== undefined && born > limits.now)
      before('death_not_before_birth', day('death_date'), born)
      among('sex_known', 'sex', 'f m female male other unknown')
      instant('registered_at')
      break
    }
    case 'encounter': {
      shaped('encounter_id', /^E\d{7}-\d{3}$/)
      need('class', 'status', 'start_at')
      among('class_known', 'class', 'amb emer imp vr hh')
      among('status_known', 'status', 'planned in-progress finished cancelled')
      const [start, end] = [instant('start_at'), instant('end_at')]
      say('start_not_in_future', start !== undefined && start > limits.now)
      before('start_not_before_birth', start?.slice(0, 10), birthDay())
      before('end_not_before_start', end, start)
      say('end_when_finished', at('status').toLowerCase() === 'finished' && at('end_at') === '')
      break
    }
    case 'observation': {
      need('category', 'code', 'status', 'effective_at')
      among('category_known', 'category', 'vital-signs laboratory social-history survey')
      shaped('code', /^\d{1,5}-\d$/)
      among('status_known', 'status', 'registered preliminary final amended corrected cancelled')
      say('value_when_final', ['final', 'amended', 'corrected'].includes(at('status').toLowerCase()) && at('value') === '')
      if (['vital-signs', 'laboratory'].includes(at('category'))) {
        const isNumber = /^-?\d+(\.\d+)?$/.test(at('value'))
        say('value_number.type', at('value') !== '' && !isNumber)
        const {min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY} = limits.bounds[at('code')] ?? {}
        say('value_plausible', isNumber && (Number(at('value')) < min || Number(at('value')) > max))
        say('unit_present', at('unit') === '')
      }
      const unit = limits.spellings[at('unit')] ?? at('unit')
      say('unit_for_code', unit !== '' && limits.units[at('code')] !== undefined && !limits.units[at('code')]?.includes(unit))
      const [effective, issued] = [instant('effective_at'), instant('issued_at')]
      say('effective_not_in_future', effective !== undefined && effective > limits.now)
      before('effective_not_before_birth', effective?.slice(0, 10), birthDay())
      before('issued_not_before_effective', issued, effective)
      break
    }
    case 'condition': {
      need('encounter_id', 'code', 'clinical_status', 'onset_date')
      shaped('code', /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/)
      among('clinical_status_known', 'clinical_status', 'active recurrence relapse inactive remission resolved')
      const onset = day('onset_date')
      before('onset_not_before_birth', onset, birthDay())
      before('abatement_not_before_onset', day('abatement_date'), onset)
      break
    }
    case 'medication': {
      need('encounter_id', 'medication_code', 'name', 'quantity', 'start_date')
      shaped('medication_code', /^F\d{5}$/)
      among('dose_unit_known', 'dose_unit', 'mg ug g ml [iu]')
      among('route_known', 'route', 'oral inhaled subcutaneous intravenous topical')
      say('dose.type', at('dose') !== '' && !/^\d+(\.\d+)?$/.test(at('dose')))
      say('quantity.range', !(Number(at('quantity')) > 0 && Number(at('quantity')) <= 5000))
      say('days_supply.range', !(Number(at('days_supply')) >= 1 && Number(at('days_supply')) <= 365))
      before('end_not_before_start', day('end_date'), day('start_date'))
      break
    }
    case 'procedure': {
      need('encounter_id', 'code', 'start_at')
      shaped('code', /^[0-9A-HJ-NP-Z]{7}$/)
      const start = instant('start_at')
      before('start_not_before_encounter', start, isoInstant(accepted.encounter?.get(at('encounter_id'))?.start_at ?? ''))
      before('end_not_before_start', instant('end_at'), start)
    }
  }
  return found
}

/** A day that exists, as YYYY-MM-DD. */
function isoDay(text: string): string | undefined {
  const dotted = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(text)
  const iso = dotted === null ? text : `${dotted[3]}-${dotted[2]}-${dotted[1]}`
  if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return undefined
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === iso ? iso : undefined
}

/** An instant with an offset, in UTC. */
function isoInstant(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  if (isoDay(text.slice(0, 10)) === undefined || text.slice(11, 13) > '23') return undefined
  return new Date(text).toISOString()
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from)
    if (end < 0) throw new Error('the last line has no end')
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return lines
}

function toRow(header: readonly string[], fields: readonly string[]): Row {
  return Object.fromEntries(header.map((name, index) => [name, fields[index] ?? '']))
}

function parseLine(line: Buffer, width: number): {readonly fields?: readonly string[]; readonly fault?: string} {
  if (line.includes(0)) return {fault: 'encoding.nul'}
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(line)
  } catch {
    return {fault: 'encoding.invalid'}
  }
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y
  for (let isMore = true; isMore; ) {
    const match = field.exec(text)
    if (match === null) return {fault: 'csv.strayQuote'}
    fields.push(match[1] === undefined ? (match[2] as string) : match[1].replaceAll('""', '"'))
    isMore = match[3] === ','
  }
  return fields.length === width ? {fields} : {fault: 'csv.fieldCount'}
}
