// The door to PostgreSQL: an embedded server that starts on demand, or the server of a URL. After this call the two are the
// same to everyone.
import {HippoError} from '../errors/hippo-error.ts'
import type {Database} from './database.ts'
import {embeddedServer} from './embedded-server.ts'
import {PoolDatabase} from './pool-database.ts'
import {reach, type ServerAccess} from './server-access.ts'
import {clientConfig, loadPg, prepareSession} from './session.ts'

export interface ConnectOptions {
  /** `embedded`, or a PostgreSQL connection URL. */
  readonly url: string
  /** Folder of the embedded server (`.hippo/pg`); made when missing. */
  readonly home: string
  /** Minutes without a client after which the embedded server stops; 0 = never. */
  readonly idleMinutes: number
  readonly env: NodeJS.ProcessEnv
}

const maxConnections = 8

/** Connects, starting the embedded server when it is down. Throws CATALOG_UNREACHABLE or CATALOG_MISCONFIGURED. */
export async function connectDatabase({url, home, idleMinutes, env}: ConnectOptions): Promise<Database> {
  const server = url === 'embedded' ? embeddedServer({home, idleMinutes, env}) : await serverOfUrl(url)
  const pg = await loadPg()
  const pool = new pg.Pool({
    ...clientConfig(server, pg),
    max: maxConnections,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    onConnect: (client) => prepareSession(client, server),
  })
  // A connection that breaks while idle is only replaced; one in use rejects its query.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    const client = await reach(server, () => pool.connect())
    await server.onFirstConnection(client)
    client.release()
  } catch (error) {
    await pool.end()
    throw error
  }
  return new PoolDatabase(server, pool)
}

async function serverOfUrl(url: string): Promise<ServerAccess> {
  const pg = await loadPg()
  const connectionTimeoutMillis = 10_000
  let client: InstanceType<typeof pg.Client>
  try {
    if (!/^(postgres(ql)?|socket):\/\//.test(url)) throw new HippoError('CATALOG_MISCONFIGURED', {message: 'not a PostgreSQL URL'})
    client = new pg.Client({connectionString: url})
  } catch {
    // The URL itself may hold a password, and so may the parser's message.
    throw new HippoError('CATALOG_MISCONFIGURED', {
      message: 'the database URL cannot be read',
      hint: 'write it as postgresql://user:password@host:5432/database, or use "embedded"',
    })
  }
  const host = client.host.includes(':') ? `[${client.host}]` : client.host
  return {
    embedded: false,
    config: {connectionString: url, connectionTimeoutMillis},
    where: `PostgreSQL at ${host}${host.startsWith('/') ? '' : `:${client.port}`}, database ${client.database ?? ''}`,
    patienceMs: {nobody: 1_500, busy: 5_000},
    wake: async () => undefined,
    onFirstConnection: async () => undefined,
  }
}
