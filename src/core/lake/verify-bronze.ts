// Bronze against its own records: every captured object is there with its size, the chosen ones with their hash, no number is
// missing between the batches, and nothing lies there that no record speaks of. Reads only.
import {HippoError} from '../errors/hippo-error.ts'
import {type Batch, isReview, type StoredObject} from '../model/capture.ts'
import type {LakeFindings, LakeProblem} from '../model/lake-problem.ts'
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'
import {assertIntact} from './bronze.ts'
import {layout} from './layout.ts'
import type {Tombstones} from './tombstones.ts'

export interface BronzeCheck {
  readonly batches: readonly Batch[]
  readonly listed: ReadonlyMap<string, ObjectInfo>
  /** Whether the bytes of an object are read again. */
  readonly isChosen: (key: string) => boolean
  /** Absent when the workspace has no key: bytes that were erased and came back cannot be told then. */
  readonly tombstones?: Tombstones
  readonly onRead: (sizeBytes: number) => void
  readonly signal?: AbortSignal
}

/** All problems of captured bytes and their records. */
export async function verifyBronze(store: ObjectStore, check: BronzeCheck): Promise<LakeFindings> {
  const records = recordsByKey(check.batches)
  const problems: LakeProblem[] = [...missingBatches(check.batches)]
  let read = 0
  for (const [key, record] of records) {
    check.signal?.throwIfAborted()
    const isRead = check.isChosen(key)
    if (isRead) read++
    const problem = isRead ? await readAgain(store, record, check) : lookedAt(record, check.listed.get(key))
    if (problem) problems.push(problem)
  }
  for (const key of check.listed.keys()) {
    if (!key.startsWith('bronze/') || records.has(key) || isRecord(key)) continue
    problems.push({kind: 'stranger', key, detail: await describeStranger(key, check.tombstones)})
  }
  return {coverage: {objects: records.size, read}, problems}
}

/** What captures and decisions refer to. */
function recordsByKey(batches: readonly Batch[]): ReadonlyMap<string, StoredObject> {
  const decided = batches.filter(isReview).flatMap(({review: {places, corrections}}) => (corrections ? [places, corrections] : [places]))
  return new Map([...batches.flatMap(({files}) => files), ...decided].map((stored) => [stored.key, stored]))
}

const isRecord = (key: string): boolean => key.startsWith(layout.batchPrefix) || key.startsWith(layout.tombstonePrefix)

/** Numbers are given one after the other, so a hole is a record that is gone. */
function missingBatches(batches: readonly Batch[]): readonly LakeProblem[] {
  const there = new Set(batches.map(({number}) => number))
  const last = batches.at(-1)?.number ?? 0
  return Array.from({length: last}, (_, index) => index + 1)
    .filter((number) => !there.has(number))
    .map((number) => ({kind: 'loss', key: layout.batch(number), detail: `the capture record of batch ${number} is missing`}))
}

function lookedAt({key, sizeBytes}: StoredObject, info: ObjectInfo | undefined): LakeProblem | undefined {
  if (!info) return {kind: 'loss', key, detail: 'captured bytes are missing'}
  if (info.sizeBytes === sizeBytes) return undefined
  return {kind: 'rot', key, detail: `${info.sizeBytes} bytes where ${sizeBytes} were captured`}
}

async function readAgain(store: ObjectStore, record: StoredObject, {onRead, signal}: BronzeCheck): Promise<LakeProblem | undefined> {
  try {
    await assertIntact(store, record, signal)
    return undefined
  } catch (error) {
    const code = error instanceof HippoError ? error.code : undefined
    if (code === 'STORE_KEY_MISSING') return {kind: 'loss', key: record.key, detail: 'captured bytes are missing'}
    if (code === 'STORE_CORRUPT') return {kind: 'rot', key: record.key, detail: 'the bytes are others than those captured'}
    if (code === 'STORE_UNREADABLE') return {kind: 'rot', key: record.key, detail: 'the bytes cannot be read'}
    throw error
  } finally {
    onRead(record.sizeBytes)
  }
}

async function describeStranger(key: string, tombstones: Tombstones | undefined): Promise<string> {
  const sha256 = key.split('/').at(-1) ?? ''
  if (key !== layout.object(sha256)) return 'hippo stores nothing under such a name'
  if (await tombstones?.of(sha256)) return 'bytes that were erased are there again'
  return 'no capture record names it: an ingest that died, or goes on, left it'
}
