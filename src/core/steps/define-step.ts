// What a step kind is: one normalisation of a column's text, before the value is typed. A step never loses a row and
// never turns what it does not understand into null: it leaves it as it is, for the typing or a rule to judge.
import type {Location} from '../errors/hippo-error.ts'
import type {Expr, ScalarType, ScalarValue} from '../expr/expr.ts'
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
  /** Other columns whose text it looks at; their steps run first. */
  needs?(params: P): readonly string[]
  /** Columns of other datasets that it reads. */
  relations?(params: P): readonly {readonly dataset: string; readonly columns: readonly string[]}[]
  /** Completes "the text …". */
  describe(params: P): string
  readonly examples: readonly StepExample[]
}

/** Gives a step kind its types; the registry holds kinds of differing parameters, each used only with what it parsed. */
export function defineStep<P>(kind: StepKind<P>): StepKind {
  return kind as unknown as StepKind
}
