// What a bucket that keeps versions still holds of objects that were deleted or written again: to delete an object there only
// hides it. An erasure removes every such version of the tables it touches, of capture records, of corrections, and of received
// bytes that no capture names; nobody has looked at what is in them. Versions of received bytes that a capture names are what an overwritten or
// deleted original can be brought back from, so an erasure refuses until that is done.
import {HippoError} from '../../errors/hippo-error.ts'
import {readBatches} from '../../lake/bronze.ts'
import {layout} from '../../lake/layout.ts'
import type {Batch} from '../../model/capture.ts'
import {keptVersions, type ObjectLock, type ObjectVersion} from '../../store/kept-versions.ts'
import type {Erasure, Search} from './erasure.ts'

const objectPrefix = 'bronze/objects/'

export interface PastVersions {
  /** To be removed. */
  readonly past: readonly ObjectVersion[]
  /** Received bytes that a capture names and that somebody deleted or wrote again. */
  readonly altered: readonly string[]
}

export async function searchPastVersions(
  {store, datasets}: Pick<Erasure, 'store' | 'datasets'>,
  batches: readonly Batch[],
): Promise<PastVersions> {
  const kept = keptVersions(store)
  if (!kept) return {past: [], altered: []}
  const captured = new Set(batches.flatMap(({files}) => files.map(({key}) => key)))
  const past: ObjectVersion[] = []
  const altered: string[] = []
  for (const prefix of prefixesOf(datasets)) {
    const below: ObjectVersion[] = []
    for await (const version of kept.versions(prefix)) below.push(version)
    for (const [key, versions] of Map.groupBy(below, (version) => version.key)) {
      if (captured.has(key)) {
        if (isAltered(versions)) altered.push(key)
      } else if (!key.endsWith('/_last_checkpoint')) past.push(...versions.filter(({isNewest, isMarker}) => !isNewest || isMarker))
    }
  }
  return {past, altered}
}

/** Written twice with the same bytes is not altered. */
function isAltered(versions: readonly ObjectVersion[]): boolean {
  const newest = versions.find(({isNewest}) => isNewest)
  return versions.some(({isMarker, etag}) => isMarker || etag !== newest?.etag)
}

/** Without tables that are only looked through for held persons: what they keep is to stay. */
function prefixesOf(datasets: Erasure['datasets']): readonly string[] {
  const asked = datasets.filter(({isOnlyForHolds}) => !isOnlyForHolds)
  const tables = asked.flatMap(({contract: {dataset}}) => [layout.table('silver', dataset), layout.table('quarantine', dataset)])
  const folders = [objectPrefix, layout.batchPrefix, layout.correctionPrefix, layout.holdPrefix, layout.notePrefix]
  return [...folders, ...tables.map((table) => `${table}/`)]
}

export async function erasePastVersions({erasure}: Search): Promise<void> {
  const kept = keptVersions(erasure.store)
  // Looked for again: what was erased since the search has left versions, too.
  const {past} = await searchPastVersions(erasure, await readBatches(erasure.store))
  for (const version of past) await kept?.removeVersion(version, {bypassGovernance: erasure.bypassGovernance})
}

/** RUN_INCOMPLETE when received bytes were deleted or overwritten: an erasure would take what they can be brought back from. */
export function refuseAltered({pastVersions: {altered}, batches}: Search): void {
  if (altered.length === 0) return
  const keys = new Set(altered)
  const places = batches.flatMap(({number, files}) =>
    files.flatMap((file, index) => (keys.has(file.key) ? [`file ${index + 1} of batch ${number}`] : [])),
  )
  throw new HippoError('RUN_INCOMPLETE', {
    message: `${altered.length} received files were deleted or overwritten in the bucket, and only their earlier versions are as received: ${places.slice(0, 10).join(', ')}; nothing was erased`,
    hint: 'bring the first version of each object back (hippo verify names them), remove the others, then run the same command again',
  })
}

/** STORE_LOCKED when a lock forbids what is to be done, to `others` too: nothing is changed then. */
export async function refuseLocked(search: Search, others: readonly string[]): Promise<void> {
  const {store, datasets, bypassGovernance} = search.erasure
  const kept = keptVersions(store)
  if (!kept) return
  const goes = goingKeys(search, others)
  const past = new Set(search.pastVersions.past.map(nameOf))
  const locks: ObjectLock[] = []
  for (const prefix of prefixesOf(datasets)) {
    for await (const version of kept.versions(prefix)) {
      if (!goes(version.key) && !past.has(nameOf(version))) continue
      const lock = await kept.lockOf(version)
      if (lock && !(lock.kind === 'governance' && bypassGovernance)) locks.push(lock)
    }
  }
  if (locks.length > 0) throw locked(locks)
}

const nameOf = ({key, versionId}: ObjectVersion): string => `${key} ${versionId}`

/** Objects that an erasure deletes or writes again. */
function goingKeys({bronze, tables}: Search, others: readonly string[]): (key: string) => boolean {
  const keys = new Set([
    ...others,
    ...bronze.map(({key}) => key),
    ...tables.flatMap(({current, dead}) => [...current.map(({key}) => key), ...dead]),
  ])
  const logs = tables.filter(({current}) => current.length > 0).map(({snapshot}) => `${snapshot.table}/_delta_log/`)
  const prefixes = [...logs, ...(bronze.length > 0 ? [layout.batchPrefix] : [])]
  return (key) => keys.has(key) || prefixes.some((prefix) => key.startsWith(prefix))
}

function locked(locks: readonly ObjectLock[]): HippoError {
  const held = locks.filter(({kind}) => kind === 'legalHold').length
  const last = locks
    .flatMap(({until}) => until ?? [])
    .toSorted()
    .at(-1)
  const isPassable = locks.every(({kind}) => kind === 'governance')
  const until = last === undefined ? '' : `, the last until ${last}`
  const holds = held === 0 ? '' : `, ${held} of them under a legal hold without an end`
  const hint = isPassable
    ? `run it again after ${last}, or with --bypass-governance and credentials that may s3:BypassGovernanceRetention`
    : held > 0
      ? 'let whoever put the legal hold on the objects take it off, then run the same command again'
      : `run the same command again after ${last}`
  return new HippoError('STORE_LOCKED', {
    message: `${locks.length} of the objects to be erased are under an object lock${until}${holds}; nothing was erased`,
    hint,
    details: {objects: locks.length, ...(last === undefined ? {} : {lockedUntil: last})},
  })
}
