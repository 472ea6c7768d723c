// The type of every expression and plan, and the refusal of those that mean nothing: mixed types, unknown columns, patterns
// and formats outside the portable subset. A plan that passes here runs on every engine; an engine may rely on it.
// Errors are CONTRACT_UNSUPPORTED and say where in the tree: `derive.age.compare.left: …`.
import type {Expr, ScalarType, SetExpr} from './expr.ts'
import type {AggregatePlan, Plan, PlanColumn} from './plan.ts'
import {aggregateType, planAt, refuseRepeated, type Types, typesByName} from './plan-types.ts'
import {checkPortableRegex} from './portable-regex.ts'
import {printType} from './print.ts'
import {isTimeZone} from './time-zone.ts'
import {isComparable, isNumeric, isValueOf, type Path, problemOfTarget, problemOfType, refuse, sameType} from './type-rules.ts'

/** Columns by name, or as a plan yields them. */
export type Columns = readonly PlanColumn[] | Readonly<Record<string, ScalarType>>

/** The type of an expression over these columns; throws CONTRACT_UNSUPPORTED with the place in the tree. */
export function typeOf(expr: Expr, columns: Columns): ScalarType {
  const isList = (list: Columns): list is readonly PlanColumn[] => Array.isArray(list)
  return typeAt(expr, isList(columns) ? typesByName(columns) : new Map(Object.entries(columns)), [])
}

/** Names and types of the columns that a plan yields, in order; throws CONTRACT_UNSUPPORTED with the place in the tree. */
export function planColumns(plan: Plan): readonly PlanColumn[] {
  return planAt(plan, [], typeAt)
}

/** Names and types of an aggregate plan's values; throws like `planColumns`. */
export function aggregateColumns({id, input, aggregates}: AggregatePlan): readonly PlanColumn[] {
  const types = typesByName(planAt(input, [id], typeAt))
  const columns = aggregates.map(
    (aggregate): PlanColumn => ({
      name: aggregate.name,
      type: aggregateType(aggregate, types, [id], typeAt),
    }),
  )
  refuseRepeated(columns, [id])
  return columns
}

/** What the parts of a node are typed with: the input's columns and the place of the node. */
interface Scope {
  readonly types: Types
  readonly here: Path
}

function typeAt(expr: Expr, types: Types, path: Path): ScalarType {
  const scope: Scope = {types, here: [...path, expr.kind]}
  switch (expr.kind) {
    case 'column':
      return types.get(expr.name) ?? refuse(path, `there is no column "${expr.name}"`)
    case 'literal':
      return literalType(expr.value, expr.type, path)
    case 'isNull':
    case 'not':
    case 'and':
    case 'or':
    case 'compare':
    case 'isIn':
    case 'matches':
    case 'checkDigit':
      checkCondition(expr, scope)
      return 'boolean'
    case 'case':
      for (const [index, branch] of expr.branches.entries()) want('boolean', branch.when, scope, String(index), 'when')
      return oneType([...expr.branches.map(({then}) => then), expr.otherwise], scope)
    case 'coalesce':
      return oneType(expr.of, scope)
    case 'arithmetic':
      return arithmeticType(expr.operator, child(expr.left, scope, 'left'), child(expr.right, scope, 'right'), scope)
    case 'parse': {
      want('string', expr.of, scope)
      const problem = problemOfTarget(expr.as)
      return problem === undefined ? expr.as.type : refuse(scope.here, problem)
    }
    case 'datePart':
    case 'dateOf':
      return timeType(expr, scope)
    case 'elapsed':
      for (const [step, of] of [
        ['from', expr.from],
        ['to', expr.to],
      ] as const) {
        const type = child(of, scope, step)
        const isTime = type === 'timestamp' || (type === 'date' && expr.unit === 'day')
        if (!isTime) refuse([...scope.here, step], `${expr.unit}s do not count from or to ${printType(type)}`)
      }
      return 'int64'
    case 'instantOf':
      want('timestamp', expr.of, scope)
      if (!isTimeZone(expr.zone)) refuse(scope.here, `${JSON.stringify(expr.zone)} is no time zone`)
      return 'timestamp'
    case 'length':
      want('string', expr.of, scope)
      return 'int64'
    case 'isDuplicated':
    case 'isRepeat':
    case 'isSuperseded':
    case 'overlaps':
    case 'isOutvoted':
    case 'isFarOut':
    case 'previous':
    case 'existsIn':
    case 'lookup':
    case 'isSameIn':
      return setType(expr, scope)
    default:
      checkText(expr, scope)
      return 'string'
  }
}

function child(of: Expr, {types, here}: Scope, ...step: readonly string[]): ScalarType {
  return typeAt(of, types, [...here, ...step])
}

function want(type: ScalarType, of: Expr, scope: Scope, ...step: readonly string[]): void {
  const found = child(of, scope, ...step)
  if (!sameType(found, type)) refuse([...scope.here, ...step], `wants ${printType(type)}, not ${printType(found)}`)
}

function literalType(value: Parameters<typeof isValueOf>[0], type: ScalarType, path: Path): ScalarType {
  const problem = problemOfType(type) ?? (isValueOf(value, type) ? undefined : `a literal is no ${printType(type)}`)
  return problem === undefined ? type : refuse(path, problem)
}

type Condition = Extract<Expr, {readonly kind: 'isNull' | 'not' | 'and' | 'or' | 'compare' | 'isIn' | 'matches' | 'checkDigit'}>

function checkCondition(expr: Condition, scope: Scope): void {
  const {here} = scope
  switch (expr.kind) {
    case 'isNull':
      child(expr.of, scope)
      return
    case 'not':
      want('boolean', expr.of, scope)
      return
    case 'and':
    case 'or':
      for (const [index, of] of expr.of.entries()) want('boolean', of, scope, String(index))
      return
    case 'compare': {
      const [left, right] = [child(expr.left, scope, 'left'), child(expr.right, scope, 'right')]
      if (!isComparable(left, right)) refuse(here, `${printType(left)} and ${printType(right)} do not compare`)
      return
    }
    case 'isIn': {
      const isListed = (value: (typeof expr.values)[number]): boolean => value !== null && isValueOf(value, expr.type)
      if (!expr.values.every(isListed)) refuse(here, `has a value that is no ${printType(expr.type)}`)
      want(expr.type, expr.of, scope)
      return
    }
    case 'checkDigit':
      want('string', expr.of, scope)
      return
    case 'matches': {
      want('string', expr.of, scope)
      const check = checkPortableRegex(expr.pattern)
      if (!check.ok) refuse(here, `pattern: ${check.error}`)
    }
  }
}

function oneType(of: readonly Expr[], scope: Scope): ScalarType {
  const [first, ...rest] = of.map((part) => child(part, scope))
  if (first === undefined) return refuse(scope.here, 'needs at least one part')
  const other = rest.find((type) => !sameType(type, first))
  return other === undefined ? first : refuse(scope.here, `mixes ${printType(first)} and ${printType(other)}`)
}

function arithmeticType(operator: string, left: ScalarType, right: ScalarType, {here}: Scope): ScalarType {
  if (!isNumeric(left) || !isNumeric(right)) return refuse(here, `${printType(left)} ${operator} ${printType(right)} has no meaning`)
  return operator !== '/' && left === 'int64' && right === 'int64' ? 'int64' : 'float64'
}

function timeType(expr: Extract<Expr, {readonly kind: 'datePart' | 'dateOf'}>, scope: Scope): ScalarType {
  const type = child(expr.of, scope)
  if (type !== 'timestamp' && type !== 'date') return refuse(scope.here, `wants a date or timestamp, not ${printType(type)}`)
  if (expr.kind === 'dateOf') return 'date'
  const isOfDay = expr.part === 'hour' || expr.part === 'minute' || expr.part === 'second'
  return type === 'date' && isOfDay ? refuse(scope.here, `date has no ${expr.part}`) : 'int64'
}

type Text = Extract<Expr, {readonly kind: 'mapText' | 'concat' | 'text' | 'substring' | 'replaceText' | 'extract' | 'asText'}>

function checkText(expr: Text, scope: Scope): void {
  const {here} = scope
  if (expr.kind === 'asText') {
    if (child(expr.of, scope) === 'float64') refuse(here, 'the text of a float64 differs between engines')
    return
  }
  if (expr.kind === 'concat') {
    for (const [index, of] of expr.of.entries()) want('string', of, scope, String(index))
    return
  }
  want('string', expr.of, scope)
  if (expr.kind === 'replaceText' && expr.find === '') refuse(here, 'cannot look for an empty text')
  if (expr.kind === 'extract') {
    for (const pattern of [expr.before, expr.take, expr.after]) {
      const check = checkPortableRegex(pattern)
      if (!check.ok) refuse(here, `pattern: ${check.error}`)
    }
  }
  if (expr.kind === 'substring') {
    const areCounts = [expr.start, expr.length ?? 0].every((count) => Number.isSafeInteger(count) && count >= 0)
    if (!areCounts) refuse(here, 'wants counts from 0')
  }
  if (expr.kind === 'mapText') {
    want('string', expr.otherwise, scope, 'otherwise')
    if (new Set(expr.entries.map(([from]) => from)).size < expr.entries.length) refuse(here, 'lists a text twice')
  }
}

function setType(expr: SetExpr, scope: Scope): ScalarType {
  const {types, here} = scope
  const own = (name: string): ScalarType => types.get(name) ?? refuse(here, `there is no column "${name}"`)
  switch (expr.kind) {
    case 'isDuplicated':
      if (expr.key.length === 0) refuse(here, 'needs a key')
      if (expr.unlessSame?.length === 0) refuse(here, 'unlessSame needs a column')
      for (const name of [...expr.key, ...(expr.unlessSame ?? [])]) own(name)
      return 'boolean'
    case 'isRepeat':
      if (expr.key.length + expr.columns.length === 0) refuse(here, 'needs a column')
      for (const name of [...expr.key, ...expr.columns]) own(name)
      return 'boolean'
    case 'isSuperseded':
      if (expr.key.length === 0) refuse(here, 'needs a key')
      for (const name of [...expr.key, expr.by]) own(name)
      return 'boolean'
    case 'overlaps': {
      if (expr.key.length === 0) refuse(here, 'needs a key')
      if (expr.unlessSame?.length === 0) refuse(here, 'unlessSame needs a column')
      for (const name of [...expr.key, ...(expr.unlessSame ?? [])]) own(name)
      const [start, end] = [own(expr.start), own(expr.end)]
      if (start !== end || (start !== 'date' && start !== 'timestamp'))
        refuse(here, `a span from ${printType(start)} to ${printType(end)} has no meaning`)
      if (expr.where !== undefined) want('boolean', expr.where, scope, 'where')
      return 'boolean'
    }
    case 'isOutvoted':
      if (expr.key.length === 0) refuse(here, 'needs a key')
      if (!Number.isSafeInteger(expr.minRows) || expr.minRows < 2) refuse(here, 'minRows is a whole number, at least 2')
      if (!Number.isSafeInteger(expr.percent) || expr.percent < 51 || expr.percent > 100)
        refuse(here, 'percent is a whole number from 51 to 100')
      for (const name of [...expr.key, expr.of]) own(name)
      return 'boolean'
    case 'isFarOut': {
      if (!Number.isSafeInteger(expr.minRows) || expr.minRows < 2) refuse(here, 'minRows is a whole number, at least 2')
      if (!Number.isFinite(expr.limit) || expr.limit <= 0) refuse(here, 'limit is a number above 0')
      for (const name of expr.key) own(name)
      const type = own(expr.of)
      if (!isNumeric(type)) refuse(here, `${printType(type)} has no distances`)
      if (expr.where !== undefined) want('boolean', expr.where, scope, 'where')
      return 'boolean'
    }
    case 'previous': {
      if (expr.key.length === 0) refuse(here, 'needs a key')
      for (const name of [...expr.key, expr.by]) own(name)
      if (expr.where !== undefined) want('boolean', expr.where, scope, 'where')
      return own(expr.of)
    }
    case 'isSameIn': {
      const relation = relationTypes(expr.relation, here)
      if (expr.key.length === 0) refuse(here, 'needs a key')
      for (const name of [...expr.key, ...expr.columns]) matchTypes(own(name), relation(name), name, here)
      return 'boolean'
    }
    case 'existsIn':
    case 'lookup': {
      const relation = relationTypes(expr.relation, here)
      if (expr.key.length === 0 || expr.key.length !== expr.on.length)
        refuse(here, 'key and on want the same number of columns, at least one')
      for (const [index, key] of expr.key.entries()) {
        const name = expr.on[index] ?? ''
        matchTypes(child(key, scope, 'key', String(index)), relation(name), name, here)
      }
      return expr.kind === 'lookup' ? relation(expr.take) : 'boolean'
    }
  }
}

function relationTypes(plan: Plan, path: Path): (name: string) => ScalarType {
  const types = typesByName(planAt(plan, [...path, 'relation'], typeAt))
  return (name) => types.get(name) ?? refuse(path, `the relation has no column "${name}"`)
}

function matchTypes(own: ScalarType, theirs: ScalarType, name: string, path: Path): void {
  if (!sameType(own, theirs)) refuse(path, `"${name}" is ${printType(theirs)} in the relation, not ${printType(own)}`)
}
