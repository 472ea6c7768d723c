// What a check constraint says: the condition that is true for exactly the rows that do not break a rule. A constraint whose
// value is null passes with some writers and fails with others, so the condition is made never to be null.
import {and, bool, type CompareOperator, compare, type Expr, isNull, not, or} from './expr.ts'

const opposites: Readonly<Record<CompareOperator, CompareOperator>> = {'=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<'}

/** True where `violation` is false or null, false where it is true. */
export function conditionUnless(violation: Expr): Expr {
  return untrue(violation, new Set())
}

/** Names of columns that are not null where the expression counts. */
type Present = ReadonlySet<string>

function untrue(expr: Expr, present: Present): Expr {
  switch (expr.kind) {
    case 'and':
      return anyOf(expr.of, present)
    case 'or':
      return all(expr.of.map((part) => untrue(part, present)))
    case 'not':
      return unfalse(expr.of, present)
    case 'isNull':
      return isPresentColumn(expr.of, present) ? bool(true) : not(expr)
    case 'literal':
      return bool(expr.value !== true)
    case 'compare':
      return any([...absences([expr.left, expr.right], present), compare(expr.left, opposites[expr.operator], expr.right)])
    case 'isIn':
      return any([...absences([expr.of], present), not(expr)])
    default:
      return {kind: 'coalesce', of: [not(expr), bool(true)]}
  }
}

function unfalse(expr: Expr, present: Present): Expr {
  switch (expr.kind) {
    case 'and':
      return all(expr.of.map((part) => unfalse(part, present)))
    case 'or':
      return any(expr.of.map((part) => unfalse(part, present)))
    case 'not':
      return untrue(expr.of, present)
    case 'isNull':
      return isPresentColumn(expr.of, present) ? bool(false) : expr
    case 'literal':
      return bool(expr.value !== false)
    case 'compare':
      return any([...absences([expr.left, expr.right], present), expr])
    case 'isIn':
      return any([...absences([expr.of], present), expr])
    default:
      return {kind: 'coalesce', of: [expr, bool(true)]}
  }
}

/** One part is untrue. Where a part asks for a column to be there, the other parts may take it to be. */
function anyOf(parts: readonly Expr[], present: Present): Expr {
  const flat = parts.flatMap((part): readonly Expr[] => (part.kind === 'and' ? part.of : [part]))
  if (flat.length > parts.length) return anyOf(flat, present)
  const asked = flat.flatMap((part) =>
    part.kind === 'not' && part.of.kind === 'isNull' && part.of.of.kind === 'column' ? [part.of.of.name] : [],
  )
  const absent = asked.filter((name) => !present.has(name)).map((name) => isNull({kind: 'column', name}))
  const known = new Set([...present, ...asked])
  return any([...absent, ...flat.map((part) => untrue(part, known))])
}

/** A text's length is null where the text is. */
function absences(operands: readonly Expr[], present: Present): readonly Expr[] {
  const inner = operands.map((operand) => (operand.kind === 'length' ? operand.of : operand))
  return inner.filter((operand) => operand.kind !== 'literal' && !isPresentColumn(operand, present)).map(isNull)
}

const isPresentColumn = (expr: Expr, present: Present): boolean => expr.kind === 'column' && present.has(expr.name)

const isBool = (expr: Expr, value: boolean): boolean => expr.kind === 'literal' && expr.value === value

function any(parts: readonly Expr[]): Expr {
  const flat = parts.flatMap((part) => (part.kind === 'or' ? part.of : [part])).filter((part) => !isBool(part, false))
  if (flat.some((part) => isBool(part, true))) return bool(true)
  const [only, ...others] = flat
  return only === undefined ? bool(false) : others.length === 0 ? only : or(...flat)
}

function all(parts: readonly Expr[]): Expr {
  const flat = parts.flatMap((part) => (part.kind === 'and' ? part.of : [part])).filter((part) => !isBool(part, true))
  if (flat.some((part) => isBool(part, false))) return bool(false)
  const [only, ...others] = flat
  return only === undefined ? bool(true) : others.length === 0 ? only : and(...flat)
}
