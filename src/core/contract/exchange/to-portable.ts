// A contract as a portable table, with a note for everything that a portable table has no word for.
import type {Column, Contract, RuleClause} from '../../model/contract.ts'
import {primaryKey} from '../../model/contract.ts'
import {ruleKinds} from '../../rules/index.ts'
import {describeClause} from '../compile-rules.ts'
import {isEnforced} from '../diff/diff-clauses.ts'
import {splitGuard} from '../guard.ts'
import {isMap, valueAt} from '../map-reader.ts'
import type {Carried, PortableColumn} from './portable-table.ts'

type Facts = {-readonly [K in keyof PortableColumn]: PortableColumn[K]}

export function toPortable(contract: Contract): Carried {
  const facts = new Map(contract.columns.map((column) => [column.name, factsOf(column)]))
  const notes: string[] = []
  let isNeverEmpty = false
  for (const clause of contract.rules) {
    const {kind, column, params} = clause
    if (kind === 'type' || isOfKey(clause, contract)) continue
    if (kind === 'rowCount' && isAtLeastOne(params)) isNeverEmpty = true
    else if (!isPlain(clause) || column === undefined || !carry(facts.get(column), clause)) notes.push(noteOf(clause))
  }
  const name = valueAt(contract.document, ['name'])
  return {
    table: {
      name: contract.dataset,
      version: contract.version,
      ...(typeof name === 'string' ? {title: name} : {}),
      ...(contract.description === undefined ? {} : {description: contract.description}),
      columns: [...facts.values()],
      key: primaryKey(contract),
      isNeverEmpty,
    },
    notes: [...notes, ...columnNotes(contract), ...termNotes(contract)],
  }
}

function factsOf(column: Column): Facts {
  const {name, logicalType: type, physicalType, description, classification} = column
  return {
    name,
    type,
    ...(physicalType === undefined ? {} : {physicalType}),
    ...(description === undefined ? {} : {description}),
    ...(classification === undefined ? {} : {classification}),
    required: false,
    unique: false,
    bounds: {},
  }
}

/** Judged for every row, with no tolerance. */
const isPlain = (clause: RuleClause): boolean =>
  isEnforced(clause) && clause.threshold.max === 0 && clause.hard === undefined && splitGuard(clause.params, clause.at).guard === undefined

function noteOf(clause: RuleClause): string {
  const how = clause.onFailure === 'warn' ? ' (it only warns)' : ''
  return `check ${clause.id} is left out: ${describeClause(clause)}${how}`
}

/** The key says it already. */
function isOfKey({kind, column, params}: RuleClause, contract: Contract): boolean {
  const key = primaryKey(contract)
  const named = (params as {readonly columns?: readonly string[]}).columns ?? []
  const columns = named.length > 0 ? named : column === undefined ? [] : [column]
  return kind === 'unique' && key.length > 0 && [...key].sort().join('\n') === [...columns].sort().join('\n')
}

function isAtLeastOne(params: unknown): boolean {
  const given = (params ?? {}) as Readonly<Record<string, unknown>>
  return Object.keys(given).length === 1 && (given.mustBeGreaterThan === 0 || given.mustBeGreaterOrEqualTo === 1)
}

/** Takes the clause over into the facts of its column; false when they have no word for it, or say something of the kind already. */
function carry(facts: Facts | undefined, clause: RuleClause): boolean {
  if (facts === undefined) return false
  const params = ruleKinds.get(clause.kind)?.parse(clause.params, clause.at) as Readonly<Record<string, unknown>>
  switch (clause.kind) {
    case 'required':
      if ((params.missing as readonly string[]).length > 0) return false
      facts.required = true
      return true
    case 'unique':
      if ((params.columns as readonly string[]).length > 0 || params.keep !== 'none') return false
      facts.unique = true
      return true
    case 'range':
      if (Object.keys(facts.bounds).length > 0) return false
      facts.bounds = params
      return true
    case 'length':
      if (facts.minLength !== undefined || facts.maxLength !== undefined) return false
      Object.assign(facts, params.min === undefined ? {} : {minLength: params.min}, params.max === undefined ? {} : {maxLength: params.max})
      return true
    case 'pattern':
      if (facts.pattern !== undefined) return false
      facts.pattern = String(params.pattern)
      return true
    case 'acceptedValues':
      if (facts.values !== undefined || params.ignoreCase === true) return false
      facts.values = params.values as NonNullable<Facts['values']>
      return true
    case 'reference':
      return carryReference(facts, params)
    default:
      return false
  }
}

function carryReference(facts: Facts, {dataset, on}: Readonly<Record<string, unknown>>): boolean {
  const pairs = isMap(on) ? Object.entries(on) : []
  const [pair] = pairs
  if (facts.refersTo !== undefined || pair === undefined || pairs.length > 1) return false
  const [theirs, ours] = pair
  if (ours !== facts.name) return false
  facts.refersTo = {dataset: String(dataset), column: theirs}
  return true
}

function columnNotes({columns}: Contract): readonly string[] {
  return columns.flatMap(({name, steps, formats, sources, phiCategory}) => [
    ...(steps.length === 0 ? [] : [`the steps of ${name} are left out: ${steps.map(({kind}) => kind).join(', ')}`]),
    ...(formats.length === 0 ? [] : [`the date formats of ${name} are left out: ${formats.join(', ')}`]),
    ...(sources.every((source) => source === name) ? [] : [`the names of ${name} in files are left out: ${sources.join(', ')}`]),
    ...(phiCategory === undefined ? [] : [`the category of patient data of ${name} is left out: ${phiCategory}`]),
  ])
}

function termNotes({document, freshnessHours, retention}: Contract): readonly string[] {
  const properties = valueAt(document, ['schema', 0, 'customProperties'])
  const own = Array.isArray(properties) ? properties.flatMap((entry: unknown) => (isMap(entry) ? [String(entry.property)] : [])) : []
  return [
    ...(own.length === 0 ? [] : [`terms of the dataset are left out: ${own.join(', ')}`]),
    ...(freshnessHours === undefined ? [] : [`the promise of fresh data within ${freshnessHours} h is left out`]),
    ...(retention === undefined ? [] : [`the retention of ${retention.days} days is left out`]),
  ]
}
