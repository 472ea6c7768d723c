// Check constraints are enforced at the commit, by reading the rows that it adds: whatever wrote them, a row that breaks one is
// never in a version of the table. A null is no yes. Errors say which constraint and how many rows, never a value.
import {HippoError} from '../errors/hippo-error.ts'
import {compileCheck} from '../expr/compile-check.ts'
import {columnsOf} from '../expr/walk.ts'
import {type AddAction, decodePath} from './actions.ts'
import {type ConstraintCheck, checksOf, typesOf} from './constraints.ts'
import {readRowGroups} from './read-rows.ts'
import type {Snapshot} from './snapshot.ts'

/**
 * Holds what a change makes of a table against the constraints. Rows that stay after a delete were there before: only constraints
 * that are new are held against them.
 */
export async function enforceConstraints(
  before: Snapshot | undefined,
  after: Snapshot,
  {mode, add}: {readonly mode: string; readonly add: readonly AddAction[]},
  signal: AbortSignal | undefined,
): Promise<void> {
  const brought = mode === 'delete' ? [] : add.filter(({dataChange}) => dataChange)
  for (const check of checksOf(before?.metaData, after.metaData, {live: [...after.files.values()], brought}))
    await assertConstraints(after, check, signal)
}

/** TABLE_CONSTRAINT_BROKEN names each constraint that rows of the files break, and how many; TABLE_CORRUPT when they cannot be read. */
export async function assertConstraints(snapshot: Snapshot, {constraints, files}: ConstraintCheck, signal?: AbortSignal): Promise<void> {
  const types = typesOf(snapshot.metaData)
  const conditions = constraints.flatMap(({name, condition}) =>
    condition === undefined ? [] : [{name, holds: compileCheck(condition, types), columns: columnsOf(condition), broken: 0}],
  )
  const columns = [...new Set(conditions.flatMap((one) => one.columns))]
  const live = {...snapshot, files: new Map(files.map((file) => [decodePath(file.path), file]))}
  for await (const rows of readRowGroups(live, {columns, ...(signal ? {signal} : {})})) {
    for (const row of rows) for (const one of conditions) if (one.holds(row) !== true) one.broken++
  }
  const broken = conditions.filter((one) => one.broken > 0)
  if (broken.length === 0) return
  throw new HippoError('TABLE_CONSTRAINT_BROKEN', {
    message: `table ${snapshot.table}: nothing was committed: ${broken.map(({name, broken: count}) => `${count} rows break its constraint ${name}`).join(', ')}`,
    details: {table: snapshot.table, constraints: Object.fromEntries(broken.map(({name, broken: count}) => [name, count]))},
  })
}
