// What a materialization is: how the SELECT of a model becomes a relation. It runs in a transaction and sees rewritten SQL.
import type {Materialization} from '../../model/contract.ts'
import type {Queryable} from '../../postgres/database.ts'

export interface MaterializationKind {
  readonly name: Materialization
  /** The kind of relation it makes, as DDL calls it. */
  readonly relationKind: 'table' | 'view'
  /** Makes `relation` (quoted, not there yet) from `select`. */
  build(tx: Queryable, relation: string, select: string, signal?: AbortSignal): Promise<void>
}
