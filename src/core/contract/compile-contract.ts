// A contract as plans: the layers that normalise and type what a scan yields, the judgements over the typed rows, and the
// checks that turn counts into results. Pure: data sets it refers to come in as plans, and nothing is read.
import type {ScalarType} from '../expr/expr.ts'
import {column as columnRef} from '../expr/expr.ts'
import type {DerivedColumn, Judgement, PlanColumn} from '../expr/plan.ts'
import {type Contract, isProtected, primaryKey} from '../model/contract.ts'
import type {FieldRef, Relation, RuleScope} from '../rules/define-rule.ts'
import {compileColumns, failedColumn, failingSteps, isUnread, textColumn} from './compile-columns.ts'
import {type CompiledCheck, compileClause, type RowCheck, type RuleContext, type UncheckedClause} from './compile-rules.ts'
import {withFiles} from './file-relations.ts'
import {planColumn, scalarType} from './scalar-type.ts'
import {rawColumns, type SourceColumn, sourceColumns} from './source-columns.ts'

export type {CompiledCheck, UncheckedClause} from './compile-rules.ts'

export interface CompileContext {
  /** Start of the run, ISO 8601. */
  readonly now: string
  /** Rows of another dataset, this delivery's accepted rows included; undefined when there is no such dataset (an empty one has a plan). */
  relation(dataset: string): Relation | undefined
  /** Header names of all files that are bound; without it, steps may look at any source column. */
  readonly sourceColumns?: readonly string[]
  /** The rows that silver holds already, for appending: unique keys are then judged against them too. */
  readonly existing?: Relation
  /** raw (default): rows as scanned, to be normalised and typed. typed: rows of the table itself, only to be judged. */
  readonly input?: 'raw' | 'typed'
}

export interface CompiledContract {
  readonly contract: Contract
  /** Source columns with their scan aliases; empty for typed input. */
  readonly sources: readonly SourceColumn[]
  /** Columns a scan must yield, all text. */
  readonly rawColumns: readonly PlanColumn[]
  /** Derive these one after the other over the scan; empty for typed input. */
  readonly layers: readonly (readonly DerivedColumn[])[]
  /** The table's columns in contract order (reserved columns not included). */
  readonly columns: readonly PlanColumn[]
  /** One a row check, in contract order; ids are check ids. */
  readonly judgements: readonly Judgement[]
  readonly checks: readonly CompiledCheck[]
  readonly notChecked: readonly UncheckedClause[]
  /** The primary key in key order; empty when there is none. */
  readonly keyColumns: readonly string[]
  /** Columns that together say whether a row has changed: all of the contract's. */
  readonly valueColumns: readonly string[]
}

/** Compiles a contract; CONTRACT_STEP_INVALID or CONTRACT_RULE_INVALID, with the place, for what cannot work. */
export function compileContract(contract: Contract, context: CompileContext): CompiledContract {
  const isTyped = context.input === 'typed'
  const relation = withFiles(contract, (dataset) => context.relation(dataset))
  const sources = isTyped ? [] : sourceColumns(contract)
  const columns = contract.columns.map(planColumn)
  const layers = isTyped
    ? []
    : compileColumns(contract, {
        relation,
        sources,
        ...(context.sourceColumns === undefined ? {} : {header: context.sourceColumns}),
      })
  const compiled = contract.rules.map((clause) => compileClause(clause, ruleContext(contract, {...context, relation})))
  const checks = compiled.filter((check): check is CompiledCheck => 'scope' in check)
  return {
    contract,
    sources,
    rawColumns: rawColumns(sources),
    layers,
    columns,
    judgements: checks.filter((check): check is RowCheck => check.scope === 'row').map(({judgement}) => judgement),
    checks,
    notChecked: compiled.filter((check): check is UncheckedClause => !('scope' in check)),
    keyColumns: primaryKey(contract),
    valueColumns: columns.map(({name}) => name),
  }
}

function ruleContext(contract: Contract, context: CompileContext): RuleContext {
  const isTyped = context.input === 'typed'
  const typed = Object.fromEntries(contract.columns.map((column) => [column.name, scalarType(column)]))
  const texts = isTyped ? [] : contract.columns.map((column): readonly [string, ScalarType] => [textColumn(column), 'string'])
  const failed = isTyped
    ? []
    : contract.columns.flatMap((column) =>
        failingSteps(column).map((step): readonly [string, ScalarType] => [failedColumn(column, step), 'boolean']),
      )
  const fields = new Map(
    contract.columns.map((column): [string, FieldRef] => {
      const value = columnRef(column.name)
      const text = isTyped ? value : columnRef(textColumn(column))
      const failures = isTyped ? [] : failingSteps(column)
      return [
        column.name,
        {
          name: column.name,
          type: scalarType(column),
          value,
          text,
          failed: (step) => (failures.includes(step) ? columnRef(failedColumn(column, step)) : undefined),
          ...(failures.length === 0 ? {} : {isUnread: isUnread(column)}),
        },
      ]
    }),
  )
  return {
    scope: ruleScope(contract, context, typed),
    files: contract.referenceFiles ?? new Map(),
    field: (name) => fields.get(name),
    protectedColumns: contract.columns.filter(isProtected).map(({name}) => name),
    available: {...Object.fromEntries([...texts, ...failed]), ...typed},
  }
}

function ruleScope(contract: Contract, context: CompileContext, columns: Readonly<Record<string, ScalarType>>): RuleScope {
  const key = primaryKey(contract)
  const isRaw = context.input !== 'typed'
  return {
    columns,
    now: context.now,
    relation: (dataset) => context.relation(dataset),
    ...(isRaw && contract.writeMode === 'merge' ? {repeats: {key, columns: Object.keys(columns)}} : {}),
    ...(isRaw && contract.writeMode === 'append' && context.existing !== undefined ? {existing: context.existing} : {}),
  }
}
