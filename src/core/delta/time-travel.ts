// Which version of a table is meant: the newest, a number, or the one that was newest at an instant.
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {readSnapshot, type Snapshot} from './snapshot.ts'

export interface TimeTravel {
  readonly version?: number
  /** An instant in ISO 8601. */
  readonly asOf?: string
}

/** The table as it was then; undefined when there is no table. TABLE_VERSION_UNKNOWN when its log does not reach there. */
export async function readSnapshotAt(store: ObjectStore, table: string, {version, asOf}: TimeTravel): Promise<Snapshot | undefined> {
  if (version !== undefined && asOf !== undefined) {
    throw new HippoError('CONFIG_USAGE', {message: 'a version and an instant were both asked for', hint: 'say --version or --as-of'})
  }
  return readSnapshot(store, table, {
    ...(version === undefined ? {} : {version}),
    ...(asOf === undefined ? {} : {asOf: new Date(asOf)}),
  })
}
