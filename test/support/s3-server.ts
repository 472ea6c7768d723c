// A real S3 server for tests: versitygw on a free loopback port over a temporary folder, one for each test file. Where it is
// absent a test prints one line and skips; HIPPO_TEST_REQUIRE=s3 turns that into a failure. `HIPPO_TEST_S3=minio` takes a MinIO
// server from PATH instead. The server ends with its test, also when that is killed.
import {type ChildProcess, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {copyFile, mkdir, mkdtemp, rm} from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {findServer} from '../../scripts/s3-server.mjs'
import type {S3Settings} from '../../src/core/config/config.ts'
import {openS3Store, type S3StoreOptions} from '../../src/core/store/s3/open-s3-store.ts'
import type {S3Store} from '../../src/core/store/s3/s3-store.ts'

export const testBucket = 'hippo-test'

export interface TestS3Server {
  readonly s3: S3Settings
  /** Folder with what the server stores. */
  readonly folder: string
  /** Opens a lake of its own in the test bucket. */
  open(options?: Partial<S3StoreOptions>): Promise<S3Store>
  /** Ends the server at once, as a crash would; `start` brings it back on the same port and folder. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export interface TestS3Options {
  /** Folder for the data; a temporary one when absent. */
  readonly data?: string
  /** PEM files; the server then speaks TLS. */
  readonly tls?: {readonly certificate: string; readonly key: string}
}

/** Whether tests can have a server; prints one line when not, throws when HIPPO_TEST_REQUIRE lists `s3`. */
export function hasS3Server(): boolean {
  if (serverPath() !== undefined) return true
  const line = `skipped: no ${kind} server; make it with node scripts/s3-server.mjs`
  if ((process.env.HIPPO_TEST_REQUIRE ?? '').split(',').includes('s3')) throw new Error(line)
  console.log(line)
  return false
}

const kind = process.env.HIPPO_TEST_S3 === 'minio' ? 'minio' : 'versitygw'
const accessKey = 'hippo-test-key'
const secretKey = 'hippo-test-secret'

function serverPath(): string | undefined {
  if (kind === 'versitygw') return findServer()
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'minio')).find((file) => existsSync(file))
}

/** Starts a server with the test bucket. */
export async function startS3Server(options: TestS3Options = {}): Promise<TestS3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'hippo-s3-'))
  const port = await freePort()
  const data = options.data ?? join(folder, 'data')
  const scheme = options.tls ? 'https' : 'http'
  const s3: S3Settings = {endpoint: `${scheme}://127.0.0.1:${port}`, region: 'us-east-1', accessKey, secretKey, pathStyle: true}
  let child: ChildProcess | undefined
  let lakes = 0
  const server: TestS3Server = {
    s3,
    folder: data,
    open: (given = {}) =>
      openS3Store({lake: `s3://${testBucket}/lake-${process.pid}-${lakes++}`, s3, env: {}, probeFolder: join(folder, 'probes'), ...given}),
    kill: async () => {
      await stop(child)
      child = undefined
    },
    start: async () => {
      child = launch(port, folder, data, options)
      await ready(`${scheme}://127.0.0.1:${port}${kind === 'minio' ? '/minio/health/ready' : '/healthz'}`, child)
    },
    close: async () => {
      await stop(child)
      await rm(folder, {recursive: true, force: true, maxRetries: 3})
    },
  }
  // A bucket is a folder to both servers.
  for (const part of [join(data, testBucket), join(folder, 'versions'), join(folder, 'iam'), join(folder, 'sidecar')])
    await mkdir(part, {recursive: true})
  if (options.tls && kind === 'minio') {
    await mkdir(join(folder, 'certs'))
    await copyFile(options.tls.certificate, join(folder, 'certs', 'public.crt'))
    await copyFile(options.tls.key, join(folder, 'certs', 'private.key'))
  }
  await server.start()
  return server
}

function launch(port: number, folder: string, data: string, {tls}: TestS3Options): ChildProcess {
  const path = serverPath()
  if (path === undefined) throw new Error('there is no S3 server')
  const [args, env] = kind === 'minio' ? minio(port, folder, data) : versitygw(port, folder, data, tls)
  // The shell ends the server when its own input ends, which happens however this process ends.
  const script = '"$@" <&- & server=$!; cat > /dev/null; kill -9 $server'
  return spawn('sh', ['-c', script, 'sh', path, ...args], {
    env: {PATH: process.env.PATH, HOME: folder, ...env},
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}

function versitygw(port: number, folder: string, data: string, tls: TestS3Options['tls']) {
  const secure = tls ? ['--cert', tls.certificate, '--key', tls.key] : []
  const posix = ['posix', '--versioning-dir', join(folder, 'versions'), '--sidecar', join(folder, 'sidecar'), data]
  const args = ['--quiet', '--port', `127.0.0.1:${port}`, '--region', 'us-east-1', '--health', '/healthz', '--iam-dir', join(folder, 'iam')]
  return [[...args, ...secure, ...posix], {ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey}] as const
}

function minio(port: number, folder: string, data: string) {
  const env = {MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey, MINIO_BROWSER: 'off', MINIO_UPDATE: 'off'}
  return [['--quiet', 'server', '--certs-dir', join(folder, 'certs'), '--address', `127.0.0.1:${port}`, data], env] as const
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`the S3 server ended with ${child.exitCode}`)
    if (await isHealthy(url)) return
    await sleep(50)
  }
  throw new Error('the S3 server did not start within 10 seconds')
}

async function isHealthy(url: string): Promise<boolean> {
  const {get} = url.startsWith('https:') ? https : http
  return new Promise((resolve) => {
    const request = get(url, {rejectUnauthorized: false, timeout: 1000}, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(false))
  })
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdin?.end()
  await ended
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
