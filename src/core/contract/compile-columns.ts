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
  const starts = startsOf(contract)
  const layers: DerivedColumn[][] = []
  const addFrom = (start: number, stages: readonly (readonly DerivedColumn[])[]): void => {
    for (const [index, stage] of stages.entries()) {
      while (layers.length <= start + index) layers.push([])
      layers[start + index]?.push(...stage)
    }
  }
  for (const column of contract.columns) addFrom(starts.get(column.name) ?? 0, textStages(column, {column, contract, context}))
  const typed = contract.columns.filter((column) => scalarType(column) !== 'string')
  const first = layers.length
  for (const column of typed) addFrom(first, typedStages(column, {column, contract, context}))
  return layers
}

/** Layer in which each column's text begins: one after the last column that its steps look at has ended. */
function startsOf(contract: Contract): ReadonlyMap<string, number> {
  const starts = new Map<string, number>()
  const endOf = (column: Column, path: readonly string[]): number => {
    const known = starts.get(column.name)
    if (known !== undefined) return known + stageCount(column)
    if (path.includes(column.name)) {
      const message = `steps look at each other in a circle: ${[...path.slice(path.indexOf(column.name)), column.name].join(' -> ')}`
      throw new HippoError('CONTRACT_STEP_INVALID', {message, at: column.steps[0]?.at ?? column.at})
    }
    const needed = contract.columns.filter(({name}) => stepNeeds(column).includes(name))
    const start = Math.max(0, ...needed.map((other) => endOf(other, [...path, column.name])))
    starts.set(column.name, start)
    return start + stageCount(column)
  }
  for (const column of contract.columns) endOf(column, [])
  return starts
}

/** Steps that can fail ask of their text more than once, so each works on a column; the others are one expression. */
const stageCount = (column: Column): number => (failingSteps(column).length === 0 ? 1 : column.steps.length + 1)

const stepColumn = ({name}: Column, index: number): string => `step:${name}:${index}`
const unreadColumn = ({name}: Column, index: number): string => `unread:${name}:${index}`

/** A column's text after its steps, and where they could not read it. */
function textStages(column: Column, place: StepPlace): readonly (readonly DerivedColumn[])[] {
  const {sources} = place.context
  const source = sources.find(({names}) => names.join('\n') === column.sources.join('\n')) ?? sourceNamed(sources, column.sources[0] ?? '')
  const received = columnRef(source?.alias ?? column.name)
  if (failingSteps(column).length === 0) {
    const text = column.steps.reduce<Expr>((input, step) => {
      const {kind, params, scope} = openStep(step, input, place)
      return applyStep(kind, params, input, scope).text
    }, received)
    return [[{name: textColumn(column), expr: settledText(column, text)}]]
  }
  const failed: {readonly step: string; readonly ref: Expr}[] = []
  const stages = column.steps.map((step, index): readonly DerivedColumn[] => {
    const input = index === 0 ? received : columnRef(stepColumn(column, index - 1))
    const {kind, params, scope} = openStep(step, input, place)
    const {text, fails} = applyStep(kind, params, input, scope)
    const own = {name: stepColumn(column, index), expr: text}
    if (fails === undefined) return [own]
    // What one step could not read is its reason alone, not that of the steps behind it too.
    const unread = {name: unreadColumn(column, index), expr: and(...failed.map(({ref}) => not(ref)), fails)}
    failed.push({step: step.kind, ref: columnRef(unread.name)})
    return [own, unread]
  })
  const byStep = failingSteps(column).map((step) => ({
    name: failedColumn(column, step),
    expr: or(...failed.filter((one) => one.step === step).map(({ref}) => ref)),
  }))
  const last = columnRef(stepColumn(column, column.steps.length - 1))
  return [...stages, [{name: textColumn(column), expr: settledText(column, last)}, ...byStep]]
}

/** Numbers and dates are trimmed; a scan gives null for an empty field, so only steps can leave empty text behind. */
function settledText(column: Column, text: Expr): Expr {
  if (scalarType(column) !== 'string') return blankAsNull({kind: 'text', function: 'trim', of: text})
  return column.steps.length === 0 ? text : blankAsNull(text)
}

const readColumn = ({name}: Column, index: number): string => `read:${name}:${index}`

/** The typed value, converted where steps ask for it, each conversion over a column; null where a step could not read the text. */
function typedStages(column: Column, place: StepPlace): readonly (readonly DerivedColumn[])[] {
  const readable = typedExpr(column, columnRef(textColumn(column)))
  const own = failingSteps(column).length === 0 ? readable : when(isUnread(column), literal(null, scalarType(column)), readable)
  const converting = column.steps.filter(({kind}) => stepKinds.get(kind)?.convert !== undefined)
  const nameOf = (index: number): string => (index === converting.length ? column.name : readColumn(column, index))
  const converted = converting.map((step, index): readonly DerivedColumn[] => {
    const value = columnRef(nameOf(index))
    const {kind, params, scope} = openStep(step, value, place)
    return [{name: nameOf(index + 1), expr: kind.convert?.(params, value, scope) ?? value}]
  })
  return [[{name: nameOf(0), expr: own}], ...converted]
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
