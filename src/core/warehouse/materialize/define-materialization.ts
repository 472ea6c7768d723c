// What a materialization is: how the SELECT of a model becomes a relation. It runs in a transaction and sees rewritten SQL.
import type {Contract, Materialization} from '../../model/contract.ts'
import type {Queryable} from '../../postgres/database.ts'

/** What a model's contract says of how its relation is made. */
export type ModelTerms = Pick<Contract, 'materialization' | 'columns'>

/** What a version is made of. Names are quoted, with their schema. */
export interface MaterializationInput {
  /** To be made; not there yet. */
  readonly relation: string
  readonly select: string
  readonly contract: ModelTerms
  /** The newest good version, which stays as it is; absent for the first, and where what it was made by no longer fits. */
  readonly previous?: string
  /** The run's start: from when on what is new here holds. */
  readonly now: Date
  readonly signal?: AbortSignal | undefined
}

export interface MaterializationKind {
  readonly name: Materialization
  /** The kind of relation it makes, as DDL calls it. */
  readonly relationKind: 'table' | 'view'
  build(tx: Queryable, input: MaterializationInput): Promise<void>
}
