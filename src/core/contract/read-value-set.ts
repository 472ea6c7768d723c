// FHIR value sets as tables: the codes of an expansion, or of a definition that lists them all. One that would have to be expanded by a
// terminology server is refused, for a part of it would call good codes bad.
import {isMap} from './map-reader.ts'
import type {TextTable} from './read-csv-table.ts'

export interface ValueSet extends TextTable {
  /** As the resource calls itself. */
  readonly name: string
  readonly version?: string
}

const columns = ['system', 'code', 'display']

/** Reads a ValueSet resource (FHIR R4 or R5, JSON); throws an Error that says what cannot be read. */
export function readValueSet(text: string): ValueSet {
  const resource: unknown = parse(text)
  if (!isMap(resource) || resource.resourceType !== 'ValueSet') throw new Error('it is no FHIR ValueSet')
  const rows = isMap(resource.expansion) ? expanded(resource.expansion) : defined(resource.compose)
  const name = [resource.name, resource.title, resource.id, resource.url].find((word) => typeof word === 'string')
  return {
    name: typeof name === 'string' ? name : 'value set',
    ...(typeof resource.version === 'string' ? {version: resource.version} : {}),
    columns,
    rows,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new Error('it is no JSON')
  }
}

type Row = readonly [system: string | null, code: string, display: string | null]

function expanded(expansion: Record<string, unknown>): readonly Row[] {
  const rows = contained(expansion.contains)
  const {total} = expansion
  if (typeof total === 'number' && total > rows.length) throw new Error(`its expansion holds ${rows.length} of ${total} codes`)
  return rows
}

/** Groups that are there for reading only are abstract; what is below them counts. */
function contained(contains: unknown): readonly Row[] {
  return listOf(contains).flatMap((entry) => {
    const below = contained(entry.contains)
    return entry.abstract === true || typeof entry.code !== 'string' ? below : [rowOf(entry.system, entry, entry.code), ...below]
  })
}

function defined(compose: unknown): readonly Row[] {
  const parts = isMap(compose) ? compose : {}
  const isListed = (part: Record<string, unknown>): boolean =>
    part.concept !== undefined && part.filter === undefined && part.valueSet === undefined
  if (listOf(parts.exclude).length > 0 || !listOf(parts.include).every(isListed))
    throw new Error('it has no expansion and does not list all of its codes: expand it on a terminology server')
  return listOf(parts.include).flatMap((part) =>
    listOf(part.concept).flatMap((entry) => (typeof entry.code === 'string' ? [rowOf(part.system, entry, entry.code)] : [])),
  )
}

function rowOf(system: unknown, entry: Record<string, unknown>, code: string): Row {
  return [typeof system === 'string' ? system : null, code, typeof entry.display === 'string' ? entry.display : null]
}

const listOf = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isMap) : [])
