// The columns that plans yield, node by node. Typing of the expressions inside is handed in, since each needs the other.
import type {Expr, ScalarType} from './expr.ts'
import type {Aggregate, DerivedColumn, Judged, Plan, PlanColumn, ScanFile} from './plan.ts'
import {printType} from './print.ts'
import {isNumeric, isValueOf, type Path, problemOfType, refuse, sameType} from './type-rules.ts'

export type Types = ReadonlyMap<string, ScalarType>
export type TypeAt = (expr: Expr, types: Types, path: Path) => ScalarType

export function typesByName(columns: readonly PlanColumn[]): Types {
  return new Map(columns.map(({name, type}) => [name, type]))
}

/** Names and types in order; refuses repeated names, files and rows that do not fit, and whatever `typeAt` refuses. */
export function planAt(plan: Plan, path: Path, typeAt: TypeAt): readonly PlanColumn[] {
  const here = [...path, plan.kind]
  const columns = columnsAt(plan, here, typeAt)
  refuseRepeated(columns, here)
  return columns
}

function columnsAt(plan: Plan, here: Path, typeAt: TypeAt): readonly PlanColumn[] {
  switch (plan.kind) {
    case 'scan':
      return scanColumns(plan, here)
    case 'values':
      for (const row of plan.rows) checkRow(row, plan.columns, here)
      return plan.columns
    case 'derive':
      return deriveColumns(plan.columns, planAt(plan.input, here, typeAt), here, typeAt)
    case 'select':
      return typedColumns(plan.columns, planAt(plan.input, here, typeAt), here, typeAt)
    case 'filter': {
      const input = planAt(plan.input, here, typeAt)
      wantCondition(typeAt(plan.where, typesByName(input), here), here)
      return input
    }
    case 'group':
      return groupColumns(plan, planAt(plan.input, here, typeAt), here, typeAt)
    case 'union':
      return unionColumns(
        plan.inputs.map((input, index) => planAt(input, [...here, String(index)], typeAt)),
        here,
      )
    case 'verdict': {
      const input = judgedColumns(plan.of, here, typeAt)
      if (plan.reasons === undefined) return input
      if (plan.is === 'accepted') refuse(here, 'accepted rows have no reasons')
      return [...input, {name: plan.reasons, type: 'string'}]
    }
  }
}

function scanColumns({columns, files, rowNumber}: Extract<Plan, {readonly kind: 'scan'}>, path: Path): readonly PlanColumn[] {
  for (const {name, type} of columns) {
    const problem = problemOfType(type)
    if (problem !== undefined) refuse([...path, name], problem)
  }
  const types = typesByName(columns)
  for (const file of files) checkFile(file, types, path)
  return rowNumber === undefined ? columns : [...columns, {name: rowNumber, type: 'int64'}]
}

function checkFile({format, binding, constants}: ScanFile, types: Types, path: Path): void {
  for (const [name, from] of Object.entries(binding)) {
    const type = types.get(name) ?? refuse(path, `binds "${name}", which is no column of the scan`)
    if (Object.hasOwn(constants, name)) refuse(path, `"${name}" is both bound and constant`)
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

function typedColumns(columns: readonly DerivedColumn[], input: readonly PlanColumn[], path: Path, typeAt: TypeAt): readonly PlanColumn[] {
  const types = typesByName(input)
  return columns.map(({name, expr}) => ({name, type: typeAt(expr, types, [...path, name])}))
}

function deriveColumns(columns: readonly DerivedColumn[], input: readonly PlanColumn[], path: Path, typeAt: TypeAt): readonly PlanColumn[] {
  const derived = typedColumns(columns, input, path, typeAt)
  refuseRepeated(derived, path)
  const [old, fresh] = [typesByName(input), typesByName(derived)]
  const replaced = input.map(({name, type}) => ({name, type: fresh.get(name) ?? type}))
  return [...replaced, ...derived.filter(({name}) => !old.has(name))]
}

function judgedColumns({input, judgements}: Judged, path: Path, typeAt: TypeAt): readonly PlanColumn[] {
  const columns = planAt(input, path, typeAt)
  const types = typesByName(columns)
  const ids = new Set<string>()
  for (const {id, when} of judgements) {
    if (id === '' || id.includes('|')) refuse(path, `judgement "${id}" wants an id without |`)
    if (ids.has(id)) refuse(path, `judgement "${id}" occurs twice`)
    ids.add(id)
    wantCondition(typeAt(when, types, [...path, id]), [...path, id])
  }
  return columns
}

function groupColumns(
  {by, aggregates}: Extract<Plan, {readonly kind: 'group'}>,
  input: readonly PlanColumn[],
  path: Path,
  typeAt: TypeAt,
): readonly PlanColumn[] {
  const types = typesByName(input)
  if (by.length === 0) refuse(path, 'needs a column to group by')
  const keys = by.map((name): PlanColumn => {
    const type = types.get(name) ?? refuse(path, `there is no column "${name}"`)
    return type === 'float64' ? refuse(path, `"${name}" is float64, which makes no groups`) : {name, type}
  })
  if (aggregates.some((aggregate) => aggregate.function === 'sum')) refuse(path, 'a sum may not fit its column')
  return [...keys, ...aggregates.map((aggregate) => ({name: aggregate.name, type: aggregateType(aggregate, types, path, typeAt)}))]
}

/** The type of an aggregate's value; refuses arguments that do not fit. */
export function aggregateType({name, function: kind, of, share}: Aggregate, types: Types, parent: Path, typeAt: TypeAt): ScalarType {
  const path = [...parent, name]
  if (kind === 'count') return of === undefined ? 'int64' : refuse(path, 'count takes no argument')
  if (of === undefined) return refuse(path, `${kind} needs an argument`)
  const type = typeAt(of, types, path)
  if (kind === 'countIf' && type !== 'boolean') refuse(path, `countIf wants a condition, not ${printType(type)}`)
  if (kind === 'distinctHashes' && type !== 'string') refuse(path, `distinctHashes is for text, not ${printType(type)}`)
  if (kind === 'sum' && !isNumeric(type) && typeof type === 'string') refuse(path, `sum of ${type} has no meaning`)
  if (kind === 'quantile') {
    if (!isNumeric(type)) refuse(path, `quantile of ${printType(type)} has no meaning`)
    return share !== undefined && share > 0 && share <= 1 ? 'float64' : refuse(path, 'share is above 0 and at most 1')
  }
  return kind === 'sum' || kind === 'min' || kind === 'max' ? type : 'int64'
}

function unionColumns(inputs: readonly (readonly PlanColumn[])[], path: Path): readonly PlanColumn[] {
  const [first, ...rest] = inputs
  if (first === undefined) return refuse(path, 'needs an input')
  const isLikeFirst = ({name, type}: PlanColumn, index: number): boolean => {
    const other = first[index]
    return other !== undefined && other.name === name && sameType(other.type, type)
  }
  const areAlike = rest.every((columns) => columns.length === first.length && columns.every(isLikeFirst))
  return areAlike ? first : refuse(path, 'inputs want the same columns in the same order')
}

function wantCondition(type: ScalarType, path: Path): void {
  if (type !== 'boolean') refuse(path, `wants a condition, not ${printType(type)}`)
}

export function refuseRepeated(columns: readonly PlanColumn[], path: Path): void {
  const seen = new Set<string>()
  for (const {name} of columns) {
    if (seen.has(name)) refuse(path, `column "${name}" occurs twice`)
    seen.add(name)
  }
}
