// optimize, restore and vacuum on a workspace's own tables: the rows, the files on disk, the catalog and the audit trail.
import {existsSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {optimizeTable, promoteSilver, restoreTable, tableHistory, vacuumTable} from '../../src/core/index.ts'
import {rebuildCatalog} from '../../src/core/pipeline/project-commits.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'
const day = (n: number) => `${header}p${n},Ann ${n},1980-01-0${n},7${n}\nq${n},,1980-01-01,70\n`
const dayMs = 24 * 3600 * 1000

describe('maintenance of a dataset’s tables', () => {
  let ward: TestWorkspace
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    for (const n of [1, 2, 3, 4]) {
      ward.write(`inbox/persons-${n}.csv`, day(n))
      await ward.conform()
    }
  }, 120_000)
  afterAll(() => ward?.close())

  const folder = (layer: 'silver' | 'quarantine') => path.join(ward.root, '.hippo', 'lake', layer, 'person')
  const files = (layer: 'silver' | 'quarantine') => readdirSync(folder(layer)).filter((name) => name.endsWith('.parquet'))
  const query = (text: string) => ward.use(async (workspace) => (await (await workspace.database()).query(raw(text))).rows)
  const sorted = async (layer: 'silver' | 'quarantine') =>
    (await ward.rows(layer, 'person')).toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))

  /** Makes everything in the lake's table look older than the retention. */
  function age(layer: 'silver' | 'quarantine', days: number, only = (_: string) => true): void {
    const then = (Date.now() - days * dayMs) / 1000
    for (const name of readdirSync(folder(layer), {recursive: true, encoding: 'utf8'}))
      if (only(name)) utimesSync(path.join(folder(layer), name), then, then)
  }

  it('says what optimize would do, writes the files together with the same rows, and then finds nothing more', async () => {
    const before = await sorted('silver')
    const planned = await ward.use((workspace) => optimizeTable(workspace, {table: 'person', dryRun: true}))
    expect(planned).toMatchObject({state: 'noop', wouldCommit: true, version: 3, rewritten: 4, files: {before: 4, after: 1}})

    const done = await ward.use((workspace) => optimizeTable(workspace, {table: 'silver.person'}))

    expect(done).toMatchObject({state: 'committed', version: 4, rewritten: 4, files: {before: 4, after: 1}})
    expect(await sorted('silver')).toEqual(before)
    expect(await ward.use((workspace) => optimizeTable(workspace, {table: 'person'}))).toMatchObject({state: 'noop', version: 4})
    expect(
      await query("select version, rows, counts, score is not null as scored from hippo.snapshots where version = 4 and layer = 'silver'"),
    ).toEqual([{version: 4, rows: 4, counts: null, scored: true}])
    expect(await query("select actor, subject from hippo.audit where action = 'optimize'")).toEqual([
      {actor: 'tester', subject: 'silver.person version 4'},
    ])
  })

  it('compacts quarantine with its lists of reasons, and says so in the audit trail', async () => {
    const before = await sorted('quarantine')

    const done = await ward.use((workspace) => optimizeTable(workspace, {table: 'quarantine.person'}))

    expect(done).toMatchObject({state: 'committed', table: 'quarantine.person', files: {before: 4, after: 1}})
    expect(await sorted('quarantine')).toEqual(before)
    expect(before[0]?._reasons).toEqual(['name.required'])
    expect(await query("select subject from hippo.audit where action = 'optimize' and subject like 'quarantine%'")).toHaveLength(1)
  })

  it('goes back to an earlier version and forward again, promoting on in between', async () => {
    const now = await sorted('silver')

    const back = await ward.use((workspace) => restoreTable(workspace, {table: 'person', version: 1}))

    expect(back).toMatchObject({state: 'committed', version: 5, restored: 1, rows: {before: 4, after: 2}})
    expect((await sorted('silver')).map((row) => row.id)).toEqual(['p1', 'p2'])
    expect(await ward.use((workspace) => restoreTable(workspace, {table: 'person', version: 1}))).toMatchObject({state: 'noop'})
    // What was promoted stays promoted.
    expect(promotionOf(await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']})), 'person')).toMatchObject({
      state: 'noop',
    })
    const edges = await query("select from_version, to_version from hippo.lineage_edges where to_version = 5 and to_layer = 'silver'")
    expect(edges).toEqual([{from_version: 1, to_version: 5}])
    await ward.use((workspace) => restoreTable(workspace, {table: 'person', version: 4}))
    expect(await sorted('silver')).toEqual(now)
    expect(await query("select subject from hippo.audit where action = 'restore' order by subject")).toEqual([
      {subject: 'silver.person version 5 from version 1'},
      {subject: 'silver.person version 6 from version 4'},
    ])
    expect((await ward.use((workspace) => tableHistory(workspace, 'silver.person'))).map(({version}) => version)).toEqual([
      6, 5, 4, 3, 2, 1, 0,
    ])
  })

  it('deletes nothing by itself, refuses a short retention, and keeps what is young or needed', async () => {
    const before = files('silver')
    const short = ward.use((workspace) => vacuumTable(workspace, {table: 'person', retentionHours: 1, apply: true}))

    await expect(short).rejects.toMatchObject({code: 'CONFIG_USAGE', exitCode: 2})
    expect(await ward.use((workspace) => vacuumTable(workspace, {table: 'person', apply: true}))).toMatchObject({state: 'noop', files: 0})
    expect(files('silver')).toEqual(before)
  })

  it('deletes files that no kept version needs and what a run that died left, and refuses to go back to what needs them', async () => {
    const now = await sorted('silver')
    writeFileSync(path.join(folder('silver'), 'part-dead.parquet'), 'left by a run that died')
    writeFileSync(path.join(folder('silver'), 'part-young.parquet'), 'of a run that is still going on')
    age('silver', 8, (name) => name !== 'part-young.parquet')

    const planned = await ward.use((workspace) => vacuumTable(workspace, {table: 'person'}))
    expect(planned).toMatchObject({state: 'noop', wouldCommit: true, files: 5, orphans: 1, keptFrom: 6})
    expect(files('silver')).toHaveLength(7)
    const done = await ward.use((workspace) => vacuumTable(workspace, {table: 'person', apply: true}))

    expect(done).toMatchObject({state: 'deleted', files: 5, orphans: 1})
    expect(files('silver')).toHaveLength(2)
    expect(existsSync(path.join(folder('silver'), 'part-young.parquet'))).toBe(true)
    expect(await sorted('silver')).toEqual(now)
    const gone = ward.use((workspace) => restoreTable(workspace, {table: 'person', version: 1}))
    await expect(gone).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN', message: expect.stringContaining('2 of its 2 files are gone')})
    rmSync(path.join(folder('silver'), 'part-young.parquet'))
  })

  it('keeps what a cleaned-up log said of promotions: the catalog can be made again, and the table rebuilt', async () => {
    for (const n of [5, 6, 7, 8]) {
      ward.write(`inbox/persons-${n}.csv`, day(n))
      await ward.conform()
    }
    const history = () => query('select version, rows, counts, batch from hippo.snapshots order by version')
    const before = await history()
    const told = async () =>
      (await ward.use((workspace) => tableHistory(workspace, 'person'))).map(({version, operation}) => `${version} ${operation}`)
    const operations = await told()
    age('silver', 31)

    const done = await ward.use((workspace) => vacuumTable(workspace, {table: 'person', log: true, apply: true}))

    expect(done).toMatchObject({state: 'deleted', logVersions: 10, keptFrom: 10})
    expect(readdirSync(path.join(folder('silver'), '_delta_log')).filter((name) => name.endsWith('.json'))).toEqual(
      [10].map((version) => `${String(version).padStart(20, '0')}.json`),
    )
    await ward.use((workspace) => rebuildCatalog(workspace))
    expect(await history()).toEqual(before)
    expect(await told()).toEqual(operations)
    expect(operations).toContain('4 OPTIMIZE')
    const rebuilt = promotionOf(
      await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], full: true, dryRun: true})),
      'person',
    )
    expect(rebuilt).toMatchObject({rebuild: {silver: {before: 8, after: 8, added: 0, removed: 0, changed: 0}}})
  })
})
