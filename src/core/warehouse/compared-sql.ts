// Numbers compared with others of their key, as PostgreSQL says it: window functions for the row before, and for far rows a join of each
// key's quantiles (`percentile_disc` is the quantile that `expr.ts` fixes).
import type {SetExpr} from '../expr/expr.ts'
import type {PlanColumn} from '../expr/plan.ts'
import {quoteIdent} from '../postgres/sql.ts'
import {exprSql, unprovided} from './expr-sql.ts'

type FarOut = Extract<SetExpr, {kind: 'isFarOut'}>
type Previous = Extract<SetExpr, {kind: 'previous'}>

/** The value in the row before; rows that are not considered form groups of their own. */
export function previousSql({key, by, of, where}: Previous, columns: readonly PlanColumn[]): string {
  const keys = key.map((name) => quoteIdent(name))
  const present = [...keys, quoteIdent(by)].map((name) => `${name} is not null`)
  const considered = `(${[...present, ...conditions(where, columns)].join(' and ')})`
  const over = `over (partition by ${[...keys, considered].join(', ')} order by ${quoteIdent(by)}, ${quoteIdent(of)} nulls first)`
  return `(case when ${considered} then lag(${quoteIdent(of)}) ${over} end)`
}

/** Joins the quantiles of each key that is judged: `low` and `high`, and of medians the usual distance as `reach`. */
export function farOutJoin(set: FarOut, name: string, rows: string, columns: readonly PlanColumn[]): string {
  const keys = keysOf(set)
  const names = keys.map((_, index) => `"key ${index}"`).join(', ')
  const listed = keys.map((key, index) => `${key} as "key ${index}"`).join(', ')
  const present = keys.map((key) => `${key} is not null`)
  const numbers = `select ${listed}, ${numberOf(set)} as "number" from (${rows}) as input where ${[...present, isJudged(set, columns)].join(' and ')}`
  const at = (share: number, of = '"number"') => `percentile_disc(${share}) within group (order by ${of})`
  const [low, high] = set.method === 'iqr' ? [at(0.25), at(0.75)] : [at(0.5), at(0.5)]
  const quantiles = `select ${names}, ${low} as low, ${high} as high from (${numbers}) as numbers group by ${names} having count(*) >= ${set.minRows}`
  const sameKey = keys.map((key, index) => `${name}."key ${index}" = ${key}`).join(' and ')
  if (set.method === 'iqr') return `left join (select *, high - low as reach from (${quantiles}) as quantiles) as ${name} on ${sameKey}`
  const usual = at(0.5, 'abs("number" - low)')
  const distances = `select ${names}, low, high, ${usual} as reach from (${numbers}) as numbers join (${quantiles}) as quantiles using (${names}) group by ${names}, low, high`
  return `left join (${distances}) as ${name} on ${sameKey}`
}

/** Whether a number lies far out; null where its key is not judged. */
export function isFarOut(set: FarOut, name: string, columns: readonly PlanColumn[]): string {
  const number = numberOf(set)
  const factor = set.method === 'iqr' ? set.limit : 1.4826 * set.limit
  const reach = `${factor}::float8 * ${name}.reach`
  const isBeyond = `(${name}.low - ${number} > ${reach} or ${number} - ${name}.high > ${reach})`
  return `(${isJudged(set, columns)} and ${name}.reach > 0 and ${isBeyond})`
}

const keysOf = ({key}: FarOut): readonly string[] => (key.length === 0 ? ['1'] : key.map((name) => quoteIdent('input', name)))
const numberOf = ({of}: FarOut): string => `${quoteIdent('input', of)}::float8`
const isJudged = (set: FarOut, columns: readonly PlanColumn[]): string =>
  [`${quoteIdent('input', set.of)} is not null`, ...conditions(set.where, columns)].join(' and ')

function conditions(where: FarOut['where'], columns: readonly PlanColumn[]): readonly string[] {
  return where === undefined ? [] : [`coalesce(${exprSql(where, {columns, set: unprovided})}, false)`]
}
