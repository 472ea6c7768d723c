// A condition as the SQL of a check constraint, in the few words that Spark, delta-rs and `parse-check.ts` read alike: columns in
// back quotes, AND, OR, NOT, comparisons, IN, IS NULL, length, and plain literals. What takes more is not said.
import type {Expr, ScalarType, ScalarValue} from './expr.ts'

/** The SQL text; undefined when the condition takes words that engines do not share. */
export function printCheck(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return junction(expr.of, expr.kind)
    case 'not':
      return negation(expr.of)
    case 'isNull': {
      const of = operand(expr.of)
      return of === undefined ? undefined : `${of} IS NULL`
    }
    case 'compare': {
      const [left, right] = [operand(expr.left), operand(expr.right)]
      return left === undefined || right === undefined ? undefined : `${left} ${expr.operator} ${right}`
    }
    case 'isIn':
      return membership(expr, 'IN')
    default:
      return undefined
  }
}

function junction(parts: readonly Expr[], kind: 'and' | 'or'): string | undefined {
  const texts = parts.map((part) => {
    const text = printCheck(part)
    return text !== undefined && (part.kind === 'and' || part.kind === 'or') ? `(${text})` : text
  })
  return texts.length === 0 || texts.includes(undefined) ? undefined : [...new Set(texts)].join(` ${kind.toUpperCase()} `)
}

function negation(of: Expr): string | undefined {
  if (of.kind === 'isNull') return operand(of.of)?.concat(' IS NOT NULL')
  if (of.kind === 'isIn') return membership(of, 'NOT IN')
  const text = printCheck(of)
  return text === undefined ? undefined : `NOT (${text})`
}

function membership({of, values, type}: Extract<Expr, {kind: 'isIn'}>, word: string): string | undefined {
  const [subject, texts] = [operand(of), values.map((value) => printLiteral(value, type))]
  return subject === undefined || texts.length === 0 || texts.includes(undefined) ? undefined : `${subject} ${word} (${texts.join(', ')})`
}

function operand(expr: Expr): string | undefined {
  if (expr.kind === 'column') return expr.name.includes('`') ? undefined : `\`${expr.name}\``
  if (expr.kind === 'literal') return printLiteral(expr.value, expr.type)
  if (expr.kind === 'length' && expr.of.kind === 'column') return operand(expr.of)?.replace(/^.*$/s, 'length($&)')
  return undefined
}

/** Engines differ in what a quote, a backslash or a control character within a text means. */
function printLiteral(value: ScalarValue, type: ScalarType): string | undefined {
  if (value === null) return undefined
  if (typeof type === 'object' || type === 'int64') return String(value)
  switch (type) {
    case 'string':
      return /^[^'\\\p{Cc}]*$/u.test(String(value)) ? `'${value}'` : undefined
    case 'float64':
      return Number.isFinite(Number(value)) ? String(value) : undefined
    case 'boolean':
      return value === true ? 'TRUE' : 'FALSE'
    case 'date':
      return `DATE '${value}'`
    case 'timestamp':
      return `TIMESTAMP '${String(value).replace('T', ' ')}'`
  }
}
