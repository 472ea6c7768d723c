// The actions of a Delta log (PROTOCOL.md "Actions") and one log entry as newline-delimited JSON. Names are the
// standard's. Unknown actions and unknown fields are ignored, as the protocol asks; a known field of a wrong shape makes
// the entry unreadable, for a guess here would lose rows.

export interface ProtocolAction {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  readonly readerFeatures?: readonly string[]
  readonly writerFeatures?: readonly string[]
}

export interface MetaDataAction {
  readonly id: string
  readonly name?: string
  readonly description?: string
  readonly format: {readonly provider: string; readonly options: Readonly<Record<string, string>>}
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly createdTime?: number
}

/** A data file that belongs to the table. */
export interface AddAction {
  /** Relative to the table, URI-encoded. */
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modificationTime: number
  readonly dataChange: boolean
  /** JSON text: numRecords, nullCount, minValues, maxValues. */
  readonly stats?: string
  readonly deletionVector?: DeletionVector
}

/** Rows of a data file that belong to the table no more: where the set of their places is kept. */
export interface DeletionVector {
  /** `u` in a file beside the data, `p` in a file with an absolute path, `i` in the log itself. */
  readonly storageType: string
  readonly pathOrInlineDv: string
  readonly offset?: number
  readonly sizeInBytes: number
  /** Rows that are gone. */
  readonly cardinality: number
}

/** What makes a file with one vector another logical file than the same file with another; undefined without a vector. */
export function vectorId(vector: DeletionVector | undefined): string | undefined {
  if (vector === undefined) return undefined
  const {storageType, pathOrInlineDv, offset} = vector
  return `${storageType}${pathOrInlineDv}${offset === undefined ? '' : `@${offset}`}`
}

/** A data file that belongs to the table no more. */
export interface RemoveAction {
  readonly path: string
  readonly dataChange: boolean
  readonly deletionTimestamp?: number
  readonly partitionValues?: Readonly<Record<string, string | null>>
  readonly size?: number
  readonly deletionVector?: DeletionVector
}

/** A file of the change data feed: rows of the table with what became of each (`change-feed.ts`). It holds no rows of the table itself. */
export interface CdcAction {
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  /** Bytes. */
  readonly size: number
  readonly dataChange: false
}

/** How far an application has written: commits with the same or a lower version of the same appId are repeats. */
export interface TxnAction {
  readonly appId: string
  readonly version: number
  readonly lastUpdated?: number
}

export type CommitInfo = Readonly<Record<string, unknown>>

/** What one log entry says. At most one protocol and one metaData; order within an entry has no meaning. */
export interface LogEntry {
  readonly commitInfo?: CommitInfo
  readonly protocol?: ProtocolAction
  readonly metaData?: MetaDataAction
  readonly txn: readonly TxnAction[]
  readonly add: readonly AddAction[]
  readonly remove: readonly RemoveAction[]
  readonly cdc?: readonly CdcAction[]
}

/** One action per line, commitInfo first. */
export function encodeEntry(entry: LogEntry): Uint8Array {
  const actions = [
    ...(entry.commitInfo === undefined ? [] : [{commitInfo: entry.commitInfo}]),
    ...(entry.protocol === undefined ? [] : [{protocol: entry.protocol}]),
    ...(entry.metaData === undefined ? [] : [{metaData: entry.metaData}]),
    ...entry.txn.map((txn) => ({txn})),
    ...entry.remove.map((remove) => ({remove: {...remove, ...(remove.partitionValues ? {extendedFileMetadata: true} : {})}})),
    ...entry.add.map((add) => ({add})),
    ...(entry.cdc ?? []).map((cdc) => ({cdc})),
  ]
  return new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(''))
}

/** A file's path as a key relative to the table; URIError when its percent-encoding is broken. */
export function decodePath(path: string): string {
  return decodeURIComponent(path)
}
