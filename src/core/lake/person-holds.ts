// Legal holds on one person, as append-only documents of the lake: placed, released, each created once under the person's folder and
// its number there. The folder is the HMAC of the id with the workspace key, and the id itself lies sealed in the document: who has
// only the lake, or the catalog, cannot tell of whom they are. An erasure of the person takes the folder away.
import {createHmac} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import type {Instant, RunId} from '../model/names.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {layout} from './layout.ts'
import {openSealed, seal} from './seal.ts'

interface HoldStep {
  readonly actor: string
  readonly at: Instant
  readonly run: RunId
  /** Why; names nobody. */
  readonly reason: string
}

interface HoldDocument extends HoldStep {
  readonly kind: 'placed' | 'released'
  /** Of one that was placed: the person's id, sealed with the workspace key. */
  readonly sealed?: string
}

/** A hold that is on somebody now; it is named by the run that placed it. */
export interface PersonHold extends HoldStep {
  readonly kind: 'placed'
  readonly sealed: string
  /** Key prefix of the person's documents, and how many there are. */
  readonly folder: string
  readonly documents: number
}

/** Prefix of everything about holds on a person. */
export const holdFolder = (key: string, patient: string): string =>
  layout.holds(createHmac('sha256', key).update(`hold ${patient}`).digest('hex'))

/** Holds that were placed and not released, oldest first. */
export async function readHolds(store: ObjectStore): Promise<readonly PersonHold[]> {
  const byFolder = new Map<string, string[]>()
  for await (const {key} of store.list(layout.holdPrefix)) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1)
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), key])
  }
  const open: PersonHold[] = []
  for (const [folder, keys] of byFolder) {
    const newest = await readDocument(store, keys.toSorted().at(-1) ?? '')
    const {kind, sealed} = newest
    if (kind === 'placed' && sealed !== undefined) open.push({...newest, kind, sealed, folder, documents: keys.length})
  }
  return open.toSorted((a, b) => (a.at < b.at ? -1 : 1))
}

async function readDocument(store: ObjectStore, key: string): Promise<HoldDocument> {
  const corrupt = (cause?: unknown) => new HippoError('STORE_CORRUPT', {message: `the legal hold ${key} is not readable`, cause})
  let document: HoldDocument
  try {
    document = JSON.parse(Buffer.from(await store.get(key)).toString('utf8')) as HoldDocument
  } catch (error) {
    throw error instanceof SyntaxError ? corrupt(error) : error
  }
  if (document.kind === 'released' || (document.kind === 'placed' && typeof document.sealed === 'string')) return document
  throw corrupt()
}

/** Of whom a hold is. CONFIG_INVALID when it was placed with another workspace key. */
export const heldPerson = (key: string, {sealed}: PersonHold): string => openSealed(key, sealed)

/** False when somebody placed one at the same moment. */
export async function placeHold(
  store: ObjectStore,
  {key, patient, step}: {readonly key: string; readonly patient: string; readonly step: HoldStep},
): Promise<boolean> {
  const folder = holdFolder(key, patient)
  let documents = 0
  for await (const _ of store.list(folder)) documents++
  return putDocument(store, {folder, documents}, {...step, kind: 'placed', sealed: seal(key, patient)})
}

/** False when somebody released it at the same moment. */
export const releaseHold = (store: ObjectStore, hold: PersonHold, step: HoldStep): Promise<boolean> =>
  putDocument(store, hold, {...step, kind: 'released'})

async function putDocument(
  store: ObjectStore,
  {folder, documents}: Pick<PersonHold, 'folder' | 'documents'>,
  document: HoldDocument,
): Promise<boolean> {
  const key = `${folder}${String(documents + 1).padStart(20, '0')}.json`
  return (await store.putIfAbsent(key, Buffer.from(`${JSON.stringify(document)}\n`))) === 'created'
}
