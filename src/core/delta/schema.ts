// Columns of a table: Delta's schemaString and our types, one to one. Types that hippo does not compute with are refused
// by name; a table evolves by new columns and a new order; another type under the same name needs new files (`widen-fields.ts`).
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarType} from '../expr/expr.ts'
import {isObject} from './decode-entry.ts'
import {unsupportedTable} from './table-errors.ts'

export interface TextList {
  readonly kind: 'list'
  readonly of: 'string'
}

export type FieldType = ScalarType | TextList

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly nullable: boolean
  /** The column's name in data files, partition values and statistics, where it has another one (column mapping). */
  readonly physicalName?: string
  /** Delta's name of the type in the files of another writer, where hippo reads it as a wider one. */
  readonly storedAs?: string
}

/** Spark refuses these in column names. */
const refusedCharacters = /[ ,;{}()\n\t=]/

/** Objects have something else under it. */
const unusableName = '__proto__'

const deltaNames: Readonly<Record<string, Exclude<ScalarType, object>>> = {
  string: 'string',
  boolean: 'boolean',
  long: 'int64',
  double: 'float64',
  date: 'date',
  timestamp: 'timestamp',
}

/** Types of other writers that a wider one of ours holds without loss. A timestamp without zone is read as UTC. */
const widenedTypes: Readonly<Record<string, Exclude<ScalarType, object>>> = {
  byte: 'int64',
  short: 'int64',
  integer: 'int64',
  float: 'float64',
  timestamp_ntz: 'timestamp',
}

const textList = {type: 'array', elementType: 'string', containsNull: true}

/** Delta's schemaString for fields. */
export function encodeSchema(fields: readonly Field[]): string {
  const structFields = fields.map(({name, type, nullable}) => ({name, type: encodeType(type), nullable, metadata: {}}))
  return JSON.stringify({type: 'struct', fields: structFields})
}

function encodeType(type: FieldType): unknown {
  if (typeof type === 'object') return type.kind === 'list' ? textList : `decimal(${type.precision},${type.scale})`
  return Object.entries(deltaNames).find(([, ours]) => ours === type)?.[0]
}

/** Fields of a schemaString, with their physical names where the table maps columns. TABLE_UNSUPPORTED names the first column whose type hippo does not have. */
export function decodeSchema(
  schemaString: string,
  at: {readonly table: string; readonly version: number},
  isMapped = false,
): readonly Field[] {
  const {type, fields} = parseStruct(schemaString)
  if (type !== 'struct' || !Array.isArray(fields)) throw unsupportedTable(at.table, at.version, 'its schema is no Delta struct')
  return fields.map((field: unknown) => {
    if (!isObject(field) || typeof field.name !== 'string')
      throw unsupportedTable(at.table, at.version, 'its schema has a column without a name')
    if (field.name === unusableName) throw unsupportedTable(at.table, at.version, `hippo does not read a column called ${unusableName}`)
    const fieldType = decodeType(field.type)
    if (fieldType === undefined) {
      throw unsupportedTable(at.table, at.version, `column ${field.name} has type ${typeName(field.type)}, which hippo does not read`)
    }
    if (isMapped && physicalNameOf(field) === undefined)
      throw unsupportedTable(at.table, at.version, `column ${field.name} has no physical name though the table maps its columns`)
    return {name: field.name, type: fieldType, nullable: field.nullable !== false, ...storage(field, isMapped)}
  })
}

/** What differs from a column that hippo wrote. */
function storage(field: Readonly<Record<string, unknown>>, isMapped: boolean): Pick<Field, 'physicalName' | 'storedAs'> {
  const physicalName = isMapped ? physicalNameOf(field) : undefined
  const isWidened = typeof field.type === 'string' && Object.hasOwn(widenedTypes, field.type)
  return {
    ...(physicalName === undefined ? {} : {physicalName}),
    ...(isWidened ? {storedAs: String(field.type)} : {}),
  }
}

function physicalNameOf({metadata}: Readonly<Record<string, unknown>>): string | undefined {
  const name = isObject(metadata) ? metadata['delta.columnMapping.physicalName'] : undefined
  return typeof name === 'string' ? name : undefined
}

function parseStruct(schemaString: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(schemaString)
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function decodeType(type: unknown): FieldType | undefined {
  if (isObject(type)) return type.type === 'array' && type.elementType === 'string' ? {kind: 'list', of: 'string'} : undefined
  if (typeof type !== 'string') return undefined
  const decimal = /^decimal\(([0-9]+),([0-9]+)\)$/.exec(type.replaceAll(' ', ''))
  if (decimal) return {kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2])}
  return Object.hasOwn(deltaNames, type) ? deltaNames[type] : Object.hasOwn(widenedTypes, type) ? widenedTypes[type] : undefined
}

function typeName(type: unknown): string {
  if (typeof type === 'string') return type
  return isObject(type) && typeof type.type === 'string' ? type.type : 'unknown'
}

/** Throws CONTRACT_UNSUPPORTED for names or types that a Delta table cannot have. */
export function assertFields(fields: readonly Field[]): void {
  const seen = new Map<string, string>()
  for (const {name, type} of fields) {
    if (name === '' || refusedCharacters.test(name)) {
      throw unusable(`column name ${JSON.stringify(name)} is empty or has one of the characters space , ; { } ( ) = tab newline`)
    }
    if (name === unusableName) throw unusable(`hippo does not write a column called ${unusableName}`)
    const twin = seen.get(name.toLowerCase())
    if (twin !== undefined) throw unusable(`columns ${twin} and ${name} differ only in case, which Delta tables cannot hold`)
    seen.set(name.toLowerCase(), name)
    if (typeof type === 'object' && type.kind === 'decimal' && !isDecimal(type)) {
      throw unusable(`column ${name}: decimal(${type.precision},${type.scale}) is no decimal of at most 38 digits`)
    }
  }
  if (fields.length === 0) throw unusable('a table needs at least one column')
}

const isDecimal = ({precision, scale}: {readonly precision: number; readonly scale: number}): boolean =>
  Number.isInteger(precision) && Number.isInteger(scale) && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision

const unusable = (message: string): HippoError => new HippoError('CONTRACT_UNSUPPORTED', {message})

/**
 * The table's fields after writing rows with `wanted` fields: wanted ones first and in their order, then those that only
 * older rows have. CONTRACT_CHANGED when a column would change its type, or differ from an old one only in case.
 */
export function evolveFields(current: readonly Field[], wanted: readonly Field[]): readonly Field[] {
  const byName = new Map(current.map((field) => [field.name.toLowerCase(), field]))
  const first = wanted.map((field) => {
    const before = byName.get(field.name.toLowerCase())
    if (before === undefined) return {...field, nullable: true}
    if (before.name !== field.name || !isSameType(before.type, field.type)) throw changed(before, field)
    return {...field, nullable: before.nullable || field.nullable}
  })
  const wantedNames = new Set(wanted.map((field) => field.name))
  const left = current.filter((field) => !wantedNames.has(field.name)).map((field) => ({...field, nullable: true}))
  return [...first, ...left]
}

function changed(before: Field, after: Field): HippoError {
  return new HippoError('CONTRACT_CHANGED', {
    message: `column ${before.name} of type ${printType(before.type)} cannot become ${after.name} of type ${printType(after.type)} while its rows are kept`,
    hint: 'give the column a new name, or overwrite the table; of a dataset of hippo, rebuild it with hippo promote silver --full',
  })
}

export function isSameType(a: FieldType, b: FieldType): boolean {
  return printType(a) === printType(b)
}

/** A type as people read it: `int64`, `decimal(18,2)`, `list of string`. */
export function printType(type: FieldType): string {
  if (typeof type !== 'object') return type
  return type.kind === 'list' ? 'list of string' : `decimal(${type.precision},${type.scale})`
}
