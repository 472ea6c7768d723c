// Rows of persons who are under a legal hold: sought as those of a person who is forgotten, and kept. Nothing is changed here.
import type {Batch} from '../../model/capture.ts'
import type {BronzeHit, Erasure, ErasureTerms, Found, RecordOrigin} from './erasure.ts'
import {followReferences} from './follow-references.ts'
import {originsOf} from './origins.ts'
import type {RowTest} from './row-tests.ts'
import {searchBronze} from './search-bronze.ts'

export interface HeldRows {
  /** By dataset. */
  readonly tests: ReadonlyMap<string, readonly RowTest[]>
  /** Numbers of records by the hash of the bytes that they are in. */
  readonly records: ReadonlyMap<string, ReadonlySet<number>>
  /** By dataset. */
  readonly origins: ReadonlyMap<string, readonly RecordOrigin[]>
}

/** All of them, wherever they are; the datasets of persons are among those of the erasure. */
export async function heldRows(erasure: Erasure, terms: readonly ErasureTerms[], batches: readonly Batch[]): Promise<HeldRows> {
  const {person: _forgotten, ...rest} = erasure
  const datasets = terms.flatMap((one) => {
    const context = erasure.datasets.find(({contract}) => contract.dataset === one.contract.dataset)?.context
    return context ? [{...one, tests: one.ownTests, context}] : []
  })
  const sought = await followReferences({...rest, datasets, keys: new Map(), keyTexts: []}, batches)
  const {hits} = await searchBronze(sought, batches)
  return {
    tests: new Map(sought.datasets.map(({contract, tests}) => [contract.dataset, tests])),
    records: new Map(hits.flatMap(({sha256, what}) => (what.kind === 'records' ? [[sha256, what.rows] as const] : []))),
    origins: await originsOf(sought, hits),
  }
}

/** The hits without records that are held, and how many of these there are. */
export function sparedHits(
  hits: readonly BronzeHit[],
  {records}: Pick<HeldRows, 'records'>,
): {hits: readonly BronzeHit[]; kept: readonly Found[]} {
  const spared = hits.map((hit) => {
    const held = hit.what.kind === 'records' ? [...hit.what.rows].filter((row) => records.get(hit.sha256)?.has(row)) : []
    if (hit.what.kind !== 'records' || held.length === 0) return {hit, kept: 0}
    const rows = new Set([...hit.what.rows].filter((row) => !held.includes(row)))
    return {hit: rows.size === 0 ? undefined : {...hit, what: {...hit.what, rows, isAll: false}}, kept: held.length}
  })
  const touched = spared.filter(({kept}) => kept > 0)
  const rows = touched.reduce((sum, {kept}) => sum + kept, 0)
  return {
    hits: spared.flatMap(({hit}) => hit ?? []),
    kept: rows === 0 ? [] : [{location: 'bronze', places: touched.length, rows}],
  }
}
