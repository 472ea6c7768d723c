// Idempotency keys: a caller that does not know whether its last try succeeded asks again with the same key, and gets the stored
// result instead of a second run. Only what was done answers; a run that failed, was gated or died runs again. One key is one
// request: what differs from it is refused. Runs of one key go one after the other.
import {createHash} from 'node:crypto'
import {getRunByKey} from '../catalog/reader.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {RunSummary, Verb} from '../model/run.ts'
import type {Database} from '../postgres/database.ts'
import type {RunOptions} from './ports.ts'

export interface KeyedRequest {
  readonly key: string
  /** Of everything that was asked for. */
  readonly digest: string
}

/** The key of a request, unless it is a dry run: that does nothing, so it neither answers nor is answered. */
export function keyOf(options: RunOptions & {readonly pipeline?: string}): KeyedRequest | undefined {
  const {idempotencyKey: key, dryRun, signal, onEvent, waitLockSeconds, parent, ...request} = options
  if (key === undefined || dryRun) return undefined
  // A template that rendered to nothing would make all its runs one.
  if (key.trim() === '') throw new HippoError('CONFIG_VALUE_MISSING', {message: 'the idempotency key is empty'})
  const asked = Object.entries<unknown>(request)
    .filter(([, value]) => value !== undefined && value !== false)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {key, digest: createHash('sha256').update(JSON.stringify(asked)).digest('hex')}
}

export interface KeyedWork<R> {
  readonly verb: Verb
  /** Of the workspace: keys of others are others. */
  readonly workspace: string
  readonly waitLockSeconds?: number
  readonly run: () => Promise<R>
}

/** The stored result of the run that had the key, or `run`'s. RUN_LOCKED while another run with the key goes on. */
export async function answerByKey<R extends {readonly run: RunSummary}>(
  database: Database,
  {key, digest}: KeyedRequest,
  {verb, workspace, waitLockSeconds = 0, run}: KeyedWork<R>,
): Promise<R> {
  const lock = {waitMs: waitLockSeconds * 1000, what: `idempotency key ${key}`}
  return database.withLock(`key:${workspace}:${verb}:${key}`, lock, async () => {
    const before = await getRunByKey(database, verb, key)
    if (before === undefined) return run()
    if (before.requestDigest !== digest) {
      throw new HippoError('CONFIG_USAGE', {
        message: `idempotency key ${key} belongs to run ${before.id}, which was asked for something else`,
        hint: 'give every request a key of its own',
      })
    }
    const stored = before.result as R
    return {...stored, run: {...stored.run, repeated: true}}
  })
}
