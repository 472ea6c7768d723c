// Which tables hippo may read and write (PROTOCOL.md "Table Features"). A feature that is not on the list is refused by
// name: reading without knowing it would give wrong rows, writing without knowing it would break the table for others.
import type {MetaDataAction, ProtocolAction} from './actions.ts'
import {constraintsIn} from './constraints.ts'
import type {TableState} from './replay.ts'
import {encodeSchema, type Field} from './schema.ts'
import {invalidRequest, unsupportedTable} from './table-errors.ts'

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

/** What is about to be written, as far as it decides which constraints count (`TableChange`). */
interface Writing {
  readonly mode: string
  readonly fields?: readonly Field[]
  readonly metaData?: MetaDataAction
  readonly properties?: Readonly<Record<string, string | null>>
}

/** Throws TABLE_UNSUPPORTED unless hippo keeps everything that the table asks of its writers; of a change, all that it asks afterwards. */
export function assertWritable({protocol, metaData}: TableState, {table, version}: Place, change?: Writing): void {
  const unheld = metaData ? unheldConstraints(metaData, change) : []
  const unknown = [...unknownDemands(protocol, metaData), ...unheld.map((name) => `check constraint ${name}`)]
  if (unknown.length === 0) return
  throw unsupportedTable(table, version, `hippo cannot write it: it asks for [${unknown.join(', ')}] of its writers`, wayOut(table, unheld))
}

/** Names of the constraints that hippo cannot hold rows to. */
function unheldConstraints(metaData: MetaDataAction, change: Writing | undefined): readonly string[] {
  // Rows that stay after a delete were there before: whatever the constraint says, no row is new to it.
  if (change?.mode === 'delete') return []
  const {metaData: next = metaData, properties = {}, fields, mode} = change ?? {}
  const configuration = Object.fromEntries(Object.entries(next.configuration).filter(([key]) => properties[key] !== null))
  // Columns of other changes are added to those that are there.
  const schemaString = fields && mode === 'overwrite' ? encodeSchema(fields) : next.schemaString
  return constraintsIn({...next, configuration, schemaString}).flatMap(({name, condition}) => (condition === undefined ? [name] : []))
}

function wayOut(table: string, unheld: readonly string[]): string {
  const [, dataset] = /^silver\/([^/]+)$/.exec(table) ?? []
  const [first] = unheld
  if (first === undefined) return 'take the demand away with the tool that made it, or write the rows into another table'
  const own = dataset === undefined ? '' : `one that a contract set (hippo_…) goes with hippo promote silver ${dataset}; `
  return `${own}take another away with the tool that set it (ALTER TABLE … DROP CONSTRAINT ${first}); rows can still be erased`
}

/** Columns that readers of a change feed put beside those of the table. */
const feedColumns: ReadonlySet<string> = new Set(['_change_type', '_commit_version', '_commit_timestamp'])

/** Throws TABLE_REQUEST_INVALID for a version to be committed on which no other could follow; a removal of rows may leave what was there. */
export function assertStaysWritable(
  {protocol, metaData, table, fields}: TableState & {readonly table: string; readonly fields: readonly Field[]},
  {mode}: Pick<Writing, 'mode'>,
): void {
  const unheld = metaData ? unheldConstraints(metaData, mode === 'delete' ? {mode} : undefined) : []
  const unknown = [...unknownDemands(protocol, metaData), ...unheld.map((name) => `check constraint ${name}`)]
  if (unknown.length > 0)
    throw invalidRequest(
      table,
      `hippo could not write it any more: it would ask for [${unknown.join(', ')}], which hippo cannot keep with its columns`,
    )
  const taken = fields.find(({name}) => feedColumns.has(name.toLowerCase()))
  if (metaData && hasChangeFeed(metaData) && taken) throw invalidRequest(table, `with a change feed it can have no column ${taken.name}`)
}

function unknownDemands(protocol: ProtocolAction | undefined, metaData: MetaDataAction | undefined): readonly string[] {
  if (protocol === undefined || metaData === undefined) return []
  const {minWriterVersion: version} = protocol
  const features = (protocol.writerFeatures ?? []).filter((feature) => !writableFeatures.has(feature))
  return [
    ...(version === 7 ? features : version > writableVersion ? [`writer version ${version}`] : []),
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
    ...(isAppendOnly(metaData) ? [{feature: 'appendOnly', version: 2}] : []),
    ...(constraintsIn(metaData).length > 0 ? [{feature: 'checkConstraints', version: 3}] : []),
    ...(hasChangeFeed(metaData) ? [{feature: 'changeDataFeed', version: 4}] : []),
  ]
  const {minWriterVersion, writerFeatures = []} = protocol
  if (minWriterVersion < 7) return {...protocol, minWriterVersion: Math.max(minWriterVersion, ...wanted.map(({version}) => version))}
  return {...protocol, writerFeatures: [...new Set([...writerFeatures, ...wanted.map(({feature}) => feature)])]}
}
