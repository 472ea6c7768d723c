// One connection made ready: UTC, ISO dates, UTF-8, a server that is new enough. Everything hippo sends goes through
// a client that was opened here.
import type {Client, ClientBase, ClientConfig} from 'pg'
import {HippoError} from '../errors/hippo-error.ts'
import type {ServerAccess} from './server-access.ts'
import {typeParsers} from './type-parsers.ts'

const oldestMajor = 17 // MERGE … returning merge_action() and not matched by source

/** pg itself, loaded on first use: 35 ms that `--help` does not pay. */
export async function loadPg(): Promise<typeof import('pg').default> {
  return (await import('pg')).default
}

/** The configuration of every client and pool. */
export function clientConfig(server: ServerAccess, pg: typeof import('pg').default): ClientConfig {
  return {...server.config, application_name: 'hippo', keepAlive: true, types: typeParsers(pg.types)}
}

/** Opens a connection outside the pool (locks, notifications); the caller ends it. */
export async function openClient(server: ServerAccess): Promise<Client> {
  const pg = await loadPg()
  const client = new pg.Client(clientConfig(server, pg))
  // Without a listener a connection that breaks between two queries would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await prepareSession(client, server)
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

/** Sets what results depend on and refuses a server that cannot serve; one round trip. */
export async function prepareSession(client: ClientBase, server: ServerAccess): Promise<void> {
  const {rows} = await client.query<{version: number; encoding: string; standby: boolean}>(`
    select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),
      set_config('IntervalStyle', 'iso_8601', false), set_config('bytea_output', 'hex', false),
      set_config('extra_float_digits', '1', false), set_config('standard_conforming_strings', 'on', false),
      current_setting('server_version_num')::int4 as version, getdatabaseencoding() as encoding, pg_is_in_recovery() as standby`)
  const found = rows[0]
  const refuse = (message: string, hint: string): never => {
    throw new HippoError('CATALOG_MISCONFIGURED', {message: `${server.where}: ${message}`, hint})
  }
  if (found === undefined) return
  if (found.version < oldestMajor * 10_000) {
    refuse(
      `PostgreSQL ${Math.floor(found.version / 10_000)} is too old, ${oldestMajor} is needed`,
      'upgrade it, or leave HIPPO_DATABASE_URL unset',
    )
  }
  if (found.encoding !== 'UTF8') refuse(`the database is encoded in ${found.encoding}`, "create it with encoding 'UTF8'")
  if (found.standby) refuse('this server is a read-only standby', 'give the URL of the primary')
  // A backend whose client was killed would otherwise finish its statement first. Not every platform has it.
  if (!server.embedded) await client.query("set client_connection_check_interval = '1s'").catch(() => undefined)
}
