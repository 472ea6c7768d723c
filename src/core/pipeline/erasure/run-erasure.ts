// One erasure from the search to the proof, whatever it is that goes: look everywhere, refuse what would leave something behind,
// remove place after place, look everywhere again. A run that comes after a crash does the same and ends with the same.
import {rm} from 'node:fs/promises'
import {forgetCapturedFiles} from '../../catalog/projection.ts'
import {purgeDeadRows} from '../../catalog/purge-dead-rows.ts'
import {hasLookups} from '../../contract/referenced-datasets.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {readBatches} from '../../lake/bronze.ts'
import {heldPerson, readHolds} from '../../lake/person-holds.ts'
import {openTombstones, requireKey} from '../../lake/tombstones.ts'
import type {Queryable} from '../../postgres/database.ts'
import {captures} from '../phi-locations/captures.ts'
import {phiLocations} from '../phi-locations/index.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {projectBatches, promotionLock} from '../project-commits.ts'
import type {RunScope} from '../record-run.ts'
import {silverContracts} from '../select-datasets.ts'
import {eraseBronze} from './erase-bronze.ts'
import type {ErasedDataset, Erasure, ErasureTerms, Found, PersonText, RecordOrigin, Search} from './erasure.ts'
import {erasureLock} from './erasure-lock.ts'
import {followReferences} from './follow-references.ts'
import {heldRows, sparedHits} from './held-rows.ts'
import {closeErasure, keepErasureOpen, openErasure, openErasureMark, openKeys, totalFound} from './open-erasure.ts'
import {originsOf} from './origins.ts'
import {refuseAltered, refuseLocked, searchPastVersions} from './past-versions.ts'
import {personId, personTerms} from './person-terms.ts'
import {assertAllRead, assertFinished, personHeld, refuseHeld, refuseKept, refuseMentioned, refuseUnreadable} from './refusals.ts'
import {searchBronze} from './search-bronze.ts'
import {searchTable, type TableSearch} from './search-table.ts'
import {searchWarehouse} from './search-warehouse.ts'

export interface ErasureRequest extends RunOptions {
  readonly datasets: readonly ErasureTerms[]
  readonly person?: PersonText
  readonly dropUnreadable?: boolean
  readonly bypassGovernance?: boolean
  /** Tells this erasure from others: the same for a repeat of the command. */
  readonly asked: string
  /** Called before anything is removed, and again when nothing is left, then with what all runs of it found. */
  readonly onErasure: (tx: Queryable, phase: 'begun' | 'proved', found: readonly Found[]) => Promise<void>
}

export interface ErasureOutcome {
  /** What was found, before anything was removed, by this run and by those before it that died. */
  readonly found: readonly Found[]
  /** Whether all of it is gone; false of a dry run that found something. */
  readonly isGone: boolean
  /** Rows that stay because a legal hold is on their person. */
  readonly kept?: readonly Found[]
  /** Tables of the database whose dead rows could not be written over. */
  readonly keptByServer?: readonly string[]
}

/** CONTRACT_HELD, STORE_LOCKED, RUN_INCOMPLETE or RUN_LOCKED before anything is changed; RUN_INCOMPLETE after it when something is left. */
export async function runErasure(workspace: Workspace, run: RunScope, request: ErasureRequest): Promise<ErasureOutcome> {
  refuseHeld(request.datasets.map(({contract}) => contract))
  // A look alone makes no tombstone.
  const key = request.dryRun ? workspace.config.key : requireKey(workspace.config.key)
  return erasureLock(workspace, run, request, async () => {
    const heldTerms = await termsOfHeld(workspace, request, key)
    const only = heldTerms.filter(({contract}) => !request.datasets.some((one) => one.contract === contract))
    const all = [...request.datasets, ...only.map(({contract}) => ({contract, ownTests: [], isOnlyForHolds: true as const}))]
    return holdDatasets(workspace, run, request, all, (datasets) => eraseHolding(workspace, run, {request, key, heldTerms, datasets}))
  })
}

interface HeldErasure {
  readonly request: ErasureRequest
  readonly key: string | undefined
  readonly heldTerms: readonly ErasureTerms[]
  readonly datasets: readonly ErasedDataset[]
}

async function eraseHolding(
  workspace: Workspace,
  run: RunScope,
  {request, key, heldTerms, datasets}: HeldErasure,
): Promise<ErasureOutcome> {
  const staging = await workspace.stagingDirectory()
  try {
    const store = await workspace.store()
    const erasure: Erasure = {
      workspace,
      run,
      store,
      engine: await workspace.engine(),
      key: key ?? '',
      tombstones: await openTombstones(store, key),
      datasets,
      ...(request.person ? {person: request.person} : {}),
      keys: key === undefined ? new Map() : await openKeys(run.database, openErasureMark(key, request.asked), key),
      keyTexts: [],
      dropUnreadable: request.dropUnreadable ?? false,
      bypassGovernance: request.bypassGovernance ?? false,
      heldTerms,
      staging,
    }
    return await erase(erasure, request)
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

/** What is sought of everybody who is under a legal hold. CONTRACT_HELD when that is the person to be forgotten. */
async function termsOfHeld(workspace: Workspace, {person}: ErasureRequest, given: string | undefined): Promise<readonly ErasureTerms[]> {
  const holds = await readHolds(await workspace.store())
  if (holds.length === 0) return []
  const key = requireKey(given)
  const contracts = silverContracts(await workspace.contracts())
  const held = holds.map((hold) => ({hold, id: personId(contracts, heldPerson(key, hold))}))
  const own = held.find(({id}) => id === person?.id)
  if (own) throw personHeld(own.hold)
  return personTerms(
    contracts,
    held.map(({id}) => id),
  )
}

async function erase(erasure: Erasure, {dryRun, asked, onErasure}: ErasureRequest): Promise<ErasureOutcome> {
  const {run, workspace, store} = erasure
  if (erasure.person) await assertAllRead(erasure)
  for (const dataset of erasure.datasets) await assertFinished(dataset)
  const search = await run.step('search', undefined, () => searchAll(erasure))
  const found = await findAll(search)
  refuseUnreadable(search)
  refuseMentioned(search)
  refuseAltered(search)
  if (found.length > 0) await refuseLocked(search, await otherKeys(search))
  const {kept} = search
  if (erasure.person) refuseKept(kept)
  if (dryRun) return {found, isGone: found.length === 0, kept}
  const mark = openErasureMark(erasure.key, asked)
  const begun = await openErasure(run.database, mark)
  if (found.length === 0 && !begun) return {found, isGone: true, kept}
  const total = totalFound(begun ?? [], found)
  if (found.length > 0) {
    const keepOpen = (tx: Queryable, {keys}: Erasure) => keepErasureOpen(tx, mark, {key: erasure.key, keys, found: total})
    await run.database.transaction(async (tx) => {
      await keepOpen(tx, search.erasure)
      await onErasure(tx, 'begun', found)
    })
    await eraseInRounds(search, (later) => keepOpen(run.database, later))
  }
  await forgetCapturedFiles(run.database)
  await projectBatches(run.database, workspace.config.name, await readBatches(store))
  const keptByServer = await purgeDeadRows(run.database)
  await run.database.transaction(async (tx) => {
    await closeErasure(tx, mark)
    await onErasure(tx, 'proved', total)
  })
  return {found: total, isGone: true, kept, keptByServer}
}

/** Deliveries that may come between a search and the next; each round has the same work as the first. */
const mostRounds = 3

/** Until nothing is left. An ingest beside it may bring the rows again: what it brought is searched and erased, too. */
async function eraseInRounds(first: Search, keepOpen: (later: Erasure) => Promise<void>): Promise<void> {
  let search = first
  for (let round = 1; ; round++) {
    await eraseEverywhere(search)
    const {erasure} = search
    const after = {...erasure, tombstones: await openTombstones(erasure.store, erasure.key)}
    const proof = await erasure.run.step('prove', undefined, () => searchAll(after, search))
    const left = await findAll(proof)
    if (left.length === 0) return
    if (proof.batches.length === search.batches.length) throw incomplete(left)
    if (round === mostRounds) throw overtaken()
    refuseUnreadable(proof)
    await keepOpen(proof.erasure)
    search = {...proof, origins: joined(search.origins, await originsOf(proof.erasure, proof.bronze))}
  }
}

/**
 * Bronze of datasets that find their persons through a lookup goes before the rows that it looks up: a run that dies in between would
 * not find them again.
 */
async function eraseEverywhere(search: Search): Promise<void> {
  const lookups = new Set(search.erasure.datasets.flatMap(({contract}) => (hasLookups(contract) ? [contract.dataset] : [])))
  const early = search.bronze.filter((hit) => hit.datasets.some((dataset) => lookups.has(dataset)))
  if (early.length > 0) {
    await captures.erase(search)
    await eraseBronze({...search, bronze: early})
  }
  const rest = {...search, bronze: search.bronze.filter((hit) => !early.includes(hit))}
  for (const location of phiLocations) if (early.length === 0 || location !== captures) await location.erase(rest)
}

function joined(...all: readonly ReadonlyMap<string, readonly RecordOrigin[]>[]): ReadonlyMap<string, readonly RecordOrigin[]> {
  const datasets = new Set(all.flatMap((origins) => [...origins.keys()]))
  return new Map([...datasets].map((dataset) => [dataset, all.flatMap((origins) => origins.get(dataset) ?? [])]))
}

function overtaken(): HippoError {
  return new HippoError('RUN_LOCKED', {
    message: 'deliveries with the same rows kept coming in while they were erased',
    hint: 'run the same command again once nothing is ingested',
  })
}

/** `before`: where the rows stood when bronze still told it, and which objects had none. */
async function searchAll(asked: Erasure, before?: Pick<Search, 'origins' | 'cleanBronze' | 'batches'>): Promise<Search> {
  const batches = await readBatches(asked.store)
  // The datasets are held: only a delivery can bring in what leads further.
  const erasure = before?.batches.length === batches.length ? asked : await followReferences(asked, batches)
  const held = erasure.heldTerms.length === 0 ? undefined : await heldRows(erasure, erasure.heldTerms, batches)
  const {hits, mentions, clean: cleanBronze} = await searchBronze(erasure, batches, before?.cleanBronze)
  const {hits: bronze, kept: keptRecords} = held ? sparedHits(hits, held) : {hits, kept: []}
  const origins = before?.origins ?? (await originsOf(erasure, bronze))
  const tables: TableSearch[] = []
  for (const dataset of erasure.datasets) {
    for (const layer of ['silver', 'quarantine'] as const) {
      const table = await searchTable({erasure, origins, ...(held ? {held} : {})}, dataset, layer)
      if (table) tables.push(table)
    }
  }
  const [warehouse, pastVersions] = [await searchWarehouse(erasure, tables), await searchPastVersions(erasure, batches)]
  const keptRows = tables.flatMap(({layer, dataset, kept}): readonly Found[] =>
    kept === 0 ? [] : [{location: layer, dataset: dataset.contract.dataset, places: 1, rows: kept}],
  )
  return {erasure, batches, bronze, mentions, cleanBronze, origins, tables, warehouse, pastVersions, kept: [...keptRows, ...keptRecords]}
}

async function otherKeys(search: Search): Promise<readonly string[]> {
  const keys: string[] = []
  for (const location of phiLocations) keys.push(...((await location.keys?.(search)) ?? []))
  return keys
}

async function findAll(search: Search): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const location of phiLocations) found.push(...(await location.find(search)))
  return found
}

function incomplete(left: readonly Found[]): HippoError {
  const places = left.map(({location, dataset, places: count}) => `${location}${dataset ? ` ${dataset}` : ''} (${count})`)
  return new HippoError('RUN_INCOMPLETE', {message: `something is still found in: ${places.join(', ')}`})
}

/** Holds all datasets, one inside the other, in a fixed order: nobody promotes them meanwhile. */
async function holdDatasets<T>(
  workspace: Workspace,
  run: RunScope,
  {waitLockSeconds = 0}: RunOptions,
  datasets: readonly ErasureTerms[],
  work: (held: readonly ErasedDataset[]) => Promise<T>,
): Promise<T> {
  const contracts = silverContracts(await workspace.contracts())
  const sorted = datasets.toSorted((a, b) => (a.contract.dataset < b.contract.dataset ? -1 : 1))
  const hold = async (held: readonly ErasedDataset[]): Promise<T> => {
    const next = sorted[held.length]
    if (!next) return work(held)
    const {contract} = next
    const lock = {waitMs: waitLockSeconds * 1000, what: `dataset ${contract.dataset}`, signal: run.signal}
    return run.database.withLock(promotionLock(workspace.config.name, contract.dataset), lock, (lost) => {
      const context = {workspace, run, contract, contracts, batches: [], request: {datasets: []}, reached: new Map<string, number>(), lost}
      return hold([...held, {...next, tests: next.ownTests, context}])
    })
  }
  return hold([])
}
