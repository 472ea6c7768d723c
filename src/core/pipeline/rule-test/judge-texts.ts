// Rows given as text, as a file would have them, taken through a contract's steps, types and rules without a file: for examples and for
// damage. All rows given at once are one delivery to rules that compare rows.
import type {CompiledContract} from '../../contract/compile-contract.ts'
import {sourceNamed} from '../../contract/source-columns.ts'
import type {Engine, Row} from '../../engine/engine.ts'
import type {Plan} from '../../expr/plan.ts'
import type {CheckId} from '../../model/names.ts'

/** Text by source column (its alias in `compiled.sources`). */
export type TextRow = Readonly<Record<string, string | null>>

export interface JudgedText {
  /** Every check that is true for the row, warnings too. */
  readonly breaks: ReadonlySet<CheckId>
  /** Typed values by column of the contract. */
  readonly typed: Row
}

export interface JudgeOptions {
  readonly rows: readonly TextRow[]
  /** Only these are asked; all when absent. */
  readonly checks?: ReadonlySet<CheckId>
  readonly signal: AbortSignal
}

const verdictName = (id: CheckId): string => `breaks ${id}`

/** Each row with what it breaks, in the order given. */
export async function judgeTexts(
  engine: Engine,
  compiled: CompiledContract,
  {rows, checks, signal}: JudgeOptions,
): Promise<readonly JudgedText[]> {
  if (rows.length === 0) return []
  const {rawColumns, layers, columns} = compiled
  const judgements = compiled.judgements.filter(({id}) => checks === undefined || checks.has(id))
  const given: Plan = {kind: 'values', columns: rawColumns, rows: rows.map((row) => rawColumns.map(({name}) => row[name] ?? null))}
  const typed = layers.reduce<Plan>((input, derived) => ({kind: 'derive', input, columns: derived}), given)
  const verdicts = judgements.map(({id, when}) => ({name: verdictName(id), expr: when}))
  const judged: Plan = verdicts.length === 0 ? typed : {kind: 'derive', input: typed, columns: verdicts}
  const wanted = [...columns.map(({name}) => name), ...verdicts.map(({name}) => name)]
  const plan: Plan = {kind: 'select', input: judged, columns: wanted.map((name) => ({name, expr: {kind: 'column', name}}))}
  const found = await engine.rows(plan, rows.length, {signal})
  return found.map((row) => ({
    breaks: new Set(judgements.filter(({id}) => row[verdictName(id)] === true).map(({id}) => id)),
    typed: Object.fromEntries(columns.map(({name}) => [name, row[name] ?? null])),
  }))
}

/** Text by alias from text by names as people write them: of columns, or of their headers in files. `unknown` is a name that is neither. */
export function textRow(
  {sources}: Pick<CompiledContract, 'sources'>,
  values: Readonly<Record<string, string | null>>,
): {readonly row: TextRow; readonly unknown: readonly string[]} {
  const row: Record<string, string | null> = {}
  const unknown: string[] = []
  for (const [name, value] of Object.entries(values)) {
    const source = sources.find(({feeds}) => feeds.includes(name)) ?? sourceNamed(sources, name)
    if (source === undefined) unknown.push(name)
    else row[source.alias] = value
  }
  return {row, unknown}
}
