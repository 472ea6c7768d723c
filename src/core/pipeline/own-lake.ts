// The catalog and the lake it speaks of. Both hold the lake's identity; while they differ no verb uses the catalog, for its versions
// and batches are those of another lake. Several workspaces may share one lake: each catalog records the same identity.
import {randomUUID} from 'node:crypto'
import {forgetLake} from '../catalog/projection.ts'
import {type RecordedLake, recordedLake, recordLake, replaceLake} from '../catalog/recorded-lake.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {ensureLakeId, readLakeId} from '../lake/lake-identity.ts'
import type {Database} from '../postgres/database.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {forgetLoads} from '../warehouse/forget-loads.ts'
import type {Workspace} from './ports.ts'

/** A store that does not answer by then is no reason to keep people from the catalog; verbs that need it say so themselves. */
const patienceMs = 3000

/** CATALOG_OTHER_LAKE when the catalog speaks of another lake than this one. Costs one small read of the store. */
export async function assertOwnLake(database: Database, open: () => Promise<ObjectStore>): Promise<void> {
  const recorded = await recordedLake(database)
  if (recorded === undefined) return
  const found = await identityOf(open)
  if (found === 'unknown' || found.id === recorded.id) return
  throw otherLake(recorded, found)
}

async function identityOf(open: () => Promise<ObjectStore>): Promise<{readonly id: string | undefined; readonly uri: string} | 'unknown'> {
  try {
    const store = await open()
    return {id: await readLakeId(store, {signal: AbortSignal.timeout(patienceMs)}), uri: store.uri}
  } catch (error) {
    if (error instanceof HippoError && error.code === 'STORE_CORRUPT') throw error
    return 'unknown'
  }
}

function otherLake({uri: recordedUri}: RecordedLake, {id, uri}: {readonly id: string | undefined; readonly uri: string}): HippoError {
  const what = id === undefined ? 'has no identity: it is new, empty or not a lake' : 'is another one'
  const before = recordedUri === uri ? 'the lake that was there before' : `the lake that was at ${recordedUri}`
  return new HippoError('CATALOG_OTHER_LAKE', {
    message: `the lake at ${uri} ${what}; the catalog and the warehouse of this workspace speak of ${before}`,
    hint: 'set lake: back in hippo.yaml, or give this lake a database of its own; to let the catalog follow this lake: hippo doctor --rebuild-catalog, then hippo promote gold',
  })
}

/** Before the first run that writes to a lake: gives the lake its identity, and records it. */
export async function bindLake(workspace: Workspace, database: Database): Promise<void> {
  if ((await recordedLake(database)) !== undefined) return
  const store = await workspace.store()
  await recordLake(database, {id: await ensureLakeId(store, randomUUID), uri: store.uri})
}

/** From now on the catalog speaks of this lake; what it said of another one is forgotten. */
export async function takeOverLake(workspace: Workspace, database: Database): Promise<void> {
  const store = await workspace.store()
  const [recorded, id] = [await recordedLake(database), await ensureLakeId(store, randomUUID)]
  if (recorded !== undefined && recorded.id !== id) {
    await database.transaction((tx) => forgetLake(tx))
    await forgetLoads(database)
  }
  await replaceLake(database, {id, uri: store.uri})
}
