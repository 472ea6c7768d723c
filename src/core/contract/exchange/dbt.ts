// dbt: a properties file (`schema.yml`) with the four generic tests that dbt itself has. Bounds, lengths and patterns need packages that
// not everybody has, so they are left out and said. Models and sources are read, of a manifest too. Names are quoted, for any of them may be a reserved word.
import {parse, stringify} from 'yaml'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Scalar} from '../../errors/read-params.ts'
import type {LogicalType} from '../../model/contract.ts'
import {isMap} from '../map-reader.ts'
import {fromManifest} from './dbt-manifest.ts'
import type {ContractFormat, PortableColumn, PortableTable} from './portable-table.ts'
import {doubledQuotes, logicalTypeOfSql, singleQuotes, sqlType} from './sql-types.ts'

type Map = Readonly<Record<string, unknown>>

export const dbt: ContractFormat = {
  name: 'dbt',
  title: 'a dbt properties file',
  extension: 'dbt.yml',
  write: ({table, notes}) => {
    const {columns, key} = table
    const model = {
      name: table.name,
      ...(table.description === undefined ? {} : {description: table.description}),
      columns: columns.map((column) => columnOf(column, key.length === 1 && key[0] === column.name)),
    }
    return {text: stringify({version: 2, models: [model]}, {lineWidth: 120}), notes: [...notes, ...unsaid(table)]}
  },
  read: (text, {table}) => readProperties(text, table),
}

function columnOf(column: PortableColumn, isKey: boolean): Map {
  const {name, description, required, unique, values, refersTo} = column
  const tests = [
    ...(required ? ['not_null'] : []),
    ...(unique || isKey ? ['unique'] : []),
    ...(values === undefined
      ? []
      : [
          {
            accepted_values: {
              arguments: {values: values.map(doubledQuotes), ...(values.some((value) => typeof value !== 'string') ? {quote: false} : {})},
            },
          },
        ]),
    ...(refersTo === undefined ? [] : [{relationships: {arguments: {to: `ref('${refersTo.dataset}')`, field: `"${refersTo.column}"`}}}]),
  ]
  return {
    name,
    quote: true,
    ...(description === undefined ? {} : {description}),
    data_type: sqlType(column),
    ...(tests.length === 0 ? {} : {data_tests: tests}),
  }
}

function unsaid({columns, key, isNeverEmpty}: PortableTable): readonly string[] {
  return [
    ...(key.length > 1 ? [`that ${key.join(', ')} together are unique is left out: dbt has no test for it of its own`] : []),
    ...(isNeverEmpty ? ['that there is at least one row is left out'] : []),
    ...columns.flatMap(({name, bounds, minLength, maxLength, pattern, classification}) => [
      ...(Object.keys(bounds).length === 0 ? [] : [`the bounds of ${name} are left out`]),
      ...(minLength === undefined && maxLength === undefined ? [] : [`the length of ${name} is left out`]),
      ...(pattern === undefined ? [] : [`the pattern of ${name} is left out`]),
      ...(classification === undefined ? [] : [`the classification of ${name} is left out`]),
    ]),
  ]
}

function readProperties(text: string, wanted: string | undefined): ReturnType<NonNullable<ContractFormat['read']>> {
  const written: unknown = parseYaml(text)
  const document = fromManifest(written) ?? written
  const models = isMap(document) && Array.isArray(document.models) ? document.models : []
  const sources = isMap(document) && Array.isArray(document.sources) ? document.sources : []
  const tables = [
    ...models,
    ...sources.flatMap((source: unknown) => (isMap(source) && Array.isArray(source.tables) ? source.tables : [])),
  ].filter(isMap)
  const found = wanted === undefined ? tables[0] : tables.find(({name}) => name === wanted)
  if (found === undefined || (wanted === undefined && tables.length > 1)) {
    if (tables.length === 0) throw withoutTables()
    throw new HippoError('CONTRACT_INVALID', {
      message: found === undefined ? 'the file has no such model or source table' : `the file has ${tables.length} tables`,
      hint: `name one with --table: ${tables.map(({name}) => String(name)).join(', ')}`,
    })
  }
  const notes: string[] = []
  const columns = (Array.isArray(found.columns) ? found.columns : []).filter(isMap).map((column) => readColumn(column, notes))
  for (const test of testsOf(found)) notes.push(`test ${testName(test)} of ${String(found.name)}`)
  const {description} = found
  const about = typeof description === 'string' && description !== '' ? {description} : {}
  return {table: {name: String(found.name), version: '0.1.0', ...about, columns, key: [], isNeverEmpty: false}, notes}
}

const withoutTables = (): HippoError =>
  new HippoError('CONTRACT_INVALID', {
    message: 'the file has no models and no sources',
    hint: 'take a properties file of dbt, such as models/schema.yml, or target/manifest.json after dbt parse',
  })

/** Reading YAML takes seconds a megabyte; JSON, which a manifest is, does not. */
const largestYaml = 5_000_000

/** CONTRACT_INVALID for text that is no YAML, or a great deal of it; aliases are refused. */
export function parseYaml(text: string): unknown {
  if (text.startsWith('{')) {
    try {
      return JSON.parse(text)
    } catch {
      // A flow map of YAML begins like that, too.
    }
  }
  if (text.length > largestYaml)
    throw new HippoError('CONTRACT_INVALID', {message: `the file has more than ${largestYaml / 1e6} MB of YAML`})
  try {
    return parse(text, {maxAliasCount: 0})
  } catch (cause) {
    throw new HippoError('CONTRACT_INVALID', {message: 'the file is no YAML', cause})
  }
}

const testsOf = ({data_tests: now, tests: earlier}: Map): readonly unknown[] =>
  [now, earlier].flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []))

const testName = (test: unknown): string => (isMap(test) ? (Object.keys(test)[0] ?? '') : String(test))

function readColumn(column: Map, notes: string[]): PortableColumn {
  const name = String(column.name)
  const type: LogicalType = typeof column.data_type === 'string' ? (logicalTypeOfSql(column.data_type) ?? 'string') : 'string'
  if (column.data_type === undefined) notes.push(`${name} has no data_type: it is taken as text`)
  let facts: PortableColumn = {
    name,
    type,
    required: false,
    unique: false,
    bounds: {},
    ...(/^(decimal|numeric)\s*\(/i.test(String(column.data_type)) ? {physicalType: String(column.data_type).toUpperCase()} : {}),
    ...(typeof column.description === 'string' && column.description !== '' ? {description: column.description} : {}),
  }
  for (const test of testsOf(column)) {
    const taken = takeTest(facts, test)
    if (taken === undefined) notes.push(`test ${testName(test)} of ${name}`)
    facts = taken ?? facts
  }
  return facts
}

/** Settings that older files have beside the parameters, without `config`. */
const promises = ['where', 'severity', 'limit', 'fail_calc', 'warn_if', 'error_if']

function takeTest(facts: PortableColumn, test: unknown): PortableColumn | undefined {
  const name = testName(test)
  const body = isMap(test) && isMap(test[name]) ? test[name] : {}
  // Since dbt 1.10 parameters stand under `arguments`; a test with a condition, a tolerance or a severity of its own is another promise.
  const given: Map = isMap(body.arguments) ? body.arguments : body
  const {config} = body
  if (promises.some((key) => body[key] !== undefined) || (isMap(config) && Object.keys(config).length > 0)) return undefined
  if (name === 'not_null') return {...facts, required: true}
  if (name === 'unique') return {...facts, unique: true}
  if (name === 'accepted_values' && Array.isArray(given.values))
    return {...facts, values: (given.values as readonly Scalar[]).map(singleQuotes)}
  const [, dataset] = /^(?:ref|source)\((?:'[^']*',\s*)?'([^']+)'\)$/.exec(String(given.to)) ?? []
  return name === 'relationships' && dataset !== undefined
    ? {...facts, refersTo: {dataset, column: String(given.field).replaceAll('"', '')}}
    : undefined
}
