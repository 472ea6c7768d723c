// A file of the change data feed without rows. A commit that has it tells readers of the feed nothing: an erasure takes rows away
// and must not keep them, as deleted, in the feed.
import {randomUUID} from 'node:crypto'
import type {ObjectStore} from '../store/object-store.ts'
import type {CdcAction} from './actions.ts'
import {changeTypeField} from './add-files.ts'

/** Puts the file below the table. */
export async function silentChanges(store: ObjectStore, table: string): Promise<readonly CdcAction[]> {
  const {parquetWriteBuffer} = await import('hyparquet-writer')
  const bytes = new Uint8Array(parquetWriteBuffer({columnData: [{name: changeTypeField.name, data: [], type: 'STRING'}]}))
  const path = `_change_data/cdc-${randomUUID()}.parquet`
  await store.putIfAbsent(`${table}/${path}`, bytes)
  return [{path, partitionValues: {}, size: bytes.byteLength, dataChange: false}]
}
