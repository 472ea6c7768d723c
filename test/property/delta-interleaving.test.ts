// Writers that append, change, delete, compact and restore the same table at once, in random interleavings of their store calls,
// with answers that get lost. Whatever happens, the log is a serial history: replayed one commit after the other it gives the
// table's rows, every update that was reported done is in it exactly once, and no other.
import {describe, expect, it} from 'vitest'
import type {AddAction} from '../../src/core/delta/actions.ts'
import {commit, isTableConflict} from '../../src/core/delta/commit.ts'
import {readCommitDetails} from '../../src/core/delta/history.ts'
import {planRestore} from '../../src/core/delta/restore.ts'
import {readSnapshot, type Snapshot} from '../../src/core/delta/snapshot.ts'
import type {TableChange} from '../../src/core/delta/table-change.ts'
import {memoryStore} from '../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {AnswerLost, interleaving} from '../support/interleaving.ts'
import {type Seeded, seeded} from '../support/seeded.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const firstSeed = process.env.HIPPO_TEST_SEED === undefined ? 1 : Number(process.env.HIPPO_TEST_SEED)
const seeds = process.env.HIPPO_TEST_SEED === undefined ? (isLong ? 10_000 : 200) : 1
const fields = [{name: 'id', type: 'string', nullable: true}] as const
const tries = 40

/** Key -> how often it was changed. Data files hold this as JSON: the log is what is tested. */
type Rows = ReadonlyMap<string, number>

type Update =
  | {readonly kind: 'append'; readonly key: string}
  | {readonly kind: 'change'; readonly key: string}
  | {readonly kind: 'delete'; readonly key: string}
  | {readonly kind: 'compact'}
  | {readonly kind: 'restore'; readonly version: number}
  | {readonly kind: 'replace'; readonly key: string}
  /** Appends how many rows there are: any row that comes or goes meanwhile makes it another number. */
  | {readonly kind: 'count'; readonly key: string}

const keys = ['a', 'b', 'c', 'd']

function randomUpdate(random: Seeded, name: string): Update {
  const kind = random.pick(['append', 'append', 'change', 'change', 'change', 'delete', 'compact', 'restore', 'replace', 'count'] as const)
  if (kind === 'compact') return {kind}
  if (kind === 'restore') return {kind, version: random.below(3)}
  return {kind, key: kind === 'append' || kind === 'replace' || kind === 'count' ? name : random.pick(keys)}
}

async function readFile(store: ObjectStore, {path}: AddAction): Promise<Rows> {
  return new Map(JSON.parse(Buffer.from(await store.get(`t/${path}`)).toString('utf8')) as [string, number][])
}

async function writeFile(store: ObjectStore, path: string, rows: Rows): Promise<AddAction> {
  await store.putIfAbsent(`t/${path}`, Buffer.from(JSON.stringify([...rows]))).catch((error: unknown) => {
    if (!(error instanceof AnswerLost)) throw error
  })
  if ((await store.head(`t/${path}`)) === undefined) return writeFile(store, path, rows)
  return {path, partitionValues: {}, size: 10, modificationTime: 0, dataChange: true, stats: JSON.stringify({numRecords: rows.size})}
}

interface Writer {
  readonly store: ObjectStore
  readonly newPath: () => string
}

/** What the update means for the table as it is; undefined when it means nothing there. */
async function workOut({store, newPath}: Writer, base: Snapshot, update: Update): Promise<TableChange | undefined> {
  const files = [...base.files.values()]
  switch (update.kind) {
    case 'append':
      return {mode: 'append', add: [await writeFile(store, newPath(), new Map([[update.key, 0]]))]}
    case 'replace':
      return {mode: 'overwrite', fields, add: [await writeFile(store, newPath(), new Map([...keys, update.key].map((key) => [key, 0])))]}
    case 'count': {
      let rows = 0
      for (const file of files) rows += (await readFile(store, file)).size
      return {mode: 'append', readsTable: true, add: [await writeFile(store, newPath(), new Map([[update.key, rows]]))]}
    }
    case 'compact': {
      const remove = files.slice(0, 2)
      if (remove.length < 2) return undefined
      const rows = new Map<string, number>()
      for (const file of remove) for (const [key, value] of await readFile(store, file)) rows.set(key, value)
      return {mode: 'optimize', remove, add: [await writeFile(store, newPath(), rows)]}
    }
    case 'restore': {
      const target = await readSnapshot(store, 't', {version: Math.max(0, base.version - update.version)})
      const plan = await planRestore(base, target ?? base)
      return plan.isNothing ? undefined : {...plan.change}
    }
    default:
      return rewritten({store, newPath}, files, update)
  }
}

async function rewritten(
  {store, newPath}: Writer,
  files: readonly AddAction[],
  {kind, key}: {readonly kind: 'change' | 'delete'; readonly key: string},
): Promise<TableChange | undefined> {
  for (const file of files) {
    const rows = await readFile(store, file)
    const value = rows.get(key)
    if (value === undefined) continue
    const after = new Map(rows)
    if (kind === 'delete') after.delete(key)
    else after.set(key, value + 1)
    return {mode: kind === 'delete' ? 'delete' : 'merge', remove: [file], add: [await writeFile(store, newPath(), after)]}
  }
  return undefined
}

type Attempt = (writer: Writer, update: Update, name: string) => Promise<boolean>

/** True when the update was committed; false when there was nothing to do. A conflict or a lost answer means: work it out again. */
const careful: Attempt = async (writer, update, name) => {
  for (let n = 0; n < tries; n++) {
    try {
      const base = await readSnapshot(writer.store, 't')
      if (base === undefined) throw new Error('there is a table')
      if (base.txns.has(name)) return true
      const change = await workOut(writer, base, update)
      if (change === undefined) return false
      const restored = update.kind === 'restore' ? {to: Math.max(0, base.version - update.version)} : {}
      const info = {details: {update: {...update, ...restored}, name}}
      const options = {checkpointEvery: 3, backoffMs: 0, newId: () => `${name} try ${n}`}
      // Half of them rely on their entry being recognised, not on their application's number.
      const txn = name.endsWith('1') ? {} : {txn: {appId: name, version: 1}}
      await commit(writer.store, 't', base, {...change, ...txn, info}, options)
      return true
    } catch (error) {
      if (!isTableConflict(error) && !(error instanceof AnswerLost)) throw error
    }
  }
  throw new Error(`no try of ${tries} came through`)
}

interface Simulated {
  readonly rows: Rows
  readonly serial: Rows
  readonly reported: readonly string[]
  readonly committed: readonly string[]
}

async function simulate(seed: number, attempt: Attempt): Promise<Simulated> {
  const random = seeded(seed)
  const shared = memoryStore()
  await commit(shared, 't', undefined, {
    mode: 'append',
    fields,
    add: await Promise.all(keys.map((key) => writeFile(shared, `first-${key}.json`, new Map([[key, 0]])))),
  })
  const turns = interleaving(shared, random, {lossRate: 0.05})
  const reported: string[] = []
  const writers = Array.from({length: 2 + random.below(3)}, async (_, w) => {
    const store = turns.store()
    let files = 0
    for (let n = 0; n < 1 + random.below(3); n++) {
      const name = `w${w}-${n}`
      const update = randomUpdate(random, name)
      if (await attempt({store, newPath: () => `${name}-${files++}.json`}, update, name)) reported.push(name)
    }
  })
  await turns.run(writers)
  const end = await readSnapshot(shared, 't')
  if (end === undefined) throw new Error('there is a table')
  const rows = new Map<string, number>()
  for (const file of end.files.values()) {
    for (const [key, value] of await readFile(shared, file)) {
      if (rows.has(key)) throw new Error(`seed ${seed}: row ${key} stands in two files`)
      rows.set(key, value)
    }
  }
  const {serial, committed} = await replaySerially(shared, end.version)
  return {rows, serial, reported: reported.toSorted(), committed: committed.toSorted()}
}

/** What the commits would have made of the table one after the other. */
async function replaySerially(store: ObjectStore, newest: number): Promise<{serial: Rows; committed: string[]}> {
  const states: Rows[] = [new Map(keys.map((key) => [key, 0]))]
  const committed: string[] = []
  for (let version = 1; version <= newest; version++) {
    const {update, name} = (await readCommitDetails(store, 't', version)) as {update: Update & {to?: number}; name: string}
    const rows = new Map(states[version - 1])
    if (update.kind === 'append') rows.set(update.key, 0)
    if (update.kind === 'count') rows.set(update.key, rows.size)
    if (update.kind === 'change') rows.set(update.key, (rows.get(update.key) ?? Number.NaN) + 1)
    if (update.kind === 'delete' && !rows.delete(update.key)) throw new Error(`version ${version} deleted a row that was not there`)
    const replaced = update.kind === 'replace' ? new Map([...keys, update.key].map((key) => [key, 0])) : undefined
    const restored = update.to === undefined ? undefined : states[update.to]
    states.push(replaced ?? restored ?? rows)
    committed.push(name)
  }
  return {serial: states[newest] ?? new Map(), committed}
}

const shown = (rows: Rows) => [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))

describe('writers of one table in random interleavings', () => {
  it(`lose no update and make none twice (${seeds} seeds)`, async () => {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const {rows, serial, reported, committed} = await simulate(seed, careful)

      expect({seed, rows: shown(rows), updates: committed}).toEqual({seed, rows: shown(serial), updates: reported})
    }
  }, 900_000)

  it('would be caught losing one: a writer that puts its old work on top of a newer table', async () => {
    const careless: Attempt = async (writer, update, name) => {
      const base = await readSnapshot(writer.store, 't').catch(() => undefined)
      const change = base && (await workOut(writer, base, update).catch(() => undefined))
      if (!change) return false
      for (let n = 0; n < tries; n++) {
        const newest = await readSnapshot(writer.store, 't').catch(() => undefined)
        if (!newest) continue
        const remove = change.remove?.filter(({path}) => newest.files.has(path))
        const again = {...change, ...(remove ? {remove} : {}), info: {details: {update, name}}}
        const done = await commit(writer.store, 't', newest, again, {newId: () => `${name} ${n}`}).catch(() => undefined)
        if (done) return true
      }
      return false
    }
    let caught = 0
    for (let seed = 1; seed <= 60; seed++) {
      const found = await simulate(seed, careless).catch(() => undefined)
      if (!found || JSON.stringify(shown(found.rows)) !== JSON.stringify(shown(found.serial))) caught++
    }

    expect(caught).toBeGreaterThan(5)
  }, 60_000)
})
