// Queries of rules about silver. Their rows are brought into PostgreSQL, where the guard of gold's queries holds for them too: a version
// that is committed stays there, as `hippo query` would load it; rows that nobody has committed are there while they are asked, and
// gone before they count. Nothing is copied for contracts without such a rule.
import type {CompiledContract} from '../contract/compile-contract.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {Row} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import type {Database} from '../postgres/database.ts'
import {withDraft} from '../warehouse/load.ts'
import {type RelationName, silverTable} from '../warehouse/names.ts'
import {relationExists} from '../warehouse/open-warehouse.ts'
import {askRuleQuery} from '../warehouse/rule-query.ts'
import {loadVersion, withCsvFiles} from './load-inputs.ts'
import type {EngineMeasure, Measure, RuleQuery} from './measure-checks.ts'
import type {Workspace} from './ports.ts'

export interface QueryPlace {
  readonly workspace: Workspace
  readonly database: Database
  readonly signal: AbortSignal
  /** The rows are those of this version, and have all columns of the contract. */
  readonly snapshot?: Snapshot
}

export interface AskedRows {
  readonly compiled: CompiledContract
  readonly rows: Plan
  readonly columns: readonly PlanColumn[]
  /** Measures everything but queries. */
  readonly measure: EngineMeasure
}

/** What `use` measures; where a check is a query, the rows can be asked it. */
export async function withQueries<T>(
  place: QueryPlace,
  {compiled, rows, columns, measure}: AskedRows,
  use: (measure: Measure) => Promise<T>,
): Promise<T> {
  if (!compiled.checks.some(({clause}) => clause.kind === 'sql')) return use(measure)
  const {workspace, database, signal, snapshot} = place
  const {contract} = compiled
  const {dataset} = contract
  const asking = (relation: RelationName | string) =>
    use(
      Object.assign(measure, {
        query: async (question: RuleQuery) =>
          typeof relation === 'string' ? relation : ask(database, question, {contract, relation, signal}),
      }),
    )
  if (snapshot) {
    const relation = silverTable(dataset, snapshot.version)
    const isThere = await relationExists(database, relation)
    if (!isThere) await loadVersion(workspace, {database, signal, progress: () => undefined}, dataset, snapshot)
    return asking(relation)
  }
  return withCsvFiles(workspace, {dataset, rows, columns, signal}, (csvFiles) =>
    withDraft(database, {dataset, columns, csvFiles}, asking, signal),
  )
}

/** A query that is refused is that check's alone. */
async function ask(database: Database, question: RuleQuery, table: Parameters<typeof askRuleQuery>[2]): Promise<readonly Row[] | string> {
  try {
    return await askRuleQuery(database, question, table)
  } catch (error) {
    if (!(error instanceof HippoError) || error.code !== 'CONTRACT_RULE_INVALID') throw error
    return error.message
  }
}
