// A test workspace as it is at one moment, to be had again as often as a test wants: its folder is put back in its place, and its
// database is a fresh copy. That costs a hundredth of making it again.
import {cpSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {connectDatabase} from '../../src/core/postgres/connect.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {ident, sql} from '../../src/core/postgres/sql.ts'
import {startTestServer} from './postgres.ts'
import {TestWorkspace} from './workspace.ts'

/** One moment of a workspace. */
export interface SavedMoment {
  readonly folder: string
  readonly database: string
}

/** The moments of one test workspace; of all its copies, which share its folder, one is there at a time. */
export class SavedWorkspace {
  readonly #ward: TestWorkspace
  readonly #admin: Database
  readonly #server: Awaited<ReturnType<typeof startTestServer>>
  readonly #folders: string[] = []
  readonly #databases: string[] = []
  #copies = 0

  private constructor(ward: TestWorkspace, admin: Database, server: Awaited<ReturnType<typeof startTestServer>>) {
    this.#ward = ward
    this.#admin = admin
    this.#server = server
  }

  /** `ward` is closed with what was saved of it. */
  static async of(ward: TestWorkspace): Promise<SavedWorkspace> {
    const server = await startTestServer()
    return new SavedWorkspace(ward, await connectDatabase({url: 'embedded', home: server.home, idleMinutes: 0, env: process.env}), server)
  }

  /** Keeps a copy as it is now; no verb may be at work in it. */
  async save(of: TestWorkspace): Promise<SavedMoment> {
    const folder = mkdtempSync(path.join(tmpdir(), 'hippo-saved-'))
    this.#folders.push(folder)
    cpSync(of.root, folder, {recursive: true, preserveTimestamps: true})
    const from = databaseOf(of)
    await this.#admin.query(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from}`)
    return {folder, database: await this.#copy(from)}
  }

  /** The workspace as it was then. It is not to be closed. */
  async again({folder, database}: SavedMoment): Promise<TestWorkspace> {
    const {root, env} = this.#ward
    for (const name of readdirSync(root)) rmSync(path.join(root, name), {recursive: true, force: true})
    cpSync(folder, root, {recursive: true, preserveTimestamps: true})
    return new TestWorkspace(root, {...env, HIPPO_DATABASE_URL: this.#server.urlOf(await this.#copy(database))}, undefined)
  }

  /** Ends the life of a copy whose process died, or that is not needed any more: its database goes, whoever is connected. */
  async drop(of: TestWorkspace): Promise<void> {
    await this.#admin.query(sql`drop database ${ident(databaseOf(of))} with (force)`)
    this.#databases.splice(this.#databases.indexOf(databaseOf(of)), 1)
  }

  async close(): Promise<void> {
    for (const name of this.#databases) await this.#admin.query(sql`drop database ${ident(name)} with (force)`)
    await this.#admin.close()
    await this.#server.stop()
    await this.#ward.close()
    for (const folder of this.#folders) rmSync(folder, {recursive: true, force: true})
  }

  async #copy(database: string): Promise<string> {
    const copy = `${databaseOf(this.#ward)}_${++this.#copies}`
    await this.#admin.query(sql`create database ${ident(copy)} template ${ident(database)}`)
    this.#databases.push(copy)
    return copy
  }
}

const databaseOf = ({env}: TestWorkspace): string => new URL(env.HIPPO_DATABASE_URL ?? '').pathname.slice(1)
