// A check constraint's condition as a function of a row, in JavaScript and exact: for the last look at rows before they are committed,
// not for work on data. Three-valued logic as `expr.ts` says.
import type {CompareOperator, Expr, ScalarType, ScalarValue} from './expr.ts'

export type CheckedRow = Readonly<Record<string, unknown>>
type Types = Readonly<Record<string, ScalarType>>
type Present = Exclude<ScalarValue, null>

/** The value of a condition that `parseCheck` gave; RangeError for any other kind of expression. */
export function compileCheck(expr: Expr, types: Types): (row: CheckedRow) => boolean | null {
  const of = (part: Expr) => compileCheck(part, types)
  switch (expr.kind) {
    case 'and':
      return kleene(expr.of.map(of), false)
    case 'or':
      return kleene(expr.of.map(of), true)
    case 'not': {
      const inner = of(expr.of)
      return (row) => {
        const value = inner(row)
        return value === null ? null : !value
      }
    }
    case 'isNull': {
      const {value} = operand(expr.of, types)
      return (row) => value(row) === null
    }
    case 'compare':
      return comparison(operand(expr.left, types), expr.operator, operand(expr.right, types))
    case 'isIn': {
      const {type} = expr
      const subject = operand(expr.of, types)
      return kleene(
        expr.values.map((value) => comparison(subject, '=', {value: () => value, type})),
        true,
      )
    }
    default:
      throw new RangeError(`${expr.kind} is no part of a check constraint`)
  }
}

/** `strong` decides alone; without it, a null keeps the answer open. */
function kleene(parts: readonly ((row: CheckedRow) => boolean | null)[], strong: boolean): (row: CheckedRow) => boolean | null {
  return (row) => {
    let isOpen = false
    for (const part of parts) {
      const value = part(row)
      if (value === strong) return strong
      if (value === null) isOpen = true
    }
    return isOpen ? null : !strong
  }
}

interface Operand {
  readonly value: (row: CheckedRow) => ScalarValue
  readonly type: ScalarType
}

function operand(expr: Expr, types: Types): Operand {
  if (expr.kind === 'literal') return {value: () => expr.value, type: expr.type}
  if (expr.kind === 'column') return {value: (row) => (row[expr.name] ?? null) as ScalarValue, type: types[expr.name] ?? 'string'}
  if (expr.kind !== 'length') throw new RangeError(`${expr.kind} is no part of a check constraint`)
  const {value} = operand(expr.of, types)
  const length = (row: CheckedRow): bigint | null => {
    const text = value(row)
    return text === null ? null : BigInt([...String(text)].length)
  }
  return {value: length, type: 'int64'}
}

/** Of an order below, at or above 0. */
const holds: Readonly<Record<CompareOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

function comparison(left: Operand, operator: CompareOperator, right: Operand): (row: CheckedRow) => boolean | null {
  const [order, isHeld] = [orderOf(left.type), holds[operator]]
  return (row) => {
    const [a, b] = [left.value(row), right.value(row)]
    return a === null || b === null ? null : isHeld(order(a, b))
  }
}

/** Below, at or above 0; NaN where a float is none that can be ordered, so that nothing holds of it. */
function orderOf(type: ScalarType): (a: Present, b: Present) => number {
  if (typeof type === 'object') return (a, b) => simpleOrder(scaled(String(a)), scaled(String(b)))
  // By the bytes of its UTF-8, which need not be looked at where texts are equal.
  if (type === 'string') return (a, b) => (a === b ? 0 : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))))
  // Without its Z an instant sorts as text, its fraction included.
  if (type === 'timestamp') return (a, b) => simpleOrder(String(a).slice(0, -1), String(b).slice(0, -1))
  return simpleOrder
}

const simpleOrder = (a: Present, b: Present): number => (a < b ? -1 : a > b ? 1 : a >= b ? 0 : Number.NaN)

/** Decimals of at most 38 digits behind the point as whole numbers of one scale. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(`${whole}${fraction.padEnd(38, '0')}`)
}
