// What a contract asks of the table that holds its rows: conditions that other writers must keep too, a feed of its changes, and
// the columns by which `table optimize` sorts.
import type {Column, Contract} from '../model/contract.ts'
import type {Extensions} from './custom-properties.ts'

type TableTerms = Pick<Contract, 'hasConstraints' | 'changeDataFeed' | 'clusterBy'>

/** Columns that Delta puts beside the table's own. */
const feedColumns: ReadonlySet<string> = new Set(['_change_type', '_commit_version', '_commit_timestamp'])

export function readTableTerms(
  extensions: Extensions,
  {columns, gold}: {readonly columns: readonly Column[]; readonly gold: boolean},
): TableTerms {
  const names = ['hippoConstraints', 'hippoChangeDataFeed', 'hippoClusterBy']
  for (const name of names.filter((one) => gold && extensions.raw(one) !== undefined))
    extensions.report(name, {message: `${name} belongs to a silver dataset: gold is kept in the warehouse`})
  const hasConstraints = readSwitch(extensions, 'hippoConstraints')
  const changeDataFeed = readSwitch(extensions, 'hippoChangeDataFeed')
  const taken = columns.find(({name}) => feedColumns.has(name.toLowerCase()))
  if (changeDataFeed && taken) extensions.report('hippoChangeDataFeed', {message: `a change feed has a column ${taken.name} of its own`})
  const clusterBy = readClusterBy(extensions, columns)
  return {
    ...(hasConstraints ? {hasConstraints} : {}),
    ...(changeDataFeed === undefined ? {} : {changeDataFeed}),
    ...(clusterBy === undefined ? {} : {clusterBy}),
  }
}

function readSwitch(extensions: Extensions, name: string): boolean | undefined {
  const value = extensions.raw(name)
  if (value === undefined || typeof value === 'boolean') return value
  extensions.report(name, {message: `${name} must be true or false`})
  return undefined
}

/** A list, or names with commas between them. */
function readClusterBy(extensions: Extensions, columns: readonly Column[]): readonly string[] | undefined {
  const raw = extensions.raw('hippoClusterBy')
  if (raw === undefined) return undefined
  const names: readonly unknown[] = typeof raw === 'string' ? raw.split(',').map((name) => name.trim()) : Array.isArray(raw) ? raw : []
  const known = new Set(columns.map(({name}) => name))
  const found = names.filter((name): name is string => typeof name === 'string' && known.has(name))
  if (found.length > 0 && found.length === names.length && new Set(found).size === found.length) return found
  extensions.report('hippoClusterBy', {message: 'hippoClusterBy must name columns of the dataset, each once'})
  return undefined
}
