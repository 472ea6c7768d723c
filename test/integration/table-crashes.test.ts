// The process dies before or after each call that changes the lake, of a merge, an optimize, a restore and a vacuum. Each call is
// one case: nobody ever sees a half-done table, the same verb run again gives what an undisturbed one gives, and a vacuum then
// leaves no file that nothing refers to.
import {cpSync, readdirSync, rmSync, utimesSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import {ingest, optimizeTable, promoteSilver, restoreTable, vacuumTable, type Workspace} from '../../src/core/index.ts'
import {rebuildCatalog} from '../../src/core/pipeline/project-commits.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {stoppingStore} from '../support/stopping-store.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

/** To die after a call is to die before the next one, but for the last: a long run tries both. */
const isLong = process.env.HIPPO_TEST_LONG !== undefined

const header = 'id,name,born,weight\n'
const deliveries = [
  `${header}p1,Ann,1980-01-01,71\np2,Bea,1980-01-02,72\nq1,,1980-01-01,70\n`,
  `${header}p3,Cleo,1980-01-03,73\n`,
  `${header}p2,Beatrice,1980-01-02,82\np4,Dora,1980-01-04,74\nq2,,1980-01-01,70\n`,
]

interface VerbCase {
  readonly name: string
  /** Deliveries promoted before it. */
  readonly deliveries: number
  readonly prepare?: (workspace: Workspace) => Promise<unknown>
  readonly run: (workspace: Workspace) => Promise<unknown>
}

const verbs: readonly VerbCase[] = [
  {name: 'a merge', deliveries: 2, run: (workspace) => promoteSilver(workspace, {datasets: ['person']})},
  {name: 'an optimize', deliveries: 3, run: (workspace) => optimizeTable(workspace, {table: 'person'})},
  {name: 'a restore', deliveries: 3, run: (workspace) => restoreTable(workspace, {table: 'person', version: 0})},
  {
    name: 'a vacuum',
    deliveries: 3,
    prepare: (workspace) => optimizeTable(workspace, {table: 'person'}),
    run: (workspace) => vacuumTable(workspace, {table: 'person', apply: true, retentionHours: 0, allowShortRetention: true, log: true}),
  },
]

describe.each(verbs)('$name that dies', ({deliveries: count, prepare, run}) => {
  let ward: TestWorkspace
  let workspace: Workspace
  let lake: string
  let calls: number
  let undisturbed: unknown

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    lake = path.join(ward.root, '.hippo', 'lake')
    for (const [index, text] of deliveries.slice(0, count).entries()) {
      ward.write(`inbox/persons-${index}.csv`, text)
      await ward.conform()
    }
    workspace = await ward.open()
    await prepare?.(workspace)
    // What is to be promoted is captured, not promoted.
    for (const [index, text] of deliveries.slice(count).entries()) ward.write(`inbox/persons-later-${index}.csv`, text)
    await ingest(workspace, {sources: []})
    cpSync(lake, `${lake}.before`, {recursive: true, preserveTimestamps: true})
    const counting = stoppingStore(await workspace.store(), {call: undefined, when: 'before'})
    ageLake()
    await run(delegate(workspace, {store: async () => counting.store}))
    calls = counting.calls()
    undisturbed = await state()
  }, 120_000)
  afterAll(() => ward?.close())

  /** Older than a moment: with a retention of 0 hours nothing else keeps a file. */
  function ageLake(): void {
    const then = Date.now() / 1000 - 10
    for (const entry of readdirSync(lake, {recursive: true, withFileTypes: true}))
      if (entry.isFile()) utimesSync(path.join(entry.parentPath, entry.name), then, then)
  }

  async function asBefore(): Promise<void> {
    for (const name of readdirSync(lake)) rmSync(path.join(lake, name), {recursive: true, force: true})
    cpSync(`${lake}.before`, lake, {recursive: true, preserveTimestamps: true})
    ageLake()
    await rebuildCatalog(workspace)
  }

  /** What people can see: rows, versions in the lake and in the catalog. */
  async function state() {
    const rowsOf = async (layer: 'silver' | 'quarantine') =>
      (await ward.rows(layer, 'person')).map((row) => JSON.stringify([row.id, row.weight, row._batch, row._reasons])).toSorted()
    const log = readdirSync(path.join(lake, 'silver', 'person', '_delta_log')).filter((name) => name.endsWith('.json'))
    const {rows: snapshots} = await (await workspace.database()).query(
      raw("select version, batch, rows, counts from hippo.snapshots where layer = 'silver' and dataset = 'person' order by version"),
    )
    return {silver: await rowsOf('silver'), quarantine: await rowsOf('quarantine'), log: log.length, snapshots}
  }

  const files = (layer: string) => readdirSync(path.join(lake, layer, 'person')).filter((name) => name.endsWith('.parquet'))

  it('leaves a state that the same verb completes, wherever it dies', async () => {
    expect(calls).toBeGreaterThan(0)
    for (let call = 0; call < calls; call++) {
      for (const when of isLong || call === calls - 1 ? (['before', 'after'] as const) : (['before'] as const)) {
        await asBefore()
        const {store} = stoppingStore(await workspace.store(), {call, when})
        // Deaths after the last word of the lake may go unnoticed by the verb itself.
        await run(delegate(workspace, {store: async () => store})).catch(() => undefined)

        await run(workspace)

        expect({call, when, state: await state()}).toEqual({call, when, state: undisturbed})
        ageLake()
        for (const table of ['silver.person', 'quarantine.person'])
          await vacuumTable(workspace, {table, apply: true, retentionHours: 0, allowShortRetention: true})
        expect({call, when, silver: files('silver').length, quarantine: files('quarantine').length}).toEqual({
          call,
          when,
          silver: await filesInUse('silver'),
          quarantine: await filesInUse('quarantine'),
        })
      }
    }
  }, 240_000)

  async function filesInUse(layer: 'silver' | 'quarantine'): Promise<number> {
    return (await readSnapshot(await workspace.store(), `${layer}/person`))?.files.size ?? 0
  }
})
