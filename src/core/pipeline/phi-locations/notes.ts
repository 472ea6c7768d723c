// Comments beside rejected rows. A person is found in them by the rows that they stand beside, and by the id as text. A comment goes with the
// last of its rows, and at once where it names the person; that there was a note, and whose, stays.
import {layout} from '../../lake/layout.ts'
import {encodeNote, readNotes, type StoredNote} from '../../lake/row-notes.ts'
import type {Search} from '../erasure/erasure.ts'
import type {PhiLocation} from './phi-location.ts'

export const notes: PhiLocation = {
  name: 'notes',
  covers: (place) => place.kind === 'object' && place.key.startsWith(layout.notePrefix),
  async find(search) {
    const hits = await notesToErase(search)
    const rows = hits.reduce((sum, {before, after}) => sum + before.rows.length - after.rows.length, 0)
    return hits.length === 0 ? [] : [{location: 'notes', places: hits.length, rows}]
  },
  keys: async (search) => (await notesToErase(search)).map(({before}) => before.key),
  async erase(search) {
    for (const {before, after} of await notesToErase(search)) await search.erasure.store.put(before.key, encodeNote(after))
  },
}

interface NoteHit {
  readonly before: StoredNote
  readonly after: StoredNote
}

async function notesToErase({erasure, origins}: Search): Promise<readonly NoteHit[]> {
  const {store, person} = erasure
  const id = person && new RegExp(person.pattern)
  const hits: NoteHit[] = []
  const datasets = new Set<string>()
  for await (const {key} of store.list(layout.notePrefix)) datasets.add(key.slice(layout.notePrefix.length).split('/')[0] ?? '')
  for (const dataset of datasets) {
    const gone = new Set((origins.get(dataset) ?? []).map(({file, row}) => `${file} ${row}`))
    for (const before of await readNotes(store, dataset)) {
      const rows = before.rows.filter(({file, row}) => !gone.has(`${file} ${row}`))
      const names = before.comment !== undefined && id?.test(before.comment) === true
      if (rows.length === before.rows.length && !names) continue
      const {comment, ...rest} = before
      const isKept = comment !== undefined && !names && rows.length > 0
      hits.push({before, after: {...rest, rows, ...(isKept ? {comment} : {})}})
    }
  }
  return hits
}
