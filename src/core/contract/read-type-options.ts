// `logicalTypeOptions` as rules: bounds, multiples, lengths, patterns and the formats that hippo can judge.
import type {LogicalType} from '../model/contract.ts'
import type {ClauseDraft} from './draft.ts'
import type {MapReader} from './map-reader.ts'
import {typeOptionKeys} from './odcs-keys.ts'

type Draft = Pick<ClauseDraft, 'kind' | 'params' | 'path' | 'paramPath' | 'notCheckedBecause'>

const boundNames = {min: 'minimum', max: 'maximum', exclusiveMin: 'exclusiveMinimum', exclusiveMax: 'exclusiveMaximum'} as const

/** Formats of text that a portable pattern describes. */
const textFormats: Readonly<Record<string, string>> = {
  uuid: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  email: '^[^@ ]+@[^@ ]+[.][^@ ]+$',
  ipv4: '^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$',
  hostname: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$',
  uri: '^[A-Za-z][A-Za-z0-9+.-]*:[^ ]+$',
}

const integerBounds: Readonly<Record<string, readonly [min: number, max: number]>> = {
  i8: [-128, 127],
  i16: [-32_768, 32_767],
  i32: [-2_147_483_648, 2_147_483_647],
  u8: [0, 255],
  u16: [0, 65_535],
  u32: [0, 4_294_967_295],
}
const timePattern = '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?$'
const timePatterns: Readonly<Record<string, string>> = {
  'HH:mm': '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  'HH:mm:ss': '^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$',
}

/** Reads the options of a type; an option of another type is reported as an unknown key. */
export function readTypeOptions(property: MapReader, type: LogicalType): readonly Draft[] {
  const options = property.child('logicalTypeOptions', typeOptionKeys[type] ?? [], `logicalTypeOptions of ${type}`)
  const drafts: Draft[] = type === 'time' ? [timeDraft(property, options)] : []
  if (options === undefined) return drafts
  const path = options.path
  const paramPath = (names: Readonly<Record<string, string>>) => (param: string) => [...path, names[param] ?? param]
  const params = (names: Readonly<Record<string, string>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(names).flatMap(([param, option]) => (options.has(option) ? [[param, options.raw(option)]] : [])))

  const bounds = params(boundNames)
  if (Object.keys(bounds).length > 0) drafts.push({kind: 'range', params: bounds, path, paramPath: paramPath(boundNames)})
  if (options.has('multipleOf'))
    drafts.push({kind: 'multipleOf', params: {factor: options.raw('multipleOf')}, path, paramPath: () => [...path, 'multipleOf']})
  const lengthNames = {min: 'minLength', max: 'maxLength'}
  const lengths = params(lengthNames)
  if (Object.keys(lengths).length > 0) drafts.push({kind: 'length', params: lengths, path, paramPath: paramPath(lengthNames)})
  if (options.has('pattern')) drafts.push({kind: 'pattern', params: {pattern: options.raw('pattern')}, path, paramPath: paramPath({})})
  return [...drafts, ...formatDraft(options, type)]
}

function formatDraft(options: MapReader, type: LogicalType): readonly Draft[] {
  const format = options.text('format')
  if (format === undefined) return []
  const path = [...options.path, 'format']
  if (type === 'string') {
    const pattern = textFormats[format]
    if (pattern !== undefined) return [{kind: 'pattern', params: {pattern}, path}]
    return [{kind: 'format', params: {}, path, notCheckedBecause: `format ${format} is not one that hippo checks; add a pattern`}]
  }
  if (type === 'integer') {
    const bounds = integerBounds[format]
    if (bounds !== undefined) return [{kind: 'range', params: {min: bounds[0], max: bounds[1]}, path}]
    if (format !== 'i64')
      options.report({
        code: 'CONTRACT_UNSUPPORTED',
        message: `format ${format}: hippo keeps integers in 64 bits with a sign`,
        key: 'format',
      })
  }
  if (type === 'number' && format !== 'f32' && format !== 'f64') {
    options.report({
      code: 'CONTRACT_UNSUPPORTED',
      message: `format ${format}: a number is f32 or f64`,
      hint: 'for exact decimals write physicalType: DECIMAL(18,4)',
      key: 'format',
    })
  }
  return []
}

/** Times of day are text: a pattern holds them to ISO 8601. */
function timeDraft(property: MapReader, options: MapReader | undefined): Draft {
  const format = options?.text('format')
  const pattern = format === undefined ? timePattern : timePatterns[format]
  if (pattern === undefined)
    options?.report({code: 'CONTRACT_UNSUPPORTED', message: `format ${format}: times are read as HH:mm or HH:mm:ss`, key: 'format'})
  if (options?.raw('timezone') === true)
    options.report({code: 'CONTRACT_UNSUPPORTED', message: 'times of day with a zone are not supported', key: 'timezone'})
  return {kind: 'pattern', params: {pattern: pattern ?? timePattern}, path: [...property.path, 'logicalType']}
}
