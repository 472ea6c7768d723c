// What an erasure found when it began, kept until it is proved: the same command then finishes one that died, even when nothing is
// left to find, and tells the totals of both. It lies under the HMAC of what was asked with the workspace key, so that the catalog
// does not say of whom, and goes with the proof. Keys of rows by which others were found are gone before those are: they are
// kept beside it, sealed with the same key.
import {createHmac} from 'node:crypto'
import {readMeta} from '../../catalog/reader.ts'
import {removeMeta, writeMeta} from '../../catalog/writer.ts'
import {openSealed, seal} from '../../lake/seal.ts'
import type {Queryable} from '../../postgres/database.ts'
import type {Found, PersonKeys} from './erasure.ts'
import type {TextKey} from './row-tests.ts'

/** Name of what is kept; `asked` is the same for every run of one command. */
export const openErasureMark = (key: string, asked: string): string =>
  `open erasure ${createHmac('sha256', key).update(`open erasure ${asked}`).digest('hex')}`

/** What earlier runs found that began and were not proved; undefined when there are none. */
export async function openErasure(db: Queryable, mark: string): Promise<readonly Found[] | undefined> {
  return (await readMeta(db, mark)) as readonly Found[] | undefined
}

const keysMark = (mark: string): string => `${mark}: keys`

/** Keys of the person's rows that earlier runs followed. CONFIG_INVALID when they cannot be read. */
export async function openKeys(db: Queryable, mark: string, key: string): Promise<PersonKeys> {
  const sealed = await readMeta(db, keysMark(mark))
  return new Map(typeof sealed === 'string' ? (JSON.parse(openSealed(key, sealed)) as readonly [string, readonly TextKey[]][]) : [])
}

export async function keepErasureOpen(db: Queryable, mark: string, {key, keys, found}: OpenErasure): Promise<void> {
  await writeMeta(db, mark, found)
  if (keys.size > 0) await writeMeta(db, keysMark(mark), seal(key, JSON.stringify([...keys])))
}

interface OpenErasure {
  /** Workspace key. */
  readonly key: string
  readonly keys: PersonKeys
  readonly found: readonly Found[]
}

export async function closeErasure(db: Queryable, mark: string): Promise<void> {
  await removeMeta(db, mark)
  await removeMeta(db, keysMark(mark))
}

/** What two looks found together: the second finds again what the first run had not reached. */
export function totalFound(before: readonly Found[], now: readonly Found[]): readonly Found[] {
  const of = ({location, dataset}: Found) => JSON.stringify([location, dataset])
  const all = new Map(before.map((one) => [of(one), one]))
  for (const one of now) {
    const earlier = all.get(of(one))
    all.set(of(one), {...one, places: Math.max(one.places, earlier?.places ?? 0), rows: Math.max(one.rows, earlier?.rows ?? 0)})
  }
  return [...all.values()]
}
