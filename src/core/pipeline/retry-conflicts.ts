// Work that another writer got ahead of is worked out again, from the table as it is then; a few times, for that writer may be
// at it all the time.
import {isTableConflict} from '../delta/commit.ts'

const mostTries = 5

/** Runs `work` until it meets no conflict; `work` hears which try it is, from 1. TABLE_CONFLICT when the last one meets it, too. */
export async function retryConflicts<T>(work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      if (!isTableConflict(error) || attempt === mostTries) throw error
    }
  }
}
