// What a decision about rejected rows refers to: the list of rows, by file and record, and, of a fix, the corrected values. Each
// is one object under the hash of its bytes, stored before the batch that names it. The list holds no value of any row; the
// corrections do, and lie apart, where an erasure looks for them.
import {createHash} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import type {StoredObject} from '../model/capture.ts'
import type {Sha256} from '../model/names.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {layout} from './layout.ts'

/** A record of a received file, by the hash of the file and its 1-based number, as quarantine names it. */
export interface RowPlace {
  readonly file: Sha256
  readonly row: number
}

/** Values for one record by quarantine's name of the received column; null empties the field. */
export interface Correction extends RowPlace {
  readonly values: Readonly<Record<string, string | null>>
}

/** Stores the list; the order of the rows makes no difference. */
export async function storePlaces(store: ObjectStore, places: readonly RowPlace[]): Promise<StoredObject> {
  const files = [...Map.groupBy(places, ({file}) => file)].sort(([a], [b]) => (a < b ? -1 : 1))
  const ranges = Object.fromEntries(files.map(([file, rows]) => [file, rangesOf(rows.map(({row}) => row))]))
  return storeDocument(store, {files: ranges}, layout.places)
}

/** STORE_CORRUPT or STORE_KEY_MISSING when the list is not what was stored. */
export async function readPlaces(store: ObjectStore, of: StoredObject): Promise<readonly RowPlace[]> {
  const {files} = (await readDocument(store, of)) as {readonly files: Readonly<Record<Sha256, string>>}
  return Object.entries(files).flatMap(([file, ranges]) => rowsOf(ranges).map((row) => ({file, row})))
}

export async function storeCorrections(store: ObjectStore, corrections: readonly Correction[]): Promise<StoredObject> {
  return storeDocument(store, {corrections}, layout.corrections)
}

export async function readCorrections(store: ObjectStore, of: StoredObject): Promise<readonly Correction[]> {
  const {corrections} = (await readDocument(store, of)) as {readonly corrections: readonly Correction[]}
  return corrections
}

async function storeDocument(store: ObjectStore, document: unknown, keyOf: (sha256: Sha256) => string): Promise<StoredObject> {
  const bytes = Buffer.from(`${JSON.stringify(document)}\n`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const key = keyOf(sha256)
  await store.putIfAbsent(key, bytes, {sha256})
  return {key, sha256, sizeBytes: bytes.byteLength}
}

async function readDocument(store: ObjectStore, {key, sha256}: StoredObject): Promise<unknown> {
  const bytes = await store.get(key)
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return JSON.parse(Buffer.from(bytes).toString('utf8'))
  throw new HippoError('STORE_CORRUPT', {
    message: `${key} is not what was stored: its SHA-256 is another`,
    hint: 'put the object back from a backup of the lake',
  })
}

/** `1-3,7` for 1, 2, 3 and 7. */
function rangesOf(rows: readonly number[]): string {
  const ranges: {from: number; to: number}[] = []
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last.to === row - 1) last.to = row
    else ranges.push({from: row, to: row})
  }
  return ranges.map(({from, to}) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

function rowsOf(ranges: string): readonly number[] {
  return ranges.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({length: to - from + 1}, (_, index) => from + index)
  })
}
