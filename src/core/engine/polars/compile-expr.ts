// Expressions to Polars, meaning for meaning as `expr.ts` fixes it. Set expressions are no business of this file: they have
// been replaced by columns before (`set-expressions.ts`).
import type {CompareOperator, DatePart, Expr, ParseTarget, ScalarType, TextFunction} from '../../expr/expr.ts'
import {trimmedCharacters} from '../../expr/parse-forms.ts'
import {toRust} from '../../expr/portable-regex.ts'
import {type Columns, typeOf} from '../../expr/type-of.ts'
import {checkDigit} from './check-digit.ts'
import type {Dsl} from './dsl.ts'
import * as dsl from './dsl.ts'
import {literal} from './literal.ts'
import {parseBoolean, parseDecimal, parseFloat64, parseInteger} from './parse-number.ts'
import {parseDate, parseTimestamp} from './parse-time.ts'

/** Polars' trees for expressions over these columns, without set expressions; one expression that occurs twice is one tree. */
export function compileExprs(exprs: readonly Expr[], columns: Columns): readonly Dsl[] {
  const known = new Map<Expr, Dsl>()
  const compile = (expr: Expr): Dsl => {
    const tree = known.get(expr) ?? compileExpr(expr, columns, compile)
    known.set(expr, tree)
    return tree
  }
  return exprs.map(compile)
}

function compileExpr(expr: Expr, columns: Columns, compile: (of: Expr) => Dsl): Dsl {
  switch (expr.kind) {
    case 'column':
      return dsl.col(expr.name)
    case 'literal':
      return literal(expr.value, expr.type)
    case 'isNull':
      return dsl.isNull(compile(expr.of))
    case 'not':
      return dsl.not(compile(expr.of))
    case 'and':
      return dsl.all(expr.of.map(compile))
    case 'or':
      return dsl.any(expr.of.map(compile))
    case 'compare':
      return dsl.binary(compile(expr.left), operators[expr.operator], compile(expr.right))
    case 'isIn':
      return isIn(expr, compile(expr.of))
    case 'arithmetic':
      return arithmetic(expr, compile, typeOf(expr, columns) === 'int64')
    case 'case':
      return expr.branches.reduceRight(
        (otherwise, branch) => dsl.ternary(compile(branch.when), compile(branch.then), otherwise),
        compile(expr.otherwise),
      )
    case 'coalesce':
      return dsl.call('Coalesce', ...expr.of.map(compile))
    case 'datePart':
      return datePart(expr.part, compile(expr.of), typeOf(expr.of, columns))
    case 'elapsed': {
      const placeOf = (of: Expr): Dsl => dsl.cast(expr.unit === 'day' ? dateOf(compile(of), typeOf(of, columns)) : compile(of), 'Int64')
      return dsl.binary(placeOf(expr.to), 'Minus', placeOf(expr.from))
    }
    case 'instantOf':
      return instantOf(expr, compile(expr.of))
    case 'dateOf':
      return dateOf(compile(expr.of), typeOf(expr.of, columns))
    case 'asText':
      return textOf(compile(expr.of), typeOf(expr.of, columns))
    default:
      return compileText(expr, compile)
  }
}

const operators: Readonly<Record<CompareOperator, string>> = {'=': 'Eq', '!=': 'NotEq', '<': 'Lt', '<=': 'LtEq', '>': 'Gt', '>=': 'GtEq'}

function compileText(expr: Expr, compile: (of: Expr) => Dsl): Dsl {
  switch (expr.kind) {
    case 'matches':
      return dsl.contains(compile(expr.of), toRust(expr.pattern))
    case 'checkDigit':
      return checkDigit(compile(expr.of), expr.algorithm)
    case 'concat':
      return expr.of.length === 0 ? dsl.text('') : dsl.joinText('', false, ...expr.of.map(compile))
    case 'text':
      return textFunction(expr.function, compile(expr.of))
    case 'length':
      return dsl.cast(dsl.stringCall('LenChars', compile(expr.of)), 'Int64')
    case 'substring':
      return dsl.slice(compile(expr.of), expr.start, expr.length)
    case 'replaceText':
      return dsl.stringCall({Replace: {n: -1, literal: true}}, compile(expr.of), dsl.text(expr.find), dsl.text(expr.by))
    case 'extract':
      return dsl.extract(compile(expr.of), `\\A(?:${toRust(expr.before)})(${toRust(expr.take)})(?:${toRust(expr.after)})\\z`, 1)
    case 'mapText':
      return mapText(expr, compile)
    case 'parse':
      return parse(compile(expr.of), expr.as)
    default:
      throw new TypeError(`${expr.kind} is compiled elsewhere`)
  }
}

function isIn(expr: Extract<Expr, {kind: 'isIn'}>, of: Dsl): Dsl {
  const isOneOf = dsl.any(expr.values.map((value) => dsl.binary(of, 'Eq', literal(value, expr.type))))
  return expr.values.length > 0 ? isOneOf : dsl.ternary(dsl.isNull(of), dsl.nullOf('boolean'), dsl.bool(false))
}

/** int64 is reckoned in 128 bits, so that a result outside int64 is seen and becomes null instead of wrapping round. */
function arithmetic(expr: Extract<Expr, {kind: 'arithmetic'}>, compile: (of: Expr) => Dsl, isWhole: boolean): Dsl {
  const as = (dtype: string): readonly [Dsl, Dsl] => [dsl.cast(compile(expr.left), dtype), dsl.cast(compile(expr.right), dtype)]
  if (expr.operator === '/') {
    return finite(divide(...as('Float64')))
  }
  const operator = {'+': 'Plus', '-': 'Minus', '*': 'Multiply'}[expr.operator]
  const [a, b] = as(isWhole ? 'Int128' : 'Float64')
  const result = dsl.binary(a, operator, b)
  return isWhole ? dsl.cast(result, 'Int64') : finite(result)
}

/** The divisor is made a column of its own: by a constant, Polars multiplies with the reciprocal, which rounds twice. */
function divide(dividend: Dsl, divisor: Dsl): Dsl {
  const isSound = dsl.all([dsl.isNotNull(dividend), dsl.binary(divisor, 'NotEq', dsl.float64(0))])
  return dsl.binary(dividend, 'TrueDivide', dsl.ternary(isSound, divisor, dsl.nullOf('float64')))
}

function finite(of: Dsl): Dsl {
  return dsl.ternary(dsl.booleanCall('IsFinite', of), of, dsl.nullOf('float64'))
}

function textFunction(name: TextFunction, of: Dsl): Dsl {
  switch (name) {
    case 'trim':
      return dsl.stringCall('StripChars', of, dsl.text(trimmedCharacters))
    case 'nfc':
      return dsl.stringCall({Normalize: {form: 'NFC'}}, of)
    default:
      return dsl.stringCall({lower: 'Lowercase', upper: 'Uppercase', title: 'Titlecase'}[name], of)
  }
}

function mapText(expr: Extract<Expr, {kind: 'mapText'}>, compile: (of: Expr) => Dsl): Dsl {
  const of = compile(expr.of)
  return expr.entries.reduceRight<Dsl>(
    (otherwise, [from, to]) => dsl.ternary(dsl.binary(of, 'Eq', dsl.text(from)), literal(to, 'string'), otherwise),
    compile(expr.otherwise),
  )
}

function parse(of: Dsl, as: ParseTarget): Dsl {
  if (typeof as.type === 'object') return parseDecimal(of, as.type)
  switch (as.type) {
    case 'int64':
      return parseInteger(of)
    case 'float64':
      return parseFloat64(of, 'plain' in as && as.plain === true)
    case 'boolean':
      return parseBoolean(of)
    case 'date':
      return parseDate(of, 'formats' in as ? as.formats : [])
    case 'timestamp':
      return parseTimestamp(of, 'formats' in as ? as.formats : [], 'offsetRequired' in as && as.offsetRequired === true)
  }
}

const parts: Readonly<Record<DatePart, string>> = {
  year: 'Year',
  month: 'Month',
  day: 'Day',
  hour: 'Hour',
  minute: 'Minute',
  second: 'Second',
  isoWeekday: 'WeekDay',
}

function datePart(part: DatePart, of: Dsl, type: ScalarType): Dsl {
  return dsl.cast(dsl.timeCall(parts[part], type === 'timestamp' ? withoutZone(of) : of), 'Int64')
}

function dateOf(of: Dsl, type: ScalarType): Dsl {
  return type === 'date' ? of : dsl.cast(withoutZone(of), 'Date')
}

function instantOf({zone, twice}: Extract<Expr, {kind: 'instantOf'}>, of: Dsl): Dsl {
  const which = dsl.text(twice === 'earlier' ? 'earliest' : 'latest')
  return dsl.cast(dsl.timeCall({ReplaceTimeZone: [{inner: zone}, 'Null']}, withoutZone(of), which), dsl.utcTimestamp)
}

/** The same instant as a plain UTC time: Polars then skips its time zone tables. */
function withoutZone(of: Dsl): Dsl {
  return dsl.cast(dsl.cast(of, 'Int64'), {Datetime: ['Microseconds', null]})
}

/** A value as text, written as ScalarValue says. */
export function textOf(of: Dsl, type: ScalarType): Dsl {
  switch (type) {
    case 'string':
      return of
    case 'boolean':
      return dsl.ternary(of, dsl.text('true'), dsl.ternary(dsl.isNull(of), dsl.nullOf('string'), dsl.text('false')))
    case 'date':
      return dsl.timeCall({ToString: '%Y-%m-%d'}, of)
    case 'timestamp':
      return timestampText(of)
    default:
      return dsl.cast(of, 'String')
  }
}

/** ISO 8601 without trailing zeros in the fraction. */
function timestampText(of: Dsl): Dsl {
  const whole = dsl.timeCall({ToString: '%Y-%m-%dT%H:%M:%S%.6f'}, withoutZone(of))
  const short = ['0', '.'].reduce((written, end) => dsl.stringCall('StripCharsEnd', written, dsl.text(end)), whole)
  return dsl.joinText('', false, short, dsl.text('Z'))
}
