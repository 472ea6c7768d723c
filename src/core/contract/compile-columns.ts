// Steps and typing as layers of derived columns. Text columns are derived under their own name; other columns first as
// normalised text under `text:<name>` (trimmed, blank = null), then typed. A layer sees the layers before it, so a step
// that looks at another column finds that column's text after its own steps.
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {column as columnRef, compare, type Expr, text as textLiteral, when} from '../expr/expr.ts'
import type {DerivedColumn} from '../expr/plan.ts'
import type {Column, Contract, StepClause} from '../model/contract.ts'
import type {Relation} from '../steps/define-step.ts'
import {stepKinds} from '../steps/index.ts'
import {scalarType, typedExpr} from './scalar-type.ts'
import {looseName, type SourceColumn, sourceNamed, stepNeeds} from './source-columns.ts'

export interface ColumnContext {
  relation(dataset: string): Relation | undefined
  readonly sources: readonly SourceColumn[]
  /** Header names of the files that are bound; when given, a step that looks at any other source column is refused. */
  readonly header?: readonly string[]
}

/** Plan column with a column's normalised text. */
export function textColumn(column: Pick<Column, 'name' | 'logicalType' | 'physicalType'>): string {
  return scalarType(column) === 'string' ? column.name : `text:${column.name}`
}

/** The layers to derive over the scan; CONTRACT_STEP_INVALID for steps that cannot work, with their place. */
export function compileColumns(contract: Contract, context: ColumnContext): readonly (readonly DerivedColumn[])[] {
  const levels = levelsOf(contract)
  const depth = Math.max(0, ...levels.values()) + 1
  const layers: DerivedColumn[][] = Array.from({length: depth}, () => [])
  for (const column of contract.columns) {
    layers[levels.get(column.name) ?? 0]?.push({name: textColumn(column), expr: normalisedText(column, contract, context)})
  }
  const typed = contract.columns
    .filter((column) => scalarType(column) !== 'string')
    .map((column) => ({name: column.name, expr: typedExpr(column, columnRef(textColumn(column)))}))
  return typed.length === 0 ? layers : [...layers, typed]
}

/** Layer of each column's text: one after the last column that its steps look at. */
function levelsOf(contract: Contract): ReadonlyMap<string, number> {
  const levels = new Map<string, number>()
  const visit = (column: Column, path: readonly string[]): number => {
    const known = levels.get(column.name)
    if (known !== undefined) return known
    if (path.includes(column.name)) {
      const message = `steps look at each other in a circle: ${[...path.slice(path.indexOf(column.name)), column.name].join(' -> ')}`
      throw new HippoError('CONTRACT_STEP_INVALID', {message, at: column.steps[0]?.at ?? column.at})
    }
    const needed = contract.columns.filter(({name}) => stepNeeds(column).includes(name))
    const level = needed.length === 0 ? 0 : 1 + Math.max(...needed.map((other) => visit(other, [...path, column.name])))
    levels.set(column.name, level)
    return level
  }
  for (const column of contract.columns) visit(column, [])
  return levels
}

function normalisedText(column: Column, contract: Contract, context: ColumnContext): Expr {
  const source =
    context.sources.find(({names}) => names.join('\n') === column.sources.join('\n')) ??
    sourceNamed(context.sources, column.sources[0] ?? '')
  let input = columnRef(source?.alias ?? column.name)
  for (const step of column.steps) input = applyStep(step, input, {column, contract, context})
  if (scalarType(column) !== 'string') return blankAsNull({kind: 'text', function: 'trim', of: input})
  // A scan gives null for an empty field, so only steps can leave empty text behind.
  return column.steps.length === 0 ? input : blankAsNull(input)
}

const blankAsNull = (of: Expr): Expr => when(compare(of, '=', textLiteral('')), textLiteral(null), of)

interface StepPlace {
  readonly column: Column
  readonly contract: Contract
  readonly context: ColumnContext
}

function applyStep(step: StepClause, input: Expr, place: StepPlace): Expr {
  const kind = stepKinds.get(step.kind)
  if (kind === undefined) throw new HippoError('CONTRACT_STEP_INVALID', {message: `unknown step ${step.kind}`, at: step.at})
  const params = kind.parse(step.params, step.at)
  const {context} = place
  for (const use of kind.relations?.(params) ?? []) checkRelation(step, use, context)
  return kind.apply(params, input, {
    relation: (dataset) => context.relation(dataset),
    text: (name) => (name === place.column.name ? input : textOf(name, step, place)),
  })
}

function textOf(name: string, step: StepClause, {contract, context}: StepPlace): Expr {
  const column = contract.columns.find((candidate) => candidate.name === name)
  if (column !== undefined) return columnRef(textColumn(column))
  const source = sourceNamed(context.sources, name)
  const isThere =
    context.header === undefined || context.header.some((header) => source?.names.some((known) => looseName(known) === looseName(header)))
  if (source !== undefined && isThere) return columnRef(source.alias)
  const names = [...contract.columns.map((candidate) => candidate.name), ...(context.header ?? [])]
  const close = nearest(name, names)
  throw new HippoError('CONTRACT_STEP_INVALID', {
    message: `step ${step.kind}: there is no column ${name}, neither in the contract nor in the files`,
    at: step.at,
    ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
  })
}

function checkRelation(
  step: StepClause,
  use: {readonly dataset: string; readonly columns: readonly string[]},
  context: ColumnContext,
): void {
  const relation = context.relation(use.dataset)
  const missing = relation === undefined ? undefined : use.columns.find((name) => relation.columns[name] === undefined)
  if (relation !== undefined && missing === undefined) return
  const close = missing === undefined ? undefined : nearest(missing, Object.keys(relation?.columns ?? {}))
  throw new HippoError('CONTRACT_STEP_INVALID', {
    message: `step ${step.kind}: ${missing === undefined ? `there is no dataset ${use.dataset}` : `dataset ${use.dataset} has no column ${missing}`}`,
    at: step.at,
    ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
  })
}
