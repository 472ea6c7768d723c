// A file of the change data feed without rows. A commit that has it tells readers of the feed nothing: an erasure takes rows away
// and must not keep them, as deleted, in the feed.
import {randomUUID} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {CdcAction} from './actions.ts'
import {changeTypeField} from './add-files.ts'

/** Puts the file below the table. */
export async function silentChanges(store: ObjectStore, table: string): Promise<readonly CdcAction[]> {
  const bytes = await parquetWithoutRows()
  const path = `_change_data/cdc-${randomUUID()}.parquet`
  await store.putIfAbsent(`${table}/${path}`, bytes)
  return [{path, partitionValues: {}, size: bytes.byteLength, dataChange: false}]
}

// In the footer: field 3 (rows, an i64) is 0, field 4 (row groups) is an empty list of no type; of structs it has to be.
const emptyOfNothing = Buffer.from([0x16, 0x00, 0x19, 0x00])
const emptyOfStructs = [0x16, 0x00, 0x19, 0x0c]

/** hyparquet-writer guesses the type of a list from its first element, and so writes a list of no row groups that others refuse. */
async function parquetWithoutRows(): Promise<Uint8Array> {
  const {parquetWriteBuffer} = await import('hyparquet-writer')
  const bytes = Buffer.from(parquetWriteBuffer({columnData: [{name: changeTypeField.name, data: [], type: 'STRING'}]}))
  const at = bytes.lastIndexOf(emptyOfNothing)
  if (at < 0) throw new HippoError('RUN_INTERNAL', {message: 'a Parquet file without rows has another footer than expected'})
  bytes.set(emptyOfStructs, at)
  return bytes
}
