// One erasure at a time, and none while a legal hold is placed or released.
import type {RunOptions, Workspace} from '../ports.ts'
import type {RunScope} from '../record-run.ts'

/** RUN_LOCKED when another erasure, or change of a hold, goes on longer than the run may wait. */
export async function erasureLock<T>(
  {config}: Workspace,
  run: RunScope,
  {waitLockSeconds = 0}: RunOptions,
  work: () => Promise<T>,
): Promise<T> {
  const lock = {waitMs: waitLockSeconds * 1000, what: 'another erasure', signal: run.signal}
  return run.database.withLock(`erase:${config.name}`, lock, () => work())
}
