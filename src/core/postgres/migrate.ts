// Forward-only migrations: plain numbered SQL files, each applied once, all pending ones in one transaction. A file that was
// applied may never change. When there is nothing to do it costs one small query.
import {createHash} from 'node:crypto'
import {readdir, readFile} from 'node:fs/promises'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from './connection-errors.ts'
import type {Database, Queryable} from './database.ts'
import {ident, raw, sql} from './sql.ts'

export interface MigrateOptions {
  /** Folder of `0001-name.sql`, `0002-name.sql`, …: absolute path or file URL. */
  readonly folder: string | URL
  /** Schema that holds the list of applied files; made when missing. */
  readonly schema: string
}

interface Migration {
  readonly name: string
  readonly text: string
  readonly sha256: string
}

const longestWaitMs = 120_000

/** Brings the schema up to date; returns the names of the files it applied. CATALOG_NEWER when the database knows files that we do not. */
export async function migrate(db: Database, {folder, schema}: MigrateOptions): Promise<readonly string[]> {
  const known = await readMigrations(folder)
  if (pending(known, await applied(db, schema)).length === 0) return []
  // Taken before the transaction begins: a waiter must see what the winner committed, also in PostgreSQL's own catalogs
  // (`create … if not exists` is no guard against a concurrent twin).
  return db.withLock(`hippo:migrate:${schema}`, {waitMs: longestWaitMs, what: `the set-up of schema ${schema}`}, () =>
    db.transaction(async (tx) => {
      const todo = pending(known, (await hasTable(tx, schema)) ? await applied(tx, schema) : [])
      if (todo.length === 0) return []
      await tx.query(raw(`create schema if not exists ${ident(schema).text}`))
      await tx.query(
        sql`create table if not exists ${ident(schema, 'migrations')} (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
      )
      for (const {name, text, sha256} of todo) {
        await tx.query(raw(text))
        await tx.query(sql`insert into ${ident(schema, 'migrations')} (name, sha256) values (${name}, ${sha256})`)
      }
      return todo.map(({name}) => name)
    }),
  )
}

async function readMigrations(folder: string | URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort()
  const base = typeof folder === 'string' ? `${folder}/` : folder.href.replace(/\/?$/, '/')
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(typeof folder === 'string' ? base + name : new URL(base + name), 'utf8')
      return {name, text, sha256: createHash('sha256').update(text).digest('hex')}
    }),
  )
}

type Applied = Pick<Migration, 'name' | 'sha256'>

async function applied(db: Queryable, schema: string): Promise<readonly Applied[]> {
  try {
    const {rows} = await db.query<Applied>(sql`select name, sha256 from ${ident(schema, 'migrations')}`)
    return rows
  } catch (error) {
    const missing = codeOf(error) === '42P01' || codeOf(error) === '3F000'
    if (missing) return []
    throw error
  }
}

async function hasTable(db: Queryable, schema: string): Promise<boolean> {
  const {rows} = await db.query<{found: boolean}>(sql`select to_regclass(${ident(schema, 'migrations').text}) is not null as found`)
  return rows[0]?.found === true
}

function pending(known: readonly Migration[], done: readonly Applied[]): readonly Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  for (const {name, sha256} of done) {
    const ours = byName.get(name)
    if (ours === undefined)
      throw new HippoError('CATALOG_NEWER', {message: `the catalog has migration ${name}, which this hippo does not know`})
    if (ours.sha256 === sha256) continue
    throw new HippoError('CATALOG_CORRUPT', {
      message: `migration ${name} is not the one that was applied to this catalog`,
      hint: 'install the hippo that made it',
    })
  }
  const names = new Set(done.map(({name}) => name))
  return known.filter(({name}) => !names.has(name))
}
