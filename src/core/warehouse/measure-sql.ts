// Checks of gold contracts, measured where the data is. Aggregates over one input share one query. What PostgreSQL cannot be asked
// comes back as `notChecked`, what it fails at as `failed`, each with the reason: a check never disappears.
import type {Measurement, Row} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarType, ScalarValue} from '../expr/expr.ts'
import type {AggregatePlan, Plan} from '../expr/plan.ts'
import {aggregateColumns, planColumns} from '../expr/type-of.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {quoteIdent, raw, sql} from '../postgres/sql.ts'
import {Unsupported} from './expr-sql.ts'
import {quoteName, type RelationName} from './names.ts'
import {aggregateSql, type PhysicalTable, planSql, type ScanPlan, sourceOf, type TableOf} from './plan-sql.ts'

export type NotMeasured = {readonly id: string; readonly notChecked: string} | {readonly id: string; readonly failed: string}

export interface MeasureOptions {
  /** The physical table behind each scan of the plans; scans are told apart by identity. */
  readonly relationOf: (scan: ScanPlan) => RelationName | undefined
  readonly signal?: AbortSignal | undefined
}

/** Evaluates the plans over physical tables; order of results = order of plans. */
export async function measureInWarehouse(
  db: Database,
  plans: readonly AggregatePlan[],
  options: MeasureOptions,
): Promise<readonly (Measurement | NotMeasured)[]> {
  const tableOf = await physicalTables(db, plans.flatMap(scansIn), options)
  const results = new Map<AggregatePlan, Measurement | NotMeasured>()
  const byInput = Map.groupBy(plans, ({input}) => input)
  for (const [input, group] of byInput) {
    const possible = group.filter((plan) => {
      const reason = problemOf(plan, tableOf)
      if (reason !== undefined) results.set(plan, {id: plan.id, notChecked: reason})
      return reason === undefined
    })
    for (const [plan, result] of await measureTogether(db, input, possible, tableOf, options.signal)) results.set(plan, result)
  }
  return plans.flatMap((plan) => results.get(plan) ?? [])
}

/** The first rows of a plan over physical tables; or why PostgreSQL fails at it, or is not asked. */
export async function rowsInWarehouse(
  db: Database,
  plan: Plan,
  limit: number,
  options: MeasureOptions,
): Promise<readonly Row[] | string | {readonly notChecked: string}> {
  const tableOf = await physicalTables(db, scansIn(plan), options)
  try {
    const columns = planColumns(plan)
    const {rows} = await db.query<Record<string, unknown>>(raw(`select * from (${planSql(plan, tableOf)}) as input limit ${limit}`), {
      signal: options.signal,
    })
    return rows.map((row) => Object.fromEntries(columns.map(({name, type}) => [name, scalar(row[name], type)])))
  } catch (error) {
    if (error instanceof Unsupported) return {notChecked: error.message}
    const code = codeOf(error) ?? ''
    if (error instanceof HippoError || !isAboutOneQuery(code)) throw error
    return `PostgreSQL could not compute it (${code})`
  }
}

/** Columns of a relation in the warehouse with PostgreSQL's names of their types (`int8`, `numeric`, `timestamptz`), in order. */
export async function relationColumns(
  db: Queryable,
  relation: RelationName,
): Promise<readonly {readonly name: string; readonly type: string}[]> {
  const {rows} = await db.query<{name: string; type: string}>(
    sql`select attname as name, typname as type from pg_attribute a join pg_type t on t.oid = a.atttypid
      where attrelid = to_regclass(${quoteName(relation)}) and attnum > 0 and not attisdropped order by attnum`,
  )
  return rows
}

async function measureTogether(
  db: Database,
  input: Plan,
  plans: readonly AggregatePlan[],
  tableOf: TableOf,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<AggregatePlan, Measurement | NotMeasured>> {
  if (plans.length === 0) return new Map()
  try {
    const {rows} = await db.query<Record<string, unknown>>(raw(measureSql(input, plans, tableOf)), {signal})
    return new Map(plans.map((plan, index) => [plan, measurement(plan, index, rows[0] ?? {})]))
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (error instanceof HippoError || !isAboutOneQuery(code)) throw error
    const [only] = plans
    if (plans.length === 1 && only !== undefined)
      return new Map([[only, {id: only.id, failed: `PostgreSQL could not compute it (${code})`}]])
    // One of them fails for all: alone, each gives its own answer.
    const alone = await Promise.all(plans.map((plan) => measureTogether(db, input, [plan], tableOf, signal)))
    return new Map(alone.flatMap((result) => [...result]))
  }
}

/** Data that does not fit, names that are not there, too much at once: classes of SQLSTATE that say nothing of the server. */
const isAboutOneQuery = (code: string): boolean => /^(2[12]|42|54)/.test(code)

/** One query for all aggregates over one input; values are named `<plan>.<aggregate>` by position. */
function measureSql(input: Plan, plans: readonly AggregatePlan[], tableOf: TableOf): string {
  const operands = plans.flatMap(({aggregates}) => aggregates.flatMap(({of}) => of ?? []))
  const source = sourceOf(input, operands, tableOf)
  const items = plans.flatMap(({aggregates}, plan) =>
    aggregates.map((aggregate, index) => `${aggregateSql(aggregate, source)} as ${quoteIdent(`${plan}.${index}`)}`),
  )
  return `select ${items.join(', ')} from ${source.from}`
}

function measurement(plan: AggregatePlan, position: number, row: Readonly<Record<string, unknown>>): Measurement {
  const types = aggregateColumns(plan)
  const values = plan.aggregates.map(({name}, index): [string, ScalarValue] => [
    name,
    scalar(row[`${position}.${index}`], types[index]?.type ?? 'string'),
  ])
  return {id: plan.id, values: Object.fromEntries(values)}
}

// Sums of int8 come as numeric text; timestamps with at least milliseconds.
function scalar(value: unknown, type: ScalarType): ScalarValue {
  if (value === null || value === undefined) return null
  if (type === 'int64') return BigInt(value as number | bigint | string)
  return value as ScalarValue
}

function problemOf(plan: AggregatePlan, tableOf: TableOf): string | undefined {
  try {
    measureSql(plan.input, [plan], tableOf)
    return undefined
  } catch (error) {
    if (error instanceof Unsupported) return error.message
    throw error
  }
}

async function physicalTables(db: Database, scans: readonly ScanPlan[], {relationOf}: MeasureOptions): Promise<TableOf> {
  const tables = new Map<ScanPlan, PhysicalTable>()
  for (const scan of new Set(scans)) {
    const relation = relationOf(scan)
    if (relation === undefined) continue
    const columns = await relationColumns(db, relation)
    tables.set(scan, {relation, types: new Map(columns.map(({name, type}) => [name, type]))})
  }
  return (scan) => {
    const table = tables.get(scan)
    if (table === undefined) throw new Unsupported('it needs a dataset that is not in the warehouse')
    return table
  }
}

/** Every scan in a plan or expression, wherever it hangs. */
function scansIn(node: unknown): readonly ScanPlan[] {
  if (Array.isArray(node)) return node.flatMap(scansIn)
  if (typeof node !== 'object' || node === null) return []
  if ('kind' in node && node.kind === 'scan') return [node as ScanPlan]
  return Object.values(node).flatMap(scansIn)
}
