import {spawnSync} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {readSnapshot} from '../../../src/core/delta/snapshot.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {runChildren} from '../store/children.ts'
import {append, createTable, idsOf, keysOf, range, versionsOf} from './table-fixture.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
/** Processes, and commits of each. */
const [processes, commits] = isLong ? [32, 50] : [8, 10]

const child = fileURLToPath(new URL('table-child.ts', import.meta.url))

describe('a table and several processes', () => {
  let root: string
  let store: ObjectStore
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'hippo-processes-'))
    store = await openLocalStore(root)
    await append(await createTable(store, 't'), [1, 2])
  })
  afterEach(() => rm(root, {recursive: true, force: true}))

  it(`keeps every row of every process, in versions without a gap (${processes} × ${commits} commits)`, async () => {
    const firstOf = (i: number) => 1000 * (i + 1)
    await runChildren(child, processes, (i) => ['append', root, String(firstOf(i)), String(commits)])

    const expected = [1, 2, ...range(0, processes - 1).flatMap((i) => range(firstOf(i), firstOf(i) + commits - 1))]
    expect(await idsOf(store, 't')).toEqual(expected)
    expect(await versionsOf(store, 't')).toEqual(range(0, processes * commits + 1))
  }, 1_200_000)

  it('is unchanged by a process killed between data and commit, and takes the same rows afterwards', async () => {
    const before = await readSnapshot(store, 't')

    const killed = spawnSync(process.execPath, [child, 'die', root])

    expect(killed.signal).toBe('SIGKILL')
    expect(await keysOf(store, 't/part-')).toHaveLength(2)
    expect(await readSnapshot(store, 't')).toEqual(before)
    for (const _ of [1, 2]) await runChildren(child, 1, () => ['finish', root])
    expect(await idsOf(store, 't')).toEqual([1, 2, 100, 101])
    expect(await versionsOf(store, 't')).toEqual([0, 1, 2])
  }, 30_000)
})
