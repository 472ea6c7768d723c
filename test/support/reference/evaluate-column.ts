// Expressions over a whole table, one node after the other: each gives a list of values, one for every row.
import {RE2JS} from 're2js'
import {hasCheckDigit} from '../../../src/core/clinical/check-digit.ts'
import type {Expr, ScalarType} from '../../../src/core/expr/expr.ts'
import {toRust} from '../../../src/core/expr/portable-regex.ts'
import {typeOf} from '../../../src/core/expr/walk.ts'
import {civilDate, isoWeekday} from './calendar.ts'
import {evaluateSet} from './evaluate-set.ts'
import {instantOf} from './instant-of.ts'
import {parseText} from './parse-text.ts'
import type {RunRelation} from './run-plan.ts'
import {type Table, valuesOf} from './table.ts'
import {compareValues, fromScalar, maxInt64, minInt64, splitTimestamp, toScalar, type Value} from './values.ts'

/** The values of an expression for every row of a table; `relation` runs the plans that set expressions look into. */
export function evaluateColumn(expr: Expr, table: Table, relation: RunRelation): readonly Value[] {
  const of = (child: Expr): readonly Value[] => evaluateColumn(child, table, relation)
  const type = (child: Expr): ScalarType => typeOf(child, table.columns)
  const each = (compute: (index: number) => Value): readonly Value[] => Array.from({length: table.length}, (_, index) => compute(index))
  /** A function that is null where its argument is. */
  const strict = (child: Expr, compute: (value: Exclude<Value, null>) => Value): readonly Value[] =>
    of(child).map((value) => (value === null ? null : compute(value)))
  const onText = (child: Expr, compute: (text: string) => Value): readonly Value[] => strict(child, (value) => compute(value as string))

  switch (expr.kind) {
    case 'column':
      return valuesOf(table, expr.name)
    case 'literal':
      return each(() => fromScalar(expr.value, expr.type))
    case 'isNull':
      return of(expr.of).map((value) => value === null)
    case 'not':
      return strict(expr.of, (value) => !value)
    case 'and':
      return kleene(expr.of.map(of), table.length, false)
    case 'or':
      return kleene(expr.of.map(of), table.length, true)
    case 'compare': {
      const left = comparable(of(expr.left), type(expr.left), type(expr.right))
      const right = comparable(of(expr.right), type(expr.right), type(expr.left))
      return each((index) => compare(left[index] ?? null, expr.operator, right[index] ?? null))
    }
    case 'isIn': {
      const values = expr.values.map((value) => fromScalar(value, expr.type))
      return strict(expr.of, (value) => values.some((listed) => listed !== null && compareValues(value, listed) === 0))
    }
    case 'matches': {
      const pattern = RE2JS.compile(toRust(expr.pattern))
      return onText(expr.of, (text) => pattern.matcher(text).find())
    }
    case 'checkDigit':
      return onText(expr.of, (text) => hasCheckDigit(text, expr.algorithm))
    case 'arithmetic': {
      const exact = type(expr) === 'int64'
      const [left, right] = [of(expr.left), of(expr.right)]
      return each((index) => calculate(left[index] ?? null, expr.operator, right[index] ?? null, exact))
    }
    case 'case': {
      const branches = expr.branches.map((branch) => ({conditions: of(branch.when), values: of(branch.then)}))
      const otherwise = of(expr.otherwise)
      return each((index) => (branches.find(({conditions}) => conditions[index] === true)?.values ?? otherwise)[index] ?? null)
    }
    case 'coalesce': {
      const parts = expr.of.map(of)
      return each((index) => parts.map((values) => values[index] ?? null).find((value) => value !== null) ?? null)
    }
    case 'concat': {
      const parts = expr.of.map(of)
      return each((index) => {
        const texts = parts.map((values) => values[index] ?? null)
        return texts.includes(null) ? null : texts.join('')
      })
    }
    case 'text':
      return onText(expr.of, textFunctions[expr.function])
    case 'length':
      return onText(expr.of, (text) => BigInt([...text].length))
    case 'substring':
      return onText(expr.of, (text) =>
        [...text].slice(expr.start, expr.length === undefined ? undefined : expr.start + expr.length).join(''),
      )
    case 'replaceText':
      return onText(expr.of, (text) => text.split(expr.find).join(expr.by))
    case 'extract': {
      const pattern = RE2JS.compile(`\\A(?:${toRust(expr.before)})(${toRust(expr.take)})(?:${toRust(expr.after)})\\z`)
      return onText(expr.of, (text) => {
        const matcher = pattern.matcher(text)
        return matcher.find() ? matcher.group(1) : null
      })
    }
    case 'mapText': {
      const entries = new Map<Value, string | null>(expr.entries)
      const [texts, otherwise] = [of(expr.of), of(expr.otherwise)]
      return each((index) => {
        const mapped = entries.get(texts[index] ?? null)
        return mapped === undefined ? (otherwise[index] ?? null) : mapped
      })
    }
    case 'parse':
      return onText(expr.of, (text) => parseText(text, expr.as))
    case 'datePart':
      return strict(expr.of, (value) => datePart(value as number | bigint, expr.part))
    case 'elapsed': {
      const day = (value: Value): bigint => BigInt(typeof value === 'bigint' ? splitTimestamp(value).days : (value as number))
      const [from, to] = [of(expr.from), of(expr.to)]
      return each((index) => {
        const [start, end] = [from[index] ?? null, to[index] ?? null]
        if (start === null || end === null) return null
        return expr.unit === 'day' ? day(end) - day(start) : (end as bigint) - (start as bigint)
      })
    }
    case 'instantOf':
      return strict(expr.of, (value) => instantOf(value as bigint, expr.zone, expr.twice))
    case 'dateOf':
      return strict(expr.of, (value) => (typeof value === 'bigint' ? splitTimestamp(value).days : value))
    case 'asText': {
      const from = type(expr.of)
      return strict(expr.of, (value) => String(toScalar(value, from)))
    }
    default:
      return evaluateSet(expr, table, relation, of)
  }
}

/** Kleene's `or` when `decisive` is true, `and` when it is false: one decisive part decides, else null if any is null. */
function kleene(parts: readonly (readonly Value[])[], length: number, decisive: boolean): readonly Value[] {
  return Array.from({length}, (_, index) => {
    const values = parts.map((part) => part[index] ?? null)
    if (values.includes(decisive)) return decisive
    return values.includes(null) ? null : !decisive
  })
}

/** Values ready to meet those of another type: int64 as float64, decimals at the finer scale. */
function comparable(values: readonly Value[], own: ScalarType, other: ScalarType): readonly Value[] {
  if (own === 'int64' && other === 'float64') return values.map((value) => (value === null ? null : Number(value)))
  if (typeof own === 'object' && typeof other === 'object' && other.scale > own.scale) {
    const factor = 10n ** BigInt(other.scale - own.scale)
    return values.map((value) => (value === null ? null : (value as bigint) * factor))
  }
  return values
}

function compare(left: Value, operator: string, right: Value): boolean | null {
  if (left === null || right === null) return null
  const order = compareValues(left, right)
  switch (operator) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}

function calculate(left: Value, operator: string, right: Value, exact: boolean): number | bigint | null {
  if (left === null || right === null) return null
  if (exact) return calculateExactly(left as bigint, operator, right as bigint)
  const [a, b] = [Number(left), Number(right)]
  if (operator === '/' && b === 0) return null
  const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b
  return Number.isFinite(result) ? result : null
}

function calculateExactly(a: bigint, operator: string, b: bigint): bigint | null {
  const result = operator === '+' ? a + b : operator === '-' ? a - b : a * b
  return result < minInt64 || result > maxInt64 ? null : result
}

const textFunctions = {
  trim: (text: string) => text.replace(/^[ \t\n\r\v\f\u00a0\ufeff]+/, '').replace(/[ \t\n\r\v\f\u00a0\ufeff]+$/, ''),
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
  nfc: (text: string) => text.normalize('NFC'),
  title: (text: string) =>
    [...text.toLowerCase()]
      .map((letter, index, all) => (/\p{Alphabetic}/u.test(all[index - 1] ?? '') ? letter : letter.toUpperCase()))
      .join(''),
} as const

function datePart(value: number | bigint, part: string): bigint {
  const {days, micros} = typeof value === 'bigint' ? splitTimestamp(value) : {days: value, micros: 0n}
  const seconds = micros / 1_000_000n
  if (part === 'hour') return seconds / 3600n
  if (part === 'minute') return (seconds / 60n) % 60n
  if (part === 'second') return seconds % 60n
  if (part === 'isoWeekday') return BigInt(isoWeekday(days))
  return BigInt(civilDate(days)[part as 'year' | 'month' | 'day'])
}
