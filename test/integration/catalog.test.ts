import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {CatalogNotice} from '../../src/core/catalog/catalog.ts'
import {catalogChannel, getRun, getRunByKey, listAudit, listRuns, runSteps} from '../../src/core/catalog/reader.ts'
import {
  closeDeadRuns,
  finishRun,
  finishStep,
  openCatalog,
  recordAudit,
  recordPublished,
  recordSnapshot,
  startRun,
  startStep,
  updateRunProgress,
} from '../../src/core/catalog/writer.ts'
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {raw, sql} from '../../src/core/postgres/sql.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'

let test: TestDatabase
let db: Database
const at = (minute: number): string => `2026-03-04T05:${String(minute).padStart(2, '0')}:06.789Z`

beforeAll(async () => {
  test = await testDatabase({catalog: true})
  db = test.db
})
afterAll(() => test.close())

const newRun = (overrides: Partial<Parameters<typeof startRun>[1]> = {}): Parameters<typeof startRun>[1] => ({
  id: randomUUID(),
  verb: 'promote silver',
  actor: 'ada',
  host: 'ward-7',
  pid: 4711,
  startedAt: at(1),
  ...overrides,
})

describe('the catalog of runs', () => {
  it('gives back a run with its steps, progress, result and end', async () => {
    const parent = newRun({verb: 'run', pipeline: 'nightly'})
    const run = newRun({parent: parent.id, idempotencyKey: 'night-1', startedAt: at(2)})
    const progress = {step: 'write', subject: 'patient', done: 5, total: 10, unit: 'rows', at: at(3)}

    expect([await startRun(db, parent), await startRun(db, run), await startRun(db, run)]).toEqual([true, true, false])
    await updateRunProgress(db, run.id, progress)
    await startStep(db, {run: run.id, position: 1, step: 'write', subject: 'patient', startedAt: at(3)})
    const closedStep = {run: run.id, position: 1, state: 'ok' as const, detail: '5 rows', finishedAt: at(4)}
    expect([await finishStep(db, closedStep), await finishStep(db, closedStep)]).toEqual([true, false])
    expect(await finishRun(db, run.id, 'succeeded', {result: {datasets: []}, at: at(5)})).toBe(true)

    expect(await getRun(db, run.id)).toEqual({...run, state: 'succeeded', progress, result: {datasets: []}, finishedAt: at(5)})
    expect(await runSteps(db, run.id)).toEqual([
      {run: run.id, position: 1, step: 'write', subject: 'patient', state: 'ok', detail: '5 rows', startedAt: at(3), finishedAt: at(4)},
    ])
    expect((await getRunByKey(db, 'promote silver', 'night-1'))?.id).toBe(run.id)
    expect(await getRunByKey(db, 'promote silver', 'night-2')).toBeUndefined()
  })

  it('closes a run once and keeps the first outcome', async () => {
    const run = newRun()
    const error = {code: 'RUN_INTERNAL', message: 'unexpected Error', exitCode: 1, retryable: false} as const
    await startRun(db, run)
    await startStep(db, {run: run.id, position: 1, step: 'measure', startedAt: at(3)})

    const outcomes = await Promise.all([1, 2, 3].map(() => finishRun(db, run.id, 'failed', {error})))
    await finishRun(db, run.id, 'succeeded')
    await updateRunProgress(db, run.id, {step: 'late', done: 1, unit: 'rows', at: at(9)})

    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await getRun(db, run.id)
    expect(found).toMatchObject({state: 'failed', error})
    expect(found).not.toHaveProperty('progress')
    expect(await runSteps(db, run.id)).toMatchObject([{state: 'failed', detail: 'failed'}])
  })

  it('finds a run by a unique prefix and says so when it is not unique', async () => {
    const [one, two] = [newRun({id: 'abcd1234-0000-7000-8000-000000000001'}), newRun({id: 'abcd1234-0000-7000-8000-000000000002'})]
    await startRun(db, one)
    await startRun(db, two)

    expect((await getRun(db, 'ABCD1234-0000-7000-8000-000000000001')).id).toBe(one.id)
    await expect(getRun(db, 'abcd')).rejects.toMatchObject({code: 'CONFIG_RUN_UNKNOWN', hint: expect.stringContaining(two.id)})
    await expect(getRun(db, 'abc')).rejects.toMatchObject({code: 'CONFIG_RUN_UNKNOWN'})
    await expect(getRun(db, 'ffffffff')).rejects.toMatchObject({code: 'CONFIG_RUN_UNKNOWN'})
    await expect(getRun(db, "a%' or 1=1")).rejects.toMatchObject({code: 'CONFIG_RUN_UNKNOWN'})
  })

  it('lists the newest first, in pages, filtered by state, verb and dataset', async () => {
    const runs = [50, 51, 52].map((minute) => newRun({verb: 'validate', startedAt: at(minute)}))
    for (const run of runs) await startRun(db, run)
    await startStep(db, {run: runs[0]!.id, position: 1, step: 'measure', subject: 'allergy', startedAt: at(50)})
    await finishRun(db, runs[2]!.id, 'noop')

    const ids = async (filter: Omit<Parameters<typeof listRuns>[1], 'limit'>, limit = 10) =>
      (await listRuns(db, {limit, ...filter})).map((run) => run.id)
    const newest = runs.map((run) => run.id).reverse()
    expect(await ids({verb: 'validate'})).toEqual(newest)
    expect(await ids({verb: 'validate'}, 2)).toEqual(newest.slice(0, 2))
    expect(await ids({verb: 'validate', before: newest[1]!})).toEqual(newest.slice(2))
    expect(await ids({verb: 'validate', state: 'noop'})).toEqual([runs[2]!.id])
    expect(await ids({dataset: 'allergy'})).toEqual([runs[0]!.id])
  })

  it('interrupts the runs of dead processes of this host, with their steps, and of no other', async () => {
    const dead = newRun({host: 'ward-9', pid: 1})
    const alive = newRun({host: 'ward-9', pid: 2})
    const elsewhere = newRun({host: 'ward-10', pid: 1})
    for (const run of [dead, alive, elsewhere]) await startRun(db, run)
    await startStep(db, {run: dead.id, position: 1, step: 'write', startedAt: at(1)})

    const closed = await closeDeadRuns(db, 'ward-9', (pid) => pid === 2)

    expect(closed).toEqual([dead.id])
    expect(await Promise.all([dead, alive, elsewhere].map(async ({id}) => (await getRun(db, id)).state))).toEqual([
      'interrupted',
      'running',
      'running',
    ])
    expect((await runSteps(db, dead.id)).map((step) => step.state)).toEqual(['failed'])
    expect(await closeDeadRuns(db, 'ward-9', (pid) => pid === 2)).toEqual([])
  })

  it('tells listeners of starts, progress, ends, snapshots and publications', async () => {
    const notices: CatalogNotice[] = []
    const stop = await db.listen(catalogChannel, (payload) => notices.push(JSON.parse(payload) as CatalogNotice))
    const run = newRun()
    const snapshot = {
      dataset: 'ward',
      layer: 'silver',
      version: 1,
      run: run.id,
      rows: 10,
      contractVersion: '1.0.0',
      contractDigest: 'c'.repeat(64),
      committedAt: at(1),
    } as const

    await startRun(db, run)
    await db.transaction(async (tx) => {
      await updateRunProgress(tx, run.id, {step: 'write', done: 1, unit: 'rows', at: at(1)})
      await updateRunProgress(tx, run.id, {step: 'write', done: 2, unit: 'rows', at: at(1)})
    })
    await recordSnapshot(db, snapshot)
    await recordPublished(db, {table: 'ward_load', version: 1, run: run.id, rows: 3, liveSince: at(2)})
    await finishRun(db, run.id, 'succeeded')
    await expect.poll(() => notices.length).toBe(5)
    await stop()

    expect(notices).toEqual([
      {kind: 'runStarted', id: run.id},
      {kind: 'runProgressed', id: run.id},
      {kind: 'snapshot', id: 'silver/ward'},
      {kind: 'published', id: 'ward_load'},
      {kind: 'runFinished', id: run.id},
    ])
  })
})

describe('the audit trail', () => {
  it('takes entries and refuses every change to them', async () => {
    const entry = {actor: 'ada', action: 'publish', subject: 'stay', reason: 'night shift', at: at(1)}
    await recordAudit(db, entry)

    for (const change of ['update hippo.audit set actor = $$eve$$', 'delete from hippo.audit', 'truncate hippo.audit']) {
      await expect(db.query(raw(change))).rejects.toMatchObject({code: '23001'})
      await expect(
        db.transaction(async (tx) => {
          await tx.query(raw("set local session_replication_role = 'replica'"))
          await tx.query(raw(change))
        }),
      ).rejects.toMatchObject({code: '23001'})
    }

    expect(await listAudit(db, {limit: 5, subject: 'stay'})).toEqual([entry])
  })
})

describe('openCatalog', () => {
  it('is done once by many at the same time, and then changes nothing', async () => {
    const empty = await testDatabase()
    const databases = await Promise.all(Array.from({length: 6}, () => empty.connect()))

    await Promise.all(databases.map((database) => openCatalog(database)))
    await openCatalog(empty.db)

    const {rows} = await empty.db.query<{name: string}>(sql`select name from hippo.migrations order by name`)
    expect(rows.map(({name}) => name)).toEqual([
      '0001-runs.sql',
      '0002-datasets.sql',
      '0003-warehouse.sql',
      '0004-rejected-files.sql',
      '0005-rebuilds.sql',
      '0006-run-keys.sql',
      '0007-lake.sql',
      '0008-reviews.sql',
      '0009-results.sql',
      '0010-measured-facts.sql',
      '0011-standing-checks.sql',
      '0012-materializations.sql',
    ])
    await empty.close()
  })

  it('refuses a catalog that a newer hippo wrote, and one whose migrations were changed', async () => {
    const other = await testDatabase({catalog: true})

    await other.db.query(sql`insert into hippo.migrations (name, sha256) values ('9999-future.sql', 'x')`)
    await expect(openCatalog(other.db)).rejects.toMatchObject({code: 'CATALOG_NEWER'})
    await other.db.query(sql`delete from hippo.migrations where name like '9999%'`)
    await other.db.query(sql`update hippo.migrations set sha256 = 'x' where name like '0001%'`)
    await expect(openCatalog(other.db)).rejects.toBeInstanceOf(HippoError)
    await expect(openCatalog(other.db)).rejects.toMatchObject({code: 'CATALOG_CORRUPT'})
    await other.close()
  })
})
