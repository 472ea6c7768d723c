import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {CatalogNotice, SnapshotRecord} from '../../src/core/catalog/catalog.ts'
import {
  capturedFiles,
  catalogChannel,
  checkHistory,
  contractHistory,
  getRun,
  getRunByKey,
  latestChecks,
  latestModelVersions,
  latestSnapshots,
  lineageEdges,
  listAudit,
  listRuns,
  liveTables,
  modelVersions,
  publishedHistory,
  quarantineCounts,
  readMeta,
  runChecks,
  runSnapshots,
  runSteps,
  snapshotHistory,
} from '../../src/core/catalog/reader.ts'
import {
  closeDeadRuns,
  finishRun,
  finishStep,
  openCatalog,
  recordAudit,
  recordCapturedFiles,
  recordChecks,
  recordContract,
  recordDroppedVersions,
  recordEdges,
  recordModelVersion,
  recordPublished,
  recordSnapshot,
  startRun,
  startStep,
  updateRunProgress,
  writeMeta,
} from '../../src/core/catalog/writer.ts'
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import type {CaptureRecord} from '../../src/core/model/capture.ts'
import type {CheckResult} from '../../src/core/model/check.ts'
import type {LineageEdge} from '../../src/core/model/lineage.ts'
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
    const snapshot = silver('ward', 1, run.id)

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

const silver = (dataset: string, version: number, run: string, extra: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  dataset,
  layer: 'silver',
  version,
  run,
  rows: version * 10,
  contractVersion: '1.0.0',
  contractDigest: 'c'.repeat(64),
  committedAt: at(version),
  ...extra,
})

const check = (id: string, extra: Partial<CheckResult> = {}): CheckResult => ({
  id,
  rule: 'range',
  column: 'value',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  severity: 'error',
  outcome: 'failed',
  violated: 3,
  denominator: 40,
  percent: 7.5,
  threshold: {max: 0, unit: 'rows'},
  description: 'lies between 0 and 10',
  ...extra,
})

describe('the catalog of the lake', () => {
  it('gives back snapshots whole, newest first, and fills gaps on a repeat without erasing', async () => {
    const run = randomUUID()
    const counts = {read: 12, accepted: 9, quarantined: 3, duplicate: 0, unchanged: 0, waived: 0}
    const full = silver('patient', 2, run, {
      batch: 7,
      counts,
      reasons: {'age.range': 2, 'id.required': 1},
      drift: [{kind: 'added', column: 'x'}],
      score: 97.5,
    })
    const next = silver('patient', 3, run, {counts: {...counts, quarantined: 1}, reasons: {'age.range': 1}})

    await recordSnapshot(db, silver('patient', 2, run))
    await recordSnapshot(db, full)
    await recordSnapshot(db, silver('patient', 2, run))
    await recordSnapshot(db, next)

    expect(await snapshotHistory(db, 'patient', 'silver', 10)).toEqual([next, full])
    expect(await snapshotHistory(db, 'patient', 'silver', 1)).toEqual([next])
    expect((await latestSnapshots(db, 'silver')).filter((s) => s.dataset === 'patient')).toEqual([next])
    expect(await runSnapshots(db, run)).toEqual([full, next])
    expect((await quarantineCounts(db)).find((q) => q.dataset === 'patient')).toEqual({
      dataset: 'patient',
      rows: 4,
      reasons: {'age.range': 3, 'id.required': 1},
    })
  })

  it('gives back check results in contract order as they were first recorded, the latest judgement and the history of one', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const table = {layer: 'silver' as const, dataset: 'observation', version: 4}
    const old = [check('value.range'), check('gone.required')]
    const recent = [
      check('z.last', {outcome: 'notChecked', reason: 'engine x lacks y'}),
      check('value.range', {outcome: 'passed', violated: 0, percent: 0}),
    ]

    await recordChecks(db, {...table, run: first, at: at(1)}, old)
    await recordChecks(db, {...table, run: second, at: at(2)}, recent)
    await recordChecks(db, {...table, run: second, at: at(2)}, [check('z.last'), check('value.range')])
    await recordChecks(db, {...table, run: second, at: at(2)}, [])

    const where = (run: string, minute: number) => ({...table, run, at: at(minute)})
    expect(await runChecks(db, first)).toEqual(old.map((c) => ({...c, ...where(first, 1)})))
    expect(await latestChecks(db, 'observation')).toEqual([...recent].map((c) => ({...c, ...where(second, 2)})))
    expect((await latestChecks(db)).filter(({dataset}) => dataset === 'observation')).toEqual(await latestChecks(db, 'observation'))
    expect((await checkHistory(db, 'observation', 'value.range', 10)).map((c) => [c.run, c.outcome])).toEqual([
      [second, 'passed'],
      [first, 'failed'],
    ])
  })

  it('follows lineage by exact snapshot and by table, both ways, through cycles', async () => {
    const run = randomUUID()
    const edge = (from: LineageEdge['from'], to: LineageEdge['to'], minute: number): LineageEdge => ({run, from, to, at: at(minute)})
    const file = (n: number) => ({layer: 'source' as const, name: String(n).repeat(64), version: n})
    const bronze = (version: number) => ({layer: 'bronze' as const, name: 'enc', version})
    const conformed = (version: number) => ({layer: 'silver' as const, name: 'enc', version})
    const gold = (version: number) => ({layer: 'gold' as const, name: 'los', version})
    const edges = [
      edge(file(1), bronze(1), 1),
      edge(file(2), bronze(2), 2),
      edge(bronze(1), conformed(1), 3),
      edge(bronze(2), conformed(2), 4),
      edge(conformed(1), conformed(2), 4),
      edge(conformed(2), gold(1), 5),
      edge({layer: 'silver', name: 'other', version: 1}, {layer: 'gold', name: 'unrelated', version: 1}, 6),
    ]
    await recordEdges(db, edges)
    await recordEdges(db, edges)

    const key = (e: LineageEdge) => `${e.from.layer}:${e.from.name[0]}${e.from.version}>${e.to.layer}:${e.to.name[0]}${e.to.version}`
    const closure = async (...args: [Parameters<typeof lineageEdges>[1], 'upstream' | 'downstream']) =>
      (await lineageEdges(db, ...args)).map(key).sort()
    expect(await closure(gold(1), 'upstream')).toEqual(edges.slice(0, 6).map(key).sort())
    expect(await closure(conformed(1), 'upstream')).toEqual([key(edges[0]!), key(edges[2]!)].sort())
    expect(await closure(file(2), 'downstream')).toEqual([1, 3, 5].map((i) => key(edges[i]!)).sort())
    expect(await closure({layer: 'gold', name: 'los'}, 'upstream')).toEqual([0, 1, 3, 4, 5].map((i) => key(edges[i]!)).sort())
    expect((await lineageEdges(db, gold(1), 'upstream'))[0]).toEqual(edges[5])
  })

  it('gives back captured files and contracts, once each', async () => {
    const run = randomUUID()
    const file: CaptureRecord = {
      source: 'ehr',
      dataset: 'lab',
      path: 'in/lab.csv',
      sizeBytes: 5_000_000_000,
      sha256: 'a'.repeat(64),
      key: `raw/${'a'.repeat(64)}`,
      compression: 'none',
      dialect: {encoding: 'utf-8', byteOrderMark: false, delimiter: ',', quote: '"', newline: '\n', header: ['a', 'b']},
      receivedAt: at(1),
      modifiedAt: at(0),
    }
    const {dialect: _, ...plain} = {...file, path: 'in/lab2.csv.gz', compression: 'gzip' as const}
    for (let repeat = 0; repeat < 2; repeat++) await recordCapturedFiles(db, {number: 3, run}, [file, plain])
    const contract = {dataset: 'lab', version: '1.0.0', digest: 'd1', document: {id: 'x', list: [1, 'zwei']}}
    await recordContract(db, contract, 'silver')
    await recordContract(db, {...contract, document: 'other'}, 'silver')
    await recordContract(db, {...contract, version: '1.1.0', digest: 'd2', description: 'labs'}, 'silver')

    expect(await capturedFiles(db, 'lab', 10)).toEqual([
      {...file, batch: 3, run},
      {...plain, batch: 3, run},
    ])
    expect((await contractHistory(db, 'lab')).map(({digest, document}) => [digest, document])).toEqual(
      expect.arrayContaining([
        ['d1', contract.document],
        ['d2', contract.document],
      ]),
    )
    expect((await db.query(sql`select name, layer, description from hippo.datasets where name = 'lab'`)).rows).toEqual([
      {name: 'lab', layer: 'silver', description: 'labs'},
    ])
  })
})

describe('the catalog of gold', () => {
  it('gives back built versions and what is live, with its history', async () => {
    const built = {
      model: 'stay',
      version: 1,
      run: randomUUID(),
      materialization: 'table' as const,
      sqlDigest: 's',
      contractVersion: '1.0.0',
      contractDigest: 'c',
      inputs: [{layer: 'silver' as const, name: 'enc', version: 2}],
      rows: 4,
      createdAt: at(1),
    }
    await recordModelVersion(db, {...built, rows: 3})
    await recordModelVersion(db, built)
    await recordModelVersion(db, {...built, version: 2, score: 99})
    const live = {table: 'stay', version: 1, run: randomUUID(), rows: 4, liveSince: at(1)}
    const later = {...live, version: 2, previousVersion: 1, run: randomUUID(), liveSince: at(2)}
    for (const publication of [live, live, later]) await recordPublished(db, publication)
    await recordDroppedVersions(db, 'stay', [1])

    expect((await latestModelVersions(db)).filter(({model}) => model === 'stay')).toEqual([{...built, version: 2, score: 99}])
    expect(await modelVersions(db, 'stay', 5)).toMatchObject([{version: 2}, {...built, droppedAt: expect.any(String)}])
    expect((await liveTables(db)).filter(({table}) => table === 'stay')).toEqual([later])
    expect(await publishedHistory(db, 'stay')).toEqual([later, live])
  })

  it('keeps facts about the workspace', async () => {
    expect(await readMeta(db, 'lake')).toBeUndefined()

    await writeMeta(db, 'lake', 'file:///a')
    await writeMeta(db, 'lake', 'file:///b')

    expect(await readMeta(db, 'lake')).toBe('file:///b')
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
