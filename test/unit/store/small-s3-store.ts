import {afterEach} from 'vitest'
import type {S3Settings} from '../../../src/core/config/config.ts'
import type {SizedSource} from '../../../src/core/store/object-store.ts'
import type {S3StoreOptions} from '../../../src/core/store/s3/open-s3-store.ts'
import type {S3Store} from '../../../src/core/store/s3/s3-store.ts'
import {type SmallS3, type SmallS3Options, type SmallS3Request, smallBucket, startSmallS3} from '../../support/small-s3.ts'
import {trustingStore} from '../../support/trusting-store.ts'

export const bytes = (text: string) => new TextEncoder().encode(text)
export const text = (body: Uint8Array) => new TextDecoder().decode(body)

/** Short, so that a mute server is noticed at once. */
export const limits = {connectMs: 300, idleMs: 300, completeMs: 300, tries: 4, baseDelayMs: 5, mostDelayMs: 20, totalMs: 10_000}
export const secret = 'a-secret-nobody-may-see'

/** Too large for one request in these tests. */
export const content = 'content '.repeat(40)

export async function keysOf(store: S3Store, prefix = ''): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const {key} of store.list(prefix)) keys.push(key)
  return keys
}

export function large(content: string): SizedSource {
  return {
    sizeBytes: content.length,
    open: async function* () {
      yield bytes(content)
    },
  }
}

export const isPut = ({method, query}: SmallS3Request) => method === 'PUT' && !query.has('uploadId')
export const isPart = ({method, query}: SmallS3Request) => method === 'PUT' && query.has('uploadId')
export const isInitiate = ({method, query}: SmallS3Request) => method === 'POST' && query.has('uploads')
export const isComplete = ({method, query}: SmallS3Request) => method === 'POST' && query.has('uploadId')
export const isGet = ({method, key}: SmallS3Request) => method === 'GET' && key !== ''
export const isHead = ({method}: SmallS3Request) => method === 'HEAD'
export const isList = ({method, key}: SmallS3Request) => method === 'GET' && key === ''
export const isDelete = ({method, query}: SmallS3Request) => method === 'DELETE' && !query.has('uploadId')

export interface SmallServer {
  /** The server of the last store, while a test runs. */
  readonly now: () => SmallS3
  /** What it holds, to change past the store. */
  readonly objects: () => Map<string, {body: Buffer; headers: Readonly<Record<string, string>>}>
  /** Starts one that ends with the test. */
  readonly start: (options?: SmallS3Options) => Promise<SmallS3>
  /** A store that tries nothing out: faults hit the operation alone. */
  readonly open: (options?: SmallS3Options, settings?: Partial<S3Settings>, given?: Partial<S3StoreOptions>) => Promise<S3Store>
}

/** The way to `server`. */
export const settingsOf = ({endpoint}: SmallS3): S3Settings => ({
  endpoint,
  region: 'us-east-1',
  accessKey: 'key',
  secretKey: secret,
  pathStyle: true,
})

/** Servers for the tests of the describe block that it is called in. */
export function smallServer(): SmallServer {
  let server: SmallS3 | undefined
  const start = async (options: SmallS3Options = {}): Promise<SmallS3> => {
    await server?.close()
    server = await startSmallS3(options)
    return server
  }
  afterEach(async () => {
    await server?.close()
    server = undefined
  })
  const now = (): SmallS3 => {
    if (server === undefined) throw new Error('no server was started')
    return server
  }
  return {
    start,
    now,
    objects: () => now().objects as Map<string, {body: Buffer; headers: Readonly<Record<string, string>>}>,
    async open(options = {}, settings = {}, given = {}) {
      let isArmed = false
      const started = await start({...options, fault: (request) => (isArmed ? options.fault?.(request) : undefined)})
      const s3 = {...settingsOf(started), ...settings}
      const store = await trustingStore({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits, oneRequestBytes: 100, ...given})
      await store.put('ready', bytes('x'))
      isArmed = true
      return store
    },
  }
}
