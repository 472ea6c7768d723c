// What the store in S3 promises while servers and networks fail, on a server in this process that fails as it is told.
import {inspect} from 'node:util'
import {describe, expect, it} from 'vitest'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {openS3Store} from '../../../src/core/store/s3/open-s3-store.ts'
import {type Fault, type SmallS3Request, smallBucket} from '../../support/small-s3.ts'
import {trustingStore} from '../../support/trusting-store.ts'
import {
  bytes,
  content,
  isComplete,
  isDelete,
  isGet,
  isHead,
  isInitiate,
  isList,
  isPart,
  isPut,
  keysOf,
  large,
  limits,
  secret,
  settingsOf,
  smallServer,
  text,
} from './small-s3-store.ts'

describe('S3 store', () => {
  const {open, objects, start, now} = smallServer()
  /** The fault, the first time a request fits. */
  function once(fault: Fault, fits: (request: SmallS3Request) => boolean): (request: SmallS3Request) => Fault | undefined {
    let isUsed = false
    return (request) => {
      if (isUsed || !fits(request)) return undefined
      isUsed = true
      return fault
    }
  }

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
      const stored = (key: string) => now().objects.get(`lake/${key}`)?.body.toString()
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
        s3: {endpoint: now().endpoint ?? '', region: 'us-east-1', accessKey: 'key', secretKey: secret, pathStyle: true},
        env: {},
        limits,
      })
      const mine = store.putIfAbsent('k', body)
      const theirs = rival.putIfAbsent('k', other)

      const outcomes = await Promise.all([mine, theirs])

      expect(outcomes.toSorted()).toEqual(['created', 'exists'])
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

    expect(now().uploads.size).toBe(0)
  })

  it('believes no 412 for a key under which nothing can be read', async () => {
    const taken: Fault = {kind: 'refuse', status: 412, code: 'PreconditionFailed'}
    const isWrite = (request: SmallS3Request) => isPut(request) || isComplete(request)
    const early = await open({fault: once(taken, isWrite)})

    expect(await early.putIfAbsent('k', bytes('small'))).toBe('created')

    const always = await open({fault: (request) => (isWrite(request) ? taken : undefined)})
    await expect(always.putIfAbsent('k', bytes('small'))).rejects.toMatchObject({code: 'STORE_TIMEOUT', exitCode: 75})
  })

  it('leaves the outcome open, and nothing half-written, when a server never comes back', async () => {
    const store = await open({fault: (request) => (request.method === 'PUT' ? {kind: 'drop'} : undefined)})

    await expect(store.putIfAbsent('k', bytes('small'))).rejects.toMatchObject({code: 'STORE_INTERRUPTED', exitCode: 75})
    await expect(store.putIfAbsent('k', large(content))).rejects.toMatchObject({code: 'STORE_INTERRUPTED'})

    expect(now().objects.has('lake/k')).toBe(false)
    expect(now().uploads.size).toBe(0)
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
    const ranges = now()
      .requests.filter(isGet)
      .map(({headers}) => headers.range)
    expect(ranges?.at(-1)).toMatch(/^bytes=[1-9]/)
  })

  it('notices an object that is not what was written', async () => {
    const store = await open()
    await store.putIfAbsent('k', bytes('as written'))
    objects().set('lake/k', {body: Buffer.from('as changed'), headers: objects().get('lake/k')?.headers ?? {}})

    await expect(store.get('k')).rejects.toMatchObject({code: 'STORE_CORRUPT'})
  })

  it('asks for encryption wherever an object is made', async () => {
    const store = await open({}, {encryption: 'aws:kms', encryptionKey: 'key-1'})

    await store.putIfAbsent('small', bytes('small'))
    await store.putIfAbsent('large', large(content))

    const making = now().requests.filter((request) => isPut(request) || isInitiate(request))
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
    const server = await start()
    const s3 = settingsOf(server)
    const store = await openS3Store({lake: 's3://another/lake', s3, env: {}, limits})

    await expect(store.head('k')).rejects.toMatchObject({code: 'STORE_BUCKET_MISSING'})
    await expect(store.list('').next()).rejects.toMatchObject({code: 'STORE_BUCKET_MISSING'})
  })
})
