// Controlled capture: lists what the sources offer, keeps the bytes of what is new, and commits them, one batch a folder. No
// business logic: a file is only ever rejected for what it is as a whole, and even then its bytes are kept.
import {createHash} from 'node:crypto'
import path from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {commitBatch, hashBytes, knownKey, readBatches, type StoredBytes, storeBytes} from '../lake/bronze.ts'
import type {Batch, CaptureRecord} from '../model/capture.ts'
import type {CapturedFile, IngestResult, RunState} from '../model/run.ts'
import {givenFilesSource} from '../source/index.ts'
import type {FirstLook, Source, SourceItem} from '../source/source.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {projectBatches} from './project-commits.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

export interface IngestRequest extends RunOptions {
  /** None means all configured sources. */
  readonly sources: readonly string[]
  /** Files by hand, for `dataset`, instead of sources. */
  readonly files?: readonly string[]
  readonly dataset?: string
}

/** Captures what is new; a dry run only says what that is. Rejected files are listed with their reason and never stop the others. */
export async function ingest(workspace: Workspace, request: IngestRequest): Promise<IngestResult> {
  const sources = await openSources(workspace, request)
  return recordRun(workspace, 'ingest', request, async (run) => {
    const store = await workspace.store()
    const batches = await readBatches(store)
    const context: CaptureContext = {workspace, store, run, known: indexKnown(batches), dryRun: request.dryRun ?? false}
    const captures: Capture[] = []
    for (const source of sources) {
      const done = await run.step('ingest', source.name, () => captureSource(context, source), summarise)
      captures.push(...done)
    }
    const committed = context.dryRun ? [] : await commit(context, batches, captures)
    if (!context.dryRun) await projectBatches(run.database, workspace.config.name, [...batches, ...committed])
    const batch = committed.at(-1)
    const files = captures.map((capture) => settle(capture, committed, context.dryRun))
    const changed = files.find((file) => file.reason === 'file.changed')
    if (changed && !batch) throw changedError(changed)
    const outputs = committed.map((one) => ({uri: `${store.uri}/bronze`, version: one.number, digest: digestOf(one)}))
    return {state: stateOf(files, batch), outputs, body: {...(batch ? {batch: batch.number} : {}), files}}
  })
}

interface CaptureContext {
  readonly workspace: Workspace
  readonly store: ObjectStore
  readonly run: RunScope
  readonly known: Known
  readonly dryRun: boolean
}

interface Known {
  /** Dataset and SHA-256. */
  readonly contents: ReadonlySet<string>
  /** Source, path, size and modification time of files that had not changed for a while when they were captured. */
  readonly states: ReadonlyMap<string, CaptureRecord>
}

/** A listed item with what became of it; `record` is there when its bytes are stored and belong to a dataset. */
interface Capture {
  readonly file: CapturedFile
  readonly record?: CaptureRecord
}

async function openSources(workspace: Workspace, request: IngestRequest): Promise<readonly Source[]> {
  if (request.files && request.files.length > 0) {
    if (request.dataset !== undefined) selectDatasets(silverContracts(await workspace.contracts()), [request.dataset])
    return [await workspace.sourceOfFiles(request.files, request.dataset)]
  }
  const names = Object.keys(workspace.config.sources)
  const wanted = request.sources.length > 0 ? request.sources : names
  for (const name of wanted) {
    if (names.includes(name)) continue
    const guess = nearest(name, names)
    throw new HippoError('CONFIG_SOURCE_UNKNOWN', {
      message: `There is no source ${name}.${guess ? ` Did you mean ${guess}?` : ''}`,
      hint: names.length > 0 ? `sources of this workspace: ${names.join(', ')}` : 'add a source to hippo.yaml',
    })
  }
  return Promise.all(wanted.map((name) => workspace.source(name)))
}

async function captureSource(context: CaptureContext, source: Source): Promise<readonly Capture[]> {
  const captures: Capture[] = []
  for await (const item of source.list()) {
    context.run.signal.throwIfAborted()
    captures.push(await captureItem(context, source, item))
    context.run.progress('ingest', source.name, {done: captures.length, unit: 'files'})
  }
  return captures
}

async function captureItem(context: CaptureContext, source: Source, item: SourceItem): Promise<Capture> {
  const base = {source: source.name, path: item.path, bytes: item.sizeBytes}
  if (item.dataset === undefined) return {file: {...base, sha256: '', state: 'ignored', reason: 'no dataset matches its name'}}
  const before = capturedBefore(context.known, source.name, item)
  if (before) return {file: {...base, dataset: item.dataset, sha256: before.sha256, state: 'known'}}
  const stored = await storeUnlessChanged(context, item)
  const {sha256 = '', sizeBytes = item.sizeBytes} = stored ?? {}
  const file = {...base, dataset: item.dataset, sha256, bytes: sizeBytes}
  if (!stored || !(await item.isUnchanged())) return {file: {...file, state: 'rejected', reason: 'file.changed'}}
  if (context.known.contents.has(knownKey({dataset: item.dataset, sha256: stored.sha256}))) return {file: {...file, state: 'known'}}
  const look = await source.look(item)
  const record: CaptureRecord = {
    source: source.name,
    dataset: item.dataset,
    path: item.path,
    sizeBytes: stored.sizeBytes,
    sha256: stored.sha256,
    key: stored.key,
    ...describeLook(look),
    receivedAt: context.workspace.clock.now().toISOString(),
    modifiedAt: new Date(item.modifiedAtMs).toISOString(),
  }
  return {file: {...file, state: look.rejected ? 'rejected' : 'captured', ...(look.rejected ? {reason: look.rejected} : {})}, record}
}

/** The capture of a file that nobody has touched since; files given by hand are always read, for only their names are kept. */
function capturedBefore({states}: Known, source: string, item: SourceItem): CaptureRecord | undefined {
  if (source === givenFilesSource) return undefined
  const before = states.get(stateKey(source, item.path, item.sizeBytes, new Date(item.modifiedAtMs).toISOString()))
  if (!before || before.dataset !== item.dataset) return undefined
  // Another file can be put in its place with the same size and the same modification time.
  const isTouched = item.changedAtMs !== undefined && item.changedAtMs > Date.parse(before.receivedAt)
  return isTouched ? undefined : before
}

/** Undefined when the bytes could not be stored because the sender wrote, moved or removed the file meanwhile. */
async function storeUnlessChanged({store, run, dryRun}: CaptureContext, item: SourceItem): Promise<StoredBytes | undefined> {
  try {
    return dryRun ? await hashBytes(item, run.signal) : await storeBytes(store, item, run.signal)
  } catch (error) {
    const isAboutFile = error instanceof HippoError && (error.code === 'STORE_CORRUPT' || error.code === 'SOURCE_UNREADABLE')
    if (isAboutFile && !(await item.isUnchanged())) return undefined
    throw error
  }
}

function describeLook(look: FirstLook): Pick<CaptureRecord, 'compression' | 'dialect' | 'rejected'> {
  return {
    compression: look.compression,
    ...(look.dialect ? {dialect: look.dialect} : {}),
    ...(look.rejected ? {rejected: look.rejected} : {}),
  }
}

/**
 * One batch a folder, in the order of their paths: folders that wait together (a missed night) are deliveries one after the
 * other all the same, and a row that the second sends again is an update, not a conflict.
 */
async function commit(context: CaptureContext, batches: readonly Batch[], captures: readonly Capture[]): Promise<readonly Batch[]> {
  const files = new Map<string, CaptureRecord>()
  for (const {record} of captures) if (record && !files.has(knownKey(record))) files.set(knownKey(record), record)
  const folders = Map.groupBy(files.values(), ({source, path: received}) => JSON.stringify([source, path.posix.dirname(received)]))
  const committed: Batch[] = []
  for (const [, together] of [...folders].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const draft = {run: context.run.id, createdAt: context.workspace.clock.now().toISOString(), files: together}
    const batch = await commitBatch(context.store, [...batches, ...committed], draft)
    if (batch) committed.push(batch)
  }
  return committed
}

/** A rejected file is said loudly once, when it arrives; what came with it is captured all the same. */
function stateOf(files: readonly CapturedFile[], batch: Batch | undefined): Exclude<RunState, 'running'> {
  if (files.some((file) => file.state === 'rejected')) return 'gated'
  return batch ? 'succeeded' : 'noop'
}

/** What is not in a committed batch was captured by another ingest, or twice in this one. */
function settle(capture: Capture, batches: readonly Batch[], dryRun: boolean): CapturedFile {
  const {file, record} = capture
  if (!record || dryRun) return file
  const isCommitted = batches.some(({files}) =>
    files.some((one) => one.path === record.path && one.source === record.source && knownKey(one) === knownKey(record)),
  )
  if (isCommitted) return file
  const {reason: _, ...rest} = file
  return {...rest, state: 'known'}
}

/** A file younger than this when captured may have been written again within the same tick of its clock. */
const settledAfterMs = 2000

/**
 * Files that look exactly as when they were captured are known without being read again, as version control systems do; a
 * file that was only just written then is always read.
 */
function indexKnown(batches: readonly Batch[]): Known {
  const records = batches.flatMap((batch) => batch.files)
  const settled = records.filter((record) => Date.parse(record.receivedAt) - Date.parse(record.modifiedAt) > settledAfterMs)
  return {
    contents: new Set(records.map(knownKey)),
    states: new Map(settled.map((record) => [stateKey(record.source, record.path, record.sizeBytes, record.modifiedAt), record])),
  }
}

const stateKey = (source: string, path: string, sizeBytes: number, modifiedAt: string) =>
  JSON.stringify([source, path, sizeBytes, modifiedAt])

/** Digest of what a batch holds, whatever its files were called. */
function digestOf(batch: Batch): string {
  const hash = createHash('sha256')
  for (const key of batch.files.map(knownKey).sort()) hash.update(`${key}\n`)
  return hash.digest('hex')
}

function summarise(captures: readonly Capture[]): {state: 'ok' | 'noop'; detail: string} {
  const count = (state: CapturedFile['state']) => captures.filter((capture) => capture.file.state === state).length
  const parts = (['captured', 'known', 'ignored', 'rejected'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
  return {state: count('captured') > 0 ? 'ok' : 'noop', detail: parts.join(', ') || 'nothing there'}
}

function changedError(file: CapturedFile): HippoError {
  return new HippoError('SOURCE_CHANGED', {
    message: `a file of source ${file.source} changed while it was read; nothing of it was captured`,
  })
}
