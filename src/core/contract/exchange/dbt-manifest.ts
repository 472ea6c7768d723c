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
  const testsOn = Map.groupBy(tests, tableOfTest)
  const tables = [...nodes.filter(([, {resource_type: type}]) => ['model', 'seed', 'snapshot'].includes(String(type))), ...sources]
  return {models: tables.map(([id, node]) => tableOf(node, testsOn.get(id) ?? []))}
}

function tableOfTest({attached_node: node, depends_on: depends}: Map): unknown {
  if (typeof node === 'string') return node
  return isMap(depends) && Array.isArray(depends.nodes) ? depends.nodes[0] : undefined
}

function tableOf({name, description, columns}: Map, tests: readonly Map[]): Map {
  const entries = isMap(columns) ? Object.values(columns).filter(isMap) : []
  const testsOn = Map.groupBy(tests, ({column_name: column}) => (column == null ? undefined : String(column).replaceAll(/["`]/g, '')))
  const known = new Set(entries.map((column) => String(column.name)))
  const undeclared = [...testsOn.keys()].filter((column) => column !== undefined && !known.has(column))
  return {
    name,
    description,
    columns: [...entries, ...undeclared.map((column): Map => ({name: column}))].map((column) => ({
      ...column,
      // dbt writes null where there is no type.
      data_type: column.data_type ?? undefined,
      data_tests: (testsOn.get(String(column.name)) ?? []).map(testOf),
    })),
    data_tests: (testsOn.get(undefined) ?? []).map(testOf),
  }
}

/** What makes a test another promise, each with what dbt writes where nobody said anything. */
const usual: Readonly<Record<string, string>> = {
  severity: 'error',
  where: '',
  limit: '',
  fail_calc: 'count(*)',
  warn_if: '!=0',
  error_if: '!=0',
}

/** As it would stand in a properties file; a test that is no generic one by its name alone. */
function testOf({name, test_metadata: metadata, config}: Map): unknown {
  if (!isMap(metadata)) return String(name)
  const {column_name: _, model: __, ...given} = isMap(metadata.kwargs) ? metadata.kwargs : {}
  const own = Object.entries(isMap(config) ? config : {}).filter(([key, value]) => isOwn(value, usual[key]))
  return {[String(metadata.name)]: {arguments: given, config: Object.fromEntries(own)}}
}

const isOwn = (value: unknown, standard: string | undefined): boolean =>
  standard !== undefined && value != null && String(value).toLowerCase().replaceAll(/\s/g, '') !== standard
