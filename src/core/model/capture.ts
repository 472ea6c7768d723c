// Bronze as the lake describes it: one record a captured file, one immutable document a batch.
import type {CheckId, DatasetName, Instant, RunId, Sha256, SourceName} from './names.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** What a first look at a delimited file found; a hint for people and a default for reading, never a promise. */
export interface Dialect {
  readonly encoding: Encoding
  readonly byteOrderMark: boolean
  readonly delimiter: string
  readonly quote: string
  readonly newline: '\n' | '\r\n' | '\r'
  readonly header: readonly string[]
}

export interface CaptureRecord {
  readonly source: SourceName
  readonly dataset: DatasetName
  /** Of a file given by hand: the source and key that its dataset is fed from otherwise. */
  readonly standsFor?: {readonly source: SourceName; readonly dataset: DatasetName}
  /** As received, relative to the source's folder. */
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: Sha256
  /** Key of the bytes in the store. */
  readonly key: string
  readonly compression: 'none' | 'gzip' | 'zstd'
  readonly dialect?: Dialect
  /** Why the file as a whole can never reach silver (`file.empty` …); its bytes are kept all the same. */
  readonly rejected?: string
  /** How many records the sender says that it has, where that is said beside the file. */
  readonly controlTotal?: number
  readonly receivedAt: Instant
  readonly modifiedAt: Instant
}

/**
 * One delivery: files of one source that an ingest captured together; or one decision about rejected rows of a delivery. Its
 * existence under its number is its commit.
 */
export interface Batch {
  readonly number: number
  readonly run: RunId
  readonly createdAt: Instant
  /** Empty of a decision. */
  readonly files: readonly CaptureRecord[]
  readonly review?: Review
}

/**
 * replay: judge them again. fix: with corrected values. waive: let them in although they break some checks. discard: close them.
 * reopen: a waiver is over.
 */
export type ReviewAction = 'replay' | 'fix' | 'waive' | 'discard' | 'reopen'

/** Stored under the SHA-256 of its bytes. */
export interface StoredObject {
  readonly key: string
  readonly sha256: Sha256
  readonly sizeBytes: number
}

/** A decision about rejected rows of one delivery: who, why and which rows, never what is in them. */
export interface Review {
  readonly dataset: DatasetName
  readonly action: ReviewAction
  /** Number of the delivery whose rows it is about. */
  readonly of: number
  readonly rows: number
  /** Which rows, by file and record. */
  readonly places: StoredObject
  readonly actor: string
  readonly reason?: string
  /** Second person, where the workspace asks for one. */
  readonly approvedBy?: string
  /** Of a waiver: what is waived, and until when. */
  readonly checks?: readonly CheckId[]
  readonly until?: Instant
  /** Of a fix: values by row and column; the only part that holds any. */
  readonly corrections?: StoredObject
}

/** A batch that is a decision. */
export interface ReviewBatch extends Batch {
  readonly review: Review
}

export const isReview = (batch: Batch): batch is ReviewBatch => batch.review !== undefined
