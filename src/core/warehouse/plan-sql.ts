// Relational plans as PostgreSQL queries over physical tables. Set expressions become window columns or joins of the row source
// that an expression is asked over. Row order does not exist in a table, so what depends on it is not asked.
import type {Expr, ScalarType, SetExpr} from '../expr/expr.ts'
import type {Aggregate, Plan, PlanColumn} from '../expr/plan.ts'
import {childrenOf, isSetExpression, planColumns} from '../expr/walk.ts'
import {quoteIdent} from '../postgres/sql.ts'
import {farOutJoin, isFarOut, previousSql} from './compared-sql.ts'
import {exprSql, literalSql, Unsupported, unprovided} from './expr-sql.ts'
import {quoteName, type RelationName} from './names.ts'

export type ScanPlan = Extract<Plan, {kind: 'scan'}>

export interface PhysicalTable {
  readonly relation: RelationName
  /** Column name -> PostgreSQL's type name. */
  readonly types: ReadonlyMap<string, string>
}

/** The physical table behind a scan. */
export type TableOf = (scan: ScanPlan) => PhysicalTable

/** A row source with extra columns, one for each set expression that is asked over it. */
export interface Source {
  /** A parenthesised query or a table with an alias. */
  readonly from: string
  expr(expr: Expr): string
}

/** The rows of a plan as a query. Throws Unsupported. */
export function planSql(plan: Plan, tableOf: TableOf): string {
  switch (plan.kind) {
    case 'scan':
      return scanSql(plan, tableOf)
    case 'values':
      return valuesSql(plan)
    case 'filter': {
      const source = sourceOf(plan.input, [plan.where], tableOf)
      return `select ${names(planColumns(plan.input))} from ${source.from} where ${source.expr(plan.where)}`
    }
    case 'derive':
    case 'select': {
      const exprs = plan.columns.map(({expr}) => expr)
      const source = sourceOf(plan.input, exprs, tableOf)
      const own = new Map(plan.columns.map(({name, expr}) => [name, source.expr(expr)]))
      const items = planColumns(plan).map(({name}) => `${own.get(name) ?? quoteIdent('input', name)} as ${quoteIdent(name)}`)
      return `select ${items.join(', ')} from ${source.from}`
    }
    case 'group': {
      const source = sourceOf(
        plan.input,
        plan.aggregates.flatMap(({of}) => of ?? []),
        tableOf,
      )
      const keys = plan.by.map((name) => quoteIdent('input', name))
      const found = plan.aggregates.map((aggregate) => `${aggregateSql(aggregate, source)} as ${quoteIdent(aggregate.name)}`)
      return `select ${[...keys, ...found].join(', ')} from ${source.from} group by ${keys.join(', ')}`
    }
    case 'union':
      return plan.inputs.map((input) => `(${planSql(input, tableOf)})`).join(' union all ')
    case 'verdict':
      throw new Unsupported('verdicts are not asked of PostgreSQL')
  }
}

/** One aggregate over the rows of a source. */
export function aggregateSql({function: name, of, share}: Aggregate, source: Source): string {
  const operand = of === undefined ? '' : source.expr(of)
  switch (name) {
    case 'count':
      return 'count(*)'
    case 'countIf':
      return `count(*) filter (where ${operand})`
    case 'countNull':
      return `count(*) filter (where ${operand} is null)`
    case 'countDistinct':
    case 'distinctHashes':
      return `count(distinct ${operand})`
    case 'quantile':
      return `percentile_disc(${share ?? 0}) within group (order by (${operand})::float8)`
    case 'sum':
    case 'min':
    case 'max':
      return `${name}(${operand})`
  }
}

/** The rows of a plan, with what the expressions need beside its columns. Throws Unsupported. */
export function sourceOf(input: Plan, exprs: readonly Expr[], tableOf: TableOf): Source {
  const columns = planColumns(input)
  const sets = [...new Set(exprs.flatMap(setExpressions))]
  const joins: string[] = []
  const extra = new Map<SetExpr, string>()
  const outer = {columns, set: (set: SetExpr) => extra.get(set) ?? unprovided()}
  const windows: string[] = []
  sets.forEach((set, index) => {
    const name = quoteIdent(`set ${index}`)
    const window = windowSql(set, columns)
    if (window !== undefined) {
      windows.push(`${window} as ${name}`)
      extra.set(set, `input.${name}`)
    } else if (set.kind === 'isOutvoted') {
      joins.push(outvotedJoin(set, name, planSql(input, tableOf)))
      extra.set(set, `coalesce(${name}."bad", false)`)
    } else if (set.kind === 'isFarOut') {
      joins.push(farOutJoin(set, name, planSql(input, tableOf), columns))
      extra.set(set, `coalesce(${isFarOut(set, name, columns)}, false)`)
    } else if (set.kind === 'existsIn' || set.kind === 'lookup') {
      const key = set.key.map((part) => exprSql(part, outer))
      joins.push(joinSql(set, key, name, tableOf))
      const isUnknown = key.map((part) => `${part} is null`).join(' or ')
      extra.set(set, set.kind === 'lookup' ? `${name}."take"` : `(case when ${isUnknown} then null else ${name}."found" is not null end)`)
    } else {
      throw new Unsupported(set.kind === 'isRepeat' ? 'rows of a table have no order' : `PostgreSQL is not asked for ${set.kind}`)
    }
  })
  const all = ['*', ...windows].join(', ')
  return {
    from: [`(select ${all} from (${planSql(input, tableOf)}) as input) as input`, ...joins].join(' '),
    expr: (expr) => exprSql(expr, outer),
  }
}

/** What a row's place among the others says of it; undefined for what is asked of another relation, or not at all. */
function windowSql(set: SetExpr, columns: readonly PlanColumn[]): string | undefined {
  switch (set.kind) {
    case 'isDuplicated':
      return duplicatedSql(set)
    case 'isSuperseded': {
      const [key, by] = [set.key.map((name) => quoteIdent(name)), quoteIdent(set.by)]
      return `(${present(key)} and ${by} is not null and max(${by}) over (partition by ${key.join(', ')}) > ${by})`
    }
    case 'overlaps':
      return overlapsSql(set, columns)
    case 'previous':
      return previousSql(set, columns)
    default:
      return undefined
  }
}

const present = (columns: readonly string[]): string => columns.map((name) => `${name} is not null`).join(' and ')

// Sorted by start, a span meets an earlier one when it begins before the latest end so far, and a later one when the next begins before
// its own end. Rows without a span form groups of their own.
function overlapsSql({key, start, end, where, unlessSame}: Extract<SetExpr, {kind: 'overlaps'}>, columns: readonly PlanColumn[]): string {
  if (unlessSame !== undefined) throw new Unsupported('PostgreSQL is not asked which overlapping rows are one')
  const keys = key.map((name) => quoteIdent(name))
  const from = quoteIdent(start)
  const to = `coalesce(${quoteIdent(end)}, 'infinity')`
  const condition = where === undefined ? [] : [`coalesce(${exprSql(where, {columns, set: unprovided})}, false)`]
  const isSpan = [present([...keys, from]), `${from} <= ${to}`, ...condition].join(' and ')
  const over = `over (partition by ${keys.join(', ')}, (${isSpan}) order by ${from}, ${to}`
  const before = `max(${to}) ${over} rows between unbounded preceding and 1 preceding)`
  return `((${isSpan}) and (coalesce(${before} > ${from}, false) or coalesce(lead(${from}) ${over}) < ${to}, false)))`
}

// Null in the key never matches. Of rows that are equal in all `unlessSame` columns one counts: the key is duplicated
// exactly when not all rows that share it are the same there.
function duplicatedSql({key, unlessSame}: Extract<SetExpr, {kind: 'isDuplicated'}>): string {
  const columns = key.map((name) => quoteIdent(name))
  const over = `over (partition by ${columns.join(', ')})`
  if (unlessSame === undefined) return `(${present(columns)} and count(*) ${over} > 1)`
  const same = `(row(${unlessSame.map((name) => quoteIdent(name)).join(', ')})::text collate "C")`
  return `(${present(columns)} and min(${same}) ${over} <> max(${same}) ${over})`
}

/** Joins what is said of each value of a key: that it lost the vote, or that nothing won it. */
function outvotedJoin(set: Extract<SetExpr, {kind: 'isOutvoted'}>, name: string, rows: string): string {
  const columns = [...set.key, set.of]
  const keys = set.key.map((column) => quoteIdent(column)).join(', ')
  const value = quoteIdent(set.of)
  const all = columns.map((column, index) => `${quoteIdent(column)} as "part ${index}"`).join(', ')
  const over = `over (partition by ${keys})`
  const votes = `count(*) as own, sum(count(*)) ${over} as rows, max(count(*)) filter (where ${value} is not null) ${over} as most, count(${value}) ${over} as variants`
  const counts = `select ${all}, ${votes} from (${rows}) as input group by ${keys}, ${value}`
  const own = `"part ${set.key.length}"`
  const undecided = set.undecidedAreBad === true ? `variants > 1 and ${own} is not null` : 'false'
  const verdict = `case when rows < ${set.minRows} then false when most * 100 >= rows * ${set.percent} then ${own} is null or own < most else ${undecided} end`
  const judged = `select ${columns.map((_, index) => `"part ${index}"`).join(', ')}, ${verdict} as bad from (${counts}) as counts`
  const sameKey = set.key.map((column, index) => `${name}."part ${index}" = ${quoteIdent('input', column)}`)
  return `left join (${judged}) as ${name} on ${[...sameKey, `${name}.${own} is not distinct from ${quoteIdent('input', set.of)}`].join(' and ')}`
}

function joinSql(set: Extract<SetExpr, {kind: 'existsIn' | 'lookup'}>, key: readonly string[], name: string, tableOf: TableOf): string {
  const on = set.on.map((column) => quoteIdent(column))
  const parts = on.map((column, index) => `${column} as "key ${index}"`)
  const take = set.kind === 'lookup' ? `${quoteIdent(set.take)} as "take"` : 'true as "found"'
  const order = on.map((_, index) => `"key ${index}"`).join(', ')
  const relation = `select distinct on (${order}) ${[...parts, take].join(', ')} from (${planSql(set.relation, tableOf)}) as relation`
  const condition = key.map((part, index) => `${name}."key ${index}" = ${part}`).join(' and ')
  return `left join (${relation}) as ${name} on ${condition}`
}

/** Set expressions in an expression; those that the key of another needs come before it. */
function setExpressions(expr: Expr): readonly SetExpr[] {
  const below = childrenOf(expr).flatMap(setExpressions)
  return isSetExpression(expr) ? [...below, expr] : below
}

function scanSql(scan: ScanPlan, tableOf: TableOf): string {
  if (scan.rowNumber !== undefined) throw new Unsupported('rows of a table have no number')
  const {relation, types} = tableOf(scan)
  const items = scan.columns.map(({name, type}) => `${columnSql(name, type, types.get(name))} as ${quoteIdent(name)}`)
  return `select ${items.length === 0 ? '' : items.join(', ')} from ${quoteName(relation)}`
}

const exactFrom: Readonly<Record<'string' | 'boolean' | 'int64' | 'float64' | 'date' | 'timestamp' | 'decimal', readonly string[]>> = {
  string: ['text', 'varchar', 'bpchar', 'name', 'uuid'],
  boolean: ['bool'],
  int64: ['int2', 'int4', 'int8'],
  float64: ['float4', 'float8', 'int2', 'int4', 'int8', 'numeric'],
  date: ['date'],
  timestamp: ['timestamptz', 'timestamp'],
  decimal: ['numeric', 'int2', 'int4', 'int8'],
}

// A cast that could change a value would hide what a rule is there to find.
function columnSql(name: string, type: ScalarType, found: string | undefined): string {
  if (found === undefined) throw new Unsupported(`column ${name} is not in the warehouse table`)
  if (!exactFrom[typeof type === 'object' ? 'decimal' : type].includes(found)) {
    throw new Unsupported(`column ${name} is ${found} in the warehouse, which is no ${typeof type === 'object' ? 'decimal' : type}`)
  }
  const cast = typeof type === 'object' ? 'numeric' : postgresTypes[type]
  return `${quoteIdent(name)}::${cast}${type === 'string' ? ' collate "C"' : ''}`
}

const postgresTypes = {string: 'text', boolean: 'bool', int64: 'int8', float64: 'float8', date: 'date', timestamp: 'timestamptz'} as const

/** One list of rows: PostgreSQL's parser nests as deep as there are parts in a union, and a value set has thousands. */
function valuesSql({columns, rows}: Extract<Plan, {kind: 'values'}>): string {
  const named = columns.map(({name}) => quoteIdent(name)).join(', ')
  if (rows.length === 0)
    return `select ${columns.map(({name, type}) => `${literalSql(null, type)} as ${quoteIdent(name)}`).join(', ')} where false`
  const listed = rows.map((row) => `(${columns.map(({type}, index) => literalSql(row[index] ?? null, type)).join(', ')})`)
  return `select * from (values ${listed.join(', ')}) as listed (${named})`
}

const names = (columns: readonly PlanColumn[]): string => columns.map(({name}) => quoteIdent('input', name)).join(', ')
