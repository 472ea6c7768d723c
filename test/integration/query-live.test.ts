// The read-only door over runs of other processes.
import {spawnSync} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import os from 'node:os'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {finishRun, startRun, startStep, updateRunProgress} from '../../src/core/catalog/writer.ts'
import type {Workspace} from '../../src/core/index.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {type Liveness, openReader, type Reader} from '../../src/core/query/index.ts'
import {watchCatalog} from '../../src/core/query/watch.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const from = 'test/fixtures/workspaces/ward'

describe('runs of other processes', () => {
  let ward: TestWorkspace
  let workspace: Workspace
  let db: Database
  let reader: Reader
  const minute = (count: number): string => new Date(Date.parse('2026-03-04T05:00:00.000Z') + count * 60_000).toISOString()
  const newRun = (overrides: Partial<Parameters<typeof startRun>[1]> = {}) => ({
    id: randomUUID(),
    verb: 'promote silver' as const,
    actor: 'ada',
    host: os.hostname(),
    pid: process.pid,
    startedAt: minute(0),
    ...overrides,
  })

  beforeAll(async () => {
    ward = await testWorkspace({from})
    workspace = await ward.open()
    db = await workspace.database()
    reader = await openReader(workspace)
  })

  afterAll(async () => {
    await reader.close()
    await ward.close()
  })

  it('shows a pipeline and what its innermost step does as one, with rate and time left', async () => {
    const pipeline = newRun({verb: 'run', pipeline: 'nightly'})
    const called = newRun({parent: pipeline.id, startedAt: minute(1)})
    const place = {step: 'promote silver', subject: 'person'}
    await startRun(db, pipeline)
    await startRun(db, called)
    await startStep(db, {run: called.id, position: 0, ...place, startedAt: minute(1)})
    await updateRunProgress(db, called.id, {...place, done: 6000, total: 18_000, unit: 'rows', at: minute(2)})

    const running = await reader.running()

    expect(running).toHaveLength(1)
    expect(running[0]).toMatchObject({
      run: {id: pipeline.id, verb: 'run', pipeline: 'nightly'},
      step: {verb: 'promote silver', ...place, startedAt: minute(1)},
      progress: {done: 6000, total: 18_000, rowsPerSecond: 100, remainingMs: 120_000},
    })
    expect((await reader.run(pipeline.id)).children.map(({id}) => id)).toEqual([called.id])
    await finishRun(db, called.id, 'succeeded')
    await finishRun(db, pipeline.id, 'succeeded')
    expect(await reader.running()).toEqual([])
  })

  it('tells a run whose process died from one that works', async () => {
    const gone = spawnSync(process.execPath, ['-e', '0']).pid
    const [dead, alive, elsewhere] = [newRun({pid: gone}), newRun(), newRun({host: 'another-host', pid: gone})]
    for (const run of [dead, alive, elsewhere]) await startRun(db, run)

    const running = await reader.running()

    expect(running.filter(({run}) => run.isDead).map(({run}) => run.id)).toEqual([dead.id])
    for (const run of [dead, alive, elsewhere]) await finishRun(db, run.id, 'cancelled')
  })

  it('names a failed run until the same verb went well, and names it once for caller and called', async () => {
    const now = new Date()
    const ago = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString()
    const pipeline = newRun({verb: 'run', pipeline: 'nightly', startedAt: ago(9)})
    const called = newRun({verb: 'ingest', parent: pipeline.id, startedAt: ago(8)})
    const error = {code: 'STORE_FULL', message: 'the disk of the lake is full', exitCode: 4, retryable: false} as const
    for (const run of [pipeline, called]) await startRun(db, run)
    for (const run of [called, pipeline]) await finishRun(db, run.id, 'failed', {error})

    const failed = await reader.overview()
    const again = newRun({verb: 'ingest', startedAt: ago(2)})
    await startRun(db, again)
    await finishRun(db, again.id, 'noop')
    const pipelineAgain = newRun({verb: 'run', pipeline: 'nightly', startedAt: ago(1)})
    await startRun(db, pipelineAgain)
    await finishRun(db, pipelineAgain.id, 'succeeded')
    const mended = await reader.overview()

    expect(failed.attention.map(({kind, run, what}) => [kind, run, what])).toEqual([
      ['runFailed', called.id, 'ingest failed: the disk of the lake is full'],
    ])
    expect(mended.attention).toEqual([])
  })

  it('hears of changes in another connection within a second', async () => {
    const stopping = new AbortController()
    const heard: Liveness[] = []
    const watching = reader.watch((liveness) => heard.push(liveness), {signal: stopping.signal})
    await expect.poll(() => heard.length).toBeGreaterThan(0)
    const before = heard.length

    const run = newRun()
    await startRun(db, run)

    await expect.poll(() => heard.length, {timeout: 1000}).toBeGreaterThan(before)
    expect(new Set(heard.map(({state}) => state))).toEqual(new Set(['live']))
    stopping.abort()
    await watching
    await finishRun(db, run.id, 'cancelled')
  })

  it('says when the database stopped answering and when it is back, and asks where it cannot be told', async () => {
    let isAway = false
    const fragile: Database = {
      ...dbOf(db),
      query: (statement, options) => (isAway ? Promise.reject(new Error('away')) : db.query(statement, options)),
      listen: () => Promise.reject(new Error('a pooler between')),
    }
    let minutes = 0
    const stopping = new AbortController()
    const heard: Liveness[] = []
    const clock = {now: () => new Date(minute(minutes++))}
    const watching = watchCatalog(fragile, (liveness) => heard.push(liveness), {signal: stopping.signal, clock, beatMs: 10})
    await expect.poll(() => heard.length).toBeGreaterThan(2)

    isAway = true
    await expect.poll(() => heard.at(-1)?.state).toBe('stale')
    const lost = heard.at(-1)
    const beats = heard.length
    await new Promise((resolve) => setTimeout(resolve, 60))
    const heardWhileAway = heard.length - beats
    isAway = false
    await expect.poll(() => heard.at(-1)?.state).toBe('live')
    stopping.abort()
    await watching

    expect(heardWhileAway).toBe(0)
    expect(Date.parse(heard.at(-1)?.since ?? '')).toBeGreaterThan(Date.parse(lost?.since ?? ''))
  })
})

/** The port's methods as a plain object, to exchange some. */
function dbOf(db: Database): Database {
  return {
    query: (statement, options) => db.query(statement, options),
    table: (statement, options) => db.table(statement, options),
    transaction: (work) => db.transaction(work),
    withLock: (name, options, work) => db.withLock(name, options, work),
    copyIn: (statement, body, signal) => db.copyIn(statement, body, signal),
    listen: (channel, onNotify) => db.listen(channel, onNotify),
    describe: () => db.describe(),
    close: () => db.close(),
  }
}
