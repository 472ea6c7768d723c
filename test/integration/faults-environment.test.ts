// An environment that fails: no database, no room, no right to write. A clear error with its exit code, no half state, and
// the next run completes once a person has mended it.
import {spawnSync} from 'node:child_process'
import {cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {HippoError, ingest, openWorkspace, promoteSilver, runPipeline} from '../../src/core/index.ts'
import {stopEmbeddedServer} from '../../src/core/postgres/embedded-server.ts'
import {type DeltaRow, readDelta} from '../support/read-delta.ts'
import {promotionOf, TestWorkspace, testWorkspace} from '../support/workspace.ts'

const fixture = 'test/fixtures/workspaces/ward'

describe('a database that is not there', () => {
  it('ends every verb within seconds, with try again later', async () => {
    const ward = await testWorkspace({from: fixture})
    try {
      ward.write('inbox/persons.csv', 'id,name,born,weight\np1,Ann,,1\n')
      const start = performance.now()

      const ends = await Promise.all(
        (['ingest', 'run'] as const).map((verb) => ward.run({verb}, {HIPPO_DATABASE_URL: 'postgresql://someone:secret@127.0.0.1:9/none'})),
      )

      for (const {code, error, stderr} of ends) {
        expect({code, error: error?.code, retryable: error?.retryable}).toEqual({code: 75, error: 'CATALOG_UNREACHABLE', retryable: true})
        expect(`${error?.message}${error?.hint}${stderr}`).not.toContain('secret')
      }
      expect(performance.now() - start).toBeLessThan(45_000)
      const {promoted} = await ward.conform()
      expect(promotionOf(promoted, 'person').rows).toMatchObject({accepted: 1})
    } finally {
      await ward.close()
    }
  })
})

const canMount = (() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hippo-mount-'))
  const mounted = process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0
  if (mounted) spawnSync('umount', [folder])
  else console.log('skipped: full and read-only disks: this machine does not let us mount a tmpfs')
  rmSync(folder, {recursive: true, force: true})
  return mounted
})()

describe.skipIf(!canMount)('a disk of its own', () => {
  const disk = mkdtempSync(path.join(tmpdir(), 'hippo-disk-'))
  const filler = path.join(disk, 'filler')
  let ward: TestWorkspace
  let number = 0

  const remount = (options: string) => {
    const {status, stderr} = spawnSync('mount', ['-o', `remount,${options}`, disk], {encoding: 'utf8'})
    if (status !== 0) throw new Error(stderr)
  }

  beforeAll(async () => {
    // Deliveries and database lie elsewhere: only the workspace's own folder is short of room.
    ward = await testWorkspace({from: fixture})
    const {status, stderr} = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk], {encoding: 'utf8'})
    if (status !== 0) throw new Error(stderr)
    for (const name of ['contracts', 'models', 'hippo.yaml']) cpSync(path.join(ward.root, name), path.join(disk, name), {recursive: true})
    const yaml = path.join(disk, 'hippo.yaml')
    spawnSync('sed', ['-i', `s|path: inbox|path: ${ward.root}/inbox|`, yaml])
  }, 120_000)

  afterAll(async () => {
    spawnSync('umount', ['-l', disk])
    rmSync(disk, {recursive: true, force: true})
    await ward?.close()
  })

  beforeEach(() => rmSync(filler, {force: true}))

  const open = () => openWorkspace({directory: disk, env: ward.env})
  async function attempt<T>(verb: (workspace: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T | HippoError> {
    const workspace = await open()
    try {
      return await verb(workspace)
    } catch (error) {
      if (error instanceof HippoError) return error
      throw error
    } finally {
      await workspace.close()
    }
  }
  const ingestAll = () => attempt((workspace) => ingest(workspace, {sources: []}))
  const promoteAll = () => attempt((workspace) => promoteSilver(workspace, {datasets: []}))

  /** Leaves about `free` bytes. */
  function fill(free: number): void {
    rmSync(filler, {force: true})
    const {stdout} = spawnSync('df', ['--output=avail', '-B1', disk], {encoding: 'utf8'})
    const available = Number(stdout.trim().split('\n').at(-1))
    writeFileSync(filler, Buffer.alloc(Math.max(0, available - free)))
  }

  function deliver(rows: number): string {
    number++
    const wide = 'x'.repeat(200)
    const lines = Array.from({length: rows}, (_, n) => `d${number}-${n},${wide}${n},1980-01-01,${n % 400}`)
    ward.write(`inbox/persons-${number}.csv`, `id,name,born,weight\n${lines.join('\n')}\n`)
    return `d${number}-`
  }

  const listing = (folder: string) =>
    readdirSync(path.join(disk, '.hippo', folder), {recursive: true})
      .map(String)
      .sort()
  const logOf = (table: string) => listing('lake').filter((name) => name.startsWith(`${table}/_delta_log/`))

  it('says that it is full while a delivery is captured, keeps nothing of it, and captures it when there is room', async () => {
    deliver(10)
    await ingestAll()
    const before = listing('lake')
    deliver(20_000)
    fill(1_000_000)

    const failed = await ingestAll()
    const left = listing('lake')
    rmSync(filler)
    const done = await ingestAll()

    expect(failed).toMatchObject({code: 'STORE_FULL', exitCode: 4})
    expect(left.filter((name) => !before.includes(name) && !name.startsWith('.tmp'))).toEqual([])
    expect(listing('lake/.tmp')).toEqual([])
    expect(done).toMatchObject({run: {state: 'succeeded'}})
    expect(done).toMatchObject({files: expect.arrayContaining([expect.objectContaining({state: 'captured'})])})
  })

  it('says that it is full while a batch is promoted, however far it gets, commits nothing of it, and promotes it when there is room', async () => {
    await ingestAll()
    await promoteAll()
    const prefix = deliver(20_000)
    ward.write(`inbox/persons-${number}-bad.csv`, `id,name,born,weight\n${prefix}bad1,,,1\n${prefix}bad2,Ann,,900\n`)
    await ingestAll()
    const log = logOf('silver/person')
    const failures: string[] = []

    let last: Awaited<ReturnType<typeof promoteAll>>
    for (let free = 10_000; ; free *= 2) {
      fill(free)
      last = await promoteAll()
      const error = last instanceof HippoError ? last : promotionOf(last, 'person').error
      if (!error) break
      expect(error, `${free} bytes left`).toMatchObject({code: 'STORE_FULL', exitCode: 4})
      expect(logOf('silver/person')).toEqual(log)
      failures.push(error.message)
    }
    rmSync(filler)

    expect(failures.length).toBeGreaterThan(3)
    expect(listing('staging')).toEqual([])
    const mine = (rows: readonly DeltaRow[]) => rows.filter((row) => String(row.id).startsWith(prefix))
    expect(mine(await rowsOf('silver'))).toHaveLength(20_000)
    expect(mine(await rowsOf('quarantine')).map((row) => row._reasons)).toEqual([['name.required'], ['weight.range']])
  }, 180_000)

  it('says that it is read-only before it changes anything', async () => {
    deliver(5)
    const before = listing('lake')
    remount('ro')
    try {
      const failed = await ingestAll()
      const pipeline = await attempt((workspace) => runPipeline(workspace, {}))

      expect(failed).toMatchObject({code: 'STORE_UNWRITABLE', exitCode: 4})
      expect(pipeline).toMatchObject({run: {state: 'failed'}, steps: [{step: 'ingest', error: {code: 'STORE_UNWRITABLE', exitCode: 4}}]})
      expect(listing('lake')).toEqual(before)
    } finally {
      remount('rw')
    }
    expect(await ingestAll()).toMatchObject({run: {state: 'succeeded'}})
  })

  const rowsOf = async (layer: string) => (await readDelta(path.join(disk, '.hippo', 'lake', layer, 'person')))?.rows ?? []
})

describe.skipIf(!canMount)('a staging folder on a full disk', () => {
  it('ends the promotion as full, commits nothing, and leaves nothing staged once there is room', async () => {
    const ward = await testWorkspace({from: fixture})
    const staging = path.join(ward.root, '.hippo', 'staging')
    try {
      const lines = Array.from({length: 20_000}, (_, n) => `p${n},${'x'.repeat(200)}${n},1980-01-01,${n % 400}`)
      // The last record's quote is never closed, so the file is staged whole; then its rows are, as Parquet.
      ward.write('inbox/persons.csv', `id,name,born,weight\n${lines.join('\n')}\nlast,"x`)
      await ward.use((workspace) => ingest(workspace, {sources: []}))
      mkdirSync(staging, {recursive: true})
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', staging])

      const full = promotionOf(await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']})), 'person')
      const left = readdirSync(staging)
      spawnSync('umount', [staging])
      const roomy = promotionOf(await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']})), 'person')

      expect(full).toMatchObject({state: 'failed', error: {code: 'STORE_FULL', exitCode: 4}})
      expect(left).toEqual([])
      expect(roomy).toMatchObject({state: 'committed', version: 0, rows: {accepted: 20_000, quarantined: 1}})
      expect(ward.staged()).toEqual([])
    } finally {
      spawnSync('umount', ['-l', staging])
      await ward.close()
    }
  }, 60_000)
})

describe.skipIf(!canMount)('an embedded server on a full disk', () => {
  it('ends the run as full, works again when there is room, and says what it cannot write once the disk is read-only', async () => {
    const disk = mkdtempSync(path.join(tmpdir(), 'hippo-disk-'))
    const ward = await testWorkspace({from: fixture, database: 'embedded'})
    // The watcher of idleness would keep the disk busy.
    const env = {...ward.env, HIPPO_DATABASE_IDLE_MINUTES: '0'}
    try {
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk])
      cpSync(ward.root, disk, {recursive: true})
      const onDisk = new TestWorkspace(disk, env, undefined)
      onDisk.write('inbox/persons.csv', 'id,name,born,weight\np1,Ann,,1\n')
      const first = await onDisk.run({verb: 'ingest'})
      const fillUp = (name: string) => spawnSync('dd', ['if=/dev/zero', `of=${disk}/${name}`, 'bs=4k'])
      fillUp('filler')

      const full = await onDisk.run({verb: 'promoteSilver'})
      await stopEmbeddedServer({home: path.join(disk, '.hippo', 'pg'), env})
      // Not even a message of the server finds room in a log of its own.
      rmSync(path.join(disk, '.hippo', 'pg', 'server.log'))
      fillUp('more')
      const cannotStart = await onDisk.run({verb: 'promoteSilver'})
      for (const name of ['filler', 'more']) rmSync(path.join(disk, name))
      const roomy = await onDisk.run({verb: 'promoteSilver'})
      const rows = await onDisk.rows('silver', 'person')
      await stopEmbeddedServer({home: path.join(disk, '.hippo', 'pg'), env})
      spawnSync('mount', ['-o', 'remount,ro', disk])
      const readOnly = await onDisk.run({verb: 'ingest'})

      expect(first.code).toBe(0)
      for (const end of [full, cannotStart]) expect(end).toMatchObject({code: 4, error: {code: 'STORE_FULL'}})
      expect(roomy.code).toBe(0)
      expect(rows).toMatchObject([{id: 'p1'}])
      expect(readOnly).toMatchObject({
        code: 4,
        error: {code: 'STORE_UNWRITABLE', message: expect.stringContaining(path.join(disk, '.hippo', 'pg'))},
      })
    } finally {
      await stopEmbeddedServer({home: path.join(disk, '.hippo', 'pg'), env})
      spawnSync('umount', ['-l', disk])
      rmSync(disk, {recursive: true, force: true})
      await ward.close()
    }
  }, 120_000)
})
