// Steps and typing as layers of derived columns. Text columns are derived under their own name; other columns first as
// normalised text under `text:<name>` (trimmed, blank = null), then typed. A layer sees the layers before it, so a step
// that looks at another column finds that column's text after its own steps.
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {and, column as columnRef, compare, type Expr, literal, not, or, text as textLiteral, when} from '../expr/expr.ts'
import type {DerivedColumn} from '../expr/plan.ts'
import type {Column, Contract, StepClause} from '../model/contract.ts'
import {applyStep, canFail, type Relation, type StepKind, type StepScope} from '../steps/define-step.ts'
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

/** Plan column that is true where a step could not read a column's text. */
export const failedColumn = ({name}: Pick<Column, 'name'>, step: string): string => `failed:${name}:${step}`

/** Names of a column's steps that can fail, each once. */
export function failingSteps({steps}: Pick<Column, 'steps'>): readonly string[] {
  return [...new Set(steps.filter(isFallible).map(({kind}) => kind))]
}

function isFallible({kind: name, params, at}: StepClause): boolean {
  const kind = stepKinds.get(name)
  return kind !== undefined && canFail(kind, kind.parse(params, at))
}

/** True where any step could not read a column's text. */
export function isUnread(column: Column): Expr {
  return or(...failingSteps(column).map((step) => columnRef(failedColumn(column, step))))
}

/** The layers to derive over the scan; CONTRACT_STEP_INVALID for steps that cannot work, with their place. */
export function compileColumns(contract: Contract, context: ColumnContext): readonly (readonly DerivedColumn[])[] {
  const levels = levelsOf(contract)
  const depth = Math.max(0, ...levels.values()) + 1
  const layers: DerivedColumn[][] = Array.from({length: depth}, () => [])
  for (const column of contract.columns) {
    const {text, failures} = normalised(column, contract, context)
    layers[levels.get(column.name) ?? 0]?.push(
      {name: textColumn(column), expr: text},
      ...failures.map(({step, when: expr}) => ({name: failedColumn(column, step), expr})),
    )
  }
  const typed = contract.columns
    .filter((column) => scalarType(column) !== 'string')
    .map((column) => ({name: column.name, expr: convertedValue(column, contract, context)}))
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

interface Normalised {
  readonly text: Expr
  /** By name of the step: where it could not read the text. */
  readonly failures: readonly {readonly step: string; readonly when: Expr}[]
}

function normalised(column: Column, contract: Contract, context: ColumnContext): Normalised {
  const source =
    context.sources.find(({names}) => names.join('\n') === column.sources.join('\n')) ??
    sourceNamed(context.sources, column.sources[0] ?? '')
  let input = columnRef(source?.alias ?? column.name)
  const failures: {readonly step: string; readonly when: Expr}[] = []
  for (const step of column.steps) {
    const {kind, params, scope} = openStep(step, input, {column, contract, context})
    const {text, fails} = applyStep(kind, params, input, scope)
    // What one step could not read is its reason alone, not that of the steps behind it too.
    const before = failures.map((failure) => not(failure.when))
    if (fails !== undefined) failures.push({step: step.kind, when: before.length === 0 ? fails : and(...before, fails)})
    input = text
  }
  const byStep = failingSteps(column).map((step) => {
    const parts = failures.filter((failure) => failure.step === step).map((failure) => failure.when)
    return {step, when: parts.length === 1 && parts[0] !== undefined ? parts[0] : or(...parts)}
  })
  if (scalarType(column) !== 'string') return {text: blankAsNull({kind: 'text', function: 'trim', of: input}), failures: byStep}
  // A scan gives null for an empty field, so only steps can leave empty text behind.
  return {text: column.steps.length === 0 ? input : blankAsNull(input), failures: byStep}
}

/** The typed value, converted where a step asks for it; null where a step could not read the text. */
function convertedValue(column: Column, contract: Contract, context: ColumnContext): Expr {
  const typed = column.steps.reduce<Expr>(
    (value, step) => {
      const {kind, params, scope} = openStep(step, value, {column, contract, context})
      return kind.convert?.(params, value, scope) ?? value
    },
    typedExpr(column, columnRef(textColumn(column))),
  )
  return failingSteps(column).length === 0 ? typed : when(isUnread(column), literal(null, scalarType(column)), typed)
}

const blankAsNull = (of: Expr): Expr => when(compare(of, '=', textLiteral('')), textLiteral(null), of)

interface StepPlace {
  readonly column: Column
  readonly contract: Contract
  readonly context: ColumnContext
}

interface OpenStep {
  readonly kind: StepKind
  readonly params: unknown
  readonly scope: StepScope
}

function openStep(step: StepClause, input: Expr, place: StepPlace): OpenStep {
  const kind = stepKinds.get(step.kind)
  if (kind === undefined) throw new HippoError('CONTRACT_STEP_INVALID', {message: `unknown step ${step.kind}`, at: step.at})
  const params = kind.parse(step.params, step.at)
  const {context} = place
  for (const use of kind.relations?.(params) ?? []) checkRelation(step, use, context)
  const scope: StepScope = {
    relation: (dataset) => context.relation(dataset),
    text: (name) => (name === place.column.name ? input : textOf(name, step, place)),
  }
  return {kind, params, scope}
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
