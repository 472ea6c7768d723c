// The type of every expression and plan, and the refusal of those that mean nothing: mixed types, unknown columns, patterns
// and formats outside the portable subset. A plan that passes here runs on every engine; an engine may rely on it.
// Errors are CONTRACT_UNSUPPORTED and say where in the tree: `age: compare.left: …`.
import type {Expr, ScalarType, SetExpr} from './expr.ts'
import type {AggregatePlan, DerivedColumn, Judged, Plan, PlanColumn, ScanFile} from './plan.ts'
import {checkPortableRegex} from './portable-regex.ts'
import {printType} from './print.ts'
import {isComparable, isNumeric, isValueOf, type Path, problemOfTarget, problemOfType, refuse, sameType} from './type-rules.ts'

/** Columns by name, or as a plan yields them. */
export type Columns = readonly PlanColumn[] | Readonly<Record<string, ScalarType>>

type Types = ReadonlyMap<string, ScalarType>

/** The type of an expression over these columns; throws CONTRACT_UNSUPPORTED with the place in the tree. */
export function typeOf(expr: Expr, columns: Columns): ScalarType {
  return typeAt(expr, typesByName(columns), [])
}

function typesByName(columns: Columns): Types {
  const isList = (list: Columns): list is readonly PlanColumn[] => Array.isArray(list)
  return new Map(isList(columns) ? columns.map(({name, type}) => [name, type]) : Object.entries(columns))
}

/** Names and types of the columns that a plan yields, in order; throws CONTRACT_UNSUPPORTED with the place in the tree. */
export function planColumns(plan: Plan): readonly PlanColumn[] {
  return planAt(plan, [])
}

/** Names and types of an aggregate plan's values; throws like `planColumns`. */
export function aggregateColumns({id, input, aggregates}: AggregatePlan): readonly PlanColumn[] {
  const types = typesByName(planAt(input, [id]))
  const columns = aggregates.map(({name, function: name_, of}): PlanColumn => {
    const path = [id, name]
    if (name_ === 'count') return of === undefined ? {name, type: 'int64'} : refuse(path, 'count takes no argument')
    if (of === undefined) return refuse(path, `${name_} needs an argument`)
    const type = typeAt(of, types, path)
    if (name_ === 'countIf' && type !== 'boolean') refuse(path, `countIf wants a condition, not ${printType(type)}`)
    if (name_ === 'sum' && !isNumeric(type) && typeof type === 'string') refuse(path, `sum of ${type} has no meaning`)
    return {name, type: name_ === 'sum' || name_ === 'min' || name_ === 'max' ? type : 'int64'}
  })
  refuseRepeated(columns, [id])
  return columns
}

function typeAt(expr: Expr, types: Types, path: Path): ScalarType {
  const here = [...path, expr.kind]
  const child = (of: Expr, ...step: readonly string[]): ScalarType => typeAt(of, types, [...here, ...step])
  const want = (type: ScalarType, of: Expr, ...step: readonly string[]): void => {
    const found = child(of, ...step)
    if (!sameType(found, type)) refuse([...here, ...step], `wants ${printType(type)}, not ${printType(found)}`)
  }
  switch (expr.kind) {
    case 'column':
      return types.get(expr.name) ?? refuse(path, `there is no column "${expr.name}"`)
    case 'literal':
      return literalType(expr.value, expr.type, path)
    case 'isNull':
      child(expr.of)
      return 'boolean'
    case 'not':
      want('boolean', expr.of)
      return 'boolean'
    case 'and':
    case 'or':
      for (const [index, of] of expr.of.entries()) want('boolean', of, String(index))
      return 'boolean'
    case 'compare':
      return compareType(child(expr.left, 'left'), child(expr.right, 'right'), here)
    case 'isIn':
      for (const value of expr.values) {
        if (value === null || !isValueOf(value, expr.type)) refuse(here, `has a value that is no ${printType(expr.type)}`)
      }
      if (!sameType(child(expr.of), expr.type)) refuse(here, `wants ${printType(expr.type)}, not ${printType(child(expr.of))}`)
      return 'boolean'
    case 'matches': {
      want('string', expr.of)
      const check = checkPortableRegex(expr.pattern)
      return check.ok ? 'boolean' : refuse(here, `pattern: ${check.error}`)
    }
    case 'arithmetic':
      return arithmeticType(expr.operator, child(expr.left, 'left'), child(expr.right, 'right'), here)
    case 'case':
      for (const [index, branch] of expr.branches.entries()) want('boolean', branch.when, String(index), 'when')
      return oneType(
        [...expr.branches.map(({then}) => then), expr.otherwise].map((of) => child(of)),
        here,
      )
    case 'coalesce':
      return oneType(
        expr.of.map((of, index) => child(of, String(index))),
        here,
      )
    case 'mapText':
      want('string', expr.of)
      want('string', expr.otherwise, 'otherwise')
      if (new Set(expr.entries.map(([from]) => from)).size < expr.entries.length) refuse(here, 'lists a text twice')
      return 'string'
    case 'concat':
      for (const [index, of] of expr.of.entries()) want('string', of, String(index))
      return 'string'
    case 'text':
      want('string', expr.of)
      return 'string'
    case 'length':
      want('string', expr.of)
      return 'int64'
    case 'substring':
      want('string', expr.of)
      for (const count of [expr.start, expr.length ?? 0]) if (!Number.isSafeInteger(count) || count < 0) refuse(here, 'wants counts from 0')
      return 'string'
    case 'replaceText':
      want('string', expr.of)
      return expr.find === '' ? refuse(here, 'cannot look for an empty text') : 'string'
    case 'parse': {
      want('string', expr.of)
      const problem = problemOfTarget(expr.as)
      return problem === undefined ? expr.as.type : refuse(here, problem)
    }
    case 'datePart': {
      const type = child(expr.of)
      const timeOfDay = expr.part === 'hour' || expr.part === 'minute' || expr.part === 'second'
      return type === 'timestamp' || (type === 'date' && !timeOfDay) ? 'int64' : refuse(here, `${printType(type)} has no ${expr.part}`)
    }
    case 'dateOf': {
      const type = child(expr.of)
      return type === 'timestamp' || type === 'date' ? 'date' : refuse(here, `wants a timestamp, not ${printType(type)}`)
    }
    case 'asText': {
      const type = child(expr.of)
      return type === 'float64' ? refuse(here, 'the text of a float64 differs between engines') : 'string'
    }
    default:
      return setType(expr, types, here)
  }
}

function literalType(value: Parameters<typeof isValueOf>[0], type: ScalarType, path: Path): ScalarType {
  const problem = problemOfType(type) ?? (isValueOf(value, type) ? undefined : `a literal is no ${printType(type)}`)
  return problem === undefined ? type : refuse(path, problem)
}

function compareType(left: ScalarType, right: ScalarType, path: Path): ScalarType {
  return isComparable(left, right) ? 'boolean' : refuse(path, `${printType(left)} and ${printType(right)} do not compare`)
}

function arithmeticType(operator: string, left: ScalarType, right: ScalarType, path: Path): ScalarType {
  if (!isNumeric(left) || !isNumeric(right)) return refuse(path, `${printType(left)} ${operator} ${printType(right)} has no meaning`)
  return operator !== '/' && left === 'int64' && right === 'int64' ? 'int64' : 'float64'
}

function oneType(found: readonly ScalarType[], path: Path): ScalarType {
  const [first, ...rest] = found
  if (first === undefined) return refuse(path, 'needs at least one part')
  const other = rest.find((type) => !sameType(type, first))
  return other === undefined ? first : refuse(path, `mixes ${printType(first)} and ${printType(other)}`)
}

function setType(expr: SetExpr, types: Types, path: Path): ScalarType {
  const own = (name: string): ScalarType => types.get(name) ?? refuse(path, `there is no column "${name}"`)
  switch (expr.kind) {
    case 'isDuplicated':
      if (expr.key.length === 0) refuse(path, 'needs a key')
      if (expr.unlessSame?.length === 0) refuse(path, 'unlessSame needs a column')
      for (const name of [...expr.key, ...(expr.unlessSame ?? [])]) own(name)
      return 'boolean'
    case 'isRepeat':
      if (expr.key.length + expr.columns.length === 0) refuse(path, 'needs a column')
      for (const name of [...expr.key, ...expr.columns]) own(name)
      return 'boolean'
    case 'isSameIn': {
      const relation = relationTypes(expr.relation, path)
      if (expr.key.length === 0) refuse(path, 'needs a key')
      for (const name of [...expr.key, ...expr.columns]) matchTypes(own(name), relation(name), name, path)
      return 'boolean'
    }
    case 'existsIn':
    case 'lookup': {
      const relation = relationTypes(expr.relation, path)
      if (expr.key.length === 0 || expr.key.length !== expr.on.length)
        refuse(path, 'key and on want the same number of columns, at least one')
      for (const [index, name] of expr.on.entries()) {
        const key = expr.key[index]
        if (key !== undefined) matchTypes(typeAt(key, types, [...path, 'key', String(index)]), relation(name), name, path)
      }
      return expr.kind === 'lookup' ? relation(expr.take) : 'boolean'
    }
  }
}

function relationTypes(plan: Plan, path: Path): (name: string) => ScalarType {
  const types = typesByName(planAt(plan, [...path, 'relation']))
  return (name) => types.get(name) ?? refuse(path, `the relation has no column "${name}"`)
}

function matchTypes(own: ScalarType, theirs: ScalarType, name: string, path: Path): void {
  if (!sameType(own, theirs)) refuse(path, `"${name}" is ${printType(theirs)} in the relation, not ${printType(own)}`)
}

function planAt(plan: Plan, path: Path): readonly PlanColumn[] {
  const columns = columnsAt(plan, path)
  refuseRepeated(columns, [...path, plan.kind])
  return columns
}

function columnsAt(plan: Plan, path: Path): readonly PlanColumn[] {
  const here = [...path, plan.kind]
  switch (plan.kind) {
    case 'scan':
      for (const {name, type} of plan.columns) refuseProblem(problemOfType(type), [...here, name])
      for (const file of plan.files) checkFile(file, typesByName(plan.columns), here)
      return plan.rowNumber === undefined ? plan.columns : [...plan.columns, {name: plan.rowNumber, type: 'int64'}]
    case 'values':
      for (const row of plan.rows) checkRow(row, plan.columns, here)
      return plan.columns
    case 'derive': {
      const input = planAt(plan.input, here)
      const derived = derivedColumns(plan.columns, input, here)
      refuseRepeated(derived, here)
      const replaced = input.map((column) => derived.find(({name}) => name === column.name) ?? column)
      return [...replaced, ...derived.filter(({name}) => !input.some((column) => column.name === name))]
    }
    case 'select':
      return derivedColumns(plan.columns, planAt(plan.input, here), here)
    case 'filter': {
      const input = planAt(plan.input, here)
      wantCondition(plan.where, typesByName(input), here)
      return input
    }
    case 'union':
      return unionColumns(
        plan.inputs.map((input, index) => planAt(input, [...here, String(index)])),
        here,
      )
    case 'verdict': {
      const input = judgedColumns(plan.of, here)
      if (plan.reasons === undefined) return input
      if (plan.is === 'accepted') refuse(here, 'accepted rows have no reasons')
      return [...input, {name: plan.reasons, type: 'string'}]
    }
  }
}

function derivedColumns(columns: readonly DerivedColumn[], input: readonly PlanColumn[], path: Path): readonly PlanColumn[] {
  const types = typesByName(input)
  return columns.map(({name, expr}) => ({name, type: typeAt(expr, types, [...path, name])}))
}

function judgedColumns({input, judgements}: Judged, path: Path): readonly PlanColumn[] {
  const columns = planAt(input, path)
  const types = typesByName(columns)
  for (const [index, {id, when}] of judgements.entries()) {
    if (id === '' || id.includes('|')) refuse(path, `judgement "${id}" wants an id without |`)
    if (judgements.findIndex((other) => other.id === id) !== index) refuse(path, `judgement "${id}" occurs twice`)
    wantCondition(when, types, [...path, id])
  }
  return columns
}

function wantCondition(expr: Expr, types: Types, path: Path): void {
  const type = typeAt(expr, types, path)
  if (type !== 'boolean') refuse(path, `wants a condition, not ${printType(type)}`)
}

function unionColumns(inputs: readonly (readonly PlanColumn[])[], path: Path): readonly PlanColumn[] {
  const [first, ...rest] = inputs
  if (first === undefined) return refuse(path, 'needs an input')
  const isAlike = (other: readonly PlanColumn[]): boolean =>
    other.length === first.length && other.every(({name, type}, index) => first[index]?.name === name && sameType(first[index].type, type))
  return rest.every(isAlike) ? first : refuse(path, 'inputs want the same columns in the same order')
}

function checkFile({format, binding, constants}: ScanFile, types: Types, path: Path): void {
  for (const [name, from] of Object.entries(binding)) {
    const type = types.get(name) ?? refuse(path, `binds "${name}", which is no column of the scan`)
    if (name in constants) refuse(path, `"${name}" is both bound and constant`)
    if (format.kind !== 'csv') continue
    if (type !== 'string') refuse(path, `"${name}" comes from CSV and is text, not ${printType(type)}`)
    if (!format.header.includes(from)) refuse(path, `"${name}" is bound to "${from}", which is not in the file's header`)
  }
  for (const [name, value] of Object.entries(constants)) {
    const type = types.get(name) ?? refuse(path, `the constant "${name}" is no column of the scan`)
    if (!isValueOf(value, type)) refuse(path, `the constant "${name}" is no ${printType(type)}`)
  }
}

function checkRow(row: readonly (string | number | bigint | boolean | null)[], columns: readonly PlanColumn[], path: Path): void {
  if (row.length !== columns.length) refuse(path, 'a row has another number of values than there are columns')
  for (const [index, {name, type}] of columns.entries()) {
    if (!isValueOf(row[index] ?? null, type)) refuse([...path, name], `a value is no ${printType(type)}`)
  }
}

function refuseRepeated(columns: readonly PlanColumn[], path: Path): void {
  const repeated = columns.find(({name}, index) => columns.findIndex((other) => other.name === name) !== index)
  if (repeated !== undefined) refuse(path, `column "${repeated.name}" occurs twice`)
}

function refuseProblem(problem: string | undefined, path: Path): void {
  if (problem !== undefined) refuse(path, problem)
}
