// The source columns a contract reads, and how the header of a delivered file is bound to them. A scan yields each source
// column as text under an alias of its own (`raw:VALUE`), whatever the file calls it; the raw values stay beside the typed
// columns so that quarantine can keep them. Several contract columns may read one source column.
import type {PlanColumn} from '../expr/plan.ts'
import type {Column, Contract} from '../model/contract.ts'
import {primaryKey} from '../model/contract.ts'
import {stepKinds} from '../steps/index.ts'

export interface SourceColumn {
  /** Plan column of the scan. */
  readonly alias: string
  /** Names in the order they are looked for. */
  readonly names: readonly string[]
  /** Contract columns that read it, directly or in a step. */
  readonly feeds: readonly string[]
  /** Without it a required column, the key or a step would silently work on nothing: such a file must be refused. */
  readonly essential: boolean
}

export interface Binding {
  /** Alias -> name in the file's header. */
  readonly binding: Readonly<Record<string, string>>
  /** Header names that no contract column reads. */
  readonly added: readonly string[]
  /** Source columns the file lacks, by their first name. */
  readonly removed: readonly string[]
  /** Those of `removed` without which the file must be refused. */
  readonly missingEssential: readonly string[]
  /** Source columns that more than one header name fits equally well; they are not bound. */
  readonly ambiguous: readonly {readonly source: string; readonly candidates: readonly string[]}[]
}

/** How names are compared when they are not equal: case and the separators `_ - . ` and space do not count. */
export function looseName(name: string): string {
  return name.toLowerCase().replace(/[_\-\s.]/g, '')
}

/** The source columns of a silver contract, in the order in which columns and steps first name them. */
export function sourceColumns(contract: Contract): readonly SourceColumn[] {
  const key = primaryKey(contract)
  const found = new Map<string, SourceColumn>()
  const add = (names: readonly string[], feeds: string, essential: boolean): void => {
    // Exactly: a file may have columns whose names differ in case or separators only.
    const id = names.join('\n')
    const known = found.get(id)
    found.set(id, {
      alias: known?.alias ?? freeAlias(names[0] ?? feeds, found),
      names: known?.names ?? names,
      feeds: [...new Set([...(known?.feeds ?? []), feeds])],
      essential: essential || (known?.essential ?? false),
    })
  }
  for (const column of contract.columns) add(column.sources, column.name, column.required || key.includes(column.name))
  for (const column of contract.columns) {
    for (const name of stepNeeds(column)) {
      if (contract.columns.some((other) => other.name === name)) continue
      add(sourceNamed([...found.values()], name)?.names ?? [name], column.name, true)
    }
  }
  return [...found.values()]
}

/** The source column that a step means by a name: the one listing it, exactly or loosely. */
export function sourceNamed(sources: readonly SourceColumn[], name: string): SourceColumn | undefined {
  return (
    sources.find(({names}) => names.includes(name)) ??
    sources.find(({names}) => names.some((candidate) => looseName(candidate) === looseName(name)))
  )
}

/** Names of other columns that a column's steps look at. */
export function stepNeeds(column: Column): readonly string[] {
  const needs = column.steps.flatMap(({kind, params, at}) => {
    const step = stepKinds.get(kind)
    return step?.needs?.(step.parse(params, at)) ?? []
  })
  return [...new Set(needs)].filter((name) => name !== column.name)
}

/** What a scan of the contract's files yields: every source column as text. */
export function rawColumns(sources: readonly SourceColumn[]): readonly PlanColumn[] {
  return sources.map(({alias}) => ({name: alias, type: 'string'}))
}

/** Binds a file's header: each wanted name is looked for exactly, then loosely, in order of preference. */
export function bindSources(contract: Contract, header: readonly string[]): Binding {
  const binding: Record<string, string> = {}
  const ambiguous: {source: string; candidates: readonly string[]}[] = []
  const missing: SourceColumn[] = []
  for (const source of sourceColumns(contract)) {
    const candidates = source.names.map((name) => fitting(header, name)).find((fits) => fits.length > 0) ?? []
    const [only] = candidates
    if (only === undefined) missing.push(source)
    else if (candidates.length > 1) ambiguous.push({source: nameOf(source), candidates})
    else binding[source.alias] = only
  }
  const used = new Set([...Object.values(binding), ...ambiguous.flatMap(({candidates}) => candidates)])
  return {
    binding,
    added: header.filter((name) => !used.has(name)),
    removed: missing.map(nameOf),
    missingEssential: missing.filter(({essential}) => essential).map(nameOf),
    ambiguous,
  }
}

const nameOf = ({names, alias}: SourceColumn): string => names[0] ?? alias

function fitting(header: readonly string[], name: string): readonly string[] {
  if (header.includes(name)) return [name]
  return header.filter((candidate) => looseName(candidate) === looseName(name))
}

function freeAlias(name: string, found: ReadonlyMap<string, SourceColumn>): string {
  const taken = new Set([...found.values()].map(({alias}) => alias))
  let alias = `raw:${name}`
  for (let n = 2; taken.has(alias); n++) alias = `raw:${name}#${n}`
  return alias
}
