// What became of bronze bytes that an erasure replaced. A tombstone lies under the HMAC of the old hash with the workspace key:
// who meets the old hash again (in a delivery, in the origin of a silver row) and has the key finds what stands for the bytes
// now; who has only the lake cannot confirm a guess of what was erased. It names no person and holds no value.
import {createHmac} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import type {Instant, RunId, Sha256} from '../model/names.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {layout} from './layout.ts'

/** A record of the old bytes that is not in the new ones. */
export interface RemovedRecord {
  /** 1-based record and line in the old bytes. */
  readonly row: number
  readonly line: number
  /** Lines it took. */
  readonly lines: number
}

export interface Tombstone {
  readonly run: RunId
  readonly at: Instant
  /** SHA-256 and size of the bytes that stand in their place. */
  readonly replacedBy: Sha256
  readonly sizeBytes: number
  /** In order. */
  readonly removed: readonly RemovedRecord[]
  /** The name under which the bytes came is not to be repeated. */
  readonly isNamePersonal?: true
}

export interface Tombstones {
  readonly count: number
  /** The tombstone of these bytes. CONFIG_VALUE_MISSING without the key, once there is any tombstone. */
  of(sha256: Sha256): Promise<Tombstone | undefined>
}

/** The tombstones of the lake, each read when it is asked for. CONFIG_INVALID when they were made with another key. */
export async function openTombstones(store: ObjectStore, key: string | undefined): Promise<Tombstones> {
  const keys = new Set<string>()
  for await (const object of store.list(layout.tombstonePrefix)) keys.add(object.key)
  if (key !== undefined && keys.size > 0 && !keys.has(markOf(key))) {
    throw new HippoError('CONFIG_INVALID', {
      message:
        'the workspace key is not the one with which bytes of this lake were erased: what was erased could not be told from what is new',
      hint: 'set HIPPO_KEY or HIPPO_KEY_FILE to the key of that time',
    })
  }
  return {
    count: keys.size,
    async of(sha256) {
      if (keys.size === 0) return undefined
      const at = tombstoneKey(requireKey(key), sha256)
      return keys.has(at) ? readTombstone(store, at) : undefined
    },
  }
}

/** The workspace key; CONFIG_VALUE_MISSING when there is none. */
export function requireKey(key: string | undefined): string {
  if (key !== undefined) return key
  throw new HippoError('CONFIG_VALUE_MISSING', {
    message: 'bytes of this lake were, or are to be, erased; that needs the workspace key',
    hint: 'set HIPPO_KEY or HIPPO_KEY_FILE; a new one comes from: openssl rand -hex 32',
  })
}

const tombstoneKey = (key: string, sha256: Sha256): string =>
  layout.tombstone(createHmac('sha256', key).update(`bronze object ${sha256}`).digest('hex'))

/** Lies beside the tombstones, so that another key is noticed. */
const markOf = (key: string): string => layout.tombstone(createHmac('sha256', key).update('workspace key').digest('hex'))

/** Says that the bytes are replaced; a repeat says it anew, for the last erasure before the bytes were gone is the one that counts. */
export async function putTombstone(store: ObjectStore, key: string, sha256: Sha256, tombstone: Tombstone): Promise<void> {
  await store.putIfAbsent(markOf(key), Buffer.from('{}\n'))
  await store.put(tombstoneKey(key, sha256), Buffer.from(`${JSON.stringify(tombstone)}\n`))
}

async function readTombstone(store: ObjectStore, at: string): Promise<Tombstone> {
  const text = Buffer.from(await store.get(at)).toString('utf8')
  try {
    const tombstone = JSON.parse(text) as Tombstone
    if (typeof tombstone.replacedBy !== 'string' || !Array.isArray(tombstone.removed)) throw new Error('shape')
    return tombstone
  } catch (cause) {
    throw new HippoError('STORE_CORRUPT', {message: `the tombstone ${at} is not readable`, cause})
  }
}

/** What stands for some bytes today, and what each erasure on the way took out of them, oldest first. */
export interface BytesToday {
  readonly sha256: Sha256
  readonly removals: readonly (readonly RemovedRecord[])[]
}

/** Follows the tombstones from bytes as they once were; bytes that nothing was erased from stand for themselves. */
export async function bytesToday(tombstones: Tombstones, sha256: Sha256): Promise<BytesToday> {
  const removals: (readonly RemovedRecord[])[] = []
  let now = sha256
  for (;;) {
    const tombstone = await tombstones.of(now)
    if (!tombstone) return {sha256: now, removals}
    removals.push(tombstone.removed)
    now = tombstone.replacedBy
  }
}

/** The number that a record of bytes as they once were has in today's; undefined when it was erased. */
export function rowToday(row: number, {removals}: Pick<BytesToday, 'removals'>): number | undefined {
  let now = row
  for (const removed of removals) {
    if (removed.some((one) => one.row === now)) return undefined
    now -= removed.filter((one) => one.row < now).length
  }
  return now
}

/** The number that a record of today's bytes had in the bytes as they once were. */
export function rowAtFirst(row: number, {removals}: BytesToday): number {
  return removals.reduceRight((later, removed) => {
    let before = later
    for (const one of removed) if (one.row <= before) before++
    return before
  }, row)
}
