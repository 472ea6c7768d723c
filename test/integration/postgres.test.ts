import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {connectDatabase} from '../../src/core/postgres/connect.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {ident, json, raw, sql} from '../../src/core/postgres/sql.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await testDatabase()
  db = test.db
})
afterAll(() => test.close())

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

const url = (change: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string => Object.assign(new URL(test.url), change).href
const connect = (to: string): Promise<Database> => connectDatabase({url: to, home: '', idleMinutes: 0, env: {}})

describe('query', () => {
  it('brings values back as documented', async () => {
    const {rows} = await db.query(sql`select 5::int8 as small, 9007199254740993::int8 as large, 1.50::numeric as exact,
      '2026-01-02 03:04:05.6+02'::timestamptz as at, 'infinity'::timestamptz as never, '2026-01-02'::date as day,
      '2026-01-02 03:04:05'::timestamp as local, array[1, 9007199254740993]::int8[] as list, array[1.50, null]::numeric[] as exacts,
      array['2026-01-02 03:04:05+00'::timestamptz] as ats, ${json({a: [1, null]})} as doc, ${['x', null]}::text[] as texts, true as yes, 0.1::float8 as f`)

    expect(rows).toEqual([
      {
        small: 5,
        large: 9007199254740993n,
        exact: '1.50',
        at: '2026-01-02T01:04:05.600Z',
        never: 'infinity',
        day: '2026-01-02',
        local: '2026-01-02T03:04:05',
        list: [1, 9007199254740993n],
        exacts: ['1.50', null],
        ats: ['2026-01-02T03:04:05.000Z'],
        doc: {a: [1, null]},
        texts: ['x', null],
        yes: true,
        f: 0.1,
      },
    ])
  })

  it('keeps values out of the text, whatever they hold', async () => {
    const nasty = `'; drop table x; -- $1 "\\ \u202e😀`

    const {rows} = await db.query(sql`select ${nasty} as a, ${ident('x"y')}.* from (select 1 as n) as ${ident('x"y')}`)

    expect(rows).toEqual([{a: nasty, n: 1}])
  })

  it('leaves the connection usable after an error', async () => {
    await expect(db.query(raw('select 1/0'))).rejects.toMatchObject({code: '22012'})

    expect((await db.query(raw('select 1 as one'))).rows).toEqual([{one: 1}])
  })

  it('cancels on the server when the signal aborts', async () => {
    const controller = new AbortController()
    const startedAt = performance.now()
    setTimeout(() => controller.abort(), 50)

    await expect(db.query(raw('select pg_sleep(30)'), {signal: controller.signal})).rejects.toMatchObject({code: 'RUN_INTERRUPTED'})

    expect(performance.now() - startedAt).toBeLessThan(5_000)
    const {rows} = await db.query<{n: number}>(
      raw(
        "select count(*) as n from pg_stat_activity where datname = current_database() and state = 'active' and query like 'select pg_sleep(30)'",
      ),
    )
    expect(rows[0]?.n).toBe(0)
  })

  it('gives a grid with types, also for columns of one name, and refuses a second statement', async () => {
    expect(await db.table(raw("select 1 as a, 'x'::text as a, array[1.5]::numeric[] as b, null::timestamptz as c"))).toEqual({
      columns: [
        {name: 'a', type: 'int4'},
        {name: 'a', type: 'text'},
        {name: 'b', type: '_numeric'},
        {name: 'c', type: 'timestamptz'},
      ],
      rows: [[1, 'x', ['1.5'], null]],
    })
    await expect(db.table(raw('select 1; select 2'))).rejects.toMatchObject({code: '42601'})
  })
})

describe('transaction', () => {
  it('commits what succeeds and rolls back what throws', async () => {
    await db.query(raw('create table public.t (n int primary key)'))

    const returned = await db.transaction(async (tx) => {
      await tx.query(sql`insert into public.t values (${1})`)
      return 'done'
    })
    await expect(
      db.transaction(async (tx) => {
        await tx.query(sql`insert into public.t values (${2})`)
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')

    expect(returned).toBe('done')
    expect((await db.query(raw('select n from public.t'))).rows).toEqual([{n: 1}])
  })

  it('does not call a transaction done whose failed statement was swallowed', async () => {
    await expect(
      db.transaction(async (tx) => {
        await tx.query(sql`insert into public.t values (${3})`)
        await tx.query(sql`insert into public.t values (${1})`).catch(() => undefined)
      }),
    ).rejects.toMatchObject({code: 'RUN_INTERNAL'})

    expect((await db.query(raw('select n from public.t'))).rows).toEqual([{n: 1}])
  })
})

describe('withLock', () => {
  it('lets one in at a time and gives the work its result', async () => {
    let inside = 0
    let most = 0
    const work = async (): Promise<number> => {
      most = Math.max(most, ++inside)
      await new Promise((resume) => setTimeout(resume, 20))
      return inside--
    }

    await Promise.all(Array.from({length: 5}, () => db.withLock('one', {waitMs: 10_000, what: 'it'}, work)))

    expect(most).toBe(1)
  })

  it('frees the lock when the work throws, and stops waiting when the signal aborts', async () => {
    await expect(db.withLock('two', {waitMs: 0, what: 'it'}, () => Promise.reject(new Error('no')))).rejects.toThrow('no')

    const controller = new AbortController()
    await db.withLock('two', {waitMs: 0, what: 'it'}, async () => {
      setTimeout(() => controller.abort(), 30)
      const waiting = db.withLock('two', {waitMs: 30_000, what: 'it', signal: controller.signal}, async () => 1)
      await expect(waiting).rejects.toMatchObject({code: 'RUN_INTERRUPTED'})
    })
  })

  it('tells the work when the connection that holds the lock breaks', async () => {
    const aborted = await db.withLock('three', {waitMs: 0, what: 'it'}, async (lost) => {
      // The server serves other tests too: their locks, in their own databases, are not this test's to break.
      await db.query(
        raw(
          "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())",
        ),
      )
      await expect.poll(() => lost.aborted).toBe(true)
      return lost.aborted
    })

    expect(aborted).toBe(true)
  })
})

describe('listen', () => {
  it('delivers what was sent, comes back when its connection breaks and says that something may be missing', async () => {
    const heard: string[] = []
    const stop = await db.listen('ward', (payload) => heard.push(payload))

    await db.query(sql`select pg_notify('ward', ${'one'})`)
    await expect.poll(() => heard).toEqual(['one'])
    await db.query(
      raw(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%' and pid <> pg_backend_pid()",
      ),
    )
    await expect.poll(() => heard).toEqual(['one', ''])
    await db.query(sql`select pg_notify('ward', ${'two'})`)
    await expect.poll(() => heard).toEqual(['one', '', 'two'])
    await stop()
    await db.query(sql`select pg_notify('ward', ${'three'})`)
    await new Promise((resume) => setTimeout(resume, 100))

    expect(heard).toEqual(['one', '', 'two'])
  })
})

describe('copyIn', () => {
  it('loads CSV with null, empty text, quotes and line breaks, split anywhere', async () => {
    await db.query(raw('create table public.c (id int, name text)'))

    const rows = await db.copyIn('copy public.c from stdin (format csv)', chunks('1,"a ""q""\nb"\n2,', '\n3,""\n4,\\N', '\n5,é😀\n'))

    expect(rows).toBe(5)
    expect((await db.query(raw('select * from public.c order by id'))).rows).toEqual([
      {id: 1, name: 'a "q"\nb'},
      {id: 2, name: null},
      {id: 3, name: ''},
      {id: 4, name: '\\N'},
      {id: 5, name: 'é😀'},
    ])
  })

  it('loads nothing when one value is bad, and names line and column but not the value', async () => {
    const failure: unknown = await db
      .copyIn('copy public.c from stdin (format csv)', chunks('10,x\nJane Doe,y\n'))
      .catch((error: unknown) => error)

    expect(failure).toMatchObject({code: 'WAREHOUSE_LOAD_FAILED', message: expect.stringContaining('line 2, column id')})
    expect(JSON.stringify(failure) + String(failure)).not.toContain('Jane')
    expect((await db.query(raw('select 1 from public.c where id = 10'))).rowCount).toBe(0)
  })

  it('loads nothing when the body fails or the signal aborts half-way', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('20,x\n')
      throw new Error('torn')
    }
    const controller = new AbortController()
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let n = 0; ; n++) {
        yield Buffer.from('21,x\n')
        if (n === 10) controller.abort()
        await new Promise((resume) => setTimeout(resume, 1))
      }
    }

    await expect(db.copyIn('copy public.c from stdin (format csv)', broken())).rejects.toThrow('torn')
    await expect(db.copyIn('copy public.c from stdin (format csv)', endless(), controller.signal)).rejects.toMatchObject({
      code: 'RUN_INTERRUPTED',
    })

    expect((await db.query(raw('select 1 from public.c where id in (20, 21)'))).rowCount).toBe(0)
  })
})

describe('connectDatabase', () => {
  it('describes the server without a password', async () => {
    const described = await (await connect(url({password: 'geheim'}))).describe()

    expect(described).toMatchObject({embedded: false, version: expect.stringMatching(/^\d+\.\d+/)})
    expect(described.where).toContain('database test_')
    expect(JSON.stringify(described)).not.toContain('geheim')
  })

  it('says what is wrong with an address without repeating a password', async () => {
    const failing: [string, string][] = [
      ['postgresql://u:geheim@127.0.0.1:1/x', 'CATALOG_UNREACHABLE'],
      ['postgresql://u:geheim@nowhere.invalid/x', 'CATALOG_UNREACHABLE'],
      ['postgresql://u:geheim@[broken/x', 'CATALOG_MISCONFIGURED'],
      ['mysql://u:geheim@127.0.0.1/x', 'CATALOG_MISCONFIGURED'],
      [url({pathname: '/nosuchdb'}), 'CATALOG_MISCONFIGURED'],
      [url({username: 'stranger', password: 'geheim'}), 'CATALOG_MISCONFIGURED'],
    ]
    for (const [address, code] of failing) {
      const error: unknown = await connect(address).catch((thrown: unknown) => thrown)

      expect(error, address).toMatchObject({code})
      expect(String(error) + JSON.stringify(error)).not.toContain('geheim')
    }
  })
})
