// Decisions of people about rejected rows: judged again, closed, waived; ordered with the deliveries, once, and finished by the
// next run when one dies half-way.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver, type ReviewResult, restoreTable, reviewQuarantine, verify} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {stoppingWorkspace} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const persons = 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,70\np3,Carl,1980-01-01,900\np4,Dora,1980-01-01,950\n'

describe('decisions about rejected rows', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterEach(() => ward.close())

  const deliver = async (file: string, content: string) => {
    ward.write(`inbox/${file}`, content)
    const {promoted} = await ward.conform({fresh: true})
    return promoted
  }
  const review = (request: Partial<Parameters<typeof reviewQuarantine>[1]>): Promise<ReviewResult> =>
    ward.use((workspace) => reviewQuarantine(workspace, {dataset: 'person', action: 'replay', checks: [], ...request}))
  const weights = async () => Object.fromEntries((await ward.rows('silver', 'person')).map((row) => [row.id, row.weight]))
  const states = async (dataset = 'person', of: 'id' | 'reason' = 'id') =>
    Object.fromEntries((await ward.rows('quarantine', dataset)).map((row) => [row[of], row._state ?? 'open']))
  const editContract = (edit: (text: string) => string, file = 'contracts/person.odcs.yaml') =>
    ward.write(file, edit(readFileSync(path.join(ward.root, file), 'utf8')))
  const allowWeight = (maximum: number) => editContract((text) => text.replace(/maximum: \d+/, `maximum: ${maximum}`))
  const openCounts = () =>
    ward.use(async (workspace) => {
      const reader = await openReader(workspace)
      const {datasets} = await reader.overview()
      const reasons = await reader.quarantineReasons({dataset: 'person'})
      await reader.close()
      return {
        open: datasets.find(({dataset}) => dataset === 'person')?.openQuarantine,
        reasons: Object.fromEntries(reasons.map(({reason, rows}) => [reason, rows])),
      }
    })

  it('let in what today’s contract allows, with the place it came from, and keep the rest with its reasons', async () => {
    await deliver('persons-1.csv', persons)
    allowWeight(920)

    const replayed = await review({})

    expect(replayed).toMatchObject({
      state: 'committed',
      batches: [2],
      rows: {read: 3, accepted: 1, quarantined: 2, duplicate: 0, unchanged: 0, waived: 0},
      before: {'name.required': 1, 'weight.range': 2},
      after: {'name.required': 1, 'weight.range': 1},
    })
    expect(await weights()).toEqual({p1: 70, p3: 900})
    expect((await ward.rows('silver', 'person')).find((row) => row.id === 'p3')).toMatchObject({_batch: 1, _row: 3, _line: 4})
    expect(await states()).toEqual({p2: 'open', p3: 'released', p4: 'open'})
    expect(await openCounts()).toEqual({open: 2, reasons: {'name.required': 1, 'weight.range': 1}})
  })

  it('happen once, however often they are asked for and by how many at once', async () => {
    await deliver('persons-1.csv', persons)
    allowWeight(1000)

    const [one, other] = await Promise.all([review({waitLockSeconds: 30}), review({waitLockSeconds: 30})])
    const again = await review({})

    expect([one.rows.accepted, other.rows.accepted].sort()).toEqual([0, 2])
    expect(again).toMatchObject({rows: {read: 1, accepted: 0, quarantined: 1}})
    expect(await weights()).toEqual({p1: 70, p3: 900, p4: 950})
    expect(await openCounts()).toMatchObject({open: 1})
  })

  it('say before what they would do, and change nothing then', async () => {
    await deliver('persons-1.csv', persons)
    allowWeight(920)

    const preview = await review({dryRun: true, checks: ['weight.range']})

    expect(preview).toMatchObject({
      state: 'noop',
      wouldCommit: true,
      batches: [],
      rows: {read: 2, accepted: 1, quarantined: 1},
      before: {'weight.range': 2},
      after: {'weight.range': 1},
    })
    expect(await weights()).toEqual({p1: 70})
    expect(await states()).toEqual({p2: 'open', p3: 'open', p4: 'open'})
  })

  it('are finished by the next run when one dies between quarantine’s commit and silver’s', async () => {
    await deliver('persons-1.csv', persons)
    allowWeight(920)
    await ward.use(async (workspace) => {
      const stopping = stoppingWorkspace(workspace, {key: /^silver\/person\/_delta_log\/.*\.json$/, when: 'before'})
      const request = {dataset: 'person', action: 'replay', checks: []} as const
      await expect(reviewQuarantine(stopping, request)).rejects.toMatchObject({code: 'RUN_INTERNAL'})
    })
    expect(await weights()).toEqual({p1: 70})
    expect(await openCounts()).toMatchObject({open: 3})
    allowWeight(100)
    const preview = await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], dryRun: true}))
    expect(promotionOf(preview, 'person')).toMatchObject({state: 'noop', wouldCommit: true, rows: {read: 3, accepted: 1}})
    expect(await weights()).toEqual({p1: 70})

    const finished = await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))

    expect(promotionOf(finished, 'person')).toMatchObject({state: 'committed', rows: {read: 3, accepted: 1, quarantined: 2}})
    expect(await weights()).toEqual({p1: 70, p3: 900})
    expect(await states()).toEqual({p2: 'open', p3: 'released', p4: 'open'})
    expect(await openCounts()).toEqual({open: 2, reasons: {'name.required': 1, 'weight.range': 1}})
  })

  it('close rows that a later delivery brought right, and never put older values over newer ones', async () => {
    await deliver('persons-1.csv', persons)

    const second = await deliver('persons-2.csv', 'id,name,born,weight\np3,Carl,1980-01-01,90\np1,Ann,1980-01-01,70\n')
    allowWeight(1000)
    await review({})

    expect(promotionOf(second, 'person')).toMatchObject({settled: {rows: 1, reasons: {'weight.range': 1}}})
    expect(await weights()).toEqual({p1: 70, p3: 90, p4: 950})
    expect(await states()).toEqual({p2: 'open', p3: 'superseded', p4: 'released'})
  })

  it('close a row when the later delivery only repeats what silver has', async () => {
    await deliver('persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\n')
    await deliver('persons-2.csv', 'id,name,born,weight\np1,Ann,1980-01-01,700\n')
    expect(await states()).toEqual({p1: 'open'})

    const third = await deliver('persons-3.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\np5,Eve,1980-01-01,50\n')

    expect(promotionOf(third, 'person')).toMatchObject({rows: {accepted: 1, unchanged: 1}, settled: {rows: 1}})
    expect(await states()).toEqual({p1: 'superseded'})
  })

  it('discard rows with a reason, which stands in the audit trail', async () => {
    await deliver('persons-1.csv', persons)

    await expect(review({action: 'discard'})).rejects.toMatchObject({code: 'CONFIG_VALUE_MISSING'})
    const discarded = await review({action: 'discard', checks: ['name.required'], reason: 'a test patient'})

    expect(discarded).toMatchObject({rows: {read: 1, accepted: 0, quarantined: 0, discarded: 1}})
    expect(await states()).toEqual({p2: 'discarded', p3: 'open', p4: 'open'})
    const [entry] = await ward.use(async (workspace) => {
      const reader = await openReader(workspace)
      const audit = await reader.audit({limit: 1, subject: 'person batch 2: 1 rows of batch 1'})
      await reader.close()
      return audit
    })
    expect(entry).toMatchObject({action: 'quarantine discard', actor: 'tester', reason: 'a test patient'})
  })

  it('are taken over again by a rebuild, in their order', async () => {
    await deliver('persons-1.csv', persons)
    allowWeight(920)
    await review({})
    await review({action: 'discard', checks: ['weight.range'], reason: 'implausible'})
    await deliver('persons-2.csv', 'id,name,born,weight\np6,Fay,1980-01-01,60\n')
    const before = {weights: await weights(), states: await states(), counts: await openCounts()}

    const rebuild = () => ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], full: true}))
    const rebuilt = promotionOf(await rebuild(), 'person')
    const again = promotionOf(await rebuild(), 'person')
    const reasons = (await ward.rows('quarantine', 'person')).map((row) => [row.id, row._reasons])
    allowWeight(2000)
    await rebuild()

    expect([rebuilt.state, again.state]).toEqual(['committed', 'noop'])
    expect(reasons).toEqual(expect.arrayContaining([['p4', ['weight.range']]]))
    expect(before.weights).toEqual({p1: 70, p3: 900, p6: 60})
    // Discarded rows stay out although the contract has nothing against them any more.
    expect(await weights()).toEqual(before.weights)
    expect(await states()).toEqual({p2: 'open', p4: 'discarded'})
    expect(await openCounts()).toEqual({open: 1, reasons: {'name.required': 1}})
    expect((await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))).problems).toEqual([])
  })

  it('wait until everything before them is promoted', async () => {
    await deliver('persons-1.csv', persons)
    ward.write('inbox/persons-2.csv', 'id,name,born,weight\np6,Fay,1980-01-01,60\n')
    await ward.use((workspace) => ingest(workspace, {sources: []}))

    await expect(review({})).rejects.toMatchObject({code: 'SOURCE_WAITING', exitCode: 3})
  })

  it('release children by themselves when their parent arrives late', async () => {
    await deliver('visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\np9,2020-01-02,fever\n')
    expect(await states('visit', 'reason')).toEqual({cough: 'open', fever: 'open'})

    const promoted = await deliver('persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\n')
    const again = await ward.use((workspace) => promoteSilver(workspace, {datasets: []}))

    expect(promotionOf(promoted, 'visit')).toMatchObject({state: 'committed', rows: {read: 1, accepted: 1}})
    expect((await ward.rows('silver', 'visit')).map((row) => row.reason)).toEqual(['cough'])
    expect(await states('visit', 'reason')).toEqual({cough: 'released', fever: 'open'})
    expect(again.run.state).toBe('noop')

    // Quarantine as it was before the release: the row is in silver, and must not get in twice.
    await ward.use((workspace) => restoreTable(workspace, {table: 'quarantine.visit', version: 0}))
    const replayed = await review({dataset: 'visit'})
    expect(replayed).toMatchObject({rows: {read: 2, accepted: 0, unchanged: 1, quarantined: 1}})
    expect(await ward.rows('silver', 'visit')).toHaveLength(1)
  })
})
