// What a rule kind is. A row rule is one predicate that is true for bad rows; counting, quarantining and explaining all
// come from it. Null passes everywhere but in `required`: one fault gives one reason.
import type {Location} from '../errors/hippo-error.ts'
import type {Expr, ScalarType, ScalarValue} from '../expr/expr.ts'
import type {Aggregate, Plan} from '../expr/plan.ts'
import type {Dimension, Kahn} from '../model/check.ts'

/** The column a rule is about: its typed value, and its text before typing (the value itself where rows are typed already). */
export interface FieldRef {
  readonly name: string
  readonly type: ScalarType
  readonly value: Expr
  readonly text: Expr
  /** True for rows whose text a step of that name could not read; absent where rows are typed already. */
  failed?(step: string): Expr | undefined
  /** True where any step could not read the text: that is its reason, and the value is null. Absent where no step can fail. */
  readonly isUnread?: Expr
}

/** The rows of another dataset. */
export interface Relation {
  readonly plan: Plan
  readonly columns: Readonly<Record<string, ScalarType>>
}

/** What a row rule may look at beside its own field. */
export interface RuleScope {
  /** The dataset's columns by name, typed. */
  readonly columns: Readonly<Record<string, ScalarType>>
  /** The rows of another dataset (this delivery's accepted rows included) or file, or undefined when there is no such dataset. */
  relation(dataset: string): Relation | undefined
  /** Start of the run: `now` in every rule of a run is the same instant. */
  readonly now: string
  /** True for the rows that the rule's `when` limits it to; the rule is asked of the others too, and its answer left out. */
  readonly where?: Expr
  /** Where rows are merged: rows with this key that agree in all `columns` are one row sent twice, not duplicates. */
  readonly repeats?: {readonly key: readonly string[]; readonly columns: readonly string[]}
  /** Where rows are appended: the rows that are there already; a unique key may not be among them. */
  readonly existing?: Relation
}

/** Columns of another dataset, or of a file (see `reference-name.ts`), that a rule or step reads. */
export interface RelationUse {
  readonly dataset: string
  readonly columns: readonly string[]
  /** The version that a file must say it has, where it says one. */
  readonly version?: string
}

export interface RuleExample {
  readonly params: unknown
  readonly type?: ScalarType
  /** One value a row, or a row object when the rule looks at several columns; the field is `value`, its text `value.text` when given. */
  readonly rows: readonly (ScalarValue | Readonly<Record<string, ScalarValue>>)[]
  readonly columns?: Readonly<Record<string, ScalarType>>
  readonly datasets?: Readonly<Record<string, ExampleDataset>>
  readonly repeats?: RuleScope['repeats']
  readonly existing?: ExampleDataset
  /** Indexes of the rows that break the rule. */
  readonly bad: readonly number[]
}

export interface ExampleDataset {
  readonly columns: Readonly<Record<string, ScalarType>>
  readonly rows: readonly Readonly<Record<string, ScalarValue>>[]
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
  /** Columns of the dataset that it reads beside its own; they must be in the contract. */
  columns?(params: P): readonly string[]
  /** Columns of other datasets that it reads. */
  relations?(params: P): readonly RelationUse[]
}

export interface RowRule<P> extends RuleBase<P> {
  readonly scope: 'row'
  /** True when the rule can stand under a dataset as well, without a column of its own. */
  standsAlone?(params: P): boolean
  /** Why it cannot judge a column of this type with these parameters; undefined when it can. */
  complaint?(params: P, type: ScalarType, columns: Readonly<Record<string, ScalarType>>): string | undefined
  /** True for bad rows; null counts as good. */
  violates(params: P, field: FieldRef, scope: RuleScope): Expr
  /** Rows the rule is about (the denominator); all non-null rows of the field when absent. */
  appliesTo?(params: P, field: FieldRef, scope: RuleScope): Expr
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
