// Rejected rows that were read, kept for the page that shows them. Reading starts the engine, so it happens once for each
// judgement; only the newest answer is kept, and rows leave memory with it.
import type {QuarantinedRow, Reader} from '../../core/query/index.ts'

export type RowsReading =
  | {readonly state: 'none'}
  | {readonly state: 'reading'}
  | {readonly state: 'failed'; readonly message: string}
  | {readonly state: 'ready'; readonly rows: readonly QuarantinedRow[]; readonly total: number}

export interface RowsShelf {
  /** What is known of the rows now; starts reading them when `judgement` is new. */
  take(dataset: string, reason: string, judgement: string): RowsReading
  /** What is known, without reading. */
  kept(dataset: string, reason: string): RowsReading
}

/** More than a screen of them is for the command line. */
const shownRows = 100

export const rowKey = ({batch, file, row}: Pick<QuarantinedRow, 'batch' | 'file' | 'row'>): string => `${batch} ${row} ${file}`

export function createRowsShelf(reader: Pick<Reader, 'quarantinedRows'>): RowsShelf {
  let held: {readonly subject: string; readonly judgement: string; reading: RowsReading} | undefined
  const subjectOf = (dataset: string, reason: string): string => JSON.stringify([dataset, reason])
  const kept = (dataset: string, reason: string): RowsReading =>
    held?.subject === subjectOf(dataset, reason) ? held.reading : {state: 'none'}
  return {
    kept,
    take(dataset, reason, judgement) {
      const subject = subjectOf(dataset, reason)
      if (held?.subject !== subject || held.judgement !== judgement) {
        // Rows of the judgement before stay in view until the new ones are there.
        const mine = {subject, judgement, reading: held?.subject === subject ? held.reading : ({state: 'reading'} as const)}
        held = mine
        void settle(reader, dataset, reason).then((reading) => {
          mine.reading = reading
        })
      }
      return held.reading
    },
  }
}

async function settle(reader: Pick<Reader, 'quarantinedRows'>, dataset: string, reason: string): Promise<RowsReading> {
  try {
    return {state: 'ready', ...(await reader.quarantinedRows({dataset, reason, limit: shownRows}))}
  } catch (error) {
    return {state: 'failed', message: error instanceof Error ? error.message : 'unknown'}
  }
}
