// Writes a classic checkpoint (PROTOCOL.md "Checkpoints"): the whole state of one version as a Parquet table with one
// action a row, so that opening a long-lived table stays three reads. Its commit exists before it does.
import type {SchemaElement} from 'hyparquet'
import type {AddAction, MetaDataAction, RemoveAction} from './actions.ts'
import {writeLastCheckpoint} from './last-checkpoint.ts'
import {checkpointKey} from './log-files.ts'
import {type TableState, toEntry} from './replay.ts'
import type {Snapshot} from './snapshot.ts'

/** Delta's default for `delta.deletedFileRetentionDuration`: later, no reader of an old version may need the file. */
const tombstoneLifetimeMs = 7 * 24 * 3600 * 1000

/** Writes the checkpoint of the snapshot and points `_last_checkpoint` at it; `now` in milliseconds since the epoch. */
export async function writeCheckpoint(snapshot: Snapshot, now: number): Promise<void> {
  const {store, table, version} = snapshot
  const {bytes, rows} = await encodeCheckpoint(snapshot, now)
  await store.putIfAbsent(checkpointKey(table, version), bytes)
  await writeLastCheckpoint(store, table, {version, size: rows, sizeInBytes: bytes.byteLength, numOfAddFiles: snapshot.files.size})
}

/** The state as Parquet; tombstones that have outlived their use are left out. */
export async function encodeCheckpoint(state: TableState, now: number): Promise<{readonly bytes: Uint8Array; readonly rows: number}> {
  const {parquetWriteBuffer} = await import('hyparquet-writer')
  const {protocol, metaData, txn, add, remove} = toEntry(state)
  const kept = remove.filter((tombstone) => !isExpired(tombstone, state.metaData, now))
  const rows: readonly CheckpointRow[] = [
    ...(protocol ? [{protocol}] : []),
    ...(metaData ? [{metaData: metaDataRow(metaData)}] : []),
    ...txn.map((action) => ({txn: {...action, version: BigInt(action.version), lastUpdated: long(action.lastUpdated)}})),
    ...kept.map((action) => ({remove: removeRow(action)})),
    ...add.map((action) => ({add: addRow(action)})),
  ]
  const column = (name: keyof CheckpointRow) => ({name, data: rows.map((row) => row[name] ?? null)})
  const columnData = [column('protocol'), column('metaData'), column('txn'), column('remove'), column('add')]
  const buffer = parquetWriteBuffer({columnData, schema: [...checkpointSchema()], createdBy: 'hippo', statistics: false})
  return {bytes: new Uint8Array(buffer), rows: rows.length}
}

interface CheckpointRow {
  readonly protocol?: unknown
  readonly metaData?: unknown
  readonly txn?: unknown
  readonly remove?: unknown
  readonly add?: unknown
}

/** A table that sets its own retention keeps all of them: keeping one too long harms nobody. */
function isExpired({deletionTimestamp}: RemoveAction, metaData: MetaDataAction | undefined, now: number): boolean {
  const hasOwnRetention = metaData?.configuration['delta.deletedFileRetentionDuration'] !== undefined
  return !hasOwnRetention && deletionTimestamp !== undefined && deletionTimestamp < now - tombstoneLifetimeMs
}

const long = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(Math.trunc(value)))

const metaDataRow = (action: MetaDataAction) => ({...action, createdTime: long(action.createdTime)})

const addRow = ({path, partitionValues, size, modificationTime, stats}: AddAction) => ({
  path,
  partitionValues,
  size: long(size),
  modificationTime: long(modificationTime),
  dataChange: false,
  stats,
})

const removeRow = ({path, partitionValues, size, deletionTimestamp}: RemoveAction) => ({
  path,
  deletionTimestamp: long(deletionTimestamp),
  dataChange: false,
  extendedFileMetadata: partitionValues !== undefined,
  partitionValues,
  size: long(size),
})

function checkpointSchema(): readonly SchemaElement[] {
  const columns = [
    group('protocol', 'OPTIONAL', [
      leaf('minReaderVersion', 'INT32'),
      leaf('minWriterVersion', 'INT32'),
      textList('readerFeatures'),
      textList('writerFeatures'),
    ]),
    group('metaData', 'OPTIONAL', [
      text('id'),
      text('name'),
      text('description'),
      group('format', 'OPTIONAL', [text('provider'), textMap('options')]),
      text('schemaString'),
      textList('partitionColumns'),
      textMap('configuration'),
      leaf('createdTime', 'INT64'),
    ]),
    group('txn', 'OPTIONAL', [text('appId'), leaf('version', 'INT64'), leaf('lastUpdated', 'INT64')]),
    group('remove', 'OPTIONAL', [
      text('path'),
      leaf('deletionTimestamp', 'INT64'),
      leaf('dataChange', 'BOOLEAN'),
      leaf('extendedFileMetadata', 'BOOLEAN'),
      textMap('partitionValues'),
      leaf('size', 'INT64'),
    ]),
    group('add', 'OPTIONAL', [
      text('path'),
      textMap('partitionValues'),
      leaf('size', 'INT64'),
      leaf('modificationTime', 'INT64'),
      leaf('dataChange', 'BOOLEAN'),
      text('stats'),
    ]),
  ]
  return [{name: 'checkpoint', num_children: columns.length}, ...columns.flat()]
}

type Repetition = 'REQUIRED' | 'OPTIONAL' | 'REPEATED'
type Elements = readonly SchemaElement[]

function group(name: string, repetition_type: Repetition, children: readonly Elements[], converted_type?: 'MAP' | 'LIST'): Elements {
  return [{name, repetition_type, num_children: children.length, ...(converted_type ? {converted_type} : {})}, ...children.flat()]
}

const leaf = (name: string, type: 'INT32' | 'INT64' | 'BOOLEAN'): Elements => [{name, type, repetition_type: 'OPTIONAL'}]

const text = (name: string, repetition_type: Repetition = 'OPTIONAL'): Elements => [
  {name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type},
]

const textList = (name: string): Elements => group(name, 'OPTIONAL', [group('list', 'REPEATED', [text('element')])], 'LIST')

const textMap = (name: string): Elements =>
  group(name, 'OPTIONAL', [group('key_value', 'REPEATED', [text('key', 'REQUIRED'), text('value')])], 'MAP')
