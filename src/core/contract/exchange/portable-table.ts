// What most tools can say of a table: the pivot between a contract and the formats of others. Whatever a contract says beyond it is
// in `notes`, in words: nothing is left out in silence. A format that can hold less adds notes of its own.
import type {Scalar} from '../../errors/read-params.ts'
import type {LogicalType} from '../../model/contract.ts'

export interface PortableColumn {
  readonly name: string
  readonly type: LogicalType
  /** As `DECIMAL(18,4)`. */
  readonly physicalType?: string
  readonly description?: string
  readonly classification?: string
  readonly required: boolean
  /** Of its own, not as part of a key. */
  readonly unique: boolean
  readonly bounds: Bounds
  readonly minLength?: number
  readonly maxLength?: number
  /** The portable regular expressions of hippo: found anywhere unless anchored. */
  readonly pattern?: string
  readonly values?: readonly Scalar[]
  /** Clauses of ODCS beyond these; only what is read has them. */
  readonly clauses?: readonly Readonly<Record<string, unknown>>[]
  readonly refersTo?: {readonly dataset: string; readonly column: string}
}

export interface Bounds {
  readonly min?: number | string
  readonly max?: number | string
  readonly exclusiveMin?: number | string
  readonly exclusiveMax?: number | string
}

export interface PortableTable {
  readonly name: string
  readonly version: string
  readonly title?: string
  readonly description?: string
  readonly columns: readonly PortableColumn[]
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[]
  /** At least one row is promised. */
  readonly isNeverEmpty: boolean
}

export interface Carried {
  readonly table: PortableTable
  readonly notes: readonly string[]
}

/** A contract in the words of another tool. */
export interface ExportedContract {
  readonly text: string
  /** What the format cannot hold, a sentence each. */
  readonly notes: readonly string[]
}

export interface ImportOptions {
  /** The table to take, where the file has several. */
  readonly table?: string
}

export interface ContractFormat {
  readonly name: string
  readonly title: string
  /** Of an exported file. */
  readonly extension: string
  readonly write?: (carried: Carried) => ExportedContract
  /** Throws CONTRACT_INVALID for a text that is nothing of the kind. */
  readonly read?: (text: string, options: ImportOptions) => Carried
}
