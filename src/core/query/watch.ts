// Hears of changes in the catalog by NOTIFY. Where notifications cannot be had (a pooler between), it asks every second instead.
// A beat every second tells whether the database still answers; after a gap the caller hears of it at once.
import {setTimeout as sleep} from 'node:timers/promises'
import {catalogChannel} from '../catalog/reader.ts'
import type {Clock, Instant} from '../model/names.ts'
import type {Database} from '../postgres/database.ts'
import {raw} from '../postgres/sql.ts'
import type {Liveness} from './reader.ts'

export interface WatchOptions {
  readonly signal: AbortSignal
  readonly clock: Clock
  /** How often to see whether the database answers, and to poll where it cannot notify. */
  readonly beatMs?: number
  /** An answer that takes longer counts as none. */
  readonly patienceMs?: number
}

const defaultBeatMs = 1000
const defaultPatienceMs = 5000

/** Calls back until the signal aborts, then resolves. Never throws: a lost database is a state, not an error. */
export async function watchCatalog(db: Database, onChange: (liveness: Liveness) => void, options: WatchOptions): Promise<void> {
  const {signal, clock, beatMs = defaultBeatMs, patienceMs = defaultPatienceMs} = options
  const now = (): Instant => clock.now().toISOString()
  let liveness: Liveness = {state: 'live', since: now()}
  let answeredAt = liveness.since
  const tell = (): void => {
    if (!signal.aborted) onChange(liveness)
  }
  const stop = await listen(db, tell)
  try {
    tell()
    while (await pause(beatMs, signal)) {
      const isAnswering = await answers(db, patienceMs, signal)
      if (signal.aborted) break
      const state = isAnswering ? 'live' : 'stale'
      const isTurned = state !== liveness.state
      if (isTurned) liveness = {state, since: isAnswering ? now() : answeredAt}
      if (isAnswering) answeredAt = now()
      if (isTurned || (isAnswering && stop === undefined)) tell()
    }
  } finally {
    await stop?.().catch(() => undefined)
  }
}

async function listen(db: Database, tell: () => void): Promise<(() => Promise<void>) | undefined> {
  try {
    return await db.listen(catalogChannel, tell)
  } catch {
    return undefined
  }
}

/** False when the signal aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, {signal}).catch(() => false)
}

async function answers(db: Database, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  const answer = db.query(raw('select 1')).then(
    () => true,
    () => false,
  )
  return Promise.race([answer, pause(patienceMs, signal).then(() => false)])
}
