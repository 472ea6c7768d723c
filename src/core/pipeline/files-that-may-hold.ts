// Which files of a table may hold one of some keys, by the bounds in their statistics against the smallest and largest wanted key.
// The keys are only read when there are bounds to hold them against; nothing of the table is.
import type {AddAction} from '../delta/actions.ts'
import {boundsAny, hasExactBounds, type KeyBounds, mayHold} from '../delta/prune-files.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {tableFiles} from '../delta/table-files.ts'
import type {Engine} from '../engine/engine.ts'
import {column} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'

export interface WantedKeys {
  readonly engine: Engine
  readonly snapshot: Snapshot
  /** Rows that have the keys, under the names that the table has. */
  readonly keys: Plan
  readonly signal: AbortSignal
}

export interface HeldFile {
  readonly key: string
  readonly add: AddAction
}

/** Files of the snapshot that may hold one of the keys, whose columns are given as the snapshot has them. */
export async function filesThatMayHold(
  {engine, snapshot, keys, signal}: WantedKeys,
  columns: readonly PlanColumn[],
): Promise<readonly HeldFile[]> {
  const adds = [...snapshot.files.values()]
  const files = tableFiles(snapshot).flatMap((file, index) => {
    const add = adds[index]
    return add ? [{key: file.key, add}] : []
  })
  const exact = columns.filter(({type}) => hasExactBounds(type))
  const names = exact.map(({name}) => name)
  if (!adds.some((add) => boundsAny(add, names))) return files
  const aggregates = names.flatMap((name) => [
    {name: `min ${name}`, function: 'min' as const, of: column(name)},
    {name: `max ${name}`, function: 'max' as const, of: column(name)},
  ])
  const [measured] = await engine.measure([{id: 'key bounds', input: keys, aggregates}], {signal})
  const bounds = exact.map(({name, type}): KeyBounds => {
    const at = (side: 'min' | 'max') => measured?.values[`${side} ${name}`] ?? null
    return {column: name, type, min: at('min'), max: at('max')}
  })
  return files.filter(({add}) => mayHold(add, bounds))
}
