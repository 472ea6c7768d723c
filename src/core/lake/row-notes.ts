// What people write beside rejected rows: who looks after them, and comments. Append-only documents of the lake, numbered within a dataset.
// They name rows by where they came from, so a note stays with a row whatever is decided about it, through replays and rebuilds.
// A comment can hold patient data: only an erasure writes over a document (`pipeline/phi-locations/notes.ts`).
import {HippoError} from '../errors/hippo-error.ts'
import type {DatasetName, Instant, RunId} from '../model/names.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {layout} from './layout.ts'
import type {RowPlace} from './review-documents.ts'

export interface RowNote {
  readonly by: string
  readonly at: Instant
  readonly run: RunId
  readonly rows: readonly RowPlace[]
  /** Who looks after the rows from now on; null: nobody. */
  readonly assignee?: string | null
  readonly comment?: string
}

export interface StoredNote extends RowNote {
  readonly key: string
}

/** What stands beside one row. */
export interface NotedRow {
  readonly assignee?: string
  /** Oldest first. */
  readonly comments: readonly RowComment[]
}

export interface RowComment {
  readonly by: string
  readonly at: Instant
  readonly text: string
}

/** All notes of a dataset, oldest first; STORE_CORRUPT when one cannot be read. */
export async function readNotes(store: ObjectStore, dataset: DatasetName): Promise<readonly StoredNote[]> {
  const notes: StoredNote[] = []
  for await (const {key} of store.list(layout.notesOf(dataset))) {
    try {
      notes.push({...(JSON.parse(Buffer.from(await store.get(key)).toString('utf8')) as RowNote), key})
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
      throw new HippoError('STORE_CORRUPT', {message: `the note ${key} is not readable`, cause})
    }
  }
  return notes
}

/** Appends a note under the next free number. */
export async function appendNote(store: ObjectStore, dataset: DatasetName, note: RowNote): Promise<void> {
  const {length: known} = await readNotes(store, dataset)
  const bytes = encodeNote(note)
  for (let number = known + 1; ; number++) if ((await store.putIfAbsent(layout.note(dataset, number), bytes)) === 'created') return
}

/** As it is stored. */
export const encodeNote = ({by, at, run, rows, assignee, comment}: RowNote): Uint8Array =>
  Buffer.from(`${JSON.stringify({by, at, run, rows, assignee, comment})}\n`)

/** What stands beside each row that somebody wrote about. */
export function notesByRow(notes: readonly RowNote[]): ReadonlyMap<string, NotedRow> {
  const found = new Map<string, NotedRow>()
  for (const {by, at, rows, assignee, comment} of notes) {
    for (const place of rows) {
      const {assignee: before, comments} = found.get(keyOfRow(place)) ?? {comments: []}
      const now = assignee === undefined ? before : (assignee ?? undefined)
      const all = comment === undefined ? comments : [...comments, {by, at, text: comment}]
      found.set(keyOfRow(place), {...(now === undefined ? {} : {assignee: now}), comments: all})
    }
  }
  return found
}

export const keyOfRow = ({file, row}: RowPlace): string => `${file} ${row}`
