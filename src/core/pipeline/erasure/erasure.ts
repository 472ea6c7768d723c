// An erasure at work: whose rows go, said once as a condition on each dataset's typed columns, and what every place that may
// hold them needs to find and to remove them.
import type {PersonReference} from '../../contract/data-subject.ts'
import type {Engine} from '../../engine/engine.ts'
import type {Tombstones} from '../../lake/tombstones.ts'
import type {Batch} from '../../model/capture.ts'
import type {Contract} from '../../model/contract.ts'
import type {ObjectStore} from '../../store/object-store.ts'
import type {Workspace} from '../ports.ts'
import type {DatasetContext} from '../promote-dataset.ts'
import type {RunScope} from '../record-run.ts'
import type {PastVersions} from './past-versions.ts'
import type {RowTest, TextKey} from './row-tests.ts'
import type {TableSearch} from './search-table.ts'
import type {StaleRelation} from './search-warehouse.ts'

export interface ErasedDataset {
  readonly contract: Contract
  /** By what rows that go are told; of a row, one of them is enough. None: not by their values. */
  readonly ownTests: readonly RowTest[]
  /** References that lead to such rows of other datasets, whose rows go with them. */
  readonly references?: readonly PersonReference[]
  /** Those of its own, and of the references as far as they were followed. */
  readonly tests: readonly RowTest[]
  /** Damaged records, which have no columns, go when they were received before this instant. */
  readonly damagedBefore?: string
  /** Rejected rows from before this instant go, whatever is in them. */
  readonly quarantinedBefore?: string
  /** Only looked through for rows of persons under a legal hold: nothing was asked of it. */
  readonly isOnlyForHolds?: true
  readonly context: DatasetContext
}

/** What a verb says of a dataset. */
export type ErasureTerms = Omit<ErasedDataset, 'context' | 'tests'>

/** By dataset and columns: keys of the person's rows that others refer to. */
export type PersonKeys = ReadonlyMap<string, readonly TextKey[]>

/** How a person is found where there are no columns: in damaged records, in files that cannot be read, in names of files. */
export interface PersonText {
  readonly id: string
  /** Portable pattern: the id between characters that are neither letters nor digits. */
  readonly pattern: string
}

export interface Erasure {
  readonly workspace: Workspace
  readonly run: RunScope
  readonly store: ObjectStore
  readonly engine: Engine
  /** Workspace key. */
  readonly key: string
  readonly tombstones: Tombstones
  readonly datasets: readonly ErasedDataset[]
  readonly person?: PersonText
  readonly keys: PersonKeys
  /** Keys that mean something where they are only text. */
  readonly keyTexts: readonly PersonText[]
  /** Files that cannot be read as records and name the person are emptied; else they stop the erasure. */
  readonly dropUnreadable: boolean
  /** Passes by locks of the kind that the store lets some people pass. */
  readonly bypassGovernance: boolean
  /** What is sought of persons under a legal hold: their rows stay. None when there is no hold. */
  readonly heldTerms: readonly ErasureTerms[]
  /** Private folder, removed by whoever began. */
  readonly staging: string
}

/** A record in the tables that is to go because of what it was in bronze. */
export interface RecordOrigin {
  readonly file: string
  readonly row: number
}

/** One look over everything. */
export interface Search {
  readonly erasure: Erasure
  readonly batches: readonly Batch[]
  readonly bronze: readonly BronzeHit[]
  /** Captured files with the person's id in their text, of datasets that no reference ties to persons. */
  readonly mentions: readonly Mention[]
  readonly cleanBronze: CleanObjects
  /** By dataset: where records that go lie, or lay before earlier erasures, in the words of silver and quarantine. */
  readonly origins: ReadonlyMap<string, readonly RecordOrigin[]>
  readonly tables: readonly TableSearch[]
  readonly warehouse: readonly StaleRelation[]
  /** Rows that would go but for a legal hold on a person. */
  readonly kept: readonly Found[]
  readonly pastVersions: PastVersions
}

/** By key: objects that were read without a finding, and what they were then. */
export type CleanObjects = ReadonlyMap<string, string>

/** Stored bytes that hold what is to go. */
export interface BronzeHit {
  readonly key: string
  readonly sha256: string
  readonly datasets: readonly string[]
  readonly what:
    | {readonly kind: 'records'; readonly rows: ReadonlySet<number>; readonly isAll: boolean}
    /** It cannot be read as records. */
    | {readonly kind: 'whole'}
    /** No capture record names it: an ingest or an erasure that died left it. */
    | {readonly kind: 'stranger'}
}

/** Received bytes that name the person, of a dataset of which nothing says whose its rows are. */
export interface Mention {
  readonly key: string
  readonly dataset: string
}

/** What lies in one place. */
export interface Found {
  readonly location: string
  readonly dataset?: string
  /** Files, objects or tables. */
  readonly places: number
  readonly rows: number
}
