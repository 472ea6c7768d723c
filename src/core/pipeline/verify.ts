// Re-hashes what is stored and compares it with what the lake says of itself: capture records, contracts under their digest, Delta
// logs. Existence and size are looked at of everything, bytes of all or of a sample. It only reads, needs no database, and
// stands beside a run that goes on: what that has written and not yet committed counts as a stranger, which is no failure. Commits
// that a log lost at its end without a trace it cannot know: the catalog does, and `hippo doctor` asks it.
import {createHash} from 'node:crypto'
import {type ErrorJson, HippoError, toErrorJson} from '../errors/hippo-error.ts'
import {hashBytes, readBatches} from '../lake/bronze.ts'
import {openTombstones} from '../lake/tombstones.ts'
import {verifyBronze} from '../lake/verify-bronze.ts'
import {verifyTable} from '../lake/verify-table.ts'
import type {LakeCoverage, LakeFindings, LakeProblem} from '../model/lake-problem.ts'
import type {RunListener} from '../model/run.ts'
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'
import type {Workspace} from './ports.ts'

/** How many of the objects have their bytes read again: a number of them, or a share (0 to 100). */
export type Sample =
  | {readonly kind: 'all'}
  | {readonly kind: 'count'; readonly count: number}
  | {readonly kind: 'percent'; readonly percent: number}

export interface VerifyRequest {
  readonly sample: Sample
  readonly signal?: AbortSignal
  readonly onEvent?: RunListener
}

export interface VerifyResult {
  readonly lake: string
  readonly areas: Readonly<Record<Area, LakeCoverage>>
  readonly counts: Readonly<Record<LakeProblem['kind'], number>>
  readonly problems: readonly LakeProblem[]
  /** Set when bytes are gone or are others than those written. */
  readonly error?: ErrorJson
}

type Area = 'bronze' | 'silver' | 'quarantine' | 'contracts'

/** Every problem of the lake that can be seen; rot and loss make the result an error, strangers do not. */
export async function verify(workspace: Workspace, {sample, signal, onEvent}: VerifyRequest): Promise<VerifyResult> {
  const store = await workspace.store()
  const listed = new Map<string, ObjectInfo>()
  for await (const object of store.list('')) listed.set(object.key, object)
  assertLake(store, listed)
  const isChosen = choose([...listed.keys()].filter(isContent), sample, workspace.newRunId())
  const total = [...listed.values()].reduce((sum, {key, sizeBytes}) => sum + (isContent(key) && isChosen(key) ? sizeBytes : 0), 0)
  let done = 0
  const run = workspace.newRunId()
  const onRead = (sizeBytes: number) => {
    done += sizeBytes
    onEvent?.({kind: 'progress', run, step: 'verify', done, total, unit: 'bytes'})
  }
  const common = {listed, isChosen, onRead, ...(signal ? {signal} : {})}
  const {key} = workspace.config
  const tombstones = key === undefined ? {} : {tombstones: await openTombstones(store, key)}
  const bronze = await verifyBronze(store, {...common, batches: await readBatches(store), ...tombstones})
  const [silver, quarantine] = [await verifyTables(store, 'silver', common), await verifyTables(store, 'quarantine', common)]
  const contracts = await verifyContracts(store, common)
  return toResult(store.uri, {bronze, silver, quarantine, contracts}, outsiders(listed))
}

/** Lakes of the first days have no identity of their own. */
function assertLake({uri}: ObjectStore, listed: ReadonlyMap<string, ObjectInfo>): void {
  if (listed.has('lake.json') || [...listed.keys()].some((key) => key.startsWith('bronze/'))) return
  throw new HippoError('STORE_KEY_MISSING', {
    message: `there is no lake at ${uri}: nothing to verify`,
    hint: 'before the first hippo ingest there is none; after it, see that hippo.yaml names the right place and that it is mounted',
  })
}

interface Common {
  readonly listed: ReadonlyMap<string, ObjectInfo>
  readonly isChosen: (key: string) => boolean
  readonly onRead: (sizeBytes: number) => void
  readonly signal?: AbortSignal
}

/** Objects whose bytes a sample is drawn of; logs and records are always read. */
const isContent = (key: string): boolean =>
  /^bronze\/(objects|reviews|corrections)\//.test(key) ||
  (/^(silver|quarantine)\//.test(key) && !key.includes('/_')) ||
  /^(contracts|references)\//.test(key)

/** Another sample each time: what is drawn depends on the seed alone, not on the names. */
function choose(keys: readonly string[], sample: Sample, seed: string): (key: string) => boolean {
  if (sample.kind === 'all') return () => true
  const count = sample.kind === 'count' ? sample.count : Math.ceil((keys.length * sample.percent) / 100)
  const place = (key: string) => createHash('sha256').update(`${seed} ${key}`).digest('hex')
  const drawn = keys
    .map((key) => ({key, place: place(key)}))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .slice(0, count)
  const chosen = new Set(drawn.map(({key}) => key))
  return (key) => chosen.has(key)
}

async function verifyTables(store: ObjectStore, layer: 'silver' | 'quarantine', common: Common): Promise<LakeFindings> {
  const tables = new Set([...common.listed.keys()].flatMap((key) => /^(?:silver|quarantine)\/[^/]+(?=\/)/.exec(key) ?? []))
  const findings: LakeFindings[] = []
  for (const table of tables) if (table.startsWith(`${layer}/`)) findings.push(await verifyTable(store, {...common, table}))
  return together(findings)
}

/** Contracts, and the files they refer to, lie under the SHA-256 of their bytes. */
async function verifyContracts(store: ObjectStore, {listed, isChosen, onRead}: Common): Promise<LakeFindings> {
  const problems: LakeProblem[] = []
  let [objects, read] = [0, 0]
  for (const {key, sizeBytes} of listed.values()) {
    const digest = /^(?:contracts|references)\/([0-9a-f]{64})(?:\.yaml)?$/.exec(key)?.[1]
    if (digest === undefined) continue
    objects++
    if (!isChosen(key)) continue
    read++
    const {sha256} = await hashBytes({sizeBytes, open: () => store.stream(key)})
    onRead(sizeBytes)
    if (sha256 !== digest) problems.push({kind: 'rot', key, detail: 'it is not what rows were judged by'})
  }
  return {coverage: {objects, read}, problems}
}

function outsiders(listed: ReadonlyMap<string, ObjectInfo>): readonly LakeProblem[] {
  const isOurs = (key: string) =>
    /^lake\.json$|^(bronze|silver|quarantine)\/.+\/|^contracts\/[0-9a-f]{64}\.yaml$|^references\/[0-9a-f]{64}$|^records\/(silver|quarantine)\/[^/]+\/[0-9]{20}\.json$|^decisions\/[0-9]{20}\/[a-z]+\.json$|^notes\/[^/]+\/[0-9]{20}\.json$/.test(
      key,
    )
  return [...listed.keys()]
    .filter((key) => !isOurs(key) && !key.startsWith('bronze/'))
    .map((key) => ({kind: 'stranger', key, detail: 'hippo stores nothing under such a name'}))
}

function together(findings: readonly LakeFindings[]): LakeFindings {
  const sum = (of: (coverage: LakeCoverage) => number) => findings.reduce((total, {coverage}) => total + of(coverage), 0)
  return {
    coverage: {objects: sum(({objects}) => objects), read: sum(({read}) => read)},
    problems: findings.flatMap(({problems}) => problems),
  }
}

function toResult(lake: string, found: Readonly<Record<Area, LakeFindings>>, others: readonly LakeProblem[]): VerifyResult {
  const {bronze, silver, quarantine, contracts} = found
  const problems = [bronze, silver, quarantine, contracts].flatMap((one) => one.problems).concat(others)
  const count = (kind: LakeProblem['kind']) => problems.filter((one) => one.kind === kind).length
  const counts = {rot: count('rot'), loss: count('loss'), stranger: count('stranger')}
  const areas = {
    bronze: bronze.coverage,
    silver: silver.coverage,
    quarantine: quarantine.coverage,
    contracts: contracts.coverage,
  }
  const error = brokenLake(counts)
  return {lake, areas, counts, problems, ...(error ? {error: toErrorJson(error)} : {})}
}

function brokenLake({rot, loss}: VerifyResult['counts']): HippoError | undefined {
  if (rot + loss === 0) return undefined
  return new HippoError(rot > 0 ? 'STORE_CORRUPT' : 'STORE_KEY_MISSING', {
    message: `${rot} objects of the lake are not what was written, ${loss} are gone`,
    hint: 'put them back from a backup of the lake; nothing is judged by bytes that differ from those received',
  })
}
