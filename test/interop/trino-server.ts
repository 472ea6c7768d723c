// A Trino server on loopback whose one catalog, `lake`, holds Delta tables in a bucket; it writes nowhere else: on local
// folders it refuses to. Statements go over its HTTP protocol. It ends with `close`, and with this process.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createWriteStream} from 'node:fs'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import http from 'node:http'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {setTimeout as sleep} from 'node:timers/promises'
import type {S3Settings} from '../../src/core/config/config.ts'
import {freePort} from '../support/s3-server.ts'
import type {TrinoFiles} from './install-trino.ts'

export interface TrinoServer {
  /** Rows as the server's JSON has them: whole numbers beyond 2^53 are to be asked for as text. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

export interface TrinoPlaces {
  /** For settings, data and the server's log. */
  readonly folder: string
  readonly bucket: string
  readonly s3: S3Settings
}

const startLimitMs = 300_000

export async function startTrino({java, home}: TrinoFiles, places: TrinoPlaces): Promise<TrinoServer> {
  const port = await freePort()
  const log = join(places.folder, 'trino.log')
  await writeSettings(home, places, port)
  const options = ['-Xmx2G', '-XX:+UseG1GC', '-XX:ReservedCodeCacheSize=256M', '-Djdk.attach.allowAttachSelf=true']
  const main = [`-Dconfig=${join(places.folder, 'config.properties')}`, '-cp', join(home, 'lib', '*'), 'io.trino.server.TrinoServer']
  // The shell ends the server when its own input ends, which happens however this process ends.
  const script = 'nice -n 5 "$@" <&- & server=$!; cat > /dev/null; kill -9 $server'
  const child = spawn('sh', ['-c', script, 'sh', java, ...options, ...main], {cwd: places.folder, stdio: ['pipe', 'pipe', 'pipe']})
  const output = createWriteStream(log)
  for (const from of [child.stdout, child.stderr]) from.pipe(output, {end: false})
  const close = async () => {
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
  }
  const query = (sql: string) => runStatement(`http://127.0.0.1:${port}/v1/statement`, sql)
  try {
    await untilStarted(log, query)
  } catch (error) {
    await close()
    throw error
  }
  return {query, close}
}

async function writeSettings(home: string, {folder, bucket, s3}: TrinoPlaces, port: number): Promise<void> {
  const catalogs = join(folder, 'catalog')
  await mkdir(catalogs, {recursive: true})
  await writeFile(
    join(folder, 'config.properties'),
    properties({
      coordinator: 'true',
      'node-scheduler.include-coordinator': 'true',
      'http-server.http.port': String(port),
      'discovery.uri': `http://127.0.0.1:${port}`,
      'plugin.dir': join(home, 'plugin'),
      'catalog.config-dir': catalogs,
      'node.environment': 'interop',
      'node.id': 'one',
      'node.bind-ip': '127.0.0.1',
      'node.internal-address': '127.0.0.1',
    }),
  )
  await writeFile(
    join(catalogs, 'lake.properties'),
    properties({
      'connector.name': 'delta_lake',
      'hive.metastore': 'file',
      'hive.metastore.catalog.dir': `s3://${bucket}/trino-metastore`,
      'hive.metastore.disable-location-checks': 'true',
      'delta.register-table-procedure.enabled': 'true',
      'delta.enable-non-concurrent-writes': 'true',
      'delta.metadata.cache-ttl': '0s',
      'fs.native-s3.enabled': 'true',
      's3.endpoint': s3.endpoint ?? '',
      's3.region': s3.region,
      's3.path-style-access': 'true',
      's3.aws-access-key': s3.accessKey ?? '',
      's3.aws-secret-key': s3.secretKey ?? '',
    }),
  )
}

const properties = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

async function untilStarted(log: string, query: TrinoServer['query']): Promise<void> {
  const started = Date.now()
  while (Date.now() - started < startLimitMs) {
    const said = await readFile(log, 'utf8').catch(() => '')
    const problem = /^\d+\) .*$/m.exec(said)?.[0]
    if (problem !== undefined) throw new Error(`Trino does not start: ${problem}`)
    if (said.includes('SERVER STARTED') && (await query('select 1').catch(() => [])).length === 1) return
    await sleep(500)
  }
  throw new Error(`Trino did not start within ${startLimitMs / 1000} s`)
}

interface StatementPage {
  readonly nextUri?: string
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: {readonly message: string}
}

async function runStatement(url: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const rows: (readonly unknown[])[] = []
  let page = await exchange(url, sql)
  while (true) {
    if (page.error !== undefined) throw new Error(page.error.message)
    rows.push(...(page.data ?? []))
    if (page.nextUri === undefined) return rows
    page = await pageAgain(page.nextUri)
  }
}

const triesPerPage = 5

/** A page may be asked for again until the one after it was. */
async function pageAgain(url: string): Promise<StatementPage> {
  for (let tries = 1; ; tries++) {
    try {
      return await exchange(url)
    } catch (error) {
      if (!isConnectionLoss(error) || tries === triesPerPage) throw error
      await sleep(tries * 500)
    }
  }
}

/** Nothing was answered: a statement that only reads may be sent again. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(String(error.code))
}

const headers = {'X-Trino-User': 'interop', 'X-Trino-Time-Zone': 'UTC', 'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME'}

/** Each over a connection of its own: one that is kept was closed by the server just when it was used again, now and then. */
async function exchange(url: string, statement?: string): Promise<StatementPage> {
  const request = http.request(url, {agent: false, headers, method: statement === undefined ? 'GET' : 'POST'})
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>
  request.end(statement)
  const [response] = await answered
  const body = await text(response)
  if (response.statusCode !== 200) throw new Error(`Trino answers ${response.statusCode}`)
  return JSON.parse(body) as StatementPage
}
