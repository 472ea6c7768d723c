// Which tables hippo may read and write (PROTOCOL.md "Table Features"). A feature that is not on the list is refused by
// name: reading without knowing it would give wrong rows, writing without knowing it would break the table for others.
import {isObjectKey} from '../store/object-key.ts'
import type {MetaDataAction, ProtocolAction} from './actions.ts'
import {constraintsIn} from './constraints.ts'
import type {TableState} from './replay.ts'
import {unsupportedTable} from './table-errors.ts'

/** What hippo writes: readable by every Delta reader. */
export const ownProtocol: ProtocolAction = {minReaderVersion: 1, minWriterVersion: 2}

const readableFeatures: ReadonlySet<string> = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
])
const writableFeatures: ReadonlySet<string> = new Set(['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed'])
/** The newest writer version without a list of features whose demands are all met. */
const writableVersion = 4

interface Place {
  readonly table: string
  readonly version: number
}

/** Throws TABLE_UNSUPPORTED unless reading the table gives exactly its rows. */
export function assertReadable({protocol, metaData}: TableState, {table, version}: Place): void {
  const unknown = unknownFeatures(protocol, metaData)
  if (unknown.length > 0) {
    throw unsupportedTable(
      table,
      version,
      `it needs reader features [${unknown.join(', ')}]; hippo reads [${[...readableFeatures].join(', ')}], columns mapped by name only`,
      'in Spark, drop the feature (ALTER TABLE … DROP FEATURE …), or write the table again without it',
    )
  }
  if (metaData && metaData.format.provider !== 'parquet') throw unsupportedTable(table, version, 'its data files are not Parquet')
}

function unknownFeatures(protocol: ProtocolAction | undefined, metaData: MetaDataAction | undefined): readonly string[] {
  if (protocol === undefined) return []
  const mapping = mappingMode(protocol, metaData)
  const unmapped = mapping === 'none' || mapping === 'name' ? [] : [`columnMapping(${mapping})`]
  if (protocol.minReaderVersion <= 2) return unmapped
  if (protocol.minReaderVersion > 3) return [`reader version ${protocol.minReaderVersion}`]
  return [...(protocol.readerFeatures ?? []).filter((feature) => !readableFeatures.has(feature)), ...unmapped]
}

/** How columns are found in data files: `none` by their own names, `name` by physical names, `id` by field ids. */
export function mappingMode(protocol: ProtocolAction, metaData: MetaDataAction | undefined): string {
  const {minReaderVersion: version, readerFeatures = []} = protocol
  const isSupported = version === 2 || (version === 3 && readerFeatures.includes('columnMapping'))
  return (isSupported && metaData?.configuration['delta.columnMapping.mode']) || 'none'
}

/** Throws TABLE_UNSUPPORTED unless hippo keeps everything that the table asks of its writers. */
export function assertWritable({protocol, metaData}: TableState, {table, version}: Place): void {
  if (!isObjectKey(table)) {
    throw unsupportedTable(table, version, 'hippo cannot write it: its folder has a name of other characters than A-Z a-z 0-9 . _ = % -')
  }
  const unknown = unknownDemands(protocol, metaData)
  if (unknown.length === 0) return
  throw unsupportedTable(table, version, `hippo cannot write it: it asks for [${unknown.join(', ')}] of its writers`)
}

function unknownDemands(protocol: ProtocolAction | undefined, metaData: MetaDataAction | undefined): readonly string[] {
  if (protocol === undefined || metaData === undefined) return []
  const {minWriterVersion: version} = protocol
  const features = (protocol.writerFeatures ?? []).filter((feature) => !writableFeatures.has(feature))
  return [
    ...(version === 7 ? features : version > writableVersion ? [`writer version ${version}`] : []),
    ...constraintsIn(metaData).flatMap(({name, condition}) => (condition === undefined ? [`check constraint ${name}`] : [])),
    ...(metaData.schemaString.includes('delta.generationExpression') ? ['generated columns'] : []),
    ...(metaData.partitionColumns.length > 0 ? ['partition columns'] : []),
    ...(metaData.schemaString.includes('delta.invariants') ? ['column invariants'] : []),
    ...(/"type"\s*:\s*"(?:byte|short|integer|float|timestamp_ntz)"/.test(metaData.schemaString) ? ['columns of narrower types'] : []),
  ]
}

/** True when only appends are allowed. */
export function isAppendOnly(metaData: MetaDataAction): boolean {
  return metaData.configuration['delta.appendOnly'] === 'true'
}

/** True when commits have to say what became of each row (`change-feed.ts`). */
export function hasChangeFeed(metaData: MetaDataAction): boolean {
  return metaData.configuration['delta.enableChangeDataFeed'] === 'true'
}

/** What the table's properties ask of its writers: the protocol as it is, or raised as little as possible; never lowered. */
export function protocolFor(protocol: ProtocolAction, metaData: MetaDataAction): ProtocolAction {
  const wanted = [
    ...(constraintsIn(metaData).length > 0 ? [{feature: 'checkConstraints', version: 3}] : []),
    ...(hasChangeFeed(metaData) ? [{feature: 'changeDataFeed', version: 4}] : []),
  ]
  const {minWriterVersion, writerFeatures = []} = protocol
  if (minWriterVersion < 7) return {...protocol, minWriterVersion: Math.max(minWriterVersion, ...wanted.map(({version}) => version))}
  return {...protocol, writerFeatures: [...new Set([...writerFeatures, ...wanted.map(({feature}) => feature)])]}
}
