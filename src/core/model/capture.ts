// Bronze as the lake describes it: one record a captured file, one immutable document a batch.
import type {DatasetName, Instant, RunId, Sha256, SourceName} from './names.ts'

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
  readonly receivedAt: Instant
  readonly modifiedAt: Instant
}

/** One delivery: files of one source that an ingest captured together. Its existence under its number is its commit. */
export interface Batch {
  readonly number: number
  readonly run: RunId
  readonly createdAt: Instant
  readonly files: readonly CaptureRecord[]
}
