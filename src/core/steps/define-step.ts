// What a step kind is: one normalisation of a column's text, before the value is typed. A step never loses a row and
// never turns what it does not understand into null: it leaves it as it is, for the typing or a rule to judge. Where what it leaves
// could pass for a value (a time without its zone, a number in another unit), it says so itself: `fails`.
import type {Location} from '../errors/hippo-error.ts'
import {type Expr, type ScalarType, type ScalarValue, when} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'

/** The rows of another dataset. */
export interface Relation {
  readonly plan: Plan
  readonly columns: Readonly<Record<string, ScalarType>>
}

/** What a step may look at beside its own text. */
export interface StepScope {
  /** The step's own input for its own column; the text of another column after its own steps, or of a source column that the contract does not list. */
  text(name: string): Expr
  /** The rows of another dataset, or undefined when there is no such dataset. */
  relation(dataset: string): Relation | undefined
}

export interface StepExample {
  readonly params: unknown
  readonly before: readonly (string | null)[]
  readonly after: readonly (string | null)[]
  /** Indexes of the texts that the step could not read; they stay as they are. */
  readonly failed?: readonly number[]
  /** For a step with `convert`: the numbers of `after`, converted. */
  readonly converted?: readonly (number | null)[]
  /** Texts of other columns that the step looks at, row by row; the step's own column is `value`. */
  readonly others?: Readonly<Record<string, readonly (string | null)[]>>
  readonly datasets?: Readonly<
    Record<
      string,
      {readonly columns: Readonly<Record<string, ScalarType>>; readonly rows: readonly Readonly<Record<string, ScalarValue>>[]}
    >
  >
}

export interface StepKind<P = unknown> {
  /** As written in a contract. */
  readonly name: string
  /** Throws CONTRACT_STEP_INVALID with file, line and column. */
  parse(raw: unknown, at: Location): P
  /** Text in, text out. */
  apply(params: P, input: Expr, scope: StepScope): Expr
  /** True for texts that it should read and cannot; never null. They stay as they are, are not typed, and are a reason. */
  fails?(params: P, input: Expr, scope: StepScope): Expr
  /** Whether it can fail with these parameters; always when absent. */
  canFail?(params: P): boolean
  /** For a step on numbers, after typing: the number made of the number (float64). */
  convert?(params: P, value: Expr, scope: StepScope): Expr
  /** Columns of the contract that keep what was received under the same header: as it was, or what the step `by` makes of it. */
  keepsIn?(params: P): readonly {readonly column: string; readonly by?: string}[]
  /** Other columns whose text it looks at; their steps run first. */
  needs?(params: P): readonly string[]
  /** Columns of other datasets that it reads. */
  relations?(params: P): readonly {readonly dataset: string; readonly columns: readonly string[]}[]
  /** Completes "the text …". */
  describe(params: P): string
  readonly examples: readonly StepExample[]
}

/** A step's text, and where it could not read its own input: there the input stays as it is. */
export interface StepResult {
  readonly text: Expr
  readonly fails?: Expr
}

/** Whether a step can fail with these parameters. */
export const canFail = (kind: StepKind, params: unknown): boolean => kind.fails !== undefined && kind.canFail?.(params) !== false

/** Lets a step, with the parameters it parsed, work on a text. */
export function applyStep(kind: StepKind, params: unknown, input: Expr, scope: StepScope): StepResult {
  const text = kind.apply(params, input, scope)
  const fails = canFail(kind, params) ? kind.fails?.(params, input, scope) : undefined
  if (fails === undefined) return {text}
  return {text: text === input ? input : when(fails, input, text), fails}
}

/** Gives a step kind its types; the registry holds kinds of differing parameters, each used only with what it parsed. */
export function defineStep<P>(kind: StepKind<P>): StepKind {
  return kind as unknown as StepKind
}
