// Captures what one source offers: each item is listed with what became of it, and the bytes of what is new are kept, of small
// files several at a time. An item that cannot be read, or changes while it is read, is a trouble of its own and stops none of
// the others. Nothing counts yet: that is the commit's business.
import {HippoError} from '../errors/hippo-error.ts'
import {hashBytes, type StoredBytes, storeBytes} from '../lake/bronze.ts'
import {eachAtOnce} from '../lake/each-at-once.ts'
import type {KnownFiles} from '../lake/known-files.ts'
import type {Tombstone, Tombstones} from '../lake/tombstones.ts'
import type {CaptureRecord} from '../model/capture.ts'
import type {CapturedFile} from '../model/run.ts'
import {givenFilesSource} from '../source/index.ts'
import type {FirstLook, PassedOverReason, Source, SourceItem} from '../source/source.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {Workspace} from './ports.ts'
import type {RunScope} from './record-run.ts'

export interface CaptureContext {
  readonly workspace: Workspace
  readonly store: ObjectStore
  readonly run: RunScope
  readonly known: KnownFiles
  /** Of bytes that were erased: they are neither known nor taken in again. */
  readonly tombstones: Tombstones
  readonly dryRun: boolean
  /** Source and key that feed the dataset of files given by hand. */
  readonly standsFor?: CaptureRecord['standsFor']
}

/** A listed item with what became of it. */
export interface Capture {
  readonly file: CapturedFile
  readonly delivery: string
  /** There when its bytes are stored and are to be committed. */
  readonly record?: CaptureRecord
  /** The capture by which it is known. */
  readonly before?: CaptureRecord
}

/** A small file costs a bucket's round trips more than its bytes; larger ones fill the way to it by themselves, and memory. */
const smallFileBytes = 1024 * 1024
const smallFilesAtOnce = 16

/** Captures the items into `captures`, in the order of the list; SOURCE_UNREADABLE when the source cannot be listed. */
export async function captureSource(context: CaptureContext, source: Source, captures: Capture[]): Promise<void> {
  const items: SourceItem[] = []
  for await (const item of source.list()) items.push(item)
  const found = new Map<SourceItem, Capture>()
  const capture = async (item: SourceItem) => {
    context.run.signal.throwIfAborted()
    found.set(item, {...(await captureItem(context, source, item)), delivery: item.delivery})
    context.run.progress('ingest', source.name, {done: found.size, unit: 'files'})
  }
  const [small, large] = [items.filter(isSmall), items.filter((item) => !isSmall(item))]
  try {
    await eachAtOnce(large, 1, capture)
    await eachAtOnce(small, smallFilesAtOnce, capture)
  } finally {
    captures.push(...items.flatMap((item) => found.get(item) ?? []))
  }
}

const isSmall = ({sizeBytes}: SourceItem): boolean => sizeBytes <= smallFileBytes

async function captureItem(context: CaptureContext, source: Source, item: SourceItem): Promise<Omit<Capture, 'delivery'>> {
  const {dataset} = item
  const base = {source: source.name, ...(dataset === undefined ? {} : {dataset}), path: item.path, bytes: item.sizeBytes, sha256: ''}
  if (item.passedOver) return {file: {...base, state: stateOfPassedOver(item, item.passedOver), reason: item.passedOver}}
  if (dataset === undefined) return {file: {...base, state: 'ignored', reason: 'no dataset matches its name'}}
  const settled = capturedBefore(context.known, source.name, {...item, dataset})
  if (settled) return {file: {...base, sha256: settled.sha256, state: 'known'}, before: settled}
  const erased = await erasedBefore(context, item)
  if (erased) return {file: {...base, ...(erased.isNamePersonal ? {path: 'erased'} : {}), state: 'rejected', reason: 'file.erased'}}
  const stored = await storeItem(context, item)
  if (typeof stored === 'string') return {file: {...base, state: 'rejected', reason: stored}}
  const {sha256, sizeBytes, key} = stored
  const file = {...base, sha256, bytes: sizeBytes}
  if (!(await item.isUnchanged())) return {file: {...file, state: 'rejected', reason: 'file.changed'}}
  const place = {source: source.name, dataset, ...standingFor(context, source)}
  const before = context.known.captureOf({...place, sha256})
  if (before) return {file: {...file, state: 'known'}, before}
  const look = await source.look(context.dryRun ? item : {...item, open: () => context.store.stream(key)})
  const record: CaptureRecord = {
    ...place,
    path: item.path,
    sizeBytes,
    sha256,
    key,
    ...describeLook(look),
    ...(item.controlTotal === undefined ? {} : {controlTotal: item.controlTotal}),
    receivedAt: context.workspace.clock.now().toISOString(),
    modifiedAt: new Date(item.modifiedAtMs).toISOString(),
  }
  return {file: {...file, state: look.rejected ? 'rejected' : 'captured', ...(look.rejected ? {reason: look.rejected} : {})}, record}
}

/** What is no delivery, or none yet: the next ingest looks again. */
const notYet: readonly PassedOverReason[] = ['file.hidden', 'file.unfinished', 'file.linkToFolder', 'file.totalMissing']

/** What somebody meant for a dataset and cannot be taken is refused, the rest is only listed. */
function stateOfPassedOver({dataset}: SourceItem, reason: PassedOverReason): 'ignored' | 'rejected' {
  if (reason === 'file.unreadable') return 'rejected'
  const isMeant = !notYet.includes(reason)
  return isMeant && dataset !== undefined ? 'rejected' : 'ignored'
}

function standingFor({standsFor}: CaptureContext, source: Source): Pick<CaptureRecord, 'standsFor'> {
  return source.name === givenFilesSource && standsFor ? {standsFor} : {}
}

/** The capture of a file that nobody has touched since; files given by hand are always read, for only their names are kept. */
function capturedBefore(known: KnownFiles, source: string, item: SourceItem & {readonly dataset: string}): CaptureRecord | undefined {
  if (source === givenFilesSource) return undefined
  const {path, sizeBytes, modifiedAtMs, changedAtMs} = item
  const before = known.settledCapture({source, path, sizeBytes, modifiedAt: new Date(modifiedAtMs).toISOString()})
  if (!before || before.dataset !== item.dataset) return undefined
  // Another file can be put in its place with the same size and the same modification time.
  const isTouched = changedAtMs !== undefined && changedAtMs > Date.parse(before.receivedAt)
  return isTouched ? undefined : before
}

/** The tombstone of the same bytes. They are hashed before they are stored, for not even an instant may they lie in the lake again. */
async function erasedBefore({tombstones, run}: CaptureContext, item: SourceItem): Promise<Tombstone | undefined> {
  if (tombstones.count === 0) return undefined
  const hashed = await hashBytes(item, run.signal).catch(() => undefined)
  return hashed && tombstones.of(hashed.sha256)
}

/** The stored bytes, or why they could not be stored: the sender wrote, moved or removed the file meanwhile, or nobody may read it. */
async function storeItem(
  {store, run, dryRun}: CaptureContext,
  item: SourceItem,
): Promise<StoredBytes | 'file.changed' | 'file.unreadable'> {
  try {
    return dryRun ? await hashBytes(item, run.signal) : await storeBytes(store, item, run.signal)
  } catch (error) {
    const isAboutFile = error instanceof HippoError && (error.code === 'STORE_CORRUPT' || error.code === 'SOURCE_UNREADABLE')
    if (isAboutFile && !(await item.isUnchanged())) return 'file.changed'
    if (error instanceof HippoError && error.code === 'SOURCE_UNREADABLE') return 'file.unreadable'
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
