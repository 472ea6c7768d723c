// One ODCS property: a column with its type, sources and steps, and the rule clauses that ODCS expresses in its own words
// (`required`, `unique`, `logicalTypeOptions`, `relationships`, `enum`).
import {nearest} from '../errors/nearest.ts'
import type {Column, LogicalType, OnFailure} from '../model/contract.ts'
import {failingSteps} from './compile-columns.ts'
import type {Path} from './contract-file.ts'
import {readExtensions} from './custom-properties.ts'
import {type ClauseDraft, onFailures} from './draft.ts'
import {isMap, type MapReader} from './map-reader.ts'
import {phiCategories, propertyExtensions, relationshipKeys} from './odcs-keys.ts'
import {readDeidentify} from './read-deidentify.ts'
import {readFormats} from './read-formats.ts'
import {readQuality} from './read-quality.ts'
import {readPropertyRelationship} from './read-relationship.ts'
import {readSteps} from './read-steps.ts'
import {readTypeOptions} from './read-type-options.ts'
import {decimalDigits, scalarType} from './scalar-type.ts'

const logicalTypes: readonly LogicalType[] = ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'boolean']
const nestedTypes = ['object', 'array', 'map', 'vector']
/** Names that hippo itself adds to silver and quarantine tables. */
const reserved = ['_batch', '_file', '_row', '_line', '_run', '_reasons', '_contract_version', '_quarantined_at', '_raw', '_malformed']

export interface ReadColumn {
  readonly column: Column
  readonly drafts: readonly ClauseDraft[]
  /** `primaryKeyPosition` as written, where the property is part of the primary key. */
  readonly key?: {readonly position: number | undefined}
  readonly onFailure?: OnFailure
  readonly path: Path
}

export interface ColumnOptions {
  /** Gold columns come typed from a model: they have no source, no steps and nothing to parse. */
  readonly gold: boolean
}

/** Reads a property; undefined once its name or type was reported. */
export function readColumn(property: MapReader, {gold}: ColumnOptions): ReadColumn | undefined {
  const name = readName(property)
  const logicalType = readLogicalType(property)
  if (name === undefined || logicalType === undefined) return undefined
  const extensions = readExtensions(property, propertyExtensions)
  refuseUnsupported(property)
  const onFailure = extensions.oneOf('hippoOnFailure', onFailures)
  const isKey = property.flag('primaryKey') ?? false
  const required = property.flag('required') ?? false
  const physicalType = property.text('physicalType')
  checkDecimal(property, physicalType)
  const column: Column = {
    name,
    logicalType,
    ...(physicalType === undefined ? {} : {physicalType}),
    ...readFormats(property, extensions, logicalType),
    required: required || isKey,
    sources: gold ? [] : readSources(property, name),
    steps: readSteps(property, extensions, {gold}),
    ...optional('description', property.text('description')),
    ...optional('classification', property.text('classification')),
    ...optional('phiCategory', extensions.oneOf('hippoPhiCategory', phiCategories)),
    ...optional('deidentify', readDeidentify(extensions, {gold, column: name, type: logicalType})),
    at: property.file.locate(property.path),
  }
  const position = property.integer('primaryKeyPosition')
  return {
    column,
    drafts: readDrafts(property, {column, gold, required: required || isKey, onFailure}),
    ...(isKey ? {key: {position: position === undefined || position < 1 ? undefined : position}} : {}),
    ...(onFailure === undefined ? {} : {onFailure}),
    path: property.path,
  }
}

function readDrafts(
  property: MapReader,
  {column, gold, required, onFailure}: {column: Column; gold: boolean; required: boolean; onFailure: OnFailure | undefined},
): readonly ClauseDraft[] {
  const common = {column: column.name, ...(onFailure === undefined ? {} : {onFailure})}
  const at = (key: string) => (property.has(key) ? [...property.path, key] : property.path)
  const quality = readQuality(property, common)
  const drafts: ClauseDraft[] = []
  if (required) drafts.push({...common, kind: 'required', params: {}, path: at('required')})
  const isTyped = scalarType(column) !== 'string'
  if (!gold && isTyped && !quality.some(({kind}) => kind === 'type'))
    drafts.push({...common, kind: 'type', params: {}, path: at('logicalType')})
  if (!gold) drafts.push(...stepDrafts(column, quality, at('customProperties')).map((draft) => ({...common, ...draft})))
  if (property.flag('unique') && !property.flag('primaryKey')) drafts.push({...common, kind: 'unique', params: {}, path: at('unique')})
  drafts.push(...readTypeOptions(property, column.logicalType).map((draft) => ({...common, ...draft})))
  const accepted = readEnum(property)
  if (accepted.length > 0)
    drafts.push({...common, kind: 'acceptedValues', params: {values: accepted}, path: at('enum'), paramPath: () => at('enum')})
  for (const relationship of property.items('relationships', relationshipKeys, 'relationship')) {
    drafts.push(...readPropertyRelationship(relationship, column.name).map((draft) => ({...common, ...draft})))
  }
  return [...drafts, ...quality]
}

/** One clause for each step that can fail, unless the contract says one itself. */
function stepDrafts({steps}: Column, quality: readonly ClauseDraft[], path: Path): readonly ClauseDraft[] {
  const written = quality.filter(({kind}) => kind === 'step').map(({params}) => params.step)
  const names = failingSteps({steps}).filter((name) => !written.includes(name))
  return names.map((name) => ({kind: 'step', as: name, params: {step: name}, path}))
}

function readName(property: MapReader): string | undefined {
  const name = property.text('name')
  if (name === undefined) {
    if (!property.has('name')) property.report({message: 'property: name is missing'})
    return undefined
  }
  const problem = reserved.includes(name.toLowerCase())
    ? 'is a column that hippo itself adds'
    : /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) && new TextEncoder().encode(name).length <= 63
      ? undefined
      : 'is no column name: letters, digits, _ and -, at most 63 bytes'
  if (problem === undefined) return name
  property.report({message: `"${name}" ${problem}`, hint: 'name the source column under transformSourceObjects', key: 'name'})
  return undefined
}

function readLogicalType(property: MapReader): LogicalType | undefined {
  const written = property.text('logicalType')
  if (written === undefined) return property.has('logicalType') ? undefined : typeFromPhysical(property.text('physicalType'))
  const known = logicalTypes.find((type) => type === written)
  if (known !== undefined) return known
  if (nestedTypes.includes(written)) {
    property.report({
      code: 'CONTRACT_UNSUPPORTED',
      message: `logicalType ${written}: hippo's tables are flat`,
      hint: 'give each part a column of its own',
      key: 'logicalType',
    })
  } else {
    const close = nearest(written, logicalTypes)
    property.report({
      message: `unknown logicalType ${written}`,
      hint: close === undefined ? `known: ${logicalTypes.join(', ')}` : `did you mean ${close}?`,
      key: 'logicalType',
    })
  }
  return undefined
}

/** ODCS lets the logical type out; the physical one then tells it, and text is the safe reading of everything else. */
function typeFromPhysical(physicalType = ''): LogicalType {
  const name = /^\w+/.exec(physicalType.trim().toLowerCase())?.[0] ?? ''
  if (/^(small|big|tiny)?int(eger)?\d*$|^long$/.test(name)) return 'integer'
  if (/^(decimal|numeric|double|float\d*|real|number)$/.test(name)) return 'number'
  if (/^bool(ean)?$/.test(name)) return 'boolean'
  if (name === 'date') return 'date'
  return /^(timestamp\w*|datetime\d?)$/.test(name) ? 'timestamp' : 'string'
}

function checkDecimal(property: MapReader, physicalType: string | undefined): void {
  const digits = decimalDigits(physicalType)
  if (digits === undefined || (digits.precision >= 1 && digits.precision <= 38 && digits.scale <= digits.precision)) return
  property.report({
    code: 'CONTRACT_UNSUPPORTED',
    message: `${physicalType}: a decimal has 1 to 38 digits, and no more behind the point than in all`,
    key: 'physicalType',
  })
}

function refuseUnsupported(property: MapReader): void {
  for (const key of ['items', 'properties'] as const) {
    if (property.has(key)) property.report({code: 'CONTRACT_UNSUPPORTED', message: `${key}: hippo's tables are flat`, key, atKey: true})
  }
}

function readSources(property: MapReader, name: string): readonly string[] {
  const sources = property.texts('transformSourceObjects').filter((source) => source !== '')
  return sources.length === 0 ? [name] : sources
}

/** ODCS 3.2 `enum`: values, or maps with a value and labels. */
function readEnum(property: MapReader): readonly unknown[] {
  const entries = property.raw('enum')
  if (entries === undefined || entries === null) return []
  if (!Array.isArray(entries) || entries.length === 0) {
    property.report({message: 'enum must be a list of values', key: 'enum'})
    return []
  }
  return entries
    .map((entry) => (isMap(entry) ? entry.value : entry))
    .filter((value) => value !== null && value !== undefined && value !== '')
}

const optional = <K extends string, T>(key: K, value: T | undefined): {readonly [P in K]?: T} =>
  (value === undefined ? {} : {[key]: value}) as {readonly [P in K]?: T}
