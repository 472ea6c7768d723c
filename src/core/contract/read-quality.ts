// The `quality` lists of ODCS: library metrics, hippo's own rules, and what hippo reads but cannot run, which keeps its
// reason so that every clause ends in a check result.
import {nearest} from '../errors/nearest.ts'
import type {Dimension, Kahn, Severity} from '../model/check.ts'
import type {OnFailure} from '../model/contract.ts'
import {countOperators} from '../rules/row-count.ts'
import {type Extensions, readExtensions} from './custom-properties.ts'
import {type ClauseDraft, onFailures} from './draft.ts'
import {isMap, type MapReader} from './map-reader.ts'
import {qualityExtensions, qualityKeys} from './odcs-keys.ts'
import {readExceptions, withRatchet} from './read-exceptions.ts'
import {readOperator, readThreshold} from './read-threshold.ts'

const dimensions: Readonly<Record<string, Dimension>> = {
  ac: 'accuracy',
  cp: 'completeness',
  cf: 'conformity',
  cs: 'consistency',
  cv: 'coverage',
  tm: 'timeliness',
  uq: 'uniqueness',
}

export const kahnCategories: readonly Kahn[] = [
  'conformance.value',
  'conformance.relational',
  'conformance.computational',
  'completeness',
  'plausibility.uniqueness',
  'plausibility.atemporal',
  'plausibility.temporal',
]

/** What clauses of one list share. */
export interface QualityOwner {
  /** Absent under the schema object. */
  readonly column?: string
  readonly onFailure?: OnFailure
}

type Common = Omit<ClauseDraft, 'kind' | 'params' | 'threshold'>

/** Reads the list under `quality`; a clause whose meaning is broken is reported and left out. */
export function readQuality(owner: MapReader, {column, onFailure}: QualityOwner): readonly ClauseDraft[] {
  return owner.items('quality', qualityKeys, 'quality clause').flatMap((quality) => {
    const extensions = readExtensions(quality, qualityExtensions)
    const common = readCommon(quality, extensions, {
      ...(column === undefined ? {} : {column}),
      ...(onFailure === undefined ? {} : {onFailure}),
    })
    return withRatchet(readClause(quality, common), quality, extensions)
  })
}

function readCommon(quality: MapReader, extensions: Extensions, {column, onFailure}: QualityOwner): Common {
  const id = quality.text('id')
  if (id !== undefined && !/^[A-Za-z0-9_.-]+$/.test(id))
    quality.report({message: `id "${id}" may hold letters, digits, _, - and . only`, key: 'id'})
  const severity = readSeverity(quality)
  const ownOnFailure = extensions.oneOf('hippoOnFailure', onFailures)
  // A property's hippoOnFailure speaks for clauses that say nothing themselves, severity included.
  const effective = ownOnFailure ?? (quality.has('severity') ? undefined : onFailure)
  const dimension = readDimension(quality)
  const kahn = extensions.oneOf('hippoKahn', kahnCategories)
  return {
    path: quality.path,
    ...(id === undefined ? {} : {id}),
    ...(column === undefined ? {} : {column}),
    ...(severity === undefined ? {} : {severity}),
    ...(effective === undefined ? {} : {onFailure: effective}),
    ...(dimension === undefined ? {} : {dimension}),
    ...(kahn === undefined ? {} : {kahn}),
    ...readExceptions(extensions),
  }
}

/** ODCS leaves severity free; what sounds milder than an error is a warning, information stays information. */
function readSeverity(quality: MapReader): Severity | undefined {
  const severity = quality.text('severity')?.toLowerCase()
  if (severity === undefined) return undefined
  if (/^(info|information|informational|notice)$/.test(severity)) return 'info'
  return /^(warn|warning|low|minor|medium|moderate)$/.test(severity) ? 'warning' : 'error'
}

function readDimension(quality: MapReader): Dimension | undefined {
  const written = quality.text('dimension')
  if (written === undefined) return undefined
  const known = Object.values(dimensions)
  const dimension = known.find((name) => name === written) ?? dimensions[written]
  if (dimension !== undefined) return dimension
  const close = nearest(written, known)
  quality.report({
    message: `dimension must be one of ${known.join(', ')}`,
    ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
    key: 'dimension',
  })
  return undefined
}

function readClause(quality: MapReader, common: Common): readonly ClauseDraft[] {
  const type = quality.text('type') ?? (quality.has('query') ? 'sql' : 'library')
  switch (type) {
    case 'library':
      return readLibrary(quality, common)
    case 'custom':
      return readCustom(quality, common)
    case 'sql':
      return readSql(quality, common)
    case 'text':
      return [{...common, kind: 'text', params: {}, notCheckedBecause: 'a rule in words: a person has to judge it'}]
    default:
      quality.report({message: 'type of a quality clause must be one of library, custom, sql, text', key: 'type'})
      return []
  }
}

/** Held against what it gives. */
function readSql(quality: MapReader, common: Common): readonly ClauseDraft[] {
  if (!quality.has('query')) {
    quality.report({message: 'quality clause of type sql: query is missing'})
    return []
  }
  const operators = countOperators.filter((operator) => quality.has(operator))
  const params = Object.fromEntries(['query', ...operators].map((name) => [name, quality.raw(name)]))
  const draft: ClauseDraft = {...common, kind: 'sql', params, paramPath: (param) => [...quality.path, param]}
  if (operators.length > 0) return [draft]
  return [{...draft, notCheckedBecause: 'without an operator there is nothing to hold its answer against'}]
}

function readCustom(quality: MapReader, common: Common): readonly ClauseDraft[] {
  const engine = quality.text('engine')
  if (engine === undefined || !quality.has('implementation')) {
    quality.report({message: `quality clause of type custom: ${engine === undefined ? 'engine' : 'implementation'} is missing`})
    return []
  }
  if (engine !== 'hippo')
    return [{...common, kind: engine, params: {}, notCheckedBecause: `a rule for ${engine}; hippo runs rules of engine hippo`}]
  const implementation = quality.raw('implementation')
  if (!isMap(implementation) || typeof implementation.rule !== 'string') {
    quality.report({
      code: 'CONTRACT_RULE_INVALID',
      message: 'implementation must be a map that names its rule',
      hint: 'for example {rule: range, min: 0}',
      key: 'implementation',
    })
    return []
  }
  const {rule, soft, ...params} = implementation
  const path = [...quality.path, 'implementation']
  const threshold = countOperators.some((operator) => quality.has(operator)) ? readThreshold(quality, rule as string) : {}
  if (threshold === undefined) return []
  const hard: ClauseDraft = {...common, ...threshold, kind: String(rule), params, path, paramPath: (param) => [...path, param]}
  if (soft === undefined) return [hard]
  if (isMap(soft)) return [hard, softTier(hard, soft)]
  const message = `rule ${String(rule)}: soft must be a map of the parameters that differ`
  quality.report({code: 'CONTRACT_RULE_INVALID', message, hint: 'for example soft: {min: 40, max: 210}', key: 'implementation'})
  return []
}

/** The second, milder clause that a custom one may hold: what is unlikely, where the first says what is impossible. */
function softTier({id, threshold: _, ...hard}: ClauseDraft, soft: Readonly<Record<string, unknown>>): ClauseDraft {
  return {
    ...hard,
    ...(id === undefined ? {} : {id: `${id}.soft`}),
    severity: 'warning',
    onFailure: 'warn',
    params: {...hard.params, ...soft},
    hard: hard.params,
    paramPath: (param) => (param in soft ? [...hard.path, 'soft', param] : hard.paramPath?.(param)),
  }
}

/** Names that v3.0 used under `rule`, before `metric`. */
const oldNames: Readonly<Record<string, string>> = {
  nullCheck: 'nullValues',
  nullCount: 'nullValues',
  duplicateCount: 'duplicateValues',
  duplicateCheck: 'duplicateValues',
  uniqueCheck: 'duplicateValues',
  validValues: 'invalidValues',
  rowCount: 'rowCount',
}
const metrics = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount']

function readLibrary(quality: MapReader, common: Common): readonly ClauseDraft[] {
  const written = quality.text('metric') ?? quality.text('rule')
  if (written === undefined) {
    quality.report({message: 'quality clause: metric is missing', hint: `known: ${metrics.join(', ')}`})
    return []
  }
  const metric = metrics.includes(written) ? written : oldNames[written]
  if (metric === undefined) {
    if (!quality.has('metric'))
      return [{...common, kind: written, params: {}, notCheckedBecause: `library rule ${written} is not one that ODCS defines`}]
    const close = nearest(written, metrics)
    quality.report({
      message: `unknown metric ${written}`,
      hint: close === undefined ? `known: ${metrics.join(', ')}` : `did you mean ${close}?`,
      key: 'metric',
    })
    return []
  }
  if (metric === 'rowCount') return readRowCount(quality, common)
  const threshold = readThreshold(quality, metric)
  if (threshold === undefined) return []
  return readMetric(quality, metric, {...common, ...threshold})
}

function readRowCount(quality: MapReader, common: Common): readonly ClauseDraft[] {
  const operator = readOperator(quality, 'rowCount')
  if (operator === undefined) return []
  if ((quality.text('unit') ?? 'rows') !== 'rows')
    return [{...common, kind: 'rowCount', params: {}, notCheckedBecause: 'a row count is counted in rows'}]
  const {column: _, ...whole} = common
  return [{...whole, kind: 'rowCount', params: {[operator]: quality.raw(operator)}, paramPath: (param) => [...quality.path, param]}]
}

function readMetric(quality: MapReader, metric: string, common: Common): readonly ClauseDraft[] {
  const known =
    {nullValues: [], missingValues: ['missingValues'], invalidValues: ['validValues', 'pattern'], duplicateValues: ['properties']}[
      metric
    ] ?? []
  const args = quality.child('arguments', known, `arguments of ${metric}`)
  const paramPath = (name: string) => (): readonly (string | number)[] => (args === undefined ? quality.path : [...args.path, name])
  const isAboutColumn = metric !== 'duplicateValues'
  if (isAboutColumn && common.column === undefined) {
    quality.report({message: `${metric} is about a column: put it under a property`, key: 'metric'})
    return []
  }
  switch (metric) {
    case 'nullValues':
      return [{...common, kind: 'required', params: {}}]
    case 'missingValues': {
      const missing = values(args?.raw('missingValues'))
      return [{...common, kind: 'required', params: missing.length === 0 ? {} : {missing}, paramPath: paramPath('missingValues')}]
    }
    case 'duplicateValues': {
      const columns = args?.texts('properties') ?? []
      if (columns.length === 0 && common.column === undefined) {
        quality.report({
          message: 'duplicateValues: arguments.properties is missing',
          hint: 'name the columns that together are unique',
          key: 'metric',
        })
        return []
      }
      return [{...common, kind: 'unique', params: columns.length === 0 ? {} : {columns}, paramPath: paramPath('properties')}]
    }
    default:
      return readInvalidValues(quality, args, common)
  }
}

function readInvalidValues(quality: MapReader, args: MapReader | undefined, common: Common): readonly ClauseDraft[] {
  const inPlace = args?.has('validValues') ? args : quality
  const accepted = values(inPlace.raw('validValues'))
  const pattern = args?.raw('pattern')
  const drafts: ClauseDraft[] = []
  if (inPlace.has('validValues')) {
    if (accepted.length > 0)
      drafts.push({...common, kind: 'acceptedValues', params: {values: accepted}, paramPath: () => [...inPlace.path, 'validValues']})
    else quality.report({message: 'validValues must be a list of values that are not empty', key: 'metric'})
  }
  if (pattern !== undefined && args !== undefined)
    drafts.push({...common, kind: 'pattern', params: {pattern}, paramPath: (name) => [...args.path, name]})
  if (drafts.length === 0 && !inPlace.has('validValues')) {
    quality.report({message: 'invalidValues: arguments.validValues or arguments.pattern is missing', key: 'metric'})
  }
  return drafts
}

/** A list without null and '': both are no value, and no value is judged by `required` alone. */
const values = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw.filter((value) => value !== null && value !== '') : [])
