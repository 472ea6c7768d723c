import {spawnSync} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {placeFile} from '../../../src/core/store/content-placement.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {fileSource} from '../../../src/core/store/sized-source.ts'
import {runChildren} from './children.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const child = fileURLToPath(new URL('store-child.ts', import.meta.url))

describe('local store', () => {
  let folder: string
  let root: string
  let store: ObjectStore
  const unfinished = () => readdir(join(root, '.tmp')).catch(() => [])

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hippo-local-'))
    root = join(folder, 'lake')
    store = await openLocalStore(root)
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('writes nothing until something is stored', async () => {
    expect(await store.head('k')).toBeUndefined()

    expect(await readdir(folder)).toEqual([])
  })

  it('keeps its root to its owner', async () => {
    await store.putIfAbsent('k', bytes('x'))

    expect((await stat(root)).mode & 0o777).toBe(0o700)
  })

  it('lets one of several processes win each key', async () => {
    const keys = Array.from({length: 20}, (_, i) => `race/${i}`)

    const results = await runChildren(child, 4, (i) => ['race', root, `process ${i}`, ...keys])

    for (const [index, key] of keys.entries()) {
      const outcomes = results.map((result) => result.split(' ')[index])
      expect(outcomes.toSorted()).toEqual(['created', 'exists', 'exists', 'exists'])
      const winner = outcomes.indexOf('created')
      expect(new TextDecoder().decode(await store.get(key))).toBe(`process ${winner}`.repeat(10_000))
    }
    expect(await unfinished()).toEqual([])
  }, 30_000)

  it('makes stored objects read-only', async () => {
    const file = join(folder, 'f')
    await writeFile(file, 'x', {mode: 0o644})

    await store.putIfAbsent('bytes', bytes('x'))
    await store.putIfAbsent('file', await fileSource(file))
    await placeFile(store, 'taken', file)

    for (const key of ['bytes', 'file', 'taken']) expect((await stat(join(root, key))).mode & 0o222).toBe(0)
  })

  it('shares no file with the one that was stored', async () => {
    const file = join(folder, 'f')
    await writeFile(file, 'as received')

    await store.putIfAbsent('k', await fileSource(file))
    await writeFile(file, 'altered later')

    expect(await readFile(join(root, 'k'), 'utf8')).toBe('as received')
    expect((await stat(join(root, 'k'))).nlink).toBe(1)
  })

  it('refuses a file that changed since it was announced', async () => {
    const file = join(folder, 'f')
    await writeFile(file, 'as announced')
    const body = await fileSource(file)

    for (const changed of ['', 'shorter', 'as announced, and more']) {
      await writeFile(file, changed)
      await expect(store.putIfAbsent('k', body)).rejects.toMatchObject({code: 'STORE_CORRUPT'})
    }

    expect(await store.head('k')).toBeUndefined()
    expect(await unfinished()).toEqual([])
  })

  it('says when it is the file, not the store, that cannot be read', async () => {
    const file = join(folder, 'f')
    await writeFile(file, 'x')
    const body = await fileSource(file)
    await rm(file)

    await expect(store.putIfAbsent('k', body)).rejects.toMatchObject({code: 'SOURCE_UNREADABLE'})
    await expect(store.putIfAbsent('k', {sizeBytes: 1, open: body.open})).rejects.toMatchObject({code: 'SOURCE_UNREADABLE'})
    await expect(placeFile(store, 'k', file)).rejects.toMatchObject({code: 'SOURCE_UNREADABLE'})
  })

  it('moves a finished file into place', async () => {
    const file = join(folder, 'part.parquet')
    await writeFile(file, 'rows')
    const {ino} = await stat(file)

    const outcome = await placeFile(store, 't/part.parquet', file)

    expect(outcome).toBe('created')
    expect((await stat(join(root, 't/part.parquet'))).ino).toBe(ino)
    expect(await readdir(folder)).toEqual(['lake'])
  })

  it('moves a finished file from another file system', async (context) => {
    const other = await mkdtemp('/dev/shm/hippo-').catch(() => undefined)
    if (other === undefined || (await stat(other)).dev === (await stat(folder)).dev) {
      console.log('skipped: there is no second file system at /dev/shm')
      return context.skip()
    }
    const file = join(other, 'part.parquet')
    await writeFile(file, 'rows')

    const outcome = await placeFile(store, 't/part.parquet', file)

    expect(outcome).toBe('created')
    expect(await readFile(join(root, 't/part.parquet'), 'utf8')).toBe('rows')
    expect(await readdir(other)).toEqual([])
    await rm(other, {recursive: true})
  })

  it('places a finished file in a store of another kind too', async () => {
    const other = memoryStore()
    const file = join(folder, 'part.parquet')
    await writeFile(file, 'rows')

    await placeFile(other, 't/part.parquet', file)

    expect(new TextDecoder().decode(await other.get('t/part.parquet'))).toBe('rows')
    expect(await readdir(folder)).toEqual([])
  })

  it('removes what a killed process left, and nothing else', async () => {
    await store.putIfAbsent('kept', bytes('x'))
    const killed = spawnSync(process.execPath, [child, 'die', root, 'dying'], {encoding: 'utf8'})
    const left = await unfinished()
    const name = left[0] ?? ''
    const ofAnotherMachine = name.replace(/^[^.]+/, 'f'.repeat(12))
    const ofLivingProcess = name.replace(/^([^.]+)\.[0-9]+/, `$1.${process.ppid}`)
    await writeFile(join(root, '.tmp', ofAnotherMachine), '')
    await writeFile(join(root, '.tmp', ofLivingProcess), '')

    const reopened = await openLocalStore(root)

    expect(killed.signal).toBe('SIGKILL')
    expect(left).toHaveLength(1)
    expect((await unfinished()).toSorted()).toEqual([ofAnotherMachine, ofLivingProcess].toSorted())
    expect(await reopened.head('dying')).toBeUndefined()
    expect(await reopened.head('kept')).toBeDefined()
  })

  it('never lists unfinished writes, links, empty folders, or names that no object can have', async () => {
    await store.putIfAbsent('k', bytes('x'))
    await writeFile(join(root, '.tmp', randomUUID()), 'half')
    await writeFile(join(root, 'with\nline'), 'x')
    await mkdir(join(root, 'empty'))

    const listed: string[] = []
    for await (const info of store.list('')) listed.push(info.key)

    expect(listed).toEqual(['k'])
  })

  it('lists what others stored under any name in the order of the bytes, reads and deletes it', async () => {
    // In UTF-16 the last two stand the other way round.
    const names = ['100% +(a)', 'a b/ü', 'a%20b', 'k', 'ｱ', '😀']
    for (const name of names) {
      await mkdir(dirname(join(root, name)), {recursive: true})
      await writeFile(join(root, name), name)
    }

    const listed: string[] = []
    for await (const info of store.list('')) listed.push(info.key)
    const after: string[] = []
    for await (const info of store.list('', {startAfter: 'ｱ'})) after.push(info.key)
    for (const name of names) expect(new TextDecoder().decode(await store.get(name))).toBe(name)
    for (const name of names) await store.delete(name)

    expect(listed).toEqual(names)
    expect(after).toEqual(['😀'])
    for await (const info of store.list('')) expect(info).toBeUndefined()
  })

  it.skipIf(process.getuid?.() === 0)('says that the lake cannot be written', async () => {
    await store.putIfAbsent('k', bytes('x'))
    await chmod(join(root, '.tmp'), 0o500)

    await expect(store.putIfAbsent('l', bytes('x'))).rejects.toMatchObject({code: 'STORE_UNWRITABLE', exitCode: 4})

    await chmod(join(root, '.tmp'), 0o700)
  })

  it('says that the disk is full, and shows nothing of what did not fit', async (context) => {
    const mount = join(folder, 'small')
    await mkdir(mount)
    const inMount = `mount -t tmpfs -o size=2m none "$1" || exit 77; exec "$2" "$3" fill "$1/lake"`
    const run = spawnSync('unshare', ['-rm', 'sh', '-c', inMount, 'sh', mount, process.execPath, child], {encoding: 'utf8'})
    if (run.error !== undefined || run.status === 77 || run.stderr.startsWith('unshare:')) {
      console.log(`skipped: no small file system can be mounted here (${(run.stderr ?? '').trim() || run.error?.message})`)
      context.skip()
    }

    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toEqual({code: 'STORE_FULL', exitCode: 4, listed: ['small'], unfinished: 0, afterwards: 'created'})
  })
})
