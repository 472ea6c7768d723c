// A few rows that a draft would catch, newest delivery first: where each stands, and the columns that the rule looks at. Values of
// protected columns are masked; names of files are left out where a source says that they may tell who somebody is.
import {guardColumns, splitGuard} from '../../contract/guard.ts'
import {column} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {type Contract, isProtected, type RuleClause} from '../../model/contract.ts'
import {masked} from '../../model/masked.ts'
import type {CheckId} from '../../model/names.ts'
import {ruleKinds} from '../../rules/index.ts'
import type {Workspace} from '../ports.ts'
import type {StoredDelivery} from './stored-deliveries.ts'

export interface ExampleRow {
  readonly batch: number
  /** As received, or its hash. */
  readonly file: string
  readonly line: number
  readonly values: Readonly<Record<string, string | null>>
}

export interface ExampleOptions {
  readonly check: CheckId
  readonly examples: number
  readonly signal: AbortSignal
}

export async function exampleRows(
  workspace: Workspace,
  deliveries: readonly StoredDelivery[],
  {check: id, examples, signal}: ExampleOptions,
): Promise<readonly ExampleRow[]> {
  const engine = await workspace.engine()
  const found: ExampleRow[] = []
  for (const {batch, compiled, rows} of deliveries.toReversed()) {
    if (found.length >= examples) break
    const check = compiled.checks.find(({clause}) => clause.id === id)
    if (check?.scope !== 'row') continue
    const names = columnsOfRule(check.clause, compiled.contract)
    const marked: Plan = {kind: 'derive', input: rows, columns: [{name: 'is caught', expr: check.judgement.when}]}
    const plan: Plan = {
      kind: 'select',
      input: {kind: 'filter', input: marked, where: column('is caught')},
      columns: ['_file', '_line', ...names].map((name) => ({name, expr: column(name)})),
    }
    const files = new Map(batch.files.map((file) => [file.sha256, file]))
    const hidden = new Set(compiled.contract.columns.filter(isProtected).map(({name}) => name))
    for (const row of await engine.rows(plan, examples - found.length, {signal})) {
      const file = files.get(String(row._file))
      const isUnnamed = file === undefined || workspace.config.sources[file.source]?.pathsArePhi === true
      found.push({
        batch: batch.number,
        file: isUnnamed ? String(row._file) : file.path,
        line: Number(row._line),
        values: Object.fromEntries(names.map((name) => [name, shown(row[name], hidden.has(name))])),
      })
    }
  }
  return found
}

const shown = (value: unknown, isHidden: boolean): string | null =>
  value === null || value === undefined ? null : isHidden ? masked : String(value)

/** The columns that a rule looks at, its condition included. */
export function columnsOfRule(clause: RuleClause, contract: Contract): readonly string[] {
  const {guard, params} = splitGuard(clause.params, clause.at)
  const kind = ruleKinds.get(clause.kind)
  const named = [
    ...(clause.column === undefined ? [] : [clause.column]),
    ...(kind?.columns?.(kind.parse(params, clause.at)) ?? []),
    ...(guard === undefined ? [] : guardColumns(guard)),
  ]
  const known = new Set(contract.columns.map(({name}) => name))
  return [...new Set(named)].filter((name) => known.has(name))
}
