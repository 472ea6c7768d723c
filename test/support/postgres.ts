// Real PostgreSQL for tests: one embedded server for a whole vitest run (this file is a vitest globalSetup), or for one test
// file when there is none; a fresh database, copied from a template, for each file. The server starts on first use.
import {randomBytes} from 'node:crypto'
import {mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openCatalog} from '../../src/core/catalog/open-catalog.ts'
import {connectDatabase} from '../../src/core/postgres/connect.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {stopEmbeddedServer} from '../../src/core/postgres/embedded-server.ts'
import {ident, sql} from '../../src/core/postgres/sql.ts'

const homeVariable = 'HIPPO_TEST_POSTGRES_HOME'
const env = {PATH: process.env.PATH, HIPPO_PG_BIN: process.env.HIPPO_PG_BIN}

export interface TestServer {
  /** Home folder of the embedded server. */
  readonly home: string
  urlOf(database: string): string
  /** Stops the server and removes its folder; does nothing to a server that belongs to the whole run. */
  stop(): Promise<void>
}

export interface TestDatabase {
  readonly db: Database
  readonly url: string
  /** A second, independent connection pool to the same database. */
  connect(): Promise<Database>
  /** Drops the database, closes everything and stops a server that this file started. */
  close(): Promise<void>
}

/** vitest globalSetup: names the run's home; the teardown stops whatever was started there. */
export default function setup(): () => Promise<void> {
  const home = newHome()
  process.env[homeVariable] = home
  return () => removeHome(home)
}

/** The server of the run, or one of its own. */
export async function startTestServer(): Promise<TestServer> {
  const shared = process.env[homeVariable]
  const home = shared ?? newHome()
  return {
    home,
    urlOf: (database) => `postgresql://hippo@localhost/${database}?host=${encodeURIComponent(join(realpathSync(home), 'socket'))}`,
    stop: () => (shared === undefined ? removeHome(home) : Promise.resolve()),
  }
}

/** A fresh database: empty, or with the catalog's schema when `catalog` is set. */
export async function testDatabase(options: {readonly catalog?: boolean} = {}): Promise<TestDatabase> {
  const server = await startTestServer()
  const admin = await connectDatabase({url: 'embedded', home: server.home, idleMinutes: 0, env})
  if (options.catalog) await makeTemplate(admin, server)
  const name = `test_${randomBytes(6).toString('hex')}`
  await admin.query(sql`create database ${ident(name)} template ${ident(options.catalog ? templateName : 'template0')}`)
  const url = server.urlOf(name)
  const connect = (): Promise<Database> => connectDatabase({url, home: server.home, idleMinutes: 0, env})
  const opened: Database[] = []
  const open = async (): Promise<Database> => {
    const db = await connect()
    opened.push(db)
    return db
  }
  return {
    db: await open(),
    url,
    connect: open,
    close: async () => {
      await Promise.all(opened.map((db) => db.close()))
      await admin.query(sql`drop database ${ident(name)} with (force)`)
      await admin.close()
      await server.stop()
    },
  }
}

const templateName = 'hippo_template'

async function makeTemplate(admin: Database, server: TestServer): Promise<void> {
  await admin.withLock('hippo:test-template', {waitMs: 60_000, what: 'the template database'}, async () => {
    const {rowCount} = await admin.query(sql`select 1 from pg_database where datname = ${templateName} and datistemplate`)
    if (rowCount === 1) return
    await admin.query(sql`create database ${ident(templateName)} template template0`)
    const db = await connectDatabase({url: server.urlOf(templateName), home: server.home, idleMinutes: 0, env})
    await openCatalog(db)
    await db.close()
    await admin.query(sql`alter database ${ident(templateName)} is_template true`)
  })
}

function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'hippo-pg-'))
}

async function removeHome(home: string): Promise<void> {
  await stopEmbeddedServer({home, env})
  rmSync(home, {recursive: true, force: true})
}
