// dbt's manifest.json as the properties it was compiled from: models, sources, seeds and snapshots, each with its columns and tests. Only
// what properties files say is taken; SQL, lineage and singular tests stay behind.
import {isMap} from '../map-reader.ts'

type Map = Readonly<Record<string, unknown>>

/** undefined for a document that is no manifest. */
export function fromManifest(document: unknown): Map | undefined {
  if (!isMap(document) || !isMap(document.nodes)) return undefined
  const nodes = Object.entries(document.nodes).filter((entry): entry is [string, Map] => isMap(entry[1]))
  const sources = Object.entries(isMap(document.sources) ? document.sources : {}).filter((entry): entry is [string, Map] => isMap(entry[1]))
  const tests = nodes.filter(([, {resource_type: type}]) => type === 'test').map(([, node]) => node)
  const tables = [...nodes.filter(([, {resource_type: type}]) => ['model', 'seed', 'snapshot'].includes(String(type))), ...sources]
  return {models: tables.map(([id, node]) => tableOf(node, testsOn(id, tests)))}
}

const testsOn = (id: string, tests: readonly Map[]): readonly Map[] =>
  tests.filter(({attached_node: node, depends_on: depends}) =>
    typeof node === 'string' ? node === id : isMap(depends) && Array.isArray(depends.nodes) && depends.nodes[0] === id,
  )

function tableOf({name, description, columns}: Map, tests: readonly Map[]): Map {
  const entries = isMap(columns) ? Object.values(columns).filter(isMap) : []
  const columnOf = ({column_name: column}: Map): string => String(column).replaceAll(/["`]/g, '')
  const known = new Set(entries.map((column) => String(column.name)))
  const undeclared = [...new Set(tests.filter((test) => test.column_name != null).map(columnOf))].filter((column) => !known.has(column))
  return {
    name,
    description,
    columns: [...entries, ...undeclared.map((column): Map => ({name: column}))].map((column) => ({
      ...column,
      // dbt writes null where there is no type.
      data_type: column.data_type ?? undefined,
      data_tests: tests.filter((test) => test.column_name != null && columnOf(test) === column.name).map(testOf),
    })),
    data_tests: tests.filter((test) => test.column_name == null).map(testOf),
  }
}

/** As it would stand in a properties file; a test that is no generic one by its name alone. */
function testOf({name, test_metadata: metadata, config}: Map): unknown {
  if (!isMap(metadata)) return String(name)
  const {column_name: _, model: __, ...given} = isMap(metadata.kwargs) ? metadata.kwargs : {}
  const {severity, where} = isMap(config) ? config : {}
  const own = {...(isOwn(severity, 'error') ? {severity} : {}), ...(isOwn(where, '') ? {where} : {})}
  return {[String(metadata.name)]: {arguments: given, ...own}}
}

const isOwn = (value: unknown, usual: string): boolean => value != null && String(value).toLowerCase() !== usual
