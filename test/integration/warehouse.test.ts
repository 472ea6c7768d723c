import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Materialization} from '../../src/core/model/contract.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {raw, sql} from '../../src/core/postgres/sql.ts'
import {buildModel} from '../../src/core/warehouse/build-model.ts'
import {loadSnapshot, type SnapshotLoad} from '../../src/core/warehouse/load.ts'
import {parseModel} from '../../src/core/warehouse/models.ts'
import {servedView} from '../../src/core/warehouse/names.ts'
import {dropOldVersions, liveVersion, type PublishTarget, publishVersions, storedVersions} from '../../src/core/warehouse/publish.ts'
import {queryWarehouse} from '../../src/core/warehouse/query.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'

let test: TestDatabase
let db: Database
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hippo-load-'))
  test = await testDatabase()
  db = test.db
})
afterAll(async () => {
  await test.close()
  rmSync(folder, {recursive: true, force: true})
})

let files = 0
function csv(text: string): string {
  const path = join(folder, `${files++}.csv`)
  writeFileSync(path, text)
  return path
}

const columns = [
  {name: 'id', type: 'int64'},
  {name: 'name', type: 'string'},
] as const
const load = (dataset: string, version: number, ...texts: string[]): SnapshotLoad => ({dataset, version, columns, csvFiles: texts.map(csv)})
const now = new Date('2026-03-01T00:00:00Z')
const rowsOf = async (table: string): Promise<readonly unknown[]> => (await db.query(raw(`select * from ${table} order by 1`))).rows
const build = async (name: string, version: number, select: string, materialization: Materialization = 'table') =>
  buildModel(db, {
    model: await parseModel({name, path: `${name}.sql`, sql: select}),
    version,
    contract: {materialization, columns: []},
    now,
    versionOf: () => 1,
  })
const gold = (name: string, version: number): PublishTarget => ({layer: 'gold', name, version, view: servedView('gold', name)})

describe('loadSnapshot', () => {
  it('loads all types from several files and keeps null apart from empty text', async () => {
    const result = await loadSnapshot(db, {
      dataset: 'visit "x"',
      version: 3,
      run: 'run-1',
      columns: [
        ...columns,
        {name: 'on', type: 'date'},
        {name: 'at', type: 'timestamp'},
        {name: 'ok', type: 'boolean'},
        {name: 'f', type: 'float64'},
        {name: 'price', type: {kind: 'decimal', precision: 10, scale: 2}},
      ],
      csvFiles: [
        csv('1,"a, ""b""\nc",2026-01-02,2026-01-02T03:04:05.000006Z,true,1e-3,1.50\n'),
        csv('9223372036854775807,"",,,,,\n'),
        csv('-3,,,,,,\n'),
      ],
    })

    expect(result).toEqual({relation: {schema: 'silver_data', name: 'visit "x"__v3'}, rows: 3, isNew: true})
    expect(await rowsOf('silver_data."visit ""x""__v3"')).toEqual([
      {id: -3, name: null, on: null, at: null, ok: null, f: null, price: null},
      {id: 1, name: 'a, "b"\nc', on: '2026-01-02', at: '2026-01-02T03:04:05.000006Z', ok: true, f: 0.001, price: '1.50'},
      {id: 9223372036854775807n, name: '', on: null, at: null, ok: null, f: null, price: null},
    ])
  })

  it('does nothing the second time, whoever comes second', async () => {
    const snapshot = load('twice', 1, '1,a\n2,b\n')
    const other = await test.connect()

    const results = await Promise.all([loadSnapshot(db, snapshot), loadSnapshot(other, snapshot), loadSnapshot(db, snapshot)])

    expect(results.map(({isNew}) => isNew).filter(Boolean)).toHaveLength(1)
    expect(results.map(({rows}) => rows)).toEqual([2, 2, 2])
    expect(await loadSnapshot(db, snapshot)).toMatchObject({rows: 2, isNew: false})
    expect(await rowsOf('silver_data.twice__v1')).toHaveLength(2)
  })

  it('loads every record of a large file once, over several connections', async () => {
    const records = Array.from({length: 120_000}, (_, n) => `${n},"line\n${'é'.repeat(n % 50)}"\n`)

    const {rows} = await loadSnapshot(db, load('large', 1, records.join('')))

    expect(rows).toBe(120_000)
    const found = await db.query(raw('select count(distinct id), max(id), sum(char_length(name)) from silver_data.large__v1'))
    expect(found.rows).toEqual([{count: 120_000, max: 119_999, sum: 120_000 * 5 + records.reduce((sum, _, n) => sum + (n % 50), 0)}])
  })

  it('leaves nothing behind when a value is bad or the signal aborts, and clears what a crash left', async () => {
    const drafts = async () => (await db.query(raw("select relname from pg_class where relname like 'torn%' and relkind = 'r'"))).rows
    await db.query(raw('create table silver_data.torn__draft_0badcafe (id bigint)'))

    await expect(loadSnapshot(db, load('torn', 1, '1,a\n', 'Jane,b\n'))).rejects.toMatchObject({
      code: 'WAREHOUSE_LOAD_FAILED',
      message: expect.not.stringContaining('Jane'),
    })
    const aborted = AbortSignal.abort()
    await expect(loadSnapshot(db, load('torn', 1, '1,a\n'), aborted)).rejects.toThrow()

    expect(await drafts()).toEqual([])
    expect(await loadSnapshot(db, load('torn', 1, '1,a\n'))).toMatchObject({rows: 1, isNew: true})
  })

  it('loads a snapshot without rows and a dataset with a very long name', async () => {
    const long = 'l'.repeat(60)

    expect(await loadSnapshot(db, {...load('none', 1), csvFiles: []})).toMatchObject({rows: 0, isNew: true})
    const [one, two] = [await loadSnapshot(db, load(long, 1, '1,a\n')), await loadSnapshot(db, load(long, 2, '1,a\n2,b\n'))]

    expect(one.relation.name).not.toBe(two.relation.name)
    expect((await loadSnapshot(db, load(long, 1, ''))).rows).toBe(1)
  })
})

describe('buildModel', () => {
  it('builds a table and a view from versioned tables', async () => {
    await loadSnapshot(db, load('ward', 1, '1,a\n2,b\n'))

    const table = await build('wards', 1, 'select ward.id * 2 as twice, name -- all\nfrom silver.ward;')
    const view = await build('names', 1, 'select name from gold.wards as w', 'view')

    expect([table, view]).toMatchObject([{rows: 2, relation: {schema: 'gold_data', name: 'wards__1'}}, {rows: 2}])
    expect(await rowsOf('gold_data.wards__1')).toEqual([
      {twice: 2, name: 'a'},
      {twice: 4, name: 'b'},
    ])
    expect(await rowsOf('gold_data.names__1')).toEqual([{name: 'a'}, {name: 'b'}])
  })

  it('replaces an earlier build of the same version, and leaves nothing when it fails', async () => {
    await build('again', 1, 'select 1 as n')
    await build('again', 1, 'select 2 as n, 3 as m', 'view')
    expect(await rowsOf('gold_data.again__1')).toEqual([{n: 2, m: 3}])

    await expect(build('again', 1, 'select 1 / (id - id) as n from silver.ward')).rejects.toMatchObject({code: 'WAREHOUSE_MODEL_FAILED'})

    expect(await rowsOf('gold_data.again__1')).toEqual([{n: 2, m: 3}])
  })

  it('names the place of a mistake, and no value of a row', async () => {
    await expect(build('typo', 1, 'select id,\n  w.nmae\nfrom silver.ward w')).rejects.toMatchObject({
      code: 'WAREHOUSE_MODEL_FAILED',
      at: {file: 'typo.sql', line: 2, column: 3},
    })
    await expect(build('typo', 1, 'select id from silver.ward w where é.x = 1')).rejects.toMatchObject({at: {line: 1, column: 36}})
    const failure: unknown = await build('cast', 1, "select ('Jane' || name)::int as n from silver.ward").catch((error: unknown) => error)
    expect(failure).toMatchObject({code: 'WAREHOUSE_MODEL_FAILED', message: expect.stringContaining('22P02')})
    expect(String(failure)).not.toContain('Janea')
  })

  it('stops when the signal aborts', async () => {
    const model = await parseModel({name: 'slow', path: 'slow.sql', sql: 'select 1 as n from pg_sleep(30)'})
    const signal = AbortSignal.timeout(100)

    const building = buildModel(db, {model, version: 1, contract: {columns: []}, now, versionOf: () => 1}, signal)

    await expect(building).rejects.toMatchObject({code: 'RUN_INTERRUPTED'})
  })
})

describe('publishVersions', () => {
  it('makes versions live together, says what was live before, and goes back', async () => {
    await build('kpi', 1, 'select 1 as n')
    await build('kpi', 2, 'select 2 as n')
    const silver: PublishTarget = {layer: 'silver', name: 'ward', version: 1, view: servedView('silver', 'ward')}

    expect(await publishVersions(db, [silver, gold('kpi', 1)], {run: 'r1'})).toMatchObject([
      {...gold('kpi', 1), rows: 1, state: 'live'},
      {...silver, rows: 2, state: 'live'},
    ])
    expect(await publishVersions(db, [gold('kpi', 2)])).toMatchObject([{version: 2, previousVersion: 1, state: 'live'}])
    expect(await rowsOf('gold.kpi')).toEqual([{n: 2}])
    expect(await publishVersions(db, [gold('kpi', 2)])).toMatchObject([{version: 2, previousVersion: 2, state: 'noop'}])
    expect(await publishVersions(db, [gold('kpi', 1)])).toMatchObject([{version: 1, previousVersion: 2, state: 'live'}])
    expect(await rowsOf('gold.kpi')).toEqual([{n: 1}])
    expect(await rowsOf('silver.ward')).toHaveLength(2)
    expect([await liveVersion(db, servedView('gold', 'kpi')), await liveVersion(db, servedView('gold', 'never'))]).toEqual([1, undefined])
  })

  it('makes all live or none, together with what is written alongside', async () => {
    await build('pair', 1, 'select 1 as n')
    await db.query(raw('create table public.log (n int)'))
    const alongside = (n: number, fail: boolean) => async (tx: {query: Database['query']}) => {
      await tx.query(sql`insert into public.log values (${n})`)
      if (fail) throw new Error('disk')
    }

    await expect(publishVersions(db, [gold('pair', 1), gold('pair2', 9)])).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
    await expect(publishVersions(db, [gold('pair', 1)], {alongside: alongside(1, true)})).rejects.toThrow('disk')
    expect(await liveVersion(db, servedView('gold', 'pair'))).toBeUndefined()
    await publishVersions(db, [gold('pair', 1)], {alongside: alongside(2, false)})

    expect(await rowsOf('public.log')).toEqual([{n: 2}])
    expect(await liveVersion(db, servedView('gold', 'pair'))).toBe(1)
  })

  it('follows changed columns and keeps grants, unless something foreign depends on the view', async () => {
    const role = `reader_${Math.random().toString(36).slice(2)}`
    await db.query(raw(`create role ${role}`))
    await build('shape', 1, 'select 1 as a, 2 as b')
    await build('shape', 2, "select 'x' as b")
    await publishVersions(db, [gold('shape', 1)])
    await db.query(raw(`grant select on gold.shape to ${role}; grant select on gold.shape to public`))

    await publishVersions(db, [gold('shape', 2)])
    expect(await rowsOf('gold.shape')).toEqual([{b: 'x'}])
    const {rows} = await db.query<{acl: string}>(raw("select relacl::text as acl from pg_class where oid = 'gold.shape'::regclass"))
    expect(rows[0]?.acl).toContain(`${role}=r/`)
    expect(rows[0]?.acl).toContain('{=r/'.slice(1))

    await db.query(raw('create view public.report as select b from gold.shape'))
    await expect(publishVersions(db, [gold('shape', 1)])).rejects.toMatchObject({
      code: 'CONTRACT_CHANGED',
      message: expect.stringContaining('public.report'),
    })
    expect(await rowsOf('public.report')).toEqual([{b: 'x'}])
    await db.query(raw(`drop view public.report; revoke all on gold.shape from ${role}; drop role ${role}`))
  })

  it('gives up rather than block readers, and succeeds once a long reader has ended', async () => {
    await build('busy', 1, 'select 1 as n')
    await build('busy', 2, 'select 2 as n')
    await publishVersions(db, [gold('busy', 1)])
    const reader = await test.connect()
    let finishReading = (): void => undefined
    const mayFinish = new Promise<void>((resume) => {
      finishReading = resume
    })
    let reading = (): void => undefined
    const isReading = new Promise<void>((resume) => {
      reading = resume
    })
    const longRead = reader.transaction(async (tx) => {
      await tx.query(raw('select * from gold.busy'))
      reading()
      await mayFinish
    })
    await isReading

    await expect(publishVersions(db, [gold('busy', 2)], {waitMs: 200})).rejects.toMatchObject({code: 'RUN_LOCKED'})
    const publishing = publishVersions(db, [gold('busy', 2)])
    expect(await rowsOf('gold.busy')).toEqual([{n: 1}])
    finishReading()
    await longRead

    expect(await publishing).toMatchObject([{version: 2, state: 'live'}])
    expect(await rowsOf('gold.busy')).toEqual([{n: 2}])
  })

  it('refuses to replace a table that somebody put where the view belongs', async () => {
    await build('taken', 1, 'select 1 as n')
    await db.query(raw('create table gold.taken (x int)'))

    await expect(publishVersions(db, [gold('taken', 1)])).rejects.toMatchObject({code: 'CATALOG_MISCONFIGURED'})
  })
})

describe('dropOldVersions', () => {
  it('keeps the live version, the newest old ones and what others still read', async () => {
    for (let version = 1; version <= 7; version++) await build('aged', version, `select ${version} as n`)
    await db.query(raw('create view public.nostalgic as select n from gold_data.aged__1'))
    await publishVersions(db, [gold('aged', 6)])

    expect(await dropOldVersions(db, gold('aged', 1), {keep: 2})).toEqual([3, 2])

    expect((await storedVersions(db, 'gold', 'aged')).map(({version}) => version)).toEqual([7, 6, 5, 4, 1])
    expect(await rowsOf('gold.aged')).toEqual([{n: 6}])
    await publishVersions(db, [gold('aged', 4)])
    expect(await rowsOf('gold.aged')).toEqual([{n: 4}])
  })
})

describe('queryWarehouse', () => {
  const ask = (text: string, limit = 10, timeoutMs = 5_000) => queryWarehouse(db, {sql: text, limit, timeoutMs})

  it('reaches no file of the machine, not even by changing its role on the way', async () => {
    await expect(ask("select pg_read_file('/etc/hostname')")).rejects.toMatchObject({code: 'WAREHOUSE_QUERY_FAILED'})
    await expect(ask("select set_config('role', session_user, true), pg_read_file('/etc/hostname')")).rejects.toMatchObject({
      code: 'WAREHOUSE_QUERY_FAILED',
    })
  })

  it('answers with typed columns and says when rows were left out', async () => {
    expect(await ask("select n, 'x' as n from generate_series(1, 5) n;", 2)).toEqual({
      columns: [
        {name: 'n', type: 'int4'},
        {name: 'n', type: 'text'},
      ],
      rows: [
        [1, 'x'],
        [2, 'x'],
      ],
      truncated: true,
    })
    expect(await ask('-- a comment\n(table silver.ward)')).toMatchObject({
      rows: [
        [1, 'a'],
        [2, 'b'],
      ],
      truncated: false,
    })
    expect((await ask('explain select 1')).rows).not.toEqual([])
    expect((await ask('show timezone')).rows).toEqual([['UTC']])
  })

  it('never writes, whatever the text', async () => {
    const attempts = [
      'create table public.evil (n int)',
      'select 1; create table public.evil (n int)',
      'with x as (insert into public.log values (9) returning n) select * from x',
      'explain analyze insert into public.log values (9)',
      "copy (select 1) to '/tmp/evil'",
      'commit',
      'select 1 into public.evil',
      '; drop table public.log',
      '',
    ]
    for (const attempt of attempts) await expect(ask(attempt), attempt).rejects.toMatchObject({code: 'WAREHOUSE_QUERY_FAILED'})

    expect(await rowsOf('public.log')).toEqual([{n: 2}])
    expect((await db.query(raw("select to_regclass('public.evil') as evil"))).rows).toEqual([{evil: null}])
  })

  it('ends after its time', async () => {
    await expect(ask('select pg_sleep(20)', 10, 100)).rejects.toMatchObject({
      code: 'WAREHOUSE_QUERY_FAILED',
      message: expect.stringContaining('100 ms'),
    })
  })
})
