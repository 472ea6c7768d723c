// What the store in S3 promises while servers and networks fail, on a server in this process that fails as it is told.
import {inspect} from 'node:util'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {afterEach, describe, expect, it} from 'vitest'
import type {S3Settings} from '../../../src/core/config/config.ts'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import type {SizedSource} from '../../../src/core/store/object-store.ts'
import {openS3Store, type S3StoreOptions} from '../../../src/core/store/s3/open-s3-store.ts'
import type {S3Store} from '../../../src/core/store/s3/s3-store.ts'
import {type Fault, type SmallS3, type SmallS3Options, type SmallS3Request, smallBucket, startSmallS3} from '../../support/small-s3.ts'
import {trustingStore} from '../../support/trusting-store.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (body: Uint8Array) => new TextDecoder().decode(body)

/** Short, so that a mute server is noticed at once. */
const limits = {connectMs: 300, idleMs: 300, completeMs: 300, tries: 4, baseDelayMs: 5, mostDelayMs: 20, totalMs: 10_000}
const secret = 'a-secret-nobody-may-see'

async function keysOf(store: S3Store, prefix = ''): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const {key} of store.list(prefix)) keys.push(key)
  return keys
}

/** What is still referred to; all 100,000 infos of a listing would be some 15 MB. */
function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function large(content: string): SizedSource {
  return {
    sizeBytes: content.length,
    open: async function* () {
      yield bytes(content)
    },
  }
}

describe('trial of an S3 server', () => {
  const isUnlisted = ({key}: SmallS3Request) => /\/\.tmp\/probe-[^/]+\/kept$/.test(key)
  const trials = (server: SmallS3) => new Set(server.requests.filter(isUnlisted).map(({key}) => key)).size

  it('is made once for all who begin to write at the same time', async () => {
    const server = await startSmallS3()
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true}
    const store = await openS3Store({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits})

    const outcomes = await Promise.all(Array.from({length: 8}, (_, index) => store.putIfAbsent(`object-${index}`, bytes('x'))))

    expect(outcomes).toEqual(outcomes.map(() => 'created'))
    expect(trials(server)).toBe(1)
    await server.close()
  })

  it('is made anew by the next write when it could not be finished', async () => {
    let isDown = true
    const down = {kind: 'refuse', status: 500, code: 'InternalError'} as const
    const server = await startSmallS3({fault: (request) => (isDown && request.method === 'PUT' ? down : undefined)})
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true}
    const store = await openS3Store({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits})
    const failures = await Promise.allSettled([store.putIfAbsent('one', bytes('x')), store.putIfAbsent('two', bytes('x'))])
    isDown = false

    const outcome = await store.putIfAbsent('one', bytes('x'))

    expect(failures.map(({status}) => status)).toEqual(['rejected', 'rejected'])
    expect(outcome).toBe('created')
    expect(trials(server)).toBe(2)
    await server.close()
  })
})

describe('S3 store', () => {
  let server: SmallS3 | undefined
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  /** A store that tries nothing out: faults hit the operation alone. */
  async function open(
    options: SmallS3Options = {},
    settings: Partial<S3Settings> = {},
    given: Partial<S3StoreOptions> = {},
  ): Promise<S3Store> {
    let isArmed = false
    server = await startSmallS3({...options, fault: (request) => (isArmed ? options.fault?.(request) : undefined)})
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true, ...settings}
    const store = await trustingStore({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits, oneRequestBytes: 100, ...given})
    await store.put('ready', bytes('x'))
    isArmed = true
    return store
  }

  /** The fault, the first time a request fits. */
  function once(fault: Fault, fits: (request: SmallS3Request) => boolean): (request: SmallS3Request) => Fault | undefined {
    let isUsed = false
    return (request) => {
      if (isUsed || !fits(request)) return undefined
      isUsed = true
      return fault
    }
  }

  const isPut = ({method, query}: SmallS3Request) => method === 'PUT' && !query.has('uploadId')
  const isPart = ({method, query}: SmallS3Request) => method === 'PUT' && query.has('uploadId')
  const isInitiate = ({method, query}: SmallS3Request) => method === 'POST' && query.has('uploads')
  const isComplete = ({method, query}: SmallS3Request) => method === 'POST' && query.has('uploadId')
  const isGet = ({method, key}: SmallS3Request) => method === 'GET' && key !== ''
  const isHead = ({method}: SmallS3Request) => method === 'HEAD'
  const isList = ({method, key}: SmallS3Request) => method === 'GET' && key === ''
  const isDelete = ({method, query}: SmallS3Request) => method === 'DELETE' && !query.has('uploadId')

  const faults: Readonly<Record<string, Fault>> = {
    'a dropped connection': {kind: 'drop'},
    'an answer lost': {kind: 'loseAnswer'},
    'a timeout': {kind: 'mute'},
    'a timeout that in truth succeeded': {kind: 'muteAfter'},
    'a 500': {kind: 'refuse', status: 500, code: 'InternalError'},
    'a 503 SlowDown': {kind: 'refuse', status: 503, code: 'SlowDown', headers: {'retry-after': '0'}},
    'a 503 of a proxy': {kind: 'refuse', status: 503, body: '<html>busy</html>'},
    'a 409 conflict': {kind: 'refuse', status: 409, code: 'ConditionalRequestConflict'},
  }
  const content = 'content '.repeat(40)

  for (const [name, fault] of Object.entries(faults)) {
    it(`gets through ${name} in every operation as if nothing had happened`, async () => {
      let next: (request: SmallS3Request) => Fault | undefined = () => undefined
      const store = await open({fault: (request) => next(request)})
      const during = async <T>(fits: (request: SmallS3Request) => boolean, work: () => Promise<T>): Promise<T> => {
        let hits = 0
        next = once(fault, (request) => fits(request) && ++hits === 1)
        const result = await work()
        expect(hits).toBeGreaterThan(0)
        return result
      }
      const stored = (key: string) => server?.objects.get(`lake/${key}`)?.body.toString()
      // Only writes can meet other writers.
      const isConflict = fault.kind === 'refuse' && fault.status === 409

      expect(await during(isPut, () => store.putIfAbsent('small', bytes('small')))).toBe('created')
      expect(stored('small')).toBe('small')
      for (const [index, fits] of [isInitiate, isComplete, ...(isConflict ? [] : [isPart, isHead])].entries()) {
        expect(await during(fits, () => store.putIfAbsent(`large-${index}`, large(content)))).toBe('created')
        expect(stored(`large-${index}`)).toBe(content)
      }
      await during(isPut, () => store.put('small', bytes('again')))
      expect(stored('small')).toBe('again')
      if (isConflict) return
      expect(await during(isGet, async () => text(await store.get('small')))).toBe('again')
      expect(await during(isHead, async () => (await store.head('small'))?.sizeBytes)).toBe(5)
      expect(await during(isList, () => keysOf(store, 'sm'))).toEqual(['small'])
      await during(isDelete, () => store.delete('small'))
      expect(stored('small')).toBeUndefined()
    })
  }

  it('tells another writer’s object from its own when the answer was lost', async () => {
    for (const body of [bytes('same bytes'), large('same bytes '.repeat(20))]) {
      const store = await open({fault: once({kind: 'drop'}, (request) => isPut(request) || isComplete(request))})
      const other = body instanceof Uint8Array ? body : bytes('same bytes '.repeat(20))
      const rival = await trustingStore({
        lake: `s3://${smallBucket}/lake`,
        s3: {endpoint: server?.endpoint ?? '', region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true},
        env: {},
        limits,
      })
      const mine = store.putIfAbsent('k', body)
      const theirs = rival.putIfAbsent('k', other)

      const outcomes = await Promise.all([mine, theirs])

      expect(outcomes.toSorted()).toEqual(['created', 'exists'])
      await server?.close()
    }
  })

  it('takes a 412 for what it is, and leaves no parts behind', async () => {
    const taken: Fault = {kind: 'refuse', status: 412, code: 'PreconditionFailed'}
    let isTaken = false
    const store = await open({fault: (request) => (isTaken && (isPut(request) || isComplete(request)) ? taken : undefined)})
    await store.put('k', bytes('first'))
    isTaken = true

    expect(await store.putIfAbsent('k', bytes('small'))).toBe('exists')
    expect(await store.putIfAbsent('k', large(content))).toBe('exists')

    expect(server?.uploads.size).toBe(0)
  })

  it('believes no 412 for a key under which nothing can be read', async () => {
    const taken: Fault = {kind: 'refuse', status: 412, code: 'PreconditionFailed'}
    const isWrite = (request: SmallS3Request) => isPut(request) || isComplete(request)
    const early = await open({fault: once(taken, isWrite)})

    expect(await early.putIfAbsent('k', bytes('small'))).toBe('created')

    await server?.close()
    const always = await open({fault: (request) => (isWrite(request) ? taken : undefined)})
    await expect(always.putIfAbsent('k', bytes('small'))).rejects.toMatchObject({code: 'STORE_TIMEOUT', exitCode: 75})
  })

  it('leaves the outcome open, and nothing half-written, when a server never comes back', async () => {
    const store = await open({fault: (request) => (request.method === 'PUT' ? {kind: 'drop'} : undefined)})

    await expect(store.putIfAbsent('k', bytes('small'))).rejects.toMatchObject({code: 'STORE_INTERRUPTED', exitCode: 75})
    await expect(store.putIfAbsent('k', large(content))).rejects.toMatchObject({code: 'STORE_INTERRUPTED'})

    expect(server?.objects.has('lake/k')).toBe(false)
    expect(server?.uploads.size).toBe(0)
  })

  it('gives up on a mute server within its time, and at once when told to stop', async () => {
    const store = await open({fault: () => ({kind: 'mute'})}, {}, {limits: {...limits, tries: 1}})
    const stop = new AbortController()

    await expect(store.get('ready')).rejects.toMatchObject({code: 'STORE_TIMEOUT'})
    const waiting = expect(store.get('ready', {signal: stop.signal})).rejects.toMatchObject({name: 'AbortError'})
    stop.abort()

    await waiting
  })

  it('goes on reading where an answer was cut', async () => {
    const body = 'one byte after the other '.repeat(20_000)
    const store = await open({fault: once({kind: 'cutAnswer'}, ({method, key}) => method === 'GET' && key.endsWith('/long'))})
    await store.putIfAbsent('long', bytes(body))

    const read = await store.get('long')

    expect(text(read)).toBe(body)
    const ranges = server?.requests.filter(isGet).map(({headers}) => headers.range)
    expect(ranges?.at(-1)).toMatch(/^bytes=[1-9]/)
  })

  it('notices an object that is not what was written', async () => {
    const store = await open()
    await store.putIfAbsent('k', bytes('as written'))
    const objects = server?.objects as Map<string, {body: Buffer; headers: Readonly<Record<string, string>>}>
    objects.set('lake/k', {body: Buffer.from('as changed'), headers: objects.get('lake/k')?.headers ?? {}})

    await expect(store.get('k')).rejects.toMatchObject({code: 'STORE_CORRUPT'})
  })

  it('asks for encryption wherever an object is made', async () => {
    const store = await open({}, {encryption: 'aws:kms', encryptionKey: 'key-1'})

    await store.putIfAbsent('small', bytes('small'))
    await store.putIfAbsent('large', large(content))

    const making = server?.requests.filter((request) => isPut(request) || isInitiate(request)) ?? []
    expect(making.length).toBeGreaterThan(2)
    for (const {headers} of making) {
      expect(headers).toMatchObject({'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': 'key-1'})
    }
  })

  const refusals: readonly (readonly [status: number, code: string | undefined, ours: string, body: string | undefined])[] = [
    [404, 'NoSuchKey', 'STORE_KEY_MISSING', undefined],
    [404, 'NoSuchBucket', 'STORE_BUCKET_MISSING', undefined],
    [403, 'SignatureDoesNotMatch', 'STORE_CREDENTIALS', undefined],
    [403, 'InvalidAccessKeyId', 'STORE_CREDENTIALS', undefined],
    [400, 'ExpiredToken', 'STORE_CREDENTIALS', undefined],
    [403, 'AccessDenied', 'STORE_FORBIDDEN', undefined],
    [403, 'RequestTimeTooSkewed', 'STORE_CLOCK_SKEW', undefined],
    [507, 'XMinioStorageFull', 'STORE_FULL', undefined],
    [507, 'InsufficientStorage', 'STORE_FULL', undefined],
    [500, undefined, 'STORE_FULL', '<Error><Code>InternalError</Code><Message>cause(no space left on device)</Message></Error>'],
    [503, 'SlowDown', 'STORE_BUSY', undefined],
    [500, undefined, 'STORE_BUSY', undefined],
    [400, 'BadDigest', 'STORE_CORRUPT_IN_TRANSIT', undefined],
    [400, 'XAmzContentChecksumMismatch', 'STORE_CORRUPT_IN_TRANSIT', undefined],
    [400, 'XMinioInvalidResourceName', 'STORE_KEY_INVALID', undefined],
    [409, 'ObjectParentIsFile', 'STORE_KEY_INVALID', undefined],
    [403, 'AccessDenied', 'STORE_LOCKED', '<Error><Code>AccessDenied</Code><Message>object is WORM protected</Message></Error>'],
    [200, undefined, 'STORE_BUSY', '<Error><Code>InternalError</Code></Error>'],
    [403, undefined, 'STORE_NOT_S3', '<html><body>Please sign in to the hospital network</body></html>'],
    [301, undefined, 'STORE_NOT_S3', '<html>moved</html>'],
    [400, undefined, 'STORE_TLS', 'Client sent an HTTP request to an HTTPS server.'],
  ]

  it.each(refusals)('says what %i %s means: %s', async (status, code, ours, body) => {
    const fault: Fault = {kind: 'refuse', status, ...(code ? {code} : {}), ...(body ? {body} : {})}
    const store = await open({fault: (request) => (isPut(request) ? fault : undefined)}, {}, {limits: {...limits, tries: 2}})

    const error = await store.put('k', bytes('x')).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(HippoError)
    expect(error).toMatchObject({code: ours})
  })

  it.each([
    ['XAdminUserNotFound', 'STORE_CREDENTIALS'],
    ['NoSuchKey', 'STORE_BUCKET_MISSING'],
    [undefined, 'STORE_BUCKET_MISSING'],
    ['XSomethingNotFound', 'STORE_UNREADABLE'],
  ])('calls no object missing where a question about the bucket is answered with 404 %s', async (code, ours) => {
    const store = await open({fault: () => ({kind: 'refuse', status: 404, ...(code ? {code} : {})})})

    const error = await keysOf(store).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({code: ours})
  })

  it('names no key, secret or token in an error or what is behind it', async () => {
    const body = `<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIAEXAMPLE</AWSAccessKeyId><StringToSign>${secret}</StringToSign></Error>`
    const store = await open(
      {fault: () => ({kind: 'refuse', status: 403, body})},
      {accessKey: 'AKIAEXAMPLE', sessionToken: 'token-nobody-may-see'},
    )

    const error = await store.get('ready').catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({code: 'STORE_CREDENTIALS'})
    const shown = inspect(error, {depth: 10, showHidden: true}) + JSON.stringify(error)
    for (const hidden of [secret, 'AKIAEXAMPLE', 'token-nobody-may-see']) expect(shown).not.toContain(hidden)
  })

  it('finds a missing bucket before it takes the lake for empty', async () => {
    server = await startSmallS3()
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true}
    const store = await openS3Store({lake: 's3://another/lake', s3, env: {}, limits})

    await expect(store.head('k')).rejects.toMatchObject({code: 'STORE_BUCKET_MISSING'})
    await expect(store.list('').next()).rejects.toMatchObject({code: 'STORE_BUCKET_MISSING'})
  })

  it('knows every character in a prefix and in names that are no keys', async () => {
    server = await startSmallS3()
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true}
    const store = await trustingStore({lake: `s3://${smallBucket}/Ärzte & Pflege/100% +(a)!'*`, s3, env: {}, limits})

    await store.putIfAbsent('a%20b=%C3%BC/c', bytes('x'))

    expect(text(await store.get('a%20b=%C3%BC/c'))).toBe('x')
    expect([...server.objects.keys()]).toEqual(["Ärzte & Pflege/100% +(a)!'*/a%20b=%C3%BC/c"])
    expect(await keysOf(store, 'a%20b')).toEqual(['a%20b=%C3%BC/c'])
  })

  it('lists what others stored under any name in the order of the bytes, reads and deletes it', async () => {
    const store = await open()
    const objects = server?.objects as Map<string, {body: Buffer; headers: Readonly<Record<string, string>>}>
    // In UTF-16 the last two stand the other way round.
    const names = ['100% +(a)&<b>', 'a b/ü', 'a%20b', 'k', 'ｱ', '😀']
    for (const name of names) objects.set(`lake/x/${name}`, {body: Buffer.from(name), headers: {}})

    expect(await keysOf(store, 'x/')).toEqual(names.map((name) => `x/${name}`))
    for (const name of names) expect(text(await store.get(`x/${name}`))).toBe(name)
    for (const name of names) await store.delete(`x/${name}`)

    expect(await keysOf(store, 'x/')).toEqual([])
  })

  it.each(['a//b', '/a', 'a/../b', './a', 'a\nb', '.tmp/a'])('refuses the prefix %j, of which no object can be told', async (prefix) => {
    const options = {lake: `s3://${smallBucket}/${prefix}`, s3: {region: 'us-east-1', pathStyle: true}, env: {}}

    await expect(openS3Store(options)).rejects.toMatchObject({code: 'CONFIG_INVALID', message: expect.stringContaining('lake: ')})
  })

  it('lists 100,000 keys in the memory of a page', async () => {
    const [count, pageSize] = [100_000, 1000]
    const keyOf = (index: number) => `lake/many/${String(index).padStart(6, '0')}`
    const page = (from: number) => {
      const contents = Array.from(
        {length: Math.min(pageSize, count - from)},
        (_, index) =>
          `<Contents><Key>${keyOf(from + index)}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>1</Size></Contents>`,
      )
      const next = from + pageSize < count ? `<NextContinuationToken>${from + pageSize}</NextContinuationToken>` : ''
      return `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`
    }
    const store = await open({
      fault: (request) =>
        isList(request) && request.query.get('prefix') === 'lake/many/'
          ? {kind: 'refuse', status: 200, body: page(Number(request.query.get('continuation-token') ?? 0))}
          : undefined,
    })
    let listed = 0
    let [heldAtFirst, heldAtLast] = [0, 0]
    for await (const {key} of store.list('many/')) {
      if (`lake/${key}` !== keyOf(listed)) throw new Error(`${key} is out of order`)
      listed++
      if (listed === 10 * pageSize) heldAtFirst = heldBytes()
      if (listed === count) heldAtLast = heldBytes()
    }

    expect(listed).toBe(count)
    expect(server?.requests.filter(isList).length).toBeLessThanOrEqual(count / pageSize + 2)
    expect(heldAtLast - heldAtFirst).toBeLessThan(5_000_000)
  })

  it('lists any number of keys by pages, in order, from anywhere', async () => {
    const store = await open()
    const objects = server?.objects as Map<string, {body: Buffer; headers: Readonly<Record<string, string>>}>
    const keys = Array.from({length: 2500}, (_, index) => `many/${String(index).padStart(5, '0')}`)
    for (const key of keys) objects.set(`lake/${key}`, {body: Buffer.from(key), headers: {}})
    objects.set('lake/many/no\u0001key', {body: Buffer.from(''), headers: {}})

    expect(await keysOf(store, 'many/')).toEqual(keys)
    expect(server?.requests.filter(isList).length).toBeLessThan(6)
    expect((await store.list('many/', {startAfter: 'many/01999'}).next()).value).toMatchObject({key: 'many/02000', sizeBytes: 10})
  })

  it('refuses a listing that is not in order: a log read so would be another', async () => {
    const contents = ['b', 'a'].map(
      (key) => `<Contents><Key>lake/${key}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>1</Size></Contents>`,
    )
    const body = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`
    const store = await open({
      fault: (request) => (isList(request) && request.query.get('prefix') === 'lake/' ? {kind: 'refuse', status: 200, body} : undefined),
    })

    await expect(keysOf(store)).rejects.toMatchObject({code: 'STORE_UNSAFE'})
  })

  describe('on a server that checks first and writes later', () => {
    const racy = async (checksThenWrites: SmallS3Options['checksThenWrites']) => {
      server = await startSmallS3(checksThenWrites ? {checksThenWrites} : {})
      const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true}
      return openS3Store({lake: `s3://${smallBucket}/lake`, s3, env: {}, oneRequestBytes: 100})
    }

    it('refuses to write, says why, and leaves nothing there', async () => {
      const store = await racy(['put', 'complete'])

      const error = await store.putIfAbsent('k', bytes('x')).catch((thrown: unknown) => thrown)

      expect(error).toMatchObject({code: 'STORE_UNSAFE', exitCode: 4})
      expect((error as HippoError).message).toMatch(/of 8 writers at once [2-8] were told that they had won/)
      expect([...(server?.objects.keys() ?? [])]).toEqual([])
      await expect(store.put('k', bytes('x'))).rejects.toMatchObject({code: 'STORE_UNSAFE'})
      expect((await store.check()).faults).toHaveLength(1)
      expect(await store.head('k')).toBeUndefined()
    })

    it('writes large bodies without relying on it when only uploads in parts are decided so', async () => {
      const store = await racy(['complete'])

      const outcome = await store.putIfAbsent('k', large(content))

      expect(outcome).toBe('created')
      expect(store.capabilities()).toMatchObject({conditionalPut: true, conditionalMultipart: false})
      expect(server?.requests.filter(isComplete).at(-1)?.headers['if-none-match']).toBeUndefined()
      expect(await store.putIfAbsent('k', large(content))).toBe('exists')
      expect((await store.check()).warnings).toHaveLength(1)
    })

    it('sees nothing wrong with one that decides', async () => {
      const store = await racy(undefined)

      const {faults, warnings} = await store.check()

      expect({faults, warnings}).toEqual({faults: [], warnings: []})
    })
  })
})
