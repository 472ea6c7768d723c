// Scalar expressions as PostgreSQL text, with the meaning that expr.ts fixes: text compares by bytes and changes case by
// Unicode's full mapping, division is float and null at zero, int64 meets float64 as float64. Values are written as typed
// literals. What has no exact counterpart throws `Unsupported`; nothing is approximated.
import type {Expr, ScalarType, ScalarValue, SetExpr, TextFunction} from '../expr/expr.ts'
import {toPostgres} from '../expr/portable-regex.ts'
import {type Columns, typeOf} from '../expr/type-of.ts'
import {quoteIdent, quoteLiteral} from '../postgres/sql.ts'
import {checkDigitSql} from './check-digit-sql.ts'
import {postgresType} from './load.ts'

/** Why an expression cannot be asked of PostgreSQL. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
}

/** For expressions whose surrounding query provides no set expression. */
export const unprovided = (): never => {
  throw new Unsupported('a set expression that its query does not provide')
}

export interface ExprContext {
  readonly columns: Columns
  /** SQL of a set expression that the surrounding query provides. */
  set(expr: SetExpr): string
}

/** The expression as SQL over a row source with the alias `input` that has the context's columns under their own names. */
export function exprSql(expr: Expr, context: ExprContext): string {
  const sql = (of: Expr): string => exprSql(of, context)
  const all = (of: readonly Expr[], between: string, none: string): string => (of.length === 0 ? none : `(${of.map(sql).join(between)})`)
  switch (expr.kind) {
    case 'column':
      return quoteIdent('input', expr.name)
    case 'literal':
      return literalSql(expr.value, expr.type)
    case 'isNull':
      return `(${sql(expr.of)} is null)`
    case 'not':
      return `(not ${sql(expr.of)})`
    case 'and':
      return all(expr.of, ' and ', 'true')
    case 'or':
      return all(expr.of, ' or ', 'false')
    case 'compare':
      return compareSql(expr, context)
    case 'isIn': {
      const values = expr.values.map((value) => literalSql(value, expr.type)).join(', ')
      return values === '' ? `(${sql(expr.of)} is null and null)` : `(${sql(expr.of)} in (${values}))`
    }
    case 'matches':
      return `(${sql(expr.of)} ~ ${quoteLiteral(toPostgres(expr.pattern))})`
    case 'checkDigit':
      return checkDigitSql(sql(expr.of), expr.algorithm)
    case 'arithmetic':
      return arithmeticSql(expr, context)
    case 'case': {
      const branches = expr.branches.map(({when, then}) => `when ${sql(when)} then ${sql(then)}`)
      return branches.length === 0 ? sql(expr.otherwise) : `(case ${branches.join(' ')} else ${sql(expr.otherwise)} end)`
    }
    case 'coalesce':
      return `coalesce(${expr.of.map(sql).join(', ')})`
    case 'concat':
      return all(expr.of, ' || ', "''::text")
    case 'text':
      return textSql(expr.function, sql(expr.of))
    case 'length':
      return `char_length(${sql(expr.of)})::int8`
    case 'substring':
      return `substr(${sql(expr.of)}, ${expr.start + 1}${expr.length === undefined ? '' : `, ${expr.length}`})`
    case 'replaceText':
      return `replace(${sql(expr.of)}, ${quoteLiteral(expr.find)}, ${quoteLiteral(expr.by)})`
    case 'mapText': {
      const branches = expr.entries.map(([from, to]) => `when ${literalSql(from, 'string')} then ${literalSql(to, 'string')}`)
      return branches.length === 0 ? sql(expr.otherwise) : `(case ${sql(expr.of)} ${branches.join(' ')} else ${sql(expr.otherwise)} end)`
    }
    case 'extract':
      throw new Unsupported('PostgreSQL is not asked for parts of a text by a pattern')
    case 'instantOf':
      throw new Unsupported('PostgreSQL is not asked what a clock of another time zone shows')
    case 'parse':
      throw new Unsupported('PostgreSQL is not asked to read text as values')
    case 'datePart':
      return `floor(extract(${expr.part === 'isoWeekday' ? 'isodow' : expr.part} from ${sql(expr.of)}))::int8`
    case 'elapsed': {
      const [from, to] = [sql(expr.from), sql(expr.to)]
      return expr.unit === 'day' ? `(${to}::date - ${from}::date)::int8` : `(extract(epoch from ${to} - ${from}) * 1000000)::int8`
    }
    case 'dateOf':
      return `${sql(expr.of)}::date` // sessions are in UTC
    case 'asText':
      return asTextSql(sql(expr.of), typeOf(expr.of, context.columns))
    default:
      return context.set(expr)
  }
}

/** A value as a literal of its type. */
export function literalSql(value: ScalarValue, type: ScalarType): string {
  const cast = `::${postgresType(type)}`
  const text = value === null ? 'null' : quoteLiteral(String(value))
  return type === 'string' ? `(${text}${cast} collate "C")` : `${text}${cast}`
}

function compareSql(expr: Extract<Expr, {kind: 'compare'}>, context: ExprContext): string {
  const [left, right] = bothSides(expr, context)
  return `(${left} ${expr.operator === '!=' ? '<>' : expr.operator} ${right})`
}

function arithmeticSql(expr: Extract<Expr, {kind: 'arithmetic'}>, context: ExprContext): string {
  if (expr.operator === '/') {
    return `(${exprSql(expr.left, context)}::float8 / nullif(${exprSql(expr.right, context)}::float8, 0))`
  }
  const isExact = typeOf(expr.left, context.columns) === 'int64' && typeOf(expr.right, context.columns) === 'int64'
  const cast = isExact ? '' : '::float8'
  return `(${exprSql(expr.left, context)}${cast} ${expr.operator} ${exprSql(expr.right, context)}${cast})`
}

// Types differ only where an int64 meets a float64 (decimals of different scale meet by themselves).
function bothSides({left, right}: {readonly left: Expr; readonly right: Expr}, context: ExprContext): readonly [string, string] {
  const types = [typeOf(left, context.columns), typeOf(right, context.columns)]
  const cast = types.includes('float64') && types.some((type) => type !== 'float64') ? '::float8' : ''
  return [exprSql(left, context) + cast, exprSql(right, context) + cast]
}

const blanks = "E' \\t\\n\\r\\u000B\\f\\u00A0\\uFEFF'"

function textSql(name: TextFunction, of: string): string {
  if (name === 'title') throw new Unsupported('PostgreSQL has other words for the letters that begin a word')
  if (name === 'nfc') return `(normalize(${of}, nfc) collate "C")`
  // Full Unicode case mapping without a language (ß becomes SS, a last Σ becomes ς), whatever the database's locale. It came
  // with PostgreSQL 18; on 17 such a check ends as not checked.
  return name === 'trim' ? `btrim(${of}, ${blanks})` : `(${name}(${of} collate "pg_unicode_fast") collate "C")`
}

function asTextSql(of: string, type: ScalarType): string {
  if (typeof type === 'object') throw new Unsupported('the text of a decimal is not asked of PostgreSQL')
  if (type === 'timestamp') throw new Unsupported('the text of a timestamp is not asked of PostgreSQL')
  return type === 'date' ? `(to_char(${of}, 'YYYY-MM-DD') collate "C")` : `(${of}::text collate "C")`
}
