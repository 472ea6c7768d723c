// The value of a check constraint's condition for one row, in JavaScript and exact: for the last look at rows before they are
// committed, not for work on data. Three-valued logic as `expr.ts` says.
import type {CompareOperator, Expr, ScalarType, ScalarValue} from './expr.ts'

export type CheckedRow = Readonly<Record<string, unknown>>

/** A condition that `parseCheck` gave; RangeError for any other kind of expression. */
export function evaluateCheck(expr: Expr, row: CheckedRow, types: Readonly<Record<string, ScalarType>>): boolean | null {
  const of = (part: Expr) => evaluateCheck(part, row, types)
  const value = (part: Expr) => operand(part, row, types)
  switch (expr.kind) {
    case 'and':
      return kleene(expr.of.map(of), false)
    case 'or':
      return kleene(expr.of.map(of), true)
    case 'not': {
      const inner = of(expr.of)
      return inner === null ? null : !inner
    }
    case 'isNull':
      return value(expr.of).value === null
    case 'compare':
      return compared(value(expr.left), expr.operator, value(expr.right))
    case 'isIn': {
      const {type} = expr
      return kleene(
        expr.values.map((one) => compared(value(expr.of), '=', {value: one, type})),
        true,
      )
    }
    default:
      throw new RangeError(`${expr.kind} is no part of a check constraint`)
  }
}

/** `strong` decides alone; without it, a null keeps the answer open. */
function kleene(values: readonly (boolean | null)[], strong: boolean): boolean | null {
  if (values.includes(strong)) return strong
  return values.includes(null) ? null : !strong
}

interface Typed {
  readonly value: ScalarValue
  readonly type: ScalarType
}

function operand(expr: Expr, row: CheckedRow, types: Readonly<Record<string, ScalarType>>): Typed {
  if (expr.kind === 'literal') return expr
  if (expr.kind === 'column') return {value: (row[expr.name] ?? null) as ScalarValue, type: types[expr.name] ?? 'string'}
  if (expr.kind !== 'length') throw new RangeError(`${expr.kind} is no part of a check constraint`)
  const {value} = operand(expr.of, row, types)
  return {value: value === null ? null : BigInt([...String(value)].length), type: 'int64'}
}

function compared(left: Typed, operator: CompareOperator, right: Typed): boolean | null {
  if (left.value === null || right.value === null) return null
  const order = orderOf(left.value, right.value, left.type)
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
    case '>=':
      return order >= 0
  }
}

/** Below, at or above 0; NaN where a float is none that can be ordered, so that nothing holds of it. */
function orderOf(a: Exclude<ScalarValue, null>, b: Exclude<ScalarValue, null>, type: ScalarType): number {
  if (typeof type === 'object') return sign(scaled(String(a)) - scaled(String(b)))
  if (type === 'string') return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
  // Without its Z an instant sorts as text, its fraction included.
  if (type === 'timestamp') return textOrder(String(a).slice(0, -1), String(b).slice(0, -1))
  if (type === 'date') return textOrder(String(a), String(b))
  return a < b ? -1 : a > b ? 1 : a >= b ? 0 : Number.NaN
}

const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0)

/** Decimals of at most 38 digits behind the point as whole numbers of one scale. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(`${whole}${fraction.padEnd(38, '0')}`)
}
