// Reads the SQL of a check constraint back: exactly what `print-check.ts` writes, and as much of what others write in the same few
// words. Anything else is not understood rather than guessed: its table is then not written.
import {and, compare, type Expr, isIn, isNull, literal, not, or, type ScalarType, type ScalarValue} from './expr.ts'

type Columns = Readonly<Record<string, ScalarType>>

/** The condition over columns of these types, found ignoring case; undefined when the text says anything else. */
export function parseCheck(sql: string, columns: Columns): Expr | undefined {
  const tokens = tokensOf(sql)
  if (tokens === undefined) return undefined
  const parser: Parser = {tokens, columns, at: 0}
  try {
    const expr = parseOr(parser)
    return parser.at === tokens.length ? expr : undefined
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood'
}

type TokenKind = 'word' | 'name' | 'text' | 'number' | 'sign'

interface Token {
  readonly kind: TokenKind
  readonly text: string
}

interface Parser {
  readonly tokens: readonly Token[]
  readonly columns: Columns
  at: number
}

const tokenPattern =
  /\s+|(?<name>`[^`]+`)|(?<text>'[^'\\]*')|(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<word>[a-z_]\w*)|(?<sign><=|>=|<>|!=|[=<>(),])/giy

function tokensOf(sql: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  let end = 0
  for (const {0: whole, index, groups = {}} of sql.matchAll(tokenPattern)) {
    const kind = (['name', 'text', 'number', 'word', 'sign'] as const).find((one) => groups[one] !== undefined)
    if (kind === 'name' || kind === 'text') tokens.push({kind, text: whole.slice(1, -1)})
    else if (kind !== undefined) tokens.push({kind, text: kind === 'word' ? whole.toLowerCase() : whole})
    end = index + whole.length
  }
  return end === sql.length ? tokens : undefined
}

function takes(parser: Parser, kind: TokenKind, text: string): boolean {
  const token = parser.tokens[parser.at]
  if (token?.kind !== kind || token.text !== text) return false
  parser.at++
  return true
}

function expect(parser: Parser, kind: TokenKind, text: string): void {
  if (!takes(parser, kind, text)) throw new NotUnderstood()
}

function parseOr(parser: Parser): Expr {
  const parts = [parseAnd(parser)]
  while (takes(parser, 'word', 'or')) parts.push(parseAnd(parser))
  return parts.length === 1 && parts[0] ? parts[0] : or(...parts)
}

function parseAnd(parser: Parser): Expr {
  const parts = [parseUnary(parser)]
  while (takes(parser, 'word', 'and')) parts.push(parseUnary(parser))
  return parts.length === 1 && parts[0] ? parts[0] : and(...parts)
}

function parseUnary(parser: Parser): Expr {
  if (takes(parser, 'word', 'not')) return not(parseUnary(parser))
  if (!takes(parser, 'sign', '(')) return parsePredicate(parser)
  const inner = parseOr(parser)
  expect(parser, 'sign', ')')
  return inner
}

/** A literal has no type before it meets a column. */
type Operand = {readonly expr: Expr; readonly type: ScalarType} | {readonly raw: Token; readonly as?: 'date' | 'timestamp'}

const operators = {'=': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>='} as const
const mirrored = {'=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<='} as const

function parsePredicate(parser: Parser): Expr {
  const left = parseOperand(parser)
  if (takes(parser, 'word', 'is')) {
    const isNot = takes(parser, 'word', 'not')
    expect(parser, 'word', 'null')
    if (!('expr' in left)) throw new NotUnderstood()
    return isNot ? not(isNull(left.expr)) : isNull(left.expr)
  }
  const isNot = takes(parser, 'word', 'not')
  if (takes(parser, 'word', 'in')) return isNot ? not(parseList(parser, left)) : parseList(parser, left)
  const sign = parser.tokens[parser.at]
  const operator = sign?.kind === 'sign' ? operators[sign.text as keyof typeof operators] : undefined
  if (isNot || operator === undefined) throw new NotUnderstood()
  parser.at++
  const right = parseOperand(parser)
  if ('expr' in left) return compare(left.expr, operator, typed(right, left.type))
  if ('expr' in right) return compare(right.expr, mirrored[operator], typed(left, right.type))
  throw new NotUnderstood()
}

function parseList(parser: Parser, left: Operand): Expr {
  if (!('expr' in left)) throw new NotUnderstood()
  const values: Exclude<ScalarValue, null>[] = []
  expect(parser, 'sign', '(')
  do {
    const value = typed(parseOperand(parser), left.type)
    // A list is of one type.
    if (value.kind !== 'literal' || value.value === null || printed(value.type) !== printed(left.type)) throw new NotUnderstood()
    values.push(value.value)
  } while (takes(parser, 'sign', ','))
  expect(parser, 'sign', ')')
  return isIn(left.expr, values, left.type)
}

function parseOperand(parser: Parser): Operand {
  const token = parser.tokens[parser.at++]
  if (token === undefined || token.kind === 'sign') throw new NotUnderstood()
  if (token.kind === 'text' || token.kind === 'number') return {raw: token}
  if (token.kind === 'word') {
    const next = parser.tokens[parser.at]
    if ((token.text === 'date' || token.text === 'timestamp') && next?.kind === 'text') {
      parser.at++
      return {raw: next, as: token.text}
    }
    if (token.text === 'true' || token.text === 'false') return {raw: token}
    if (token.text === 'length' && takes(parser, 'sign', '(')) return parseLength(parser)
  }
  const name = Object.keys(parser.columns).find((one) => one.toLowerCase() === token.text.toLowerCase())
  const type = name === undefined ? undefined : parser.columns[name]
  if (name === undefined || type === undefined) throw new NotUnderstood()
  return {expr: {kind: 'column', name}, type}
}

function parseLength(parser: Parser): Operand {
  const of = parseOperand(parser)
  expect(parser, 'sign', ')')
  if (!('expr' in of) || of.type !== 'string') throw new NotUnderstood()
  return {expr: {kind: 'length', of: of.expr}, type: 'int64'}
}

const printed = (type: ScalarType): string => (typeof type === 'object' ? type.kind : type)

/** The operand beside one of a type; literals become exact values of that type. */
function typed(operand: Operand, type: ScalarType): Expr {
  if ('expr' in operand) {
    if (printed(operand.type) !== printed(type)) throw new NotUnderstood()
    return operand.expr
  }
  const {raw, as} = operand
  if (raw.kind === 'number' && as === undefined) return numberLiteral(raw.text, type)
  if (raw.kind === 'word' && type === 'boolean') return literal(raw.text === 'true', 'boolean')
  if (raw.kind === 'text' && as === undefined && type === 'string') return literal(raw.text, 'string')
  if (raw.kind === 'text' && as === type && as === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(raw.text)) return literal(raw.text, 'date')
  const instant = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)Z$/.exec(raw.text)
  if (raw.kind === 'text' && as === type && as === 'timestamp' && instant) return literal(`${instant[1]}T${instant[2]}Z`, 'timestamp')
  throw new NotUnderstood()
}

function numberLiteral(text: string, type: ScalarType): Expr {
  if (type === 'int64' && /^-?\d+$/.test(text)) return literal(BigInt(text), 'int64')
  if (type === 'int64' || type === 'float64') return literal(Number(text), 'float64')
  const [, fraction = ''] = text.split('.')
  if (typeof type === 'object' && !/e/i.test(text)) return literal(text, {kind: 'decimal', precision: 38, scale: fraction.length})
  throw new NotUnderstood()
}
