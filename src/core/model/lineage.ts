// Table-level lineage: run R read snapshot A and wrote snapshot B.
import type {Instant, Layer, RunId} from './names.ts'

/** One state of one table, or one captured file. */
export interface SnapshotRef {
  readonly layer: Layer | 'source'
  /** Dataset or model name; for a captured file the SHA-256 of its bytes. */
  readonly name: string
  /** Delta or warehouse version; batch number for bronze. */
  readonly version: number
}

export interface LineageEdge {
  readonly run: RunId
  readonly from: SnapshotRef
  readonly to: SnapshotRef
  readonly at: Instant
}
