// What a rule kind is. A row rule is one predicate that is true for bad rows; counting, quarantining and explaining all
// come from it. Null passes everywhere but in `required`: one fault gives one reason.
import type {Location} from '../errors/hippo-error.ts'
import type {Expr, ScalarType, ScalarValue} from '../expr/expr.ts'
import type {Aggregate, Plan} from '../expr/plan.ts'
import type {Dimension, Kahn} from '../model/check.ts'

/** The column a rule is about: its typed value, and its text before typing. */
export interface FieldRef {
  readonly name: string
  readonly type: ScalarType
  readonly value: Expr
}

/** What a row rule may look at beside its own field. */
export interface RuleScope {
  /** The dataset's columns by name, typed. */
  readonly columns: Readonly<Record<string, ScalarType>>
  /** The rows of another dataset (this delivery's accepted rows included), or undefined when there is no such dataset. */
  relation(dataset: string): {readonly plan: Plan; readonly columns: Readonly<Record<string, ScalarType>>} | undefined
  /** Start of the run: `now` in every rule of a run is the same instant. */
  readonly now: string
}

export interface RuleExample {
  readonly params: unknown
  readonly type?: ScalarType
  /** One value a row, or a row object when the rule looks at several columns. */
  readonly rows: readonly (ScalarValue | Readonly<Record<string, ScalarValue>>)[]
  readonly columns?: Readonly<Record<string, ScalarType>>
  /** Indexes of the rows that break the rule. */
  readonly bad: readonly number[]
}

interface RuleBase<P> {
  /** As written in a contract. */
  readonly name: string
  readonly dimension: Dimension
  readonly kahn: Kahn
  /** Throws CONTRACT_RULE_INVALID with file, line and column. */
  parse(raw: unknown, at: Location): P
  /** A plain sentence for people, completing "<column> …". */
  describe(params: P): string
}

export interface RowRule<P> extends RuleBase<P> {
  readonly scope: 'row'
  /** True for bad rows; null counts as good. */
  violates(params: P, field: FieldRef, scope: RuleScope): Expr
  /** Rows the rule is about (the denominator); all non-null rows of the field when absent. */
  appliesTo?(params: P, field: FieldRef): Expr
  readonly examples: readonly RuleExample[]
}

/** One number about the whole dataset, held against bounds. */
export interface DatasetRule<P> extends RuleBase<P> {
  readonly scope: 'dataset'
  measure(params: P, scope: RuleScope): Aggregate
  /** Whether the measured number breaks the rule. `rows` is the number of rows measured. */
  judge(params: P, measured: ScalarValue, rows: number): {readonly violated: number; readonly denominator: number}
  readonly examples: readonly {
    readonly params: unknown
    readonly rows: readonly Readonly<Record<string, ScalarValue>>[]
    readonly columns: Readonly<Record<string, ScalarType>>
    readonly violated: number
  }[]
}

export type RuleKind<P = unknown> = RowRule<P> | DatasetRule<P>

/** Gives a rule kind its types; the registry holds kinds of differing parameters, each used only with what it parsed. */
export function defineRule<P>(kind: RuleKind<P>): RuleKind {
  return kind as unknown as RuleKind
}
