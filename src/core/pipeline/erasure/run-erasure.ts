// One erasure from the search to the proof, whatever it is that goes: look everywhere, refuse what would leave something behind,
// remove place after place, look everywhere again. A run that comes after a crash does the same and ends with the same.
import {rm} from 'node:fs/promises'
import {forgetCapturedFiles} from '../../catalog/projection.ts'
import {purgeDeadRows} from '../../catalog/purge-dead-rows.ts'
import {readSnapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {readBatches} from '../../lake/bronze.ts'
import {layout, promotionAppId} from '../../lake/layout.ts'
import {openTombstones, requireKey} from '../../lake/tombstones.ts'
import type {Contract} from '../../model/contract.ts'
import {phiLocations} from '../phi-locations/index.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {projectBatches, promotionLock} from '../project-commits.ts'
import type {RunScope} from '../record-run.ts'
import {finishRebuild} from '../replace-tables.ts'
import {silverContracts} from '../select-datasets.ts'
import type {ErasedDataset, Erasure, Found, PersonText, RecordOrigin, Search} from './erasure.ts'
import {originsOf} from './origins.ts'
import {refuseAltered, refuseLocked, searchPastVersions} from './past-versions.ts'
import {searchBronze} from './search-bronze.ts'
import {searchTable, type TableSearch} from './search-table.ts'
import {searchWarehouse} from './search-warehouse.ts'

export interface ErasureRequest extends RunOptions {
  readonly datasets: readonly Omit<ErasedDataset, 'context'>[]
  readonly person?: PersonText
  readonly dropUnreadable?: boolean
  readonly bypassGovernance?: boolean
  /** Called before anything is removed, and again when nothing is left. */
  readonly onErasure: (phase: 'begun' | 'proved', found: readonly Found[]) => Promise<void>
}

export interface ErasureOutcome {
  /** What was found, before anything was removed. */
  readonly found: readonly Found[]
  /** Whether all of it is gone; false of a dry run that found something. */
  readonly isGone: boolean
  /** Tables of the database whose dead rows could not be written over. */
  readonly keptByServer?: readonly string[]
}

/** CONTRACT_HELD, STORE_LOCKED, RUN_INCOMPLETE or RUN_LOCKED before anything is changed; RUN_INCOMPLETE after it when something is left. */
export async function runErasure(workspace: Workspace, run: RunScope, request: ErasureRequest): Promise<ErasureOutcome> {
  refuseHeld(request.datasets.map(({contract}) => contract))
  // A look alone makes no tombstone.
  const key = request.dryRun ? workspace.config.key : requireKey(workspace.config.key)
  return holdDatasets(workspace, run, request, request.datasets, async (datasets) => {
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
        dropUnreadable: request.dropUnreadable ?? false,
        bypassGovernance: request.bypassGovernance ?? false,
        staging,
      }
      return await erase(erasure, request)
    } finally {
      await rm(staging, {recursive: true, force: true})
    }
  })
}

async function erase(erasure: Erasure, {dryRun, onErasure}: ErasureRequest): Promise<ErasureOutcome> {
  const {run, workspace, store} = erasure
  if (erasure.person) await assertAllRead(erasure)
  for (const dataset of erasure.datasets) await assertFinished(dataset)
  const search = await run.step('search', undefined, () => searchAll(erasure))
  const found = await findAll(search)
  refuseUnreadable(search)
  refuseMentioned(search)
  refuseAltered(search)
  if (found.length > 0) await refuseLocked(search)
  if (dryRun) return {found, isGone: found.length === 0}
  if (found.length === 0) {
    // A run that died after its last removal has left them.
    return {found, isGone: true, ...(erasure.person ? {keptByServer: await purgeDeadRows(run.database)} : {})}
  }
  await onErasure('begun', found)
  await eraseInRounds(search)
  await forgetCapturedFiles(run.database)
  await projectBatches(run.database, workspace.config.name, await readBatches(store))
  const keptByServer = await purgeDeadRows(run.database)
  await onErasure('proved', found)
  return {found, isGone: true, keptByServer}
}

/** Deliveries that may come between a search and the next; each round has the same work as the first. */
const mostRounds = 3

/** Until nothing is left. An ingest beside it may bring the rows again: what it brought is searched and erased, too. */
async function eraseInRounds(first: Search): Promise<void> {
  let search = first
  for (let round = 1; ; round++) {
    for (const location of phiLocations) await location.erase(search)
    const {erasure} = search
    const after = {...erasure, tombstones: await openTombstones(erasure.store, erasure.key)}
    const proof = await erasure.run.step('prove', undefined, () => searchAll(after, search.origins))
    const left = await findAll(proof)
    if (left.length === 0) return
    if (proof.batches.length === search.batches.length) throw incomplete(left)
    if (round === mostRounds) throw overtaken()
    refuseUnreadable(proof)
    search = {...proof, origins: joined(search.origins, await originsOf(after, proof.bronze))}
  }
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

/** `before`: where the rows stood when bronze still told it. */
async function searchAll(erasure: Erasure, before?: ReadonlyMap<string, readonly RecordOrigin[]>): Promise<Search> {
  const batches = await readBatches(erasure.store)
  const {hits: bronze, mentions} = await searchBronze(erasure, batches)
  const origins = before ?? (await originsOf(erasure, bronze))
  const tables: TableSearch[] = []
  for (const dataset of erasure.datasets) {
    for (const layer of ['silver', 'quarantine'] as const) {
      const table = await searchTable({erasure, origins}, dataset, layer)
      if (table) tables.push(table)
    }
  }
  const [warehouse, pastVersions] = [await searchWarehouse(erasure, tables), await searchPastVersions(erasure, batches)]
  return {erasure, batches, bronze, mentions, origins, tables, warehouse, pastVersions}
}

async function findAll(search: Search): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const location of phiLocations) found.push(...(await location.find(search)))
  return found
}

/** A table that no contract speaks of may hold the person in columns that nobody can name. */
async function assertAllRead({store, workspace}: Erasure): Promise<void> {
  const known = new Set(silverContracts(await workspace.contracts()).map(({dataset}) => dataset))
  const tables = new Set<string>()
  for (const layer of ['silver', 'quarantine']) {
    for await (const {key} of store.list(`${layer}/`)) tables.add(key.split('/').slice(0, 2).join('/'))
  }
  const unread = [...tables].filter((table) => !known.has(table.split('/')[1] ?? ''))
  if (unread.length === 0) return
  throw new HippoError('RUN_INCOMPLETE', {
    message: `no contract says what ${unread.join(', ')} holds: it cannot be searched; nothing was erased`,
    hint: 'bring the contract back, from version control or from the lake (contracts/), until the erasure is done',
  })
}

/** A hold on a dataset keeps all its rows. */
function refuseHeld(contracts: readonly Contract[]): void {
  const held = contracts.filter(({legalHold}) => legalHold !== undefined)
  const [first] = held
  if (!first) return
  throw new HippoError('CONTRACT_HELD', {
    message: `a legal hold is on ${held.map(({dataset}) => dataset).join(', ')}: ${first.legalHold}; nothing was erased`,
    hint: `it ends when hippoLegalHold is taken out of ${first.path}`,
  })
}

/** A promotion that died between its two commits counts its rows again when it is finished: bronze must be as it was until then. */
async function assertFinished({contract: {dataset}, context}: ErasedDataset): Promise<void> {
  const {workspace} = context
  const store = await workspace.store()
  const reached = async (layer: 'silver' | 'quarantine') => {
    const table = layout.table(layer, dataset)
    return (await readSnapshot(store, table))?.txns.get(promotionAppId(table))?.version ?? 0
  }
  if ((await reached('quarantine')) > (await reached('silver'))) {
    throw new HippoError('RUN_INCOMPLETE', {
      message: `a promotion of ${dataset} was interrupted and must be finished first; nothing was erased`,
      hint: `hippo promote silver ${dataset}`,
    })
  }
  const silver = await readSnapshot(store, layout.table('silver', dataset))
  if (silver) await finishRebuild(context, silver)
}

/** Files that cannot be read as records but name the person: removed whole, or by nobody's mistake. */
function refuseUnreadable({erasure, bronze, batches}: Search): void {
  const whole = bronze.filter(({what}) => what.kind === 'whole')
  if (whole.length === 0 || erasure.dropUnreadable) return
  const keys = new Set(whole.map(({key}) => key))
  const places = batches.flatMap(({number, files}) =>
    files.flatMap((file, index) => (keys.has(file.key) ? [`file ${index + 1} of batch ${number}`] : [])),
  )
  throw new HippoError('RUN_INCOMPLETE', {
    message: `${places.length} captured files hold the id but cannot be read as records: ${places.slice(0, 10).join(', ')}; nothing was erased`,
    hint: 'write or mend the contract that reads them, or empty these files as a whole with --drop-unreadable',
  })
}

/** The person stands in files of a dataset of which nothing says whose its rows are: they would be left, or rows of others lost. */
function refuseMentioned({mentions}: Search): void {
  if (mentions.length === 0) return
  const byDataset = [...Map.groupBy(mentions, ({dataset}) => dataset)].map(([dataset, some]) => `${dataset} (${some.length})`)
  throw new HippoError('RUN_INCOMPLETE', {
    message: `received files of datasets without a reference to persons hold the id: ${byDataset.join(', ')}; nothing was erased`,
    hint: 'give their contracts a reference to the dataset of persons, or hippoNoPersonData: true where the text means something else',
  })
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
  datasets: readonly Omit<ErasedDataset, 'context'>[],
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
      return hold([...held, {...next, context}])
    })
  }
  const {name} = workspace.config
  const one = {waitMs: waitLockSeconds * 1000, what: 'another erasure', signal: run.signal}
  return run.database.withLock(`erase:${name}`, one, () => hold([]))
}
