// How the texts of a column's values look: date and time patterns, offsets, plain numbers.
import {nearest} from '../errors/nearest.ts'
import {checkDateFormat} from '../expr/date-format.ts'
import type {Column, LogicalType} from '../model/contract.ts'
import type {Extensions} from './custom-properties.ts'
import {isMap, type MapReader} from './map-reader.ts'

type Formats = Pick<Column, 'formats' | 'offsetRequired' | 'plainNumber'>

/** Reads formats from `logicalTypeOptions` and extensions; what does not fit the type is reported. */
export function readFormats(property: MapReader, extensions: Extensions, logicalType: LogicalType): Formats {
  const isTemporal = logicalType === 'date' || logicalType === 'timestamp'
  const formats = isTemporal ? readPatterns(property, extensions, logicalType) : []
  if (!isTemporal && extensions.raw('hippoFormats') !== undefined)
    extensions.report('hippoFormats', {message: 'hippoFormats is for dates and timestamps'})
  const offset = extensions.oneOf('hippoTimestampOffset', ['required'])
  if (offset !== undefined && logicalType !== 'timestamp')
    extensions.report('hippoTimestampOffset', {message: 'hippoTimestampOffset is for timestamps'})
  const number = extensions.oneOf('hippoNumberFormat', ['plain'])
  if (number !== undefined && logicalType !== 'number')
    extensions.report('hippoNumberFormat', {message: 'hippoNumberFormat is for numbers'})
  const offsetRequired = logicalType === 'timestamp' && (offset !== undefined || readZone(property))
  return {
    formats,
    ...(offsetRequired ? {offsetRequired: true} : {}),
    ...(number !== undefined && logicalType === 'number' ? {plainNumber: true} : {}),
  }
}

function readPatterns(property: MapReader, extensions: Extensions, type: 'date' | 'timestamp'): readonly string[] {
  const options = property.raw('logicalTypeOptions')
  const single = isMap(options) && typeof options.format === 'string' ? options.format : undefined
  const singlePath = [...property.path, 'logicalTypeOptions', 'format']
  const list = extensions.raw('hippoFormats') ?? []
  if (!Array.isArray(list) || !list.every((format) => typeof format === 'string')) {
    extensions.report('hippoFormats', {message: 'hippoFormats must be a list of date and time patterns'})
    return []
  }
  const check = (format: string, path: readonly (string | number)[]): void => {
    const result = checkDateFormat(format, type)
    if (result.ok) return
    property.file.report({code: 'CONTRACT_UNSUPPORTED', message: `format ${format}: ${result.error}`, at: property.file.locate(path)})
  }
  if (single !== undefined) check(single, singlePath)
  for (const [index, format] of list.entries()) check(String(format), [...extensions.path('hippoFormats'), index])
  return [...new Set([...(single === undefined ? [] : [single]), ...list.map(String)])]
}

/**
 * True when every timestamp carries its own offset (`timezone: true`). Local times are read as UTC; a contract that
 * means another zone is refused rather than read hours off.
 */
function readZone(property: MapReader): boolean {
  const options = property.raw('logicalTypeOptions')
  if (!isMap(options)) return false
  const zone = options.defaultTimezone
  const hasOffsets = options.timezone === true
  if (typeof zone === 'string' && !hasOffsets && !/^(Etc\/)?(UTC|GMT|UCT|Zulu)$|^Z$/i.test(zone)) {
    const close = nearest(zone, ['Etc/UTC', 'UTC'])
    property.file.report({
      code: 'CONTRACT_UNSUPPORTED',
      message: `defaultTimezone ${zone}: timestamps without an offset are read as UTC`,
      hint: close === undefined ? 'have the sender add offsets and write timezone: true' : `did you mean ${close}?`,
      at: property.file.locate([...property.path, 'logicalTypeOptions', 'defaultTimezone']),
    })
  }
  return hasOffsets
}
