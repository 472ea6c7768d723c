// Schedulers ask again: with an idempotency key for the same run, with an interval for what was captured in it.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteSilver, runPipeline} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('an idempotency key', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterAll(() => ward?.close())

  const capture = (idempotencyKey: string, options: object = {}) =>
    ward.use((workspace) => ingest(workspace, {sources: [], idempotencyKey, ...options}))
  const query = (text: string) => ward.use(async (workspace) => (await (await workspace.database()).query(raw(text))).rows)

  it('answers with the stored result of the run that succeeded, and does nothing', async () => {
    ward.write('inbox/persons-1.csv', 'id,name\np1,Ann\n')
    const first = await capture('night-1')
    ward.write('inbox/persons-2.csv', 'id,name\np2,Bob\n')

    const again = await capture('night-1')
    const next = await capture('night-2')

    expect(again).toEqual({...first, run: {...first.run, repeated: true}})
    expect(next.files.map((file) => [file.path, file.state])).toContainEqual(['persons-2.csv', 'captured'])
    expect(next.run).not.toHaveProperty('repeated')
    expect(await query("select count(*)::int as n from hippo.runs where idempotency_key = 'night-1'")).toEqual([{n: 1}])
  })

  it('is one request: the same key for something else is refused', async () => {
    await capture('night-3')

    await expect(capture('night-3', {sources: ['ward']})).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    await expect(capture(' ')).rejects.toMatchObject({code: 'CONFIG_VALUE_MISSING'})
  })

  it('runs again what failed or was gated, and takes no answer from a dry run', async () => {
    ward.write('inbox/settings-1.csv', 'key,value\na,none\nb,none\n')
    const promote = () => ward.use((workspace) => promoteSilver(workspace, {datasets: ['setting'], idempotencyKey: 'night-4'}))

    const rehearsed = await capture('night-4', {dryRun: true})
    const captured = await capture('night-4')
    const gated = await promote()
    const again = await promote()

    expect(captured.run.id).not.toBe(rehearsed.run.id)
    expect([gated.run.state, again.run.state]).toEqual(['gated', 'gated'])
    expect(again.run.id).not.toBe(gated.run.id)
    expect(again.run).not.toHaveProperty('repeated')
  })

  it('lets one of two at once work; the other gets its result when it waits, and exits 75 when it does not', async () => {
    ward.write('inbox/persons-3.csv', 'id,name\np3,Cem\n')
    const request = {verb: 'ingest', idempotencyKey: 'night-5'} as const

    const ends = await Promise.all([1, 2].map(() => ward.run({...request, waitLockSeconds: 60})))

    const runs = ends.map(({result}) => (result as {run: {id: string; repeated?: true}} | undefined)?.run)
    expect(runs[0]?.id).toBe(runs[1]?.id)
    expect(runs.filter((run) => run?.repeated)).toHaveLength(1)

    await ward.use(async (workspace) => {
      const database = await workspace.database()
      await database.withLock(`key:${workspace.config.name}:ingest:night-6`, {waitMs: 0, what: 'a key'}, async () => {
        await expect(capture('night-6')).rejects.toMatchObject({code: 'RUN_LOCKED', exitCode: 75})
      })
    })
  })

  it('of a pipeline is of the whole run, not of its steps', async () => {
    const night = () => ward.use((workspace) => runPipeline(workspace, {pipeline: 'nightly', idempotencyKey: 'night-7'}))

    const first = await night()

    expect(first.steps.map(({step}) => step)).toEqual(['ingest', 'promote silver', 'promote gold', 'publish'])
    expect(await query("select verb from hippo.runs where idempotency_key = 'night-7'")).toEqual([{verb: 'run'}])
  })
})

describe('an interval of capture', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterAll(() => ward?.close())

  it('ends the promotion at its end, and takes what still waits from before it first, and says so', async () => {
    const instants: string[] = []
    for (const number of [1, 2, 3]) {
      ward.write(`inbox/persons-${number}.csv`, `id,name\np1,Ann ${number}\n`)
      instants.push(new Date().toISOString())
      await ward.use((workspace) => ingest(workspace, {sources: []}))
    }
    const [, second = '', third = ''] = instants
    const promote = (interval: object) =>
      ward.use(async (workspace) => promotionOf(await promoteSilver(workspace, {datasets: ['person'], ...interval}), 'person'))
    const name = async () => (await ward.rows('silver', 'person')).map((row) => row.name)

    const ofSecond = await promote({since: second, until: third})
    const held = await name()
    const again = await promote({since: second, until: third})
    const rest = await promote({since: third})

    expect(ofSecond).toMatchObject({state: 'committed', rows: {read: 2}, earlierBatches: [1]})
    expect(held).toEqual(['Ann 2'])
    expect(again).toMatchObject({state: 'noop', laterBatches: [3]})
    expect(rest).toMatchObject({state: 'committed', rows: {read: 1}})
    expect(rest).not.toHaveProperty('earlierBatches')
    expect(rest).not.toHaveProperty('laterBatches')
    expect(await name()).toEqual(['Ann 3'])
  })

  it('is refused when it is empty', async () => {
    const night = ward.use((workspace) =>
      promoteSilver(workspace, {datasets: [], since: '2026-01-02T00:00:00Z', until: '2026-01-02T00:00:00Z'}),
    )

    await expect(night).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })
})
