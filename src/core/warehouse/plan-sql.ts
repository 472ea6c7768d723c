// Relational plans as PostgreSQL queries over physical tables. Set expressions become window columns or joins of the row source
// that an expression is asked over. Row order does not exist in a table, so what depends on it is not asked.
import type {Expr, ScalarType, SetExpr} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {childrenOf, planColumns} from '../expr/walk.ts'
import {quoteIdent} from '../postgres/sql.ts'
import {exprSql, literalSql, Unsupported} from './expr-sql.ts'
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
    case 'union':
      return plan.inputs.map((input) => `(${planSql(input, tableOf)})`).join(' union all ')
    case 'verdict':
      throw new Unsupported('verdicts are not asked of PostgreSQL')
  }
}

/** The rows of a plan, with what the expressions need beside its columns. Throws Unsupported. */
export function sourceOf(input: Plan, exprs: readonly Expr[], tableOf: TableOf): Source {
  const columns = planColumns(input)
  const sets = [...new Set(exprs.flatMap(setExpressions))]
  const outer = {columns, set: nested}
  const joins: string[] = []
  const extra = new Map<SetExpr, string>()
  const windows: string[] = []
  sets.forEach((set, index) => {
    const name = quoteIdent(`set ${index}`)
    if (set.kind === 'isDuplicated') {
      windows.push(`${duplicatedSql(set)} as ${name}`)
      extra.set(set, `input.${name}`)
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
    expr: (expr) => exprSql(expr, {columns, set: (set) => extra.get(set) ?? nested()}),
  }
}

const nested = (): never => {
  throw new Unsupported('a set expression inside the key of another')
}

// Null in the key never matches. Of rows that are equal in all `unlessSame` columns one counts: the key is duplicated
// exactly when not all rows that share it are the same there.
function duplicatedSql({key, unlessSame}: Extract<SetExpr, {kind: 'isDuplicated'}>): string {
  const columns = key.map((name) => quoteIdent(name))
  const over = `over (partition by ${columns.join(', ')})`
  const present = columns.map((name) => `${name} is not null`).join(' and ')
  if (unlessSame === undefined) return `(${present} and count(*) ${over} > 1)`
  const same = `(row(${unlessSame.map((name) => quoteIdent(name)).join(', ')})::text collate "C")`
  return `(${present} and min(${same}) ${over} <> max(${same}) ${over})`
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

/** Set expressions in an expression, those in keys of others not included. */
function setExpressions(expr: Expr): readonly SetExpr[] {
  switch (expr.kind) {
    case 'isDuplicated':
    case 'isRepeat':
    case 'isOutvoted':
    case 'existsIn':
    case 'lookup':
    case 'isSameIn':
      return [expr]
    default:
      return childrenOf(expr).flatMap(setExpressions)
  }
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

function valuesSql({columns, rows}: Extract<Plan, {kind: 'values'}>): string {
  const empty = `select ${columns.map(({name, type}) => `${literalSql(null, type)} as ${quoteIdent(name)}`).join(', ')} where false`
  const selects = rows.map((row) => `select ${columns.map(({type}, index) => literalSql(row[index] ?? null, type)).join(', ')}`)
  return [empty, ...selects].join(' union all ')
}

const names = (columns: readonly PlanColumn[]): string => columns.map(({name}) => quoteIdent('input', name)).join(', ')
