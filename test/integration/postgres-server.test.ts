import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterEach, describe, expect, it} from 'vitest'
import {connectDatabase} from '../../src/core/postgres/connect.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {runningServer, stopEmbeddedServer} from '../../src/core/postgres/embedded-server.ts'
import {raw, sql} from '../../src/core/postgres/sql.ts'

const env = process.env
const client = new URL('../support/postgres-client.ts', import.meta.url).pathname
const homes: string[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const home of homes.splice(0).reverse()) {
    await stopEmbeddedServer({home, env})
    rmSync(home, {recursive: true, force: true})
  }
})

function newHome(below = ''): string {
  const home = mkdtempSync(join(tmpdir(), 'hippo-server-'))
  homes.push(home)
  const nested = join(home, below)
  mkdirSync(nested, {recursive: true, mode: 0o700})
  if (below !== '') homes.push(nested)
  return nested
}

const connect = (home: string, idleMinutes = 0): Promise<Database> => connectDatabase({url: 'embedded', home, idleMinutes, env})

/** Starts the client program; resolves with its first line, later with its exit code. */
function run(home: string, command: string, argument: string) {
  const child = spawn(process.execPath, [client, home, command, argument], {stdio: ['ignore', 'pipe', 'inherit'], env})
  children.push(child)
  const lines: Record<string, unknown>[] = []
  const reader = createInterface({input: child.stdout})
  const first = new Promise<Record<string, unknown>>((done) => {
    reader.on('line', (line) => {
      lines.push(JSON.parse(line) as Record<string, unknown>)
      done(lines[0]!)
    })
  })
  const exit = new Promise<number | null>((done) => child.on('exit', done))
  const closed = new Promise<void>((done) => reader.on('close', () => done()))
  return {child, first, exit, lines, closed}
}

async function isGone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

describe('the embedded server', () => {
  it('serves ten processes that start at once on a cold home, with one cluster and one postmaster', async () => {
    const home = newHome()

    const clients = Array.from({length: 10}, (_, n) => run(home, 'insert', `client-${n}`))
    const exits = await Promise.all(clients.map(({exit, closed}) => closed.then(() => exit)))

    expect(exits).toEqual(Array(10).fill(0))
    expect(new Set(clients.map(({lines}) => lines[0]?.cluster)).size).toBe(1)
    const db = await connect(home)
    expect((await db.query(raw('select who from public.seen'))).rowCount).toBe(10)
    await db.close()
    expect(runningServer({home, env})).toBeTypeOf('number')
    expect(readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8')).toContain(`${runningServer({home, env})}\n`)
  })

  it('comes back after kill -9 with every acknowledged row', async () => {
    const home = newHome()
    const writer = run(home, 'commit', '')
    await expect.poll(() => writer.lines.length, {timeout: 20_000}).toBeGreaterThan(200)

    process.kill(runningServer({home, env})!, 'SIGKILL')
    const db = await connect(home)
    writer.child.kill('SIGKILL')
    await writer.closed

    const {rows} = await db.query<{n: number}>(raw('select n from public.counted'))
    const kept = new Set(rows.map(({n}) => n))
    expect(writer.lines.filter(({n}) => !kept.has(n as number))).toEqual([])
    await db.close()
  })

  it('comes back for a connection pool that was open when the server was killed', async () => {
    const home = newHome()
    const db = await connect(home)
    await db.query(raw('select 1'))

    const pid = runningServer({home, env})!
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => isGone(pid)).toBe(true)
    const answer = await db.query(raw('select 1 as one')).catch(() => db.query(raw('select 1 as one')))

    expect(answer.rows).toEqual([{one: 1}])
    await db.close()
  })

  it('waits for what a killed server was still at, instead of calling it broken', async () => {
    const home = newHome()
    const db = await connect(home)
    const busy = db.query(raw('select count(*)::int as n from generate_series(1, 12000000) a where a % 7 = 3'))
    const active = () =>
      db.query(raw("select 1 from pg_stat_activity where query like '%% 7%' and state = 'active' and pid <> pg_backend_pid()"))
    await expect.poll(async () => (await active()).rowCount).toBe(1)

    process.kill(runningServer({home, env})!, 'SIGKILL')
    const other = await connect(home)

    expect((await busy).rows).toEqual([{n: 1714286}])
    expect((await other.query(raw('select 1 as one'))).rows).toEqual([{one: 1}])
    await Promise.all([db.close(), other.close()])
  })

  it('ends when a process of its own crashes, and comes back with the next connection', async () => {
    const home = newHome()
    const db = await connect(home)
    const {rows} = await db.query<{pid: number}>(raw('create table public.kept as select 7 as n; select pg_backend_pid() as pid'))
    const before = runningServer({home, env})

    process.kill(rows[0]!.pid, 'SIGKILL')
    await expect.poll(() => runningServer({home, env})).not.toBe(before)
    const again = await connect(home)

    expect((await again.query(raw('select n from public.kept'))).rows).toEqual([{n: 7}])
    await Promise.all([db.close(), again.close()])
  })

  it('removes on its next start what processes that were killed left half made, and nothing of living ones', async () => {
    const home = newHome()
    await (await connect(home)).close()
    await stopEmbeddedServer({home, env})
    const dead = spawnSync('true').pid
    const names = [`data.init.${dead}`, `native-18.4.draft.${dead}`, `native-18.4.draft.${process.pid}`, 'native-18.4.0-beta.17']
    for (const name of names) mkdirSync(join(home, name, 'inside'), {recursive: true})

    await (await connect(home)).close()

    expect(names.filter((name) => existsSync(join(home, name)))).toEqual(names.slice(2))
  })

  it('stops on down and starts again on the next connection', async () => {
    const home = newHome()
    const first = await connect(home)
    await first.query(raw('create table public.kept as select 7 as n'))
    await first.close()

    expect(await stopEmbeddedServer({home, env})).toBe(true)
    expect(runningServer({home, env})).toBeUndefined()
    expect(existsSync(join(home, 'data', 'postmaster.pid'))).toBe(false)
    expect(await stopEmbeddedServer({home, env})).toBe(false)

    const again = await connect(home)
    expect((await again.query(raw('select n from public.kept'))).rows).toEqual([{n: 7}])
    await again.close()
  })

  it('starts although the recorded pid now belongs to another live process', async () => {
    const home = newHome()
    await (await connect(home)).close()
    const pidFile = join(home, 'data', 'postmaster.pid')
    const content = readFileSync(pidFile, 'utf8')
    await stopEmbeddedServer({home, env})
    writeFileSync(pidFile, content.replace(/^\d+/, String(process.pid)))

    const db = await connect(home)

    expect((await db.query(raw('select 1 as one'))).rows).toEqual([{one: 1}])
    expect(runningServer({home, env})).not.toBe(process.pid)
    await db.close()
  })

  it('never takes the recorded process of another program for the server', async () => {
    const home = newHome()
    await (await connect(home)).close()
    await stopEmbeddedServer({home, env})
    writeFileSync(join(home, 'data', 'postmaster.pid'), `${process.pid}\n`)

    expect(await stopEmbeddedServer({home, env})).toBe(false)
    expect(runningServer({home, env})).toBeUndefined()
  })

  it('works in a folder whose path is too long for a socket, and after the folder was moved', async () => {
    const home = newHome(`${'x'.repeat(60)}/${'y'.repeat(60)}`)
    await (await connect(home)).close()
    await stopEmbeddedServer({home, env})
    const moved = join(newHome(), 'moved')
    renameSync(home, moved)
    homes.push(moved)

    const db = await connect(moved)

    expect((await db.query(raw('select 1 as one'))).rows).toEqual([{one: 1}])
    await db.close()
  })

  it('does not write statements or their values to its log', async () => {
    const home = newHome()
    const db = await connect(home)

    await expect(db.query(raw("select 'Jane Doe'::int"))).rejects.toMatchObject({code: '22P02'})
    await expect(db.query(sql`select ${'Jane Doe'}::int`)).rejects.toMatchObject({code: '22P02'})

    await db.close()
    expect(readFileSync(join(home, 'server.log'), 'utf8')).not.toContain('Jane')
  })

  it('refuses a data folder of another major version and says which', async () => {
    const home = newHome()
    await (await connect(home)).close()
    await stopEmbeddedServer({home, env})
    writeFileSync(join(home, 'data', 'PG_VERSION'), '16\n')

    await expect(connect(home)).rejects.toMatchObject({code: 'CATALOG_MISCONFIGURED', message: expect.stringContaining('PostgreSQL 16')})
  })

  it('says why it does not start instead of waiting', async () => {
    const home = newHome()
    await (await connect(home)).close()
    await stopEmbeddedServer({home, env})
    writeFileSync(join(home, 'data', 'postgresql.conf'), "no_such_setting = 'x'\n")

    await expect(connect(home)).rejects.toMatchObject({code: 'CATALOG_MISCONFIGURED', message: expect.stringContaining('does not start')})
  })

  it('stops by itself when nobody uses it, and not while somebody does', async () => {
    const home = newHome()
    const db = await connect(home, 2 / 60)
    await new Promise((resume) => setTimeout(resume, 3_000))
    expect(runningServer({home, env})).toBeTypeOf('number')

    await db.close()

    await expect.poll(() => runningServer({home, env}), {timeout: 15_000}).toBeUndefined()
  })

  it('frees a lock when its holder is killed; until then a second taker is told', async () => {
    const home = newHome()
    const db = await connect(home)
    const holder = run(home, 'hold', 'dataset:patient')
    await holder.first
    const options = {what: 'dataset patient'}

    await expect(db.withLock('dataset:patient', {...options, waitMs: 0}, async () => 1)).rejects.toMatchObject({code: 'RUN_LOCKED'})
    await expect(db.withLock('dataset:patient', {...options, waitMs: 150}, async () => 1)).rejects.toMatchObject({code: 'RUN_LOCKED'})
    expect(await db.withLock('dataset:other', {...options, waitMs: 0}, async () => 1)).toBe(1)
    const waiting = db.withLock('dataset:patient', {...options, waitMs: 20_000}, async () => 'mine')
    holder.child.kill('SIGKILL')

    expect(await waiting).toBe('mine')
    await db.close()
  })

  it('replaces a server whose socket somebody removed, with all its rows', async () => {
    const home = newHome()
    const first = await connect(home)
    await first.query(raw('create table kept as select 1 as n'))
    await first.close()
    rmSync(join(home, 'socket', '.s.PGSQL.5432'))

    const second = await connect(home)
    const {rows} = await second.query<{n: number}>(raw('select n from kept'))
    await second.close()

    expect(rows).toEqual([{n: 1}])
  })
})
