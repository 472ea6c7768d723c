// Rule clauses as checks: a row rule becomes one judgement (true = bad row) and the rows it is about; a dataset rule becomes
// one aggregate and its judge. What cannot be judged here keeps its reason.
import {HippoError, type Location} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {and, bool, type Expr, isPresent, type ScalarType, when} from '../expr/expr.ts'
import type {Effect, Judgement} from '../expr/plan.ts'
import {typeOf} from '../expr/type-of.ts'
import type {Contract, ReferenceFile, RuleClause} from '../model/contract.ts'
import type {FieldRef, RelationUse, RowRule, RuleKind, RuleScope} from '../rules/define-rule.ts'
import {ruleKinds} from '../rules/index.ts'
import {referencedFile, sayReference} from '../rules/reference-name.ts'
import type {CheckHead} from './check-head.ts'
import {type DatasetCheck, datasetCheck} from './dataset-check.ts'
import {describeGuard, guardExpr, splitGuard} from './guard.ts'
import {ruleDigest} from './rule-digest.ts'

export type CompiledCheck = RowCheck | DatasetCheck

export interface RowCheck extends CheckHead {
  readonly scope: 'row'
  /** Its id is the clause's. */
  readonly judgement: Judgement
  /** True for the rows the rule is about. */
  readonly denominator: Expr
}

export interface UncheckedClause {
  readonly clause: RuleClause
  readonly description: string
  readonly ruleDigest: string
  /** errored: a file that it needs is not there or is not what it needs. */
  readonly outcome: 'notChecked' | 'off' | 'errored'
  readonly reason: string
}

export interface RuleContext {
  readonly scope: RuleScope
  /** Typed columns, and the text of each before typing. */
  field(name: string): FieldRef | undefined
  readonly protectedColumns: readonly string[]
  /** The contract's files. */
  readonly files: NonNullable<Contract['referenceFiles']>
  /** All columns that judgements may look at. */
  readonly available: Readonly<Record<string, ScalarType>>
}

/** Compiles one clause; CONTRACT_RULE_INVALID with its place when types do not fit. */
export function compileClause(clause: RuleClause, context: RuleContext): CompiledCheck | UncheckedClause {
  const head = {
    clause,
    description: `${describeClause(clause)}${describeFiles(clause, context.files)}`,
    ruleDigest: ruleDigest(clause, context.files),
  }
  if (clause.notCheckedBecause !== undefined) return {...head, outcome: 'notChecked', reason: clause.notCheckedBecause}
  if (clause.offBecause !== undefined) return {...head, outcome: 'off', reason: clause.offBecause}
  const kind = ruleKinds.get(clause.kind)
  if (kind === undefined) throw new HippoError('CONTRACT_RULE_INVALID', {message: `unknown rule ${clause.kind}`, at: clause.at})
  const {guard, params: raw} = splitGuard(clause.params, clause.at)
  const params = kind.parse(raw, clause.at)
  const unmet = atClause(clause.at, () => unmetNeed(clause, kind, params, context))
  if (unmet !== undefined) return {...head, ...unmet}
  if (kind.scope === 'dataset') {
    const waived = {...head, ...waiverInForce(clause, context.scope.now)}
    const tellsOf = (name: string) => name === clause.column || kind.reveals?.(params, name) === true
    const isProtected = context.protectedColumns.some(tellsOf)
    return datasetCheck(waived, kind, {params, scope: context.scope, field: context.field(clause.column ?? ''), isProtected})
  }
  const condition = guard === undefined ? undefined : guardExpr(guard, context.scope)
  return atClause(clause.at, () => rowCheck(head, kind, {params, condition, context}))
}

/** A waiver counts until its end; from then on the check is what it was. */
function waiverInForce({waiver}: RuleClause, now: string): Pick<CheckHead, 'waivedBecause'> {
  if (waiver === undefined || Date.parse(now) >= Date.parse(waiver.until)) return {}
  return {waivedBecause: `until ${waiver.until.slice(0, 10)} by ${waiver.by}: ${waiver.reason}`}
}

/** The clause in a plain sentence. */
export function describeClause(clause: RuleClause): string {
  const kind = ruleKinds.get(clause.kind)
  if (kind === undefined || clause.notCheckedBecause !== undefined) return `${clause.column ?? 'the dataset'}: ${clause.kind}`
  const {guard, params} = splitGuard(clause.params, clause.at)
  const isWhole = kind.scope === 'dataset' && kind.standsUnder !== 'column'
  const subject = isWhole ? 'the dataset' : (clause.column ?? 'each row:')
  return `${subject} ${kind.describe(kind.parse(params, clause.at))}${guard === undefined ? '' : `, ${describeGuard(guard)}`}`
}

/** The files that a clause's result depends on, with their versions. */
function describeFiles(clause: RuleClause, files: RuleContext['files']): string {
  const kind = ruleKinds.get(clause.kind)
  if (kind?.relations === undefined || clause.notCheckedBecause !== undefined) return ''
  const uses = kind.relations(kind.parse(splitGuard(clause.params, clause.at).params, clause.at))
  const titles = uses.flatMap(({dataset, version}) => {
    const file = files.get(referencedFile(dataset) ?? '')
    if (file === undefined || typeof file === 'string') return []
    return [version === undefined || file.version !== undefined ? file.title : `${file.path} ${version}`]
  })
  return titles.length === 0 ? '' : ` (${[...new Set(titles)].join(', ')})`
}

/** Rows under a tolerance are accepted; the gate acts when there are too many. So are those of a check that is off or may be waived. */
export function effectOf({onFailure, threshold, offBecause, waiver}: RuleClause): Effect {
  if (onFailure === 'warn' || offBecause !== undefined || waiver !== undefined) return 'warn'
  return onFailure !== 'quarantine' && threshold.max > 0 ? 'warn' : 'quarantine'
}

interface RowParts {
  readonly params: unknown
  readonly condition: Expr | undefined
  readonly context: RuleContext
}

/** Stands for the row itself where a rule has no column of its own. */
const wholeRow: FieldRef = {name: '', type: 'boolean', value: bool(true), text: bool(true)}

function rowCheck(head: CheckHead, kind: RowRule<unknown>, {params, condition, context}: RowParts): RowCheck {
  const {clause} = head
  const field = clause.column === undefined ? wholeRow : context.field(clause.column)
  if (field === undefined) throw new HippoError('CONTRACT_RULE_INVALID', {message: `there is no column ${clause.column}`})
  const guarded = (expr: Expr): Expr => (condition === undefined ? expr : and(condition, expr))
  const scope = condition === undefined ? context.scope : {...context.scope, where: condition}
  const violates = kind.violates(params, field, scope)
  const hard = clause.hard === undefined ? undefined : kind.parse(splitGuard(clause.hard, clause.at).params, clause.at)
  const violation = guarded(hard === undefined ? violates : when(kind.violates(hard, field, scope), bool(false), violates))
  const denominator = guarded(kind.appliesTo?.(params, field, scope) ?? isPresent(field.value))
  for (const expr of [violation, denominator]) typeOf(expr, context.available)
  const waived = waiverInForce(clause, context.scope.now)
  const {waiver: _, ...unwaived} = clause
  const effect = effectOf(waived.waivedBecause === undefined ? unwaived : clause)
  return {...head, ...waived, scope: 'row', judgement: {id: clause.id, when: violation, effect}, denominator}
}

/** The first thing the rule needs that is not there. A column that a dataset lacks is an error; what is wrong with a file is this check's alone. */
function unmetNeed(
  clause: RuleClause,
  kind: RuleKind,
  params: unknown,
  context: RuleContext,
): Pick<UncheckedClause, 'outcome' | 'reason'> | undefined {
  for (const use of kind.relations?.(params) ?? []) {
    try {
      if (!isThere(clause, use, context)) return {outcome: 'notChecked', reason: `there is no ${sayReference(use.dataset)}`}
    } catch (error) {
      if (!(error instanceof HippoError) || referencedFile(use.dataset) === undefined) throw error
      return {outcome: 'errored', reason: error.message}
    }
  }
  return undefined
}

function isThere(clause: RuleClause, {dataset, columns, version}: RelationUse, {scope, files}: RuleContext): boolean {
  const relation = scope.relation(dataset)
  if (relation === undefined) return false
  assertVersion(files.get(referencedFile(dataset) ?? ''), version)
  const missing = columns.find((name) => relation.columns[name] === undefined)
  if (missing === undefined) return true
  const close = nearest(missing, Object.keys(relation.columns))
  throw new HippoError('CONTRACT_RULE_INVALID', {
    message: `rule ${clause.kind}: ${sayReference(dataset)} has no column ${missing}`,
    at: clause.at,
    ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
  })
}

function assertVersion(file: ReferenceFile | string | undefined, version: string | undefined): void {
  if (version === undefined || file === undefined || typeof file === 'string' || file.version === undefined || file.version === version)
    return
  throw new HippoError('CONTRACT_RULE_INVALID', {
    message: `file ${file.path} is version ${file.version}, and the rule asks for ${version}`,
    hint: 'put the right file in its place, or change the version in the rule',
  })
}

/** Errors of rules and types have no place of their own: the clause's is theirs. */
function atClause<T>(at: Location, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof HippoError) || error.at !== undefined) throw error
    throw new HippoError('CONTRACT_RULE_INVALID', {
      message: error.message,
      at,
      cause: error,
      ...(error.hint === undefined ? {} : {hint: error.hint}),
    })
  }
}
