// What a server must prove before anything is written to it: that of two writers one wins and the other is told, that what was
// written is there at once, whole, and listed. A server that gets this wrong loses commits silently, so hippo refuses to write
// there. The objects of a probe lie below `.tmp/`, which no listing shows, and are removed.
import {randomUUID} from 'node:crypto'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Bucket} from './bucket.ts'
import {askForBucket} from './list-objects.ts'
import {type BucketKeeping, bucketKeeping, listVersions, removeVersion} from './object-versions.ts'
import {headObject, readObject} from './read-object.ts'
import {S3Refusal} from './transport.ts'
import {sendUpload} from './upload-parts.ts'
import {createObject, type Outcome, sha256Of} from './write-object.ts'

export interface ProbeResult {
  /** What was seen to be wrong, in words; empty for a server that may be written to. */
  readonly faults: readonly string[]
  /** Of many that complete an upload of one key, one wins. Without it large bodies are written only under names of their own. */
  readonly isMultipartSafe: boolean
  /** The server itself refuses a key below another key. */
  readonly refusesNestedKeys: boolean
  /** Its clock minus ours, where it tells. */
  readonly clockSkewMs?: number
  /** What the bucket keeps of objects that are deleted or written again; absent when the credentials may not know. */
  readonly keeping?: BucketKeeping
  /** What the server calls itself. */
  readonly server: string
  readonly probedAt: string
}

const writers = 8
const rounds = 4

/** Tries the server out, in some two hundred small requests; STORE_* when it cannot be used at all. */
export async function probe(bucket: Bucket, now: () => Date = () => new Date()): Promise<ProbeResult> {
  const folder = `.tmp/probe-${randomUUID()}`
  const written = new Set<string>()
  let keeping: BucketKeeping | undefined
  const key = (name: string) => {
    written.add(`${folder}/${name}`)
    return `${folder}/${name}`
  }
  try {
    const serverTime = await askForBucket(bucket)
    const at = now()
    keeping = await bucketKeeping(bucket).catch(unlessForbidden)
    const faults: string[] = []
    const look = async (check: () => Promise<string | undefined>) => {
      const fault = await check()
      if (fault !== undefined) faults.push(fault)
    }
    await look(() => keepsFirst(bucket, key('kept')))
    for (let round = 0; round < rounds; round++) await look(() => oneWins(bucket, key(`race-${round}`), createAtOnce))
    await look(() => readsWhatWasWritten(bucket, key('read')))
    let isMultipartSafe = true
    for (let round = 0; round < rounds && isMultipartSafe; round++) {
      isMultipartSafe = (await oneWins(bucket, key(`upload-${round}`), completeAtOnce)) === undefined
    }
    return {
      faults: [...new Set(faults)],
      isMultipartSafe,
      refusesNestedKeys: await refusesNested(bucket, key),
      ...(serverTime === undefined ? {} : {clockSkewMs: serverTime.getTime() - at.getTime()}),
      ...(keeping === undefined ? {} : {keeping}),
      server: await serverName(bucket, key('kept')),
      probedAt: at.toISOString(),
    }
  } finally {
    await remove(bucket, written)
    if (keeping !== undefined && keeping.versioning !== 'off') await removePast(bucket, folder)
  }
}

/** STORE_UNSAFE for a server that must not be written to. */
export function assertSafe({faults}: ProbeResult, endpoint: string): void {
  if (faults.length === 0) return
  throw new HippoError('STORE_UNSAFE', {message: `${endpoint} is not safe to write to: ${faults.join('; ')}`})
}

const create = (bucket: Bucket, key: string, body: Buffer): Promise<Outcome> => createObject(bucket, key, body, {sha256: sha256Of(body)})

/** Puts the bodies under one key at the same time; how each ended, in their order. */
type Race = (bucket: Bucket, key: string, bodies: readonly Buffer[]) => Promise<readonly Outcome[]>

const createAtOnce: Race = (bucket, key, bodies) => Promise.all(bodies.map((body) => create(bucket, key, body)))

/** All parts are there before the first upload is completed, so that nothing but the completions meet. */
const completeAtOnce: Race = async (bucket, key, bodies) => {
  const uploads = await Promise.all(
    bodies.map((body) => {
      const open = async function* () {
        yield body
      }
      return sendUpload(bucket, key, {sizeBytes: body.byteLength, open}, {isConditional: true})
    }),
  )
  return Promise.all(uploads.map((upload) => upload.complete()))
}

async function keepsFirst(bucket: Bucket, key: string): Promise<string | undefined> {
  const first = await create(bucket, key, Buffer.from('first'))
  const second = await create(bucket, key, Buffer.from('second'))
  if (first !== 'created') return 'it refuses If-None-Match on a key that is free'
  if (second !== 'exists') return 'it overwrites an object that If-None-Match protects'
  return undefined
}

async function oneWins(bucket: Bucket, key: string, race: Race): Promise<string | undefined> {
  const bodies = Array.from({length: writers}, (_, index) => Buffer.from(`writer ${index}`))
  const outcomes = await race(bucket, key, bodies)
  const winners = outcomes.filter((outcome) => outcome === 'created').length
  if (winners !== 1) return `of ${writers} writers at once ${winners} were told that they had won`
  const stored = await read(bucket, key)
  return stored.equals(bodies[outcomes.indexOf('created')] ?? Buffer.alloc(0))
    ? undefined
    : 'it keeps another body than that of the writer who won'
}

async function readsWhatWasWritten(bucket: Bucket, key: string): Promise<string | undefined> {
  await create(bucket, key, Buffer.from('0123456789'))
  const {prefix} = bucket.settings
  const listed = await bucket.ask({action: 'ListBucket', method: 'GET', key: '', query: {'list-type': '2', prefix: prefix + key}})
  if (!listed.body.includes('/read</Key>')) return 'it does not list an object that was just written'
  const end = await read(bucket, key, {start: -3})
  return end.toString() === '789' ? undefined : 'it does not answer a range with exactly its bytes'
}

/** Some servers keep a key and one below it, and then list only one of them. */
async function refusesNested(bucket: Bucket, key: (name: string) => string): Promise<boolean> {
  const isRefused = (outcome: Promise<Outcome>) =>
    outcome.then(
      () => false,
      (error: unknown) => error instanceof HippoError && error.code === 'STORE_KEY_INVALID',
    )
  const below = await isRefused(create(bucket, key('kept/below'), Buffer.from('x')))
  await create(bucket, key('folder/object'), Buffer.from('x'))
  const above = await isRefused(create(bucket, key('folder'), Buffer.from('x')))
  return below && above
}

async function serverName(bucket: Bucket, key: string): Promise<string> {
  const {headers} = await bucket.ask({action: 'GetObject', method: 'HEAD', key})
  return typeof headers.server === 'string' ? headers.server : 'a server that does not say what it is'
}

async function read(bucket: Bucket, key: string, range?: {readonly start: number}): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readObject(bucket, key, range === undefined ? {} : {range})) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What the removed objects leave in a bucket that keeps versions, and that credentials may leave there. */
async function removePast(bucket: Bucket, folder: string): Promise<void> {
  try {
    for await (const version of listVersions(bucket, `${folder}/`)) await removeVersion(bucket, version, false)
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
  }
}

function unlessForbidden(error: unknown): undefined {
  if (error instanceof HippoError && error.code === 'STORE_FORBIDDEN') return undefined
  throw error
}

/** Deepest first. Credentials that may not delete leave a few bytes behind. */
async function remove(bucket: Bucket, keys: ReadonlySet<string>): Promise<void> {
  for (const key of [...keys].sort().reverse()) {
    const isThere = await headObject(bucket, key).catch(() => undefined)
    if (isThere === undefined) continue
    await bucket.ask({action: 'DeleteObject', method: 'DELETE', key}).catch((error: unknown) => {
      if (!(error instanceof HippoError) && !(error instanceof S3Refusal)) throw error
    })
  }
}
