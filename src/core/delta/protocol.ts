// Which tables hippo may read and write (PROTOCOL.md "Table Features"). A feature that is not on the list is refused by
// name: reading without knowing it would give wrong rows, writing without knowing it would break the table for others.
import type {HippoError} from '../errors/hippo-error.ts'
import type {MetaDataAction, ProtocolAction} from './actions.ts'
import {constraintPrefix, constraintsIn} from './constraints.ts'
import type {TableState} from './replay.ts'
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

/** A change as far as it decides what counts. */
interface Writing {
  readonly mode?: string
  /** The table that is changed; absent when it stays as it is. */
  readonly before?: TableState
}

/**
 * Throws unless hippo keeps everything that the table, as it is or is about to be, asks of its writers: TABLE_UNSUPPORTED when it
 * asked for that before, TABLE_REQUEST_INVALID when the change brings it.
 */
export function assertWritable(table: TableState & Place, {mode, before = table}: Writing = {}): void {
  const unkept = unkeptDemands(table, mode)
  if (unkept.length === 0) return
  if (unkept.every((demand) => asksFor(before, demand, table))) throw cannotWrite(table, unkept)
  throw invalidRequest(
    table.table,
    `hippo could not write it any more: it would ask for ${named(unkept)}, which hippo cannot keep with its columns`,
  )
}

/** Why rows cannot be written to a table as it is, and the way out; undefined when they can. */
export function refusalToWrite(table: TableState & Place): HippoError | undefined {
  const unkept = unkeptDemands(table)
  return unkept.length === 0 ? undefined : cannotWrite(table, unkept)
}

function cannotWrite({table, version}: Place, unkept: readonly Demand[]): HippoError {
  const unheld = unkept.flatMap(({constraint}) => constraint ?? [])
  return unsupportedTable(table, version, `hippo cannot write it: it asks for ${named(unkept)} of its writers`, wayOut(table, unheld))
}

const named = (demands: readonly Demand[]): string => `[${demands.map(({words}) => words).join(', ')}]`

/** Something that a table asks of its writers and hippo cannot do. */
interface Demand {
  readonly words: string
  /** Its name, when it is one. */
  readonly constraint?: string
}

/** What the table asks of its writers that hippo cannot keep; empty when hippo may write it. */
export function unkeptDemands(table: TableState, mode?: string): readonly Demand[] {
  const others = unknownDemands(table).map((words) => ({words}))
  // Rows that stay after a delete were there before: whatever the constraint says, no row is new to it.
  if (mode === 'delete' || table.metaData === undefined) return others
  const unheld = constraintsIn(table.metaData).filter(({condition}) => condition === undefined)
  return [...others, ...unheld.map(({name}) => ({words: `check constraint ${name}`, constraint: name}))]
}

function asksFor(before: TableState, {words, constraint}: Demand, now: TableState): boolean {
  if (constraint === undefined) return unknownDemands(before).includes(words)
  const sqlIn = ({metaData}: TableState) => metaData?.configuration[`${constraintPrefix}${constraint}`]
  return sqlIn(before) === sqlIn(now)
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

function unknownDemands({protocol, metaData}: TableState): readonly string[] {
  if (protocol === undefined || metaData === undefined) return []
  const {minWriterVersion: version} = protocol
  const features = (protocol.writerFeatures ?? []).filter((feature) => !writableFeatures.has(feature))
  return [
    ...(version === 7 ? features : version > writableVersion ? [`writer version ${version}`] : []),
    ...(metaData.schemaString.includes('delta.generationExpression') ? ['generated columns'] : []),
    ...(metaData.partitionColumns.length > 0 ? ['partition columns'] : []),
    ...(metaData.schemaString.includes('delta.invariants') ? ['column invariants'] : []),
    ...(/"type"\s*:\s*"(?:byte|short|integer|float|timestamp_ntz)"/.test(metaData.schemaString) ? ['columns of narrower types'] : []),
    ...(hasChangeFeed(metaData) ? feedColumnsIn(metaData).map((name) => `no column ${name} beside its change feed`) : []),
  ]
}

function feedColumnsIn({schemaString}: MetaDataAction): readonly string[] {
  const {fields = []} = JSON.parse(schemaString) as {readonly fields?: readonly {readonly name: string}[]}
  return fields.flatMap(({name}) => (feedColumns.has(name.toLowerCase()) ? [name] : []))
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
