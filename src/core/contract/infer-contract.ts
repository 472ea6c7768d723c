// Drafts a contract from a column profile, for a person to correct: types and presence as seen, and as warnings what was
// only seen so far (ranges with a margin, short lists of values). Values of columns that sound personal are not written.
import {stringify} from 'yaml'
import {soundsPersonal} from './telling-names.ts'

export interface ColumnProfile {
  /** As in the file's header. */
  readonly name: string
  readonly rows: number
  readonly nulls: number
  readonly distinct: number
  /** Every value is a whole number within 64 bits. */
  readonly isInteger: boolean
  /** Every value is a number. */
  readonly isNumber: boolean
  /** The one date pattern that every value has. */
  readonly dateFormat?: string
  /** Every value is an ISO 8601 timestamp. */
  readonly timestamp?: boolean
  /** Of numbers only. */
  readonly min?: number
  readonly max?: number
  /** The most frequent values; all of them when there are few. */
  readonly topValues: readonly {readonly value: string; readonly count: number}[]
}

export interface InferOptions {
  readonly dataset: string
  readonly profile: {readonly columns: readonly ColumnProfile[]}
}

const maxListed = 12
/** A list of values is believed when each was seen so often on average. */
const minSightings = 20

/** The draft as YAML text; it can be read as it is. */
export function inferContract({dataset, profile}: InferOptions): string {
  const key = profile.columns.find((column) => isEveryValueOnce(column) && /(^|[^a-z])id$|[a-z]Id$/i.test(column.name))
  const names = uniqueNames(profile.columns)
  const document = {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: dataset,
    name: dataset,
    version: '0.1.0',
    status: 'draft',
    schema: [
      {
        name: dataset,
        physicalType: 'table',
        properties: profile.columns.map((column, index) =>
          inferProperty(column, {name: names[index] ?? column.name, isKey: column === key}),
        ),
      },
    ],
  }
  const head = '# A draft made from a profile of the data: correct it before you rely on it.\n'
  return head + stringify(document, {lineWidth: 140, flowCollectionPadding: false})
}

function inferProperty(column: ColumnProfile, {name, isKey}: {readonly name: string; readonly isKey: boolean}): Record<string, unknown> {
  const logicalType = inferType(column)
  const isFormatted = logicalType === 'date' && column.dateFormat !== 'yyyy-MM-dd'
  const quality = [...inferValues(column, logicalType, name), ...inferRange(column, logicalType)]
  return {
    name,
    ...(name === column.name ? {} : {transformSourceObjects: [column.name]}),
    logicalType,
    ...(isKey ? {primaryKey: true} : {}),
    ...(column.rows > 0 && column.nulls === 0 ? {required: true} : {}),
    ...(isFormatted ? {logicalTypeOptions: {format: column.dateFormat}} : {}),
    ...(soundsPersonal(name) ? {classification: 'restricted'} : {}),
    ...(quality.length === 0 ? {} : {quality}),
  }
}

function inferType(column: ColumnProfile): string {
  if (column.rows === column.nulls) return 'string'
  if (column.dateFormat !== undefined) return 'date'
  if (column.timestamp === true) return 'timestamp'
  if (column.isInteger) return 'integer'
  return column.isNumber ? 'number' : 'string'
}

function inferValues(column: ColumnProfile, logicalType: string, name: string): readonly Record<string, unknown>[] {
  const {distinct, topValues, rows, nulls} = column
  const isShort = distinct > 0 && distinct <= maxListed && topValues.length === distinct && rows - nulls >= distinct * minSightings
  if (logicalType !== 'string' || !isShort || soundsPersonal(name)) return []
  const validValues = topValues.map(({value}) => value).sort()
  return [{metric: 'invalidValues', mustBe: 0, severity: 'warning', arguments: {validValues}}]
}

/** The seen range, wider by half its span; a column that was never negative stays so. */
function inferRange({min, max}: ColumnProfile, logicalType: string): readonly Record<string, unknown>[] {
  if ((logicalType !== 'integer' && logicalType !== 'number') || min === undefined || max === undefined) return []
  const margin = (max - min) / 2
  const low = min >= 0 ? Math.max(0, Math.floor(min - margin)) : Math.floor(min - margin)
  const high = Math.ceil(max + margin)
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return []
  return [{type: 'custom', engine: 'hippo', severity: 'warning', implementation: {rule: 'range', min: low, max: high}}]
}

const isEveryValueOnce = ({rows, nulls, distinct}: ColumnProfile): boolean => rows > 1 && nulls === 0 && distinct === rows

/** Column names as contracts want them: snake case, none twice. */
function uniqueNames(columns: readonly ColumnProfile[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({name}, index) => {
    const snake = name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/[^\p{L}\p{N}_]+/gu, '_')
      .replace(/^_+|_+$/g, '')
      .toLowerCase()
    const base = /^[\p{L}]/u.test(snake) && new TextEncoder().encode(snake).length <= 60 ? snake : `column_${index + 1}`
    let free = base
    for (let n = 2; taken.has(free); n++) free = `${base}_${n}`
    taken.add(free)
    return free
  })
}
