// What an erasure found when it began, kept until it is proved: the same command then finishes one that died, even when nothing is
// left to find, and tells the totals of both. It lies under the HMAC of what was asked with the workspace key, so that the catalog
// does not say of whom, and goes with the proof.
import {createHmac} from 'node:crypto'
import {readMeta} from '../../catalog/reader.ts'
import {removeMeta, writeMeta} from '../../catalog/writer.ts'
import type {Queryable} from '../../postgres/database.ts'
import type {Found} from './erasure.ts'

/** Name of what is kept; `asked` is the same for every run of one command. */
export const openErasureMark = (key: string, asked: string): string =>
  `open erasure ${createHmac('sha256', key).update(`open erasure ${asked}`).digest('hex')}`

/** What earlier runs found that began and were not proved; undefined when there are none. */
export async function openErasure(db: Queryable, mark: string): Promise<readonly Found[] | undefined> {
  return (await readMeta(db, mark)) as readonly Found[] | undefined
}

export async function keepErasureOpen(db: Queryable, mark: string, found: readonly Found[]): Promise<void> {
  await writeMeta(db, mark, found)
}

export async function closeErasure(db: Queryable, mark: string): Promise<void> {
  await removeMeta(db, mark)
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
