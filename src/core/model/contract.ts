// A contract as hippo understands it: an ODCS document read into one dataset's columns, steps and rule clauses.
// `document` keeps everything that was read, unknown properties included.
import type {Location} from '../errors/hippo-error.ts'
import type {Dimension, Kahn, Severity} from './check.ts'
import type {Compatibility} from './contract-change.ts'
import type {Deidentify} from './deidentify.ts'
import type {CheckId, DatasetName, Sha256} from './names.ts'

export type LogicalType = 'string' | 'date' | 'timestamp' | 'time' | 'number' | 'integer' | 'boolean'

/**
 * What happens when a check is violated. quarantine: the row goes to quarantine, the dataset commits. warn: the row is
 * accepted. reject: the delivery is refused. fail: the dataset is gated (nothing committed, exit 3).
 */
export type OnFailure = 'quarantine' | 'warn' | 'reject' | 'fail'

/** append: every row of a batch is new. overwrite: the batch replaces the table. merge: insert or update by primary key. */
export type WriteMode = 'append' | 'overwrite' | 'merge'

/** What a file does whose end is missing or damaged. gate: nothing is committed. quarantine: its broken records are, the others count. */
export type OnIncompleteFile = 'gate' | 'quarantine'

/** How a model becomes a relation; feature tables are served in a schema of their own. */
export type Materialization = 'table' | 'view'

/** How many violations a check tolerates. */
export interface Threshold {
  readonly max: number
  readonly unit: 'rows' | 'percent'
  /** True when exactly `max` is already too much. */
  readonly exclusive?: true
  /** No worse than the best of the last `runs`: `max` is the most that is ever tolerated, and less once results are better. */
  readonly ratchet?: Ratchet
}

export interface Ratchet {
  readonly runs: number
  /** In a result: how many earlier results it was held against. */
  readonly found?: number
}

/** A check that may fail for a while: who decided so, why, and the instant at which it counts again. */
export interface CheckWaiver {
  readonly until: string
  readonly by: string
  readonly reason: string
}

/** A step as written: kind and raw parameters; the step registry parses them. */
export interface StepClause {
  readonly kind: string
  readonly params: unknown
  readonly at: Location
}

/** A rule as written, wherever ODCS puts it; the rule registry parses `params`. */
export interface RuleClause {
  readonly id: CheckId
  readonly kind: string
  /** Absent for rules about the dataset as a whole. */
  readonly column?: string
  readonly params: unknown
  readonly severity: Severity
  readonly onFailure: OnFailure
  readonly dimension: Dimension
  readonly kahn: Kahn
  readonly threshold: Threshold
  /** Parameters of the hard tier, for the soft one: rows that break it have their reason, and are left out here. */
  readonly hard?: unknown
  readonly at: Location
  /** Set when the clause was read but cannot be checked; the check result is then `notChecked` with this reason. */
  readonly notCheckedBecause?: string
  /** Set when somebody switched it off: why. */
  readonly offBecause?: string
  readonly waiver?: CheckWaiver
}

export interface Column {
  readonly name: string
  readonly logicalType: LogicalType
  /** As written, for example `DECIMAL(18,4)`; decides the Delta and PostgreSQL type when given. */
  readonly physicalType?: string
  /** Accepted date and time patterns (JDK DateTimeFormatter), tried in order; empty means ISO 8601. */
  readonly formats: readonly string[]
  /** Timestamps without an offset are refused. */
  readonly offsetRequired?: true
  /** Numbers with a plus sign or an exponent are refused. */
  readonly plainNumber?: true
  readonly required: boolean
  /** 1-based place in the primary key. */
  readonly primaryKeyPosition?: number
  /** Source column names that may feed it, in order of preference; matched ignoring case and separators. */
  readonly sources: readonly string[]
  /** Normalisations, in order; they run on text, before the value is typed. */
  readonly steps: readonly StepClause[]
  readonly description?: string
  readonly classification?: string
  /** One of the HIPAA categories; such a column never appears unmasked outside the tables themselves. */
  readonly phiCategory?: string
  /** How a gold column gives up what names a person. */
  readonly deidentify?: Deidentify
  readonly at: Location
}

/** A row as a sender may write it, and what the contract says of it. */
export interface ExampleRow {
  /** Text by column, or by its name in files; null is an empty field. */
  readonly row: Readonly<Record<string, string | null>>
  /** Checks that it breaks; none for a good row. */
  readonly breaks: readonly CheckId[]
  /** Typed values of some columns. */
  readonly becomes?: Readonly<Record<string, unknown>>
  readonly because?: string
}

export interface Retention {
  readonly days: number
  /** Date or timestamp column from which the days count. */
  readonly column: string
}

/** A table that a contract reads from a file beside it. */
export interface ReferenceFile {
  /** As the contract names it. */
  readonly path: string
  readonly sha256: Sha256
  /** Its version, when it says one. */
  readonly version?: string
  /** For people: name and version, or the beginning of its hash. */
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

export interface Contract {
  readonly id: string
  readonly dataset: DatasetName
  /** Semantic version of the promise. */
  readonly version: string
  readonly status: string
  readonly apiVersion: string
  readonly description?: string
  /** Where the rows come from: `source` and the source's dataset key. Absent for gold datasets. */
  readonly source?: {readonly source: string; readonly dataset: string}
  readonly writeMode: WriteMode
  /** Gate: the dataset is not committed when a larger share of its rows would be quarantined. */
  readonly maxQuarantinePercent: number
  readonly onIncompleteFile: OnIncompleteFile
  readonly materialization?: Materialization
  readonly columns: readonly Column[]
  readonly rules: readonly RuleClause[]
  /** Hours within which fresh data is promised (slaProperties freshness or latency). */
  readonly freshnessHours?: number
  /** Each row is one person, named by the primary key; rows that refer to it are of that person. */
  readonly isDataSubject?: true
  /** Whose references say whose a row is, where several could; one that leads to a person is enough. */
  readonly personColumns?: readonly string[]
  /** No row is about a person: an erasure need not look into it. */
  readonly holdsNoPersons?: true
  /** Why nothing of the dataset may be erased for now. */
  readonly legalHold?: string
  /** How long rows are kept, counted from a date in them. */
  readonly retention?: Retention
  /** Days after which rejected rows are removed from quarantine. */
  readonly quarantineRetentionDays?: number
  /** The table holds its other writers to the contract's rules, as far as they can be said as check constraints. */
  readonly hasConstraints?: boolean
  /** The table keeps a feed of its changes; absent leaves it as it is. */
  readonly changeDataFeed?: boolean
  /** Columns by which `table optimize` sorts. */
  readonly clusterBy?: readonly string[]
  /** Rows that show what it means. */
  readonly examples?: readonly ExampleRow[]
  /** What a new version of the contract may break without a major step; absent where nobody said. */
  readonly compatibility?: Compatibility
  /** Absolute path of the file. */
  readonly path: string
  /** SHA-256 of the file's bytes: pins the exact promise a run was judged under. */
  readonly digest: Sha256
  readonly document: unknown
  /** By the path that rules and steps name: the rows, or why there are none. Absent until they were read. */
  readonly referenceFiles?: ReadonlyMap<string, ReferenceFile | string>
}

/** Columns of the primary key in key order; empty when there is none. */
export function primaryKey(contract: Contract): readonly string[] {
  return contract.columns
    .filter((column) => column.primaryKeyPosition !== undefined)
    .sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0))
    .map((column) => column.name)
}

/** True when the column's values must be masked wherever people look (PHI category, or a confidential classification). */
export function isProtected(column: Column): boolean {
  return column.phiCategory !== undefined || /^(restricted|confidential|phi)$/i.test(column.classification ?? '')
}

/** gold for a model's contract, else silver. */
export function layerOf(contract: Pick<Contract, 'materialization'>): 'silver' | 'gold' {
  return contract.materialization === undefined ? 'silver' : 'gold'
}
