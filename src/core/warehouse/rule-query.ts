// The query of a rule: one SELECT over the judged table and no other, as PostgreSQL's own parser reads it. It runs as questions of
// people do: read only, as a role that only reads, within a time. What it says in an error never holds a value.
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarValue} from '../expr/expr.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database} from '../postgres/database.ts'
import {quoteIdent} from '../postgres/sql.ts'
import {type ParsedModel, parseModel, rewriteModel} from './models.ts'
import {quoteName, type RelationName} from './names.ts'
import {queryWarehouse} from './query.ts'

export interface QueriedTable {
  readonly contract: Pick<Contract, 'dataset' | 'path' | 'materialization'>
  /** Where its rows lie. */
  readonly relation: RelationName
}

export interface WrittenQuery {
  readonly sql: string
  readonly column?: string
}

const longestMs = 60_000

/** The query's one value as `value`, or why there is none; CONTRACT_RULE_INVALID when it is no plain read of the table. */
export async function askRuleQuery(
  db: Database,
  query: WrittenQuery,
  {contract, relation, signal}: QueriedTable & {readonly signal?: AbortSignal | undefined},
): Promise<readonly {readonly value: ScalarValue}[] | string> {
  const {select} = rewriteModel(await parseRuleQuery(query, contract), () => quoteName(relation))
  try {
    const {columns, rows, truncated} = await queryWarehouse(db, {sql: select, limit: 1, timeoutMs: longestMs, signal})
    const [row] = rows
    if (columns.length !== 1 || truncated || row === undefined)
      return `the query of a rule gives one number; this one gave ${truncated ? 'several rows' : `${rows.length} rows of ${columns.length} columns`}`
    const [value = null] = row
    if (value === null) return [{value}]
    const number = typeof value === 'boolean' ? Number.NaN : Number(value)
    return Number.isFinite(number) ? [{value: number}] : 'the query of a rule gives one number; this one gave another value'
  } catch (error) {
    if (!isFailure(error)) throw error
    return sayFailure(db, {select, error, signal})
  }
}

const isFailure = (error: unknown): error is HippoError => error instanceof HippoError && error.code === 'WAREHOUSE_QUERY_FAILED'

/** PostgreSQL's words only where planning fails as well: it sees no rows, what runs may quote a value of one in any of its errors. */
async function sayFailure(
  db: Database,
  {select, error, signal}: {readonly select: string; readonly error: HippoError; readonly signal: AbortSignal | undefined},
): Promise<string> {
  const code = codeOf(error.cause)
  // Words of our own.
  if (code === undefined || code === '57014') return error.message
  try {
    await queryWarehouse(db, {sql: `explain ${select}`, limit: 1, timeoutMs: longestMs, signal})
  } catch (planning) {
    if (!isFailure(planning)) throw planning
    return planning.message
  }
  return `the query can be planned, and fails at a row (${code})`
}

/** The query with the table in place of its placeholders; CONTRACT_RULE_INVALID with the place in the query. */
export async function parseRuleQuery({sql, column}: WrittenQuery, contract: QueriedTable['contract']): Promise<ParsedModel> {
  const {dataset} = contract
  const layer = layerOf(contract)
  const own = quoteIdent(dataset)
  const text = sql
    // In front of a column it is the table's own name, as which it is read.
    .replaceAll(/\$?\{(?:table|object|schema|model)\}(\s*\.)?/g, (_, dot?: string) => (dot === undefined ? `${layer}.${own}` : `${own}.`))
    .replaceAll(/\$?\{(?:column|property)\}/g, () => (column === undefined ? '' : quoteIdent(column)))
  const parsed = await parseModel({name: dataset, path: '', sql: text}, {layer, name: dataset}).catch((error: unknown) => {
    throw error instanceof HippoError && error.code === 'WAREHOUSE_MODEL_INVALID' ? refused(error) : error
  })
  const other = parsed.references.find((one) => one.layer !== layer || one.name !== dataset)
  if (other === undefined) return parsed
  throw new HippoError('CONTRACT_RULE_INVALID', {
    message: `rule sql: it reads ${other.layer}.${other.name}`,
    hint: 'the query of a rule reads its own table, ${table}, alone: join others in a model',
  })
}

function refused(error: HippoError): HippoError {
  const place = error.at === undefined ? '' : ` (line ${error.at.line}, column ${error.at.column} of the query)`
  const message = error.message.replace(/^model [^:]*: /, '')
  return new HippoError('CONTRACT_RULE_INVALID', {
    message: `rule sql: ${message}${place}`,
    hint: 'the query of a rule is one SELECT over ${table}',
    cause: error,
  })
}
