// What a rule kind is. A row rule is one predicate that is true for bad rows; counting, quarantining and explaining all
// come from it. Null passes everywhere but in `required`: one fault gives one reason.
import type {Location} from '../errors/hippo-error.ts'
import type {Expr, ScalarType, ScalarValue} from '../expr/expr.ts'
import type {Aggregate, Plan} from '../expr/plan.ts'
import type {Dimension, Kahn, Severity} from '../model/check.ts'
import type {Facts, PastFacts} from '../model/facts.ts'

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

export interface RuleDoubt {
  readonly message: string
  readonly hint: string
}

interface RuleBase<P> {
  /** As written in a contract. */
  readonly name: string
  readonly dimension: Dimension
  readonly kahn: Kahn
  /** Of clauses that say none themselves: a warning where what is found is suspicious, not wrong. */
  readonly severity?: Severity
  /** Throws CONTRACT_RULE_INVALID with file, line and column. */
  parse(raw: unknown, at: Location): P
  /** A plain sentence for people, completing "<column> …". */
  describe(params: P): string
  /** Columns of the dataset that it reads beside its own; they must be in the contract. */
  columns?(params: P): readonly string[]
  /** Columns of other datasets that it reads. */
  relations?(params: P): readonly RelationUse[]
  /** What people should look at twice although it can be checked; `isRejecting` says that rows or deliveries are turned away by it. */
  doubt?(params: P, isRejecting: boolean): RuleDoubt | undefined
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

/** What a dataset rule is asked about. */
export interface DatasetSubject {
  readonly scope: RuleScope
  /** The column that the clause stands under. */
  readonly field?: FieldRef
  /** Values that it is about are protected: nothing of them may be kept. */
  readonly isProtected?: boolean
  /** The dataset's rows, as they would be. */
  readonly rows: Plan
  /** What came in this time; absent where nothing is delivered. */
  readonly delivery?: Delivery
  /** What was measured of earlier versions on the same basis, newest first. */
  readonly past: readonly PastFacts[]
}

export interface Delivery {
  /** Records read. */
  readonly read: number
  /** The rows that were accepted. */
  readonly accepted: Plan
  /** When it was received, ISO 8601. */
  readonly at: string
}

/** numbers: aggregates, over the dataset's rows when no input is given. rows: the first `limit` of a plan. query: SQL that gives one value. */
export type DatasetQuestion =
  | {readonly kind: 'numbers'; readonly input?: Plan; readonly aggregates: readonly Aggregate[]}
  | {readonly kind: 'rows'; readonly plan: Plan; readonly limit: number}
  | {readonly kind: 'query'; readonly sql: string; readonly column?: string}
  | {readonly kind: 'nothing'}
  | {readonly kind: 'notApplicable'; readonly reason: string}

/** One row for numbers. */
export type DatasetAnswer = readonly Readonly<Record<string, ScalarValue>>[]

export type DatasetVerdict =
  | {readonly violated: number; readonly denominator: number}
  /** It cannot be told, and why. */
  | {readonly notApplicable: string}

/** Facts about the whole dataset: what is measured becomes facts, and facts alone are judged, so that they can be judged again. */
export interface DatasetRule<P> extends RuleBase<P> {
  readonly scope: 'dataset'
  /** Whether it stands under a column, and has to. */
  readonly standsUnder?: 'column'
  /** Why it cannot be asked about this column. */
  complaint?(params: P, subject: ColumnSubject): string | undefined
  /** Whether it may tell of values of a column that is not its own. */
  reveals?(params: P, column: string): boolean
  /** What the facts depend on, thresholds left out. */
  basis(params: P): string
  /** Whether it is about what came in, not about the table as a whole, as it is when absent. */
  isOfDelivery?(params: P): boolean
  ask(params: P, subject: DatasetSubject): DatasetQuestion
  facts(params: P, answer: DatasetAnswer, subject: DatasetSubject): Facts
  judge(params: P, facts: Facts, past: readonly PastFacts[], at: string): DatasetVerdict
  /** Whether the facts hold no more than how it was judged, so that other bounds cannot be held against them. */
  isVerdict?(facts: Facts): boolean
  readonly examples: readonly DatasetExample[]
}

export interface ColumnSubject {
  readonly type: ScalarType
  readonly columns: Readonly<Record<string, ScalarType>>
  readonly isProtected: boolean
}

export interface DatasetExample {
  readonly params: unknown
  readonly rows: readonly Readonly<Record<string, ScalarValue>>[]
  /** A rule about a column is asked about `value`. */
  readonly columns: Readonly<Record<string, ScalarType>>
  readonly datasets?: Readonly<Record<string, ExampleDataset>>
  /** Absent: the rows are what was delivered, on the day of the run. */
  readonly delivery?: {readonly read?: number; readonly at?: string} | 'none'
  readonly past?: readonly PastFacts[]
  readonly facts?: Facts
  /** How much is bad; a text says why it cannot be told. */
  readonly violated: number | string
}

export type RuleKind<P = unknown> = RowRule<P> | DatasetRule<P>

/** Gives a rule kind its types; the registry holds kinds of differing parameters, each used only with what it parsed. */
export function defineRule<P>(kind: RuleKind<P>): RuleKind {
  return kind as unknown as RuleKind
}
