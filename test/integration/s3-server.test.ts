// The store in S3 on a real server: races between processes, processes and servers that die, TLS, a full disk, memory.
import {spawn, spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openBucket, type S3StoreOptions} from '../../src/core/store/s3/open-s3-store.ts'
import {hasS3Server, startS3Server, type TestS3Server, testBucket} from '../support/s3-server.ts'
import {smallBucket, startSmallS3} from '../support/small-s3.ts'
import {append, createTable, idsOf, range, versionsOf} from '../unit/delta/table-fixture.ts'
import {runChildren} from '../unit/store/children.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const [writers, rounds] = isLong ? [32, 50] : [8, 8]
const child = fileURLToPath(new URL('../support/s3-child.ts', import.meta.url))
const large = (sizeBytes: number) => ({
  sizeBytes,
  open: async function* () {
    for (let at = 0; at < sizeBytes; at += 1_000_000) yield new Uint8Array(Math.min(1_000_000, sizeBytes - at)).fill(7)
  },
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

type ChildOptions = Partial<S3StoreOptions> & {readonly isTrusted?: boolean}

/** How many processes were told in each round that they had won. */
async function race(options: ChildOptions, count: number, times: number): Promise<readonly number[]> {
  const everyMs = String(count * 8)
  const results = await runChildren(child, count, (index) => [
    JSON.stringify({env: {}, ...options}),
    'race',
    String(index),
    String(count),
    String(times),
    everyMs,
  ])
  const outcomes = results.map((result) => result.split(' '))
  return Array.from({length: times}, (_, round) => outcomes.filter((own) => own[round] === 'created').length)
}

describe.skipIf(!hasS3Server())('S3 store on a real server', () => {
  let server: TestS3Server
  let folder: string

  beforeAll(async () => {
    server = await startS3Server()
    folder = await mkdtemp(join(tmpdir(), 'hippo-s3-test-'))
  })
  afterAll(async () => {
    await server.close()
    await rm(folder, {recursive: true, force: true})
  })

  for (const [name, oneRequestBytes] of [
    ['one request', undefined],
    ['parts', 1],
  ] as const) {
    it(
      `lets one of ${writers} processes win each of ${rounds} keys, with bodies in ${name}`,
      async () => {
        const lake = `s3://${testBucket}/race-${name.replace(' ', '-')}`
        const options = {lake, s3: server.s3, isTrusted: true, ...(oneRequestBytes ? {oneRequestBytes} : {})}

        const winners = await race(options, writers, rounds)

        expect(winners).toEqual(Array.from({length: rounds}, () => 1))
        const store = await server.open({lake})
        for (let round = 0; round < rounds; round++) {
          const body = new TextDecoder().decode(await store.get(`race/${round}`))
          expect(body).toMatch(/^(process \d+ )\1{999}$/)
        }
      },
      isLong ? 600_000 : 60_000,
    )
  }

  const [committers, commits] = isLong ? [32, 50] : [8, 10]

  it(
    `keeps every row of ${committers} processes that commit ${commits} times each to one table`,
    async () => {
      const options = {lake: `s3://${testBucket}/table`, s3: server.s3, env: {}, isTrusted: true}
      const store = await server.open({lake: options.lake})
      await append(await createTable(store, 't'), [1, 2])

      await runChildren(child, committers, (i) => [JSON.stringify(options), 'append', String(1000 * (i + 1)), String(commits)])

      const expected = [1, 2, ...range(1, committers).flatMap((i) => range(1000 * i, 1000 * i + commits - 1))]
      expect(await versionsOf(store, 't')).toEqual(range(0, committers * commits + 1))
      expect(await idsOf(store, 't')).toEqual(expected)
    },
    isLong ? 1_800_000 : 180_000,
  )

  it('shows nothing of a put whose process was killed, and takes the body afterwards', async () => {
    const lake = `s3://${testBucket}/killed`
    const store = await server.open({lake})
    const killed = spawn(process.execPath, [child, JSON.stringify({lake, s3: server.s3, env: {}}), 'die'], {stdio: 'ignore'})
    const signal = await new Promise((resolve) => killed.once('exit', (_, by) => resolve(by)))

    expect(signal).toBe('SIGKILL')
    expect(await store.head('k')).toBeUndefined()
    expect(await store.list('').next()).toMatchObject({done: true})
    expect(await store.putIfAbsent('k', large(20_000_000))).toBe('created')
  })

  it('shows nothing of a put whose server was killed, and takes the body once it is back', async () => {
    const mortal = await startS3Server()
    try {
      const store = await mortal.open({limits: {tries: 2, baseDelayMs: 10}})
      await store.putIfAbsent('before', new Uint8Array(10))
      let sent = 0
      const body = {
        sizeBytes: 60_000_000,
        open: async function* () {
          for (; sent < 60_000_000; sent += 1_000_000) {
            if (sent === 40_000_000) await mortal.kill()
            yield new Uint8Array(1_000_000)
          }
        },
      }

      await expect(store.putIfAbsent('k', body)).rejects.toMatchObject({exitCode: 75})
      await mortal.start()

      expect(await store.head('k')).toBeUndefined()
      expect((await store.get('before')).byteLength).toBe(10)
      expect(await store.putIfAbsent('k', large(40_000_000))).toBe('created')
      expect((await store.head('k'))?.sizeBytes).toBe(40_000_000)
    } finally {
      await mortal.close()
    }
  })

  it('waits for a server that is away for a moment', async () => {
    const mortal = await startS3Server()
    try {
      const store = await mortal.open({limits: {tries: 30, mostDelayMs: 200}})
      await store.putIfAbsent('k', new Uint8Array(10))
      await mortal.kill()

      const reading = store.get('k')
      await sleep(300)
      await mortal.start()

      expect((await reading).byteLength).toBe(10)
    } finally {
      await mortal.close()
    }
  })

  it('moves bodies of any size in the same memory', async () => {
    const options = JSON.stringify({lake: `s3://${testBucket}/memory`, s3: server.s3, env: {}, isTrusted: true})
    const sizes = isLong ? [150_000_000, 2_000_000_000] : [40_000_000, 160_000_000]
    const peaks: number[] = []
    for (const sizeBytes of sizes) {
      const [output = '{}'] = await runChildren(child, 1, () => [options, 'move', String(sizeBytes), folder])
      const {outcome, isSame, peakBytes} = JSON.parse(output) as {outcome: string; isSame: boolean; peakBytes: number}
      expect({outcome, isSame}).toEqual({outcome: 'created', isSame: true})
      peaks.push(peakBytes)
    }

    expect((peaks[1] ?? 0) - (peaks[0] ?? 0)).toBeLessThan(100_000_000)
    expect(peaks[1]).toBeLessThan(450_000_000)
  }, 120_000)

  it('speaks TLS with a certificate authority of its own, and says what is wrong without it', async (context) => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const args = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ]
    const {status} = spawnSync('openssl', [...args, '-keyout', key, '-out', certificate], {stdio: 'ignore'})
    if (status !== 0) context.skip('no openssl to make a certificate with')
    const secure = await startS3Server({tls: {key, certificate}})
    try {
      const store = await secure.open({s3: {...secure.s3, ca: certificate}})
      const [untrusted, mistaken, plain] = [
        await secure.open({limits: {tries: 1}}),
        await secure.open({s3: {...secure.s3, endpoint: (secure.s3.endpoint ?? '').replace('https', 'http')}, limits: {tries: 1}}),
        await server.open({s3: {...server.s3, endpoint: (server.s3.endpoint ?? '').replace('http', 'https')}, limits: {tries: 1}}),
      ]

      expect(await store.putIfAbsent('small', new Uint8Array(10))).toBe('created')
      expect(await store.putIfAbsent('large', large(20_000_000))).toBe('created')
      expect((await store.get('large')).byteLength).toBe(20_000_000)
      for (const wrong of [untrusted, plain]) await expect(wrong.head('small')).rejects.toMatchObject({code: 'STORE_TLS'})
      // Some servers say that they speak TLS, others only hang up.
      await expect(mistaken.head('small')).rejects.toMatchObject({hint: expect.stringContaining('https://')})
      await expect(untrusted.head('small')).rejects.toMatchObject({hint: expect.stringContaining('s3.ca')})
    } finally {
      await secure.close()
    }
  })

  it('says that the server’s disk is full, and shows nothing of what did not fit', async (context) => {
    const data = join(folder, 'full')
    await mkdir(data)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'none', data]).status !== 0)
      context.skip('no small file system can be mounted here')
    try {
      const full = await startS3Server({data})
      const store = await full.open({limits: {tries: 1}})
      await store.putIfAbsent('small', new Uint8Array(10))

      await expect(store.putIfAbsent('one', large(60_000_000))).rejects.toMatchObject({code: 'STORE_FULL', exitCode: 4})
      await expect(store.putIfAbsent('two', new Uint8Array(60_000_000))).rejects.toMatchObject({code: 'STORE_FULL'})

      const keys: string[] = []
      for await (const info of store.list('')) keys.push(info.key)
      expect(keys).toEqual(['small'])
      await full.close()
    } finally {
      spawnSync('umount', ['-l', data])
    }
  })

  it('lists, reads and deletes what others stored under any name below any prefix', async () => {
    const lake = `s3://${testBucket}/Klinik 7/Ärzte & Pflege 100% +(a)!`
    const bucket = await openBucket({lake, s3: server.s3, env: {}})
    const names = ['größe=50%/part 0.parquet', 'x/a b+c&d', 'x/a%20b', 'x/病棟', 'x/ｱ', 'x/😀']
    for (const key of names) await bucket.ask({action: 'PutObject', method: 'PUT', key, body: Buffer.from(key), bodySha256: sha256(key)})
    const store = await server.open({lake})
    const listed: string[] = []
    for await (const info of store.list('')) listed.push(info.key)

    expect(listed).toEqual(names)
    for (const name of names) expect(new TextDecoder().decode(await store.get(name))).toBe(name)
    await expect(store.putIfAbsent('x/a b', new Uint8Array(1))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
    expect(await store.putIfAbsent('x/a%20c', new Uint8Array(1))).toBe('created')
    for (const name of names) await store.delete(name)
    expect(await store.list('').next()).toMatchObject({value: {key: 'x/a%20c'}})
  })

  it('leaves no upload behind when it loses or fails', async () => {
    const own = await startS3Server()
    try {
      const store = await own.open({oneRequestBytes: 1})
      await store.putIfAbsent('k', large(1000))
      const broken = {
        sizeBytes: 2000,
        open: async function* () {
          yield new Uint8Array(1000)
          throw new Error('cable pulled')
        },
      }

      await expect(store.putIfAbsent('broken', broken)).rejects.toThrow('cable pulled')
      await Promise.all(Array.from({length: 8}, () => store.putIfAbsent('contested', large(1000))))

      const bucket = await openBucket({lake: `s3://${testBucket}`, s3: own.s3, env: {}})
      const {body} = await bucket.ask({action: 'ListBucketMultipartUploads', method: 'GET', key: '', query: {uploads: ''}})
      expect(body.toString()).toContain('<ListMultipartUploadsResult')
      expect(body.toString()).not.toContain('<UploadId>')
    } finally {
      await own.close()
    }
  })
})

describe('the race between processes', () => {
  it('is lost on a server that checks first and writes later: the test can fail', async () => {
    const unsafe = await startSmallS3({checksThenWrites: ['put', 'complete']})
    try {
      const s3 = {endpoint: unsafe.endpoint, region: 'us-east-1', accessKey: 'a', secretKey: 'b', pathStyle: true}
      const whole = await race({lake: `s3://${smallBucket}/whole`, s3, isTrusted: true}, 4, 6)
      const inParts = await race({lake: `s3://${smallBucket}/parts`, s3, isTrusted: true, oneRequestBytes: 1}, 4, 6)

      expect(Math.max(...whole)).toBeGreaterThan(1)
      expect(Math.max(...inParts)).toBeGreaterThan(1)
    } finally {
      await unsafe.close()
    }
  })
})
