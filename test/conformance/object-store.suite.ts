// What every store promises. A store kind passes it whole; kinds add their own tests beside it, never instead of it.
import {createHash} from 'node:crypto'
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {placeContent, placeFile} from '../../src/core/store/content-placement.ts'
import {copyToFile} from '../../src/core/store/copy-to-file.ts'
import {hashObject} from '../../src/core/store/hash-object.ts'
import type {ObjectStore, SizedSource} from '../../src/core/store/object-store.ts'

export interface StoreUnderTest {
  readonly store: ObjectStore
  close(): Promise<void>
}

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (body: Uint8Array) => new TextDecoder().decode(body)
const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex')

function source(chunks: readonly Uint8Array[], sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)): SizedSource {
  return {
    sizeBytes,
    open: async function* () {
      yield* chunks
    },
  }
}

export function objectStoreSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} object store`, () => {
    let opened: StoreUnderTest
    let store: ObjectStore
    const keys = async (prefix = '', startAfter?: string) => {
      const found: string[] = []
      for await (const info of store.list(prefix, startAfter === undefined ? {} : {startAfter})) found.push(info.key)
      return found
    }

    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })
    afterEach(() => opened.close())

    describe('putIfAbsent', () => {
      it('stores the whole body, which every read sees from then on', async () => {
        const before = Date.now()

        const outcome = await store.putIfAbsent('a/b/c.json', bytes('hello'))

        expect(outcome).toBe('created')
        expect(text(await store.get('a/b/c.json'))).toBe('hello')
        const info = await store.head('a/b/c.json')
        expect(info).toMatchObject({key: 'a/b/c.json', sizeBytes: 5})
        expect(Math.abs((info?.modifiedAt ?? 0) - before)).toBeLessThan(60_000)
      })

      it('leaves an existing object as it is', async () => {
        await store.putIfAbsent('k', bytes('first'))

        const outcome = await store.putIfAbsent('k', bytes('second, longer'))

        expect(outcome).toBe('exists')
        expect(text(await store.get('k'))).toBe('first')
        expect(await keys()).toEqual(['k'])
      })

      it('lets exactly one of 32 writers win, and shows the winner whole', async () => {
        const bodies = Array.from({length: 32}, (_, i) => bytes(`writer ${i} `.repeat(1000 + i)))

        const outcomes = await Promise.all(bodies.map((body, i) => store.putIfAbsent('race', i % 2 === 0 ? body : source([body]))))

        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
        const winner = bodies[outcomes.indexOf('created')]
        expect(await store.get('race')).toEqual(winner)
      })

      it('takes bodies of many chunks and empty bodies', async () => {
        const chunks = Array.from({length: 20}, (_, i) => new Uint8Array(400_000).fill(i))

        await store.putIfAbsent('big', source(chunks))
        await store.putIfAbsent('empty', source([]))
        await store.putIfAbsent('empty2', new Uint8Array())

        expect(sha256(await store.get('big'))).toBe(sha256(Buffer.concat(chunks)))
        expect((await store.get('empty')).byteLength).toBe(0)
        expect((await store.head('empty2'))?.sizeBytes).toBe(0)
      })

      it('checks the hash that was announced', async () => {
        const body = bytes('right')

        await expect(store.putIfAbsent('k', bytes('wrong'), {sha256: sha256(body)})).rejects.toMatchObject({code: 'STORE_CORRUPT'})
        await expect(store.putIfAbsent('k', source([bytes('wrong')]), {sha256: sha256(body)})).rejects.toMatchObject({
          code: 'STORE_CORRUPT',
        })

        expect(await store.head('k')).toBeUndefined()
        expect(await store.putIfAbsent('k', source([body]), {sha256: sha256(body)})).toBe('created')
      })

      it('checks the length that was announced', async () => {
        await expect(store.putIfAbsent('short', source([bytes('abc')], 4))).rejects.toMatchObject({code: 'STORE_CORRUPT'})
        await expect(store.putIfAbsent('long', source([bytes('abc'), bytes('de')], 4))).rejects.toMatchObject({code: 'STORE_CORRUPT'})

        expect(await keys()).toEqual([])
      })

      it('shows nothing of a put that is interrupted, and takes the body afterwards', async () => {
        const breaking: SizedSource = {
          sizeBytes: 10,
          open: async function* () {
            yield bytes('half ')
            throw new Error('cable pulled')
          },
        }
        const stop = new AbortController()
        const stopping: SizedSource = {
          sizeBytes: 10,
          open: async function* () {
            yield bytes('half ')
            stop.abort()
            yield bytes('half ')
          },
        }

        await expect(store.putIfAbsent('k', breaking)).rejects.toThrow('cable pulled')
        await expect(store.putIfAbsent('k', stopping, {signal: stop.signal})).rejects.toMatchObject({name: 'AbortError'})

        expect(await store.head('k')).toBeUndefined()
        expect(await keys()).toEqual([])
        expect(await store.putIfAbsent('k', bytes('whole'))).toBe('created')
      })

      it('keeps the bytes it was given, not the buffer', async () => {
        const body = bytes('before')

        await store.putIfAbsent('k', body)
        body.fill(0)
        const read = await store.get('k')
        read.fill(1)

        expect(text(await store.get('k'))).toBe('before')
      })
    })

    describe('placeContent', () => {
      it('stores a body under the key made of its own hash, once', async () => {
        const body = bytes('received bytes')
        const keyOf = (hash: string) => `bronze/${hash}`

        const first = await placeContent(store, source([body]), keyOf)
        const second = await placeContent(store, source([body]), keyOf)

        expect(first).toEqual({key: `bronze/${sha256(body)}`, sha256: sha256(body), outcome: 'created'})
        expect(second).toEqual({...first, outcome: 'exists'})
        expect(await keys()).toEqual([first.key])
      })
    })

    describe('large bodies', () => {
      it('are hashed as they are stored', async () => {
        const body = new Uint8Array(9_000_001).map((_, at) => at % 251)
        await store.putIfAbsent('k', source([body]))
        await store.putIfAbsent('none', bytes(''))

        expect(await hashObject(store, 'k')).toBe(sha256(body))
        expect(await hashObject(store, 'none')).toBe(sha256(bytes('')))
        await expect(hashObject(store, 'missing')).rejects.toMatchObject({code: 'STORE_KEY_MISSING'})
      })

      it('come back whole, in ranges and as a local file', async () => {
        const chunks = Array.from({length: 50}, (_, i) => new Uint8Array(700_001).map((_, at) => (at * (i + 1)) % 251))
        const whole = Buffer.concat(chunks)
        const folder = await mkdtemp(join(tmpdir(), 'hippo-copy-'))
        const [given, copied] = [join(folder, 'given'), join(folder, 'copied')]
        await writeFile(given, whole)

        const placed = await placeContent(store, source(chunks), (hash) => `bronze/${hash}`)
        const again = await placeContent(store, source(chunks), (hash) => `bronze/${hash}`)
        const moved = await placeFile(store, 'moved', given)
        await copyToFile(store, placed.key, copied)

        expect([placed.outcome, again.outcome, moved]).toEqual(['created', 'exists', 'created'])
        expect(placed.sha256).toBe(sha256(whole))
        expect(sha256(await readFile(copied))).toBe(sha256(whole))
        expect((await stat(copied)).mode & 0o777).toBe(0o600)
        expect(sha256(await store.get('moved', {range: {start: 16_000_000, end: 34_000_000}}))).toBe(
          sha256(whole.subarray(16_000_000, 34_000_000)),
        )
        expect(await readdir(folder)).toEqual(['copied'])
        await rm(folder, {recursive: true})
      })

      it('are checked against the hash and the length that were announced, and leave nothing behind', async () => {
        const chunks = Array.from({length: 20}, () => new Uint8Array(1_000_000))

        await expect(store.putIfAbsent('k', source(chunks), {sha256: sha256(bytes('other'))})).rejects.toMatchObject({
          code: 'STORE_CORRUPT',
        })
        await expect(store.putIfAbsent('k', source(chunks, 20_000_001))).rejects.toMatchObject({code: 'STORE_CORRUPT'})

        expect(await keys()).toEqual([])
      })
    })

    describe('put', () => {
      it('replaces what is there', async () => {
        await store.put('hint', bytes('one'))

        await store.put('hint', bytes('three'))

        expect(text(await store.get('hint'))).toBe('three')
        expect(await keys()).toEqual(['hint'])
      })
    })

    describe('reading', () => {
      it('says that a key is missing', async () => {
        await store.putIfAbsent('a/b', bytes('x'))

        for (const key of ['nothing', 'a', 'a/b/c', 'a/c']) {
          await expect(store.get(key)).rejects.toMatchObject({code: 'STORE_KEY_MISSING'})
          expect(await store.head(key)).toBeUndefined()
        }
        await expect(store.stream('nothing')[Symbol.asyncIterator]().next()).rejects.toMatchObject({code: 'STORE_KEY_MISSING'})
      })

      it('gives exactly the range asked for', async () => {
        await store.putIfAbsent('k', bytes('0123456789'))
        const range = async (start: number, end?: number) =>
          text(await store.get('k', {range: {start, ...(end === undefined ? {} : {end})}}))

        expect(await range(0, 4)).toBe('0123')
        expect(await range(3, 4)).toBe('3')
        expect(await range(7)).toBe('789')
        expect(await range(-3)).toBe('789')
        expect(await range(-100)).toBe('0123456789')
        expect(await range(4, 4)).toBe('')
      })

      it('refuses a range that the object does not have', async () => {
        await store.putIfAbsent('k', bytes('0123456789'))

        await expect(store.get('k', {range: {start: 8, end: 12}})).rejects.toMatchObject({code: 'STORE_CORRUPT'})
        await expect(store.get('k', {range: {start: 11}})).rejects.toMatchObject({code: 'STORE_CORRUPT'})
      })

      it('streams the same bytes, whole and in ranges', async () => {
        const body = new Uint8Array(9_000_000).map((_, i) => i % 251)
        await store.putIfAbsent('k', body)
        const streamed = async (range?: {start: number; end: number}) => {
          const chunks: Uint8Array[] = []
          for await (const chunk of store.stream('k', range === undefined ? {} : {range})) chunks.push(chunk)
          return Buffer.concat(chunks)
        }

        const whole = await streamed()
        const part = await streamed({start: 4_000_000, end: 8_500_001})

        expect(sha256(whole)).toBe(sha256(body))
        expect(sha256(part)).toBe(sha256(body.subarray(4_000_000, 8_500_001)))
      })
    })

    describe('list', () => {
      const all = ['a-b', 'a.b', 'a/0', 'a/b/c', 'a/b0', 'aA', 'a_', 'aa', 'b=1/x%20y', 'b=1/z']

      beforeEach(async () => {
        for (const key of [...all].reverse()) await store.putIfAbsent(key, bytes(key))
      })

      it('gives keys in byte order of the whole key', async () => {
        const listed = await keys()

        expect(listed).toEqual([...all].sort())
        expect(listed).toEqual(listed.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))))
      })

      it('gives only keys with the prefix, which may end within a name', async () => {
        expect(await keys('a/')).toEqual(['a/0', 'a/b/c', 'a/b0'])
        expect(await keys('a/b')).toEqual(['a/b/c', 'a/b0'])
        expect(await keys('a/b/')).toEqual(['a/b/c'])
        expect(await keys('b=1/x')).toEqual(['b=1/x%20y'])
        expect(await keys('a/b/c')).toEqual(['a/b/c'])
        expect(await keys('c')).toEqual([])
        expect(await keys('aa/')).toEqual([])
      })

      it('starts after any text, key or not', async () => {
        const sorted = [...all].sort()
        for (const after of ['', ...all, 'a', 'a/', 'a/b', 'a/b/', 'a/b/zz', 'a/zz', 'b', 'zz']) {
          expect(await keys('', after)).toEqual(sorted.filter((key) => key > after))
          expect(await keys('a/', after)).toEqual(sorted.filter((key) => key.startsWith('a/') && key > after))
        }
      })

      it('says the size of each', async () => {
        for await (const info of store.list('')) expect(info.sizeBytes).toBe(info.key.length)
      })

      it('forgets what was deleted; deleting again is no error', async () => {
        await store.delete('a/b/c')
        await store.delete('a/b/c')

        expect(await keys('a/')).toEqual(['a/0', 'a/b0'])
        expect(await store.head('a/b/c')).toBeUndefined()
      })
    })

    describe('keys', () => {
      it('refuses what is no key', async () => {
        const bad = [
          '',
          '/a',
          'a/',
          'a//b',
          '.',
          '..',
          'a/../b',
          'a/./b',
          'a\0',
          'a\nb',
          '\ud800',
          '.tmp/x',
          '.tmp',
          'x'.repeat(1025),
          `${'x'.repeat(256)}/a`,
        ]

        for (const key of bad) {
          await expect(store.putIfAbsent(key, bytes('x'))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
          await expect(store.get(key)).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
        }
        expect(await keys()).toEqual([])
      })

      it('writes under no name that only other tools give, but knows that nothing is there', async () => {
        for (const key of ['a b', 'é/ward=Zürich S', 'a\\b', '50% +(a)&#?"', '😀', `${'x/'.repeat(455)}x`]) {
          await expect(store.putIfAbsent(key, bytes('x'))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
          await expect(store.put(key, bytes('x'))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
          await expect(store.get(key)).rejects.toMatchObject({code: 'STORE_KEY_MISSING'})
          expect(await store.head(key)).toBeUndefined()
          await store.delete(key)
        }
        expect(await keys()).toEqual([])
      })

      it('refuses a key below another key, both ways round', async () => {
        await store.putIfAbsent('a/b', bytes('x'))

        await expect(store.putIfAbsent('a/b/c', bytes('y'))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
        await expect(store.putIfAbsent('a/b/c/d', bytes('y'))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})
        await expect(store.putIfAbsent('a', bytes('y'))).rejects.toMatchObject({code: 'STORE_KEY_INVALID'})

        expect(await keys()).toEqual(['a/b'])
      })

      it('frees a name once nothing lies below it', async () => {
        await store.putIfAbsent('a/b/c', bytes('x'))
        await store.delete('a/b/c')

        expect(await store.putIfAbsent('a', bytes('y'))).toBe('created')
      })
    })

    it('knows that it can put if absent', () => {
      expect(store.capabilities().conditionalPut).toBe(true)
    })
  })
}
