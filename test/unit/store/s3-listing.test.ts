// What the store in S3 promises of keys and listings, on a server in this process.
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {describe, expect, it} from 'vitest'
import {openS3Store} from '../../../src/core/store/s3/open-s3-store.ts'
import {smallBucket} from '../../support/small-s3.ts'
import {trustingStore} from '../../support/trusting-store.ts'
import {bytes, isList, keysOf, limits, settingsOf, smallServer, text} from './small-s3-store.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What is still referred to; all 100,000 infos of a listing would be some 15 MB. */
function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe('listings of the S3 store', () => {
  const {open, objects, start, now} = smallServer()

  it('knows every character in a prefix and in names that are no keys', async () => {
    const server = await start()
    const s3 = settingsOf(server)
    const store = await trustingStore({lake: `s3://${smallBucket}/Ärzte & Pflege/100% +(a)!'*`, s3, env: {}, limits})

    await store.putIfAbsent('a%20b=%C3%BC/c', bytes('x'))

    expect(text(await store.get('a%20b=%C3%BC/c'))).toBe('x')
    expect([...server.objects.keys()]).toEqual(["Ärzte & Pflege/100% +(a)!'*/a%20b=%C3%BC/c"])
    expect(await keysOf(store, 'a%20b')).toEqual(['a%20b=%C3%BC/c'])
  })

  it('lists what others stored under any name in the order of the bytes, reads and deletes it', async () => {
    const store = await open()
    // In UTF-16 the last two stand the other way round.
    const names = ['100% +(a)&<b>', 'a b/ü', 'a%20b', 'k', 'ｱ', '😀']
    for (const name of names) objects().set(`lake/x/${name}`, {body: Buffer.from(name), headers: {}})

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
    expect(now().requests.filter(isList).length).toBeLessThanOrEqual(count / pageSize + 2)
    expect(heldAtLast - heldAtFirst).toBeLessThan(5_000_000)
  })

  it('lists any number of keys by pages, in order, from anywhere', async () => {
    const store = await open()
    const keys = Array.from({length: 2500}, (_, index) => `many/${String(index).padStart(5, '0')}`)
    for (const key of keys) objects().set(`lake/${key}`, {body: Buffer.from(key), headers: {}})
    objects().set('lake/many/no\u0001key', {body: Buffer.from(''), headers: {}})

    expect(await keysOf(store, 'many/')).toEqual(keys)
    expect(now().requests.filter(isList).length).toBeLessThan(6)
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
})
