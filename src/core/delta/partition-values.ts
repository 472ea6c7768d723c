// Partition values (PROTOCOL.md "Partition Value Serialization"): text in the log, the same for every row of a file and absent
// from the file itself. Empty text is null. A value that is no value of its column's type is an error, never a null.
import type {ScalarType, ScalarValue} from '../expr/expr.ts'
import {isValueOf} from '../expr/type-rules.ts'
import type {AddAction, MetaDataAction} from './actions.ts'
import {type Field, printType} from './schema.ts'
import {corruptTable, type LogPlace, unsupportedTable} from './table-errors.ts'

/**
 * Values of the partition columns in a file. TABLE_CORRUPT names the file and the column whose value is none of its type,
 * TABLE_UNSUPPORTED a column that cannot partition a table.
 */
export function partitionOf(
  {metaData, fields}: {readonly metaData: MetaDataAction; readonly fields: readonly Field[]},
  at: LogPlace,
  {partitionValues}: AddAction,
): Readonly<Record<string, ScalarValue>> {
  const values = metaData.partitionColumns.map((name) => {
    const field = fields.find((candidate) => candidate.name === name)
    if (field === undefined || (typeof field.type === 'object' && field.type.kind === 'list')) {
      throw unsupportedTable(at.table, at.version, `it is partitioned by ${name}, which is no column that can be`)
    }
    const value = partitionValue(partitionValues[field.physicalName ?? name], field.type)
    if (value === undefined) throw corruptTable(at, `its value of the partition column ${name} is no ${printType(field.type)}`)
    return [name, value] as const
  })
  return Object.fromEntries(values)
}

/** The value as plans write it; undefined when the text is none of the type. */
export function partitionValue(text: string | null | undefined, type: ScalarType): ScalarValue | undefined {
  if (text === null || text === undefined || text === '') return null
  const value = parse(text, type)
  return value !== undefined && isValueOf(value, type) ? value : undefined
}

function parse(text: string, type: ScalarType): ScalarValue | undefined {
  if (typeof type === 'object') return withScale(text, type.scale)
  switch (type) {
    case 'int64':
      return /^[+-]?[0-9]+$/.test(text) ? BigInt(text.replace('+', '')) : undefined
    case 'float64':
      return Number(text)
    case 'boolean':
      return {true: true, false: false}[text.toLowerCase()]
    case 'timestamp':
      return timestamp(text)
    default:
      return text
  }
}

function withScale(text: string, scale: number): string | undefined {
  const [, whole, fraction = ''] = /^(-?[0-9]+)(?:\.([0-9]*))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  return scale === 0 && fraction === '' ? whole : `${whole}.${fraction.padEnd(scale, '0')}`
}

/** `2024-01-31 12:00:00.5`, which is in UTC, or the same in ISO 8601; no trailing zeros in the fraction. */
function timestamp(text: string): string | undefined {
  const [, date, time, fraction = ''] = /^([0-9-]{10})[ T]([0-9:]{8})(?:\.([0-9]{1,6}))?Z?$/.exec(text) ?? []
  if (date === undefined) return undefined
  const digits = fraction.replace(/0+$/, '')
  return `${date}T${time}${digits === '' ? '' : `.${digits}`}Z`
}
