// Check constraints are enforced at the commit, by reading the rows that it adds: whatever wrote them, a row that breaks one is
// never in a version of the table. A null is no yes. Errors say which constraint and how many rows, never a value.
import {HippoError} from '../errors/hippo-error.ts'
import {compileCheck} from '../expr/compile-check.ts'
import {columnsOf} from '../expr/walk.ts'
import {type AddAction, decodePath} from './actions.ts'
import {type ConstraintCheck, checksOf, typesOf} from './constraints.ts'
import {readRowGroups} from './read-rows.ts'
import type {Snapshot} from './snapshot.ts'

/** What a change does to rows, as far as constraints are concerned. */
interface ChangedFiles {
  readonly mode: string
  readonly add: readonly AddAction[]
  /** Files of the version before. */
  readonly remove?: readonly AddAction[]
}

/**
 * Holds what a change makes of a table against the constraints. A delete leaves rows that were there before, whatever a constraint
 * says of them: it may not have more of those that break one than the files it removes. TABLE_CONSTRAINT_BROKEN names each constraint
 * that rows break, and how many; TABLE_CORRUPT when they cannot be read.
 */
export async function enforceConstraints(
  before: Snapshot | undefined,
  after: Snapshot,
  {mode, add, remove = []}: ChangedFiles,
  signal: AbortSignal | undefined,
): Promise<void> {
  const brought = add.filter(({dataChange}) => dataChange)
  const checks = checksOf(before?.metaData, after.metaData, {live: [...after.files.values()], brought})
  for (const check of checks) {
    const broken = await countBroken(after, check, signal)
    const isLeft = mode === 'delete' && check.files === brought
    const were =
      isLeft && before && broken.size > 0 ? await countBroken(before, {...check, files: remove}, signal) : new Map<string, number>()
    throwBroken(after, new Map([...broken].filter(([name, count]) => count > (were.get(name) ?? 0))))
  }
}

/** How many rows of the files break which constraint; those that none breaks are left out. */
async function countBroken(
  snapshot: Snapshot,
  {constraints, files}: ConstraintCheck,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const types = typesOf(snapshot.metaData)
  const conditions = constraints.flatMap(({name, condition}) =>
    condition === undefined ? [] : [{name, holds: compileCheck(condition, types), columns: columnsOf(condition), broken: 0}],
  )
  const columns = [...new Set(conditions.flatMap((one) => one.columns))]
  const live = {...snapshot, files: new Map(files.map((file) => [decodePath(file.path), file]))}
  for await (const rows of readRowGroups(live, {columns, ...(signal ? {signal} : {})})) {
    for (const row of rows) for (const one of conditions) if (one.holds(row) !== true) one.broken++
  }
  return new Map(conditions.flatMap(({name, broken}) => (broken > 0 ? [[name, broken]] : [])))
}

function throwBroken({table}: Snapshot, broken: ReadonlyMap<string, number>): void {
  if (broken.size === 0) return
  const counts = [...broken].map(([name, count]) => `${count} rows break its constraint ${name}`)
  throw new HippoError('TABLE_CONSTRAINT_BROKEN', {
    message: `table ${table}: nothing was committed: ${counts.join(', ')}`,
    details: {table, constraints: Object.fromEntries(broken)},
  })
}
