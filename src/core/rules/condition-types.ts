// Conditions as typed expressions. A written value takes the type of what it is compared with, exactly or not at all; types never mix.
import {
  and,
  compare,
  type DatePart,
  type Expr,
  isIn,
  isNull,
  literal,
  matches,
  not,
  or,
  type ScalarType,
  type ScalarValue,
  when,
} from '../expr/expr.ts'
import {checkPortableRegex} from '../expr/portable-regex.ts'
import type {Syntax} from './condition-syntax.ts'
import {ConditionProblem} from './condition-tokens.ts'
import {isComparable, sameType, typedValue, typeName} from './typed-value.ts'

export interface ConditionScope {
  readonly columns: Readonly<Record<string, ScalarType>>
  /** ISO 8601, for now() and today(). */
  readonly now: string
}

interface Typed {
  readonly expr: Expr
  readonly type: ScalarType
}

/** The condition over rows of these columns; throws ConditionProblem. */
export function typedCondition(syntax: Syntax, scope: ConditionScope): Expr {
  return conditionAt(syntax, scope)
}

function conditionAt(syntax: Syntax, scope: ConditionScope): Expr {
  const {expr, type} = typed(syntax, scope)
  if (type !== 'boolean') throw new ConditionProblem(syntax.at, `a condition is missing: this is ${typeName(type)}`)
  return expr
}

function typed(syntax: Syntax, scope: ConditionScope, expected?: ScalarType): Typed {
  const condition = (expr: Expr): Typed => ({expr, type: 'boolean'})
  switch (syntax.kind) {
    case 'name': {
      const type = scope.columns[syntax.name]
      if (type === undefined) throw new ConditionProblem(syntax.at, `there is no column ${syntax.name}`)
      return {expr: {kind: 'column', name: syntax.name}, type}
    }
    case 'number':
    case 'text':
      return written(syntax, expected)
    case 'flag':
      return condition(literal(syntax.value, 'boolean'))
    case 'not':
      return condition(not(conditionAt(syntax.of, scope)))
    case 'and':
    case 'or':
      return condition((syntax.kind === 'and' ? and : or)(...syntax.of.map((part) => conditionAt(part, scope))))
    case 'isNull':
      return condition(isNull(typed(syntax.of, scope).expr))
    case 'compare': {
      const {left, right} = comparedSides(syntax, scope)
      return condition(compare(left, syntax.operator, right))
    }
    case 'in': {
      const {expr, type} = typed(syntax.of, scope)
      return condition(
        isIn(
          expr,
          syntax.values.map((value) => writtenValue(value, type)),
          type,
        ),
      )
    }
    case 'matches': {
      const check = checkPortableRegex(syntax.pattern)
      if (!check.ok) throw new ConditionProblem(syntax.at, `pattern: ${check.error}`)
      return condition(matches(ofType('string', syntax.of, scope), syntax.pattern))
    }
    case 'negative':
    case 'arithmetic':
      return arithmetic(syntax, scope)
    case 'call':
      return called(syntax, scope)
  }
}

const isWritten = (syntax: Syntax): boolean => syntax.kind === 'number' || syntax.kind === 'text'

function comparedSides(syntax: Extract<Syntax, {kind: 'compare'}>, scope: ConditionScope): {readonly left: Expr; readonly right: Expr} {
  const isLeftWritten = isWritten(syntax.left)
  const first = typed(isLeftWritten ? syntax.right : syntax.left, scope)
  const second = typed(isLeftWritten ? syntax.left : syntax.right, scope, first.type)
  if (!isComparable(first.type, second.type) && !(typeof first.type === 'object' && typeof second.type === 'object'))
    throw new ConditionProblem(syntax.at, `${typeName(first.type)} and ${typeName(second.type)} do not compare`)
  return isLeftWritten ? {left: second.expr, right: first.expr} : {left: first.expr, right: second.expr}
}

/** A written value as the type that is expected; a number with decimals meets an integer as a number. */
function written(syntax: Extract<Syntax, {kind: 'number' | 'text'}>, expected: ScalarType | undefined): Typed {
  if (syntax.kind === 'number' && typeof expected === 'object') {
    const [whole = '', fraction = ''] = syntax.text.replace('-', '').split('.')
    const type = {kind: 'decimal', precision: Math.min(38, whole.length + fraction.length), scale: fraction.length} as const
    return {expr: literal(syntax.text, type), type}
  }
  const natural = syntax.kind === 'text' ? 'string' : syntax.text.includes('.') || expected === 'float64' ? 'float64' : 'int64'
  const type = syntax.kind === 'number' && (expected === 'int64' || expected === undefined) ? natural : (expected ?? natural)
  return {expr: literal(writtenValue(syntax, type), type), type}
}

function writtenValue(syntax: Syntax, type: ScalarType): Exclude<ScalarValue, null> {
  const raw =
    syntax.kind === 'number'
      ? Number(syntax.text)
      : syntax.kind === 'text'
        ? syntax.value
        : syntax.kind === 'flag'
          ? syntax.value
          : undefined
  if (raw === undefined) throw new ConditionProblem(syntax.at, 'a written value is missing')
  const isOfKind = syntax.kind === 'text' ? type === 'string' || type === 'date' || type === 'timestamp' : type !== 'string'
  const value = isOfKind ? typedValue(raw, type) : undefined
  if (value === undefined) throw new ConditionProblem(syntax.at, `this is no value of type ${typeName(type)}`)
  return value
}

function arithmetic(syntax: Extract<Syntax, {kind: 'negative' | 'arithmetic'}>, scope: ConditionScope): Typed {
  const number = (of: Syntax): Typed => {
    const found = typed(of, scope)
    if (found.type === 'int64' || found.type === 'float64') return found
    throw new ConditionProblem(of.at, `${typeName(found.type)} cannot be reckoned with`)
  }
  if (syntax.kind === 'negative') {
    const {expr, type} = number(syntax.of)
    return {expr: {kind: 'arithmetic', operator: '-', left: type === 'int64' ? literal(0n, type) : literal(0, type), right: expr}, type}
  }
  const {operator} = syntax
  const [left, right] = [number(syntax.left), number(syntax.right)]
  const isWhole = operator !== '/' && left.type === 'int64' && right.type === 'int64'
  return {expr: {kind: 'arithmetic', operator, left: left.expr, right: right.expr}, type: isWhole ? 'int64' : 'float64'}
}

function ofType(type: ScalarType, syntax: Syntax, scope: ConditionScope): Expr {
  const found = typed(syntax, scope, type)
  if (!sameType(found.type, type)) throw new ConditionProblem(syntax.at, `this must be ${typeName(type)}, and is ${typeName(found.type)}`)
  return found.expr
}

type Call = Extract<Syntax, {kind: 'call'}>

const dateParts: readonly DatePart[] = ['year', 'month', 'day', 'hour', 'minute', 'second']
const functions = [
  'length',
  'lower',
  'upper',
  'trim',
  'abs',
  'coalesce',
  'date',
  'timestamp',
  'now',
  'today',
  'days',
  'hours',
  ...dateParts,
]
const microsPerHour = 3_600_000_000

function called(call: Call, scope: ConditionScope): Typed {
  const [first, second] = call.of
  const want = (count: number): void => {
    if (call.of.length !== count) throw new ConditionProblem(call.at, `${call.name} takes ${count} ${count === 1 ? 'value' : 'values'}`)
  }
  const part = dateParts.find((name) => name === call.name)
  switch (call.name) {
    case 'now':
      want(0)
      return {expr: literal(scope.now.replace(/\.?0*Z$/, 'Z'), 'timestamp'), type: 'timestamp'}
    case 'today':
      want(0)
      return {expr: literal(scope.now.slice(0, 10), 'date'), type: 'date'}
    case 'coalesce':
      return coalesced(call, scope)
    case 'days':
    case 'hours':
      want(2)
      return between(call, scope)
  }
  want(1)
  if (first === undefined || second !== undefined) throw new ConditionProblem(call.at, `${call.name} takes 1 value`)
  if (part !== undefined) {
    const isOfDay = part === 'hour' || part === 'minute' || part === 'second'
    return {expr: {kind: 'datePart', part, of: isOfDay ? ofType('timestamp', first, scope) : time(first, scope).expr}, type: 'int64'}
  }
  switch (call.name) {
    case 'length':
      return {expr: {kind: 'length', of: ofType('string', first, scope)}, type: 'int64'}
    case 'lower':
    case 'upper':
    case 'trim':
      return {expr: {kind: 'text', function: call.name, of: ofType('string', first, scope)}, type: 'string'}
    case 'date':
      return first.kind === 'text' ? typed(first, scope, 'date') : {expr: {kind: 'dateOf', of: time(first, scope).expr}, type: 'date'}
    case 'timestamp':
      return {expr: ofType('timestamp', first, scope), type: 'timestamp'}
    case 'abs': {
      const {expr, type} = typed(first, scope)
      const negative = arithmetic({kind: 'negative', at: call.at, of: first}, scope).expr
      return {expr: when(compare(expr, '<', type === 'int64' ? literal(0n, type) : literal(0, type)), negative, expr), type}
    }
    default:
      throw new ConditionProblem(call.at, `there is no function ${call.name}; known: ${functions.join(', ')}`)
  }
}

function time(syntax: Syntax, scope: ConditionScope): Typed {
  const found = typed(syntax, scope)
  if (found.type === 'date' || found.type === 'timestamp') return found
  throw new ConditionProblem(syntax.at, `this must be a date or a timestamp, and is ${typeName(found.type)}`)
}

/** days(from, to) counts from date to date; hours(from, to) is a number with decimals. */
function between({name, of}: Call, scope: ConditionScope): Typed {
  const [from, to] = of.map((part) => (name === 'days' ? time(part, scope).expr : ofType('timestamp', part, scope)))
  if (from === undefined || to === undefined) throw new ConditionProblem(0, `${name} takes 2 values`)
  if (name === 'days') return {expr: {kind: 'elapsed', unit: 'day', from, to}, type: 'int64'}
  const micros: Expr = {kind: 'elapsed', unit: 'microsecond', from, to}
  return {expr: {kind: 'arithmetic', operator: '/', left: micros, right: literal(microsPerHour, 'float64')}, type: 'float64'}
}

function coalesced({at, of}: Call, scope: ConditionScope): Typed {
  const known = of.find((part) => !isWritten(part))
  if (known === undefined) throw new ConditionProblem(at, 'coalesce needs a column')
  const {type} = typed(known, scope)
  return {expr: {kind: 'coalesce', of: of.map((part) => ofType(type, part, scope))}, type}
}
