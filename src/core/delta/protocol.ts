// Which tables hippo may read and write (PROTOCOL.md "Table Features"). A feature that is not on the list is refused by
// name: reading without knowing it would give wrong rows, writing without knowing it would break the table for others.
import type {MetaDataAction, ProtocolAction} from './actions.ts'
import type {TableState} from './replay.ts'
import {unsupportedTable} from './table-errors.ts'

/** What hippo writes: readable by every Delta reader. */
export const ownProtocol: ProtocolAction = {minReaderVersion: 1, minWriterVersion: 2}

/** Features that change nothing for a reader, or that are refused by the type of the column they bring. */
const readableFeatures: ReadonlySet<string> = new Set(['vacuumProtocolCheck', 'timestampNtz'])
const writableFeatures: ReadonlySet<string> = new Set(['appendOnly', 'invariants'])

interface Place {
  readonly table: string
  readonly version: number
}

/** Throws TABLE_UNSUPPORTED unless reading the table gives exactly its rows. */
export function assertReadable({protocol, metaData, files}: TableState, {table, version}: Place): void {
  const unknown = unknownFeatures(protocol, metaData)
  if (unknown.length > 0) {
    throw unsupportedTable(
      table,
      version,
      `it needs reader features [${unknown.join(', ')}]; hippo reads reader version 1 and [${[...readableFeatures].join(', ')}]`,
      wayOut(unknown),
    )
  }
  if (metaData && metaData.format.provider !== 'parquet') throw unsupportedTable(table, version, 'its data files are not Parquet')
  if (metaData && metaData.partitionColumns.length > 0) {
    throw unsupportedTable(table, version, `it is partitioned by [${metaData.partitionColumns.join(', ')}], which hippo does not read`)
  }
  for (const file of files.values()) {
    if (file.hasDeletionVector) throw unsupportedTable(table, version, 'it has deletion vectors', wayOut(['deletionVectors']))
  }
}

function unknownFeatures(protocol: ProtocolAction | undefined, metaData: MetaDataAction | undefined): readonly string[] {
  if (protocol === undefined) return []
  const mapped = (metaData?.configuration['delta.columnMapping.mode'] ?? 'none') !== 'none' ? ['columnMapping'] : []
  if (protocol.minReaderVersion <= 2) return mapped
  if (protocol.minReaderVersion > 3) return [`reader version ${protocol.minReaderVersion}`]
  const known = (feature: string) => readableFeatures.has(feature) || feature === 'columnMapping'
  return [...new Set([...(protocol.readerFeatures ?? []).filter((feature) => !known(feature)), ...mapped])]
}

function wayOut(features: readonly string[]): string {
  if (features.includes('deletionVectors')) {
    return 'in Spark: ALTER TABLE … SET TBLPROPERTIES (delta.enableDeletionVectors=false), REORG TABLE … APPLY (PURGE), then drop the feature'
  }
  return 'write the table again without these features'
}

/** Throws TABLE_UNSUPPORTED unless hippo keeps everything that the table asks of its writers. */
export function assertWritable({protocol, metaData}: TableState, {table, version}: Place): void {
  const unknown = unknownDemands(protocol, metaData)
  if (unknown.length === 0) return
  throw unsupportedTable(table, version, `hippo cannot write it: it asks for [${unknown.join(', ')}] of its writers`)
}

function unknownDemands(protocol: ProtocolAction | undefined, metaData: MetaDataAction | undefined): readonly string[] {
  if (protocol === undefined || metaData === undefined) return []
  const {minWriterVersion: version} = protocol
  const features = (protocol.writerFeatures ?? []).filter((feature) => !writableFeatures.has(feature))
  return [
    ...(version === 7 ? features : version > 2 ? [`writer version ${version}`] : []),
    ...(metaData.partitionColumns.length > 0 ? ['partition columns'] : []),
    ...(metaData.schemaString.includes('delta.invariants') ? ['column invariants'] : []),
  ]
}

/** True when only appends are allowed. */
export function isAppendOnly(metaData: MetaDataAction): boolean {
  return metaData.configuration['delta.appendOnly'] === 'true'
}
