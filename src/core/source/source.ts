// What a source kind is: it lists what there is, and later makes captured bytes ready for an engine. It applies no
// business logic: a row is only ever refused for its structure, and then it is kept with the reason.
import type {CsvFormat} from '../expr/plan.ts'
import type {CaptureRecord, Dialect} from '../model/capture.ts'

/** Why a thing that lies where deliveries do is never opened. */
export type PassedOverReason =
  | 'file.hidden'
  | 'file.unfinished'
  | 'file.linkOutside'
  | 'file.linkBroken'
  | 'file.linkToFolder'
  | 'file.special'
  | 'file.nameNotUtf8'
  | 'file.unreadable'
  | 'file.totalMissing'

/** One thing a source offers. `open` may be called again; it reads from the start. */
export interface SourceItem {
  /** Relative to the source, `/`-separated; also its name in messages. */
  readonly path: string
  /** Dataset key it matched, or undefined: such items are listed once as ignored. */
  readonly dataset?: string
  /** Set for what is listed so that nobody misses it, but never opened. */
  readonly passedOver?: PassedOverReason
  /** Items of a source with the same text belong to one delivery; deliveries follow each other in the order of these texts. */
  readonly delivery: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** When anything about it last changed, its name and times included; senders cannot set it. Absent where there is no such clock. */
  readonly changedAtMs?: number
  /** How many records the sender says that it has, where that is said beside it. */
  readonly controlTotal?: number
  /** Local file behind the item, when there is one. */
  readonly localPath?: string
  open(): AsyncIterable<Uint8Array>
  /** Whether the item is still as it was when listed (size and modification time). */
  isUnchanged(): Promise<boolean>
}

/** Columns that reading may add beside those of the file itself. */
export const recordColumns = {
  /** 1-based line of the record's first character in the received file. */
  line: '_line',
  /** Reason id when the record's structure is broken; null for a sound record. */
  malformed: '_malformed',
  /** The broken record as text (U+FFFD for bytes that are no text). */
  raw: '_raw',
} as const

/** Structural reasons; a malformed record is quarantined whole under one of them. */
export type MalformedReason =
  | 'csv.fieldCount'
  | 'csv.unclosedQuote'
  | 'csv.strayQuote'
  | 'csv.tornLine'
  | 'csv.repeatedHeader'
  | 'encoding.invalid'
  | 'encoding.nul'

/** Reasons for which a whole file is refused; nothing of it reaches silver. */
export type RefusalReason =
  | 'file.empty'
  | 'file.noHeader'
  | 'file.duplicateHeader'
  | 'file.binary'
  | 'file.encodingUnknown'
  | 'file.compressionCorrupt'
  | 'file.changed'
  | 'file.torn'
  | 'file.columnMissing'
  | 'file.columnAmbiguous'

/** Where the damaged end of a file begins; from there on no record is sound. */
export interface BrokenEnd {
  /** 1-based, in the received file. */
  readonly line: number
  readonly reason: MalformedReason
}

/** A captured file an engine can scan: `path` is the captured file itself when it is sound, else a rewritten copy. */
export interface PreparedFile {
  readonly kind: 'prepared'
  readonly path: string
  readonly format: CsvFormat
  /** Header as received (without the record columns). */
  readonly header: readonly string[]
  /** Records in `path`, malformed ones included. */
  readonly records: number
  readonly malformed: Readonly<Partial<Record<MalformedReason, number>>>
  /** Line of record n is `firstLine + n - 1`; undefined when the copy has a `_line` column instead. */
  readonly firstLine?: number
  /** Set when the file ends in damage: what came after it, or a part of it, is missing. */
  readonly brokenEnd?: BrokenEnd
  /** How many records the sender says in the file that it has; missing when that was to be there and is not. */
  readonly controlTotal?: number | 'missing'
  /** What had to be done to read it, for people: "transcoded from UTF-16", "skipped 3 blank lines". */
  readonly notes: readonly string[]
}

export interface RefusedFile {
  readonly kind: 'refused'
  readonly reason: RefusalReason
  /** One sentence: what was found, where, what was expected. Never a row value. */
  readonly message: string
}

/** What the first part of an item tells about it as a whole. */
export interface FirstLook {
  readonly compression: 'none' | 'gzip' | 'zstd'
  readonly dialect?: Dialect
  /** Set when the file can never reach silver; decided from at most its first MiB. */
  readonly rejected?: RefusalReason
}

export interface PrepareOptions {
  /** Local file with the captured bytes, exactly as received. */
  readonly localPath: string
  readonly record: CaptureRecord
  /** Private folder for copies; removed by the caller. */
  readonly stagingDirectory: string
  readonly signal?: AbortSignal
}

export interface CutOptions extends PrepareOptions {
  /** 1-based numbers of the records to leave out, as `prepare` counts them. */
  readonly records: ReadonlySet<number>
}

/** Received bytes without some of their records; every other byte of the text is as received. */
export interface CutFile {
  /** Local file in the staging folder. */
  readonly path: string
  /** The records left out, in order, with the lines they took in the received text. */
  readonly removed: readonly {readonly row: number; readonly line: number; readonly lines: number}[]
}

export interface Source {
  readonly kind: string
  readonly name: string
  list(): AsyncIterable<SourceItem>
  /** A first look at an item (or at captured bytes), used at capture. */
  look(item: Pick<SourceItem, 'path' | 'sizeBytes' | 'open'>): Promise<FirstLook>
  prepare(options: PrepareOptions): Promise<PreparedFile | RefusedFile>
  /** For erasure: a captured file that `prepare` can read, without some records, in the same encoding and compression. */
  cut(options: CutOptions): Promise<CutFile>
}
