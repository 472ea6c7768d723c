// `promote silver --full`: silver and quarantine made again from bronze under today's contract, whole or not at all.
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import {rowCount} from '../../src/core/delta/table-files.ts'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import {rebuildCatalog} from '../../src/core/pipeline/project-commits.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {type StopAt, stoppingWorkspace} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const first = 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,70\np3,Carl,1980-01-01,600\np4,Dora,1980-01-01,450\n'
const second = 'id,name,born,weight\np1,Ann,1980-01-01,75\np4,Dora,1980-01-01,450\np5,Emil,1980-01-01,650\n'
const silverCommit = /^silver\/person\/_delta_log\/.*\.json$/
const gateAt40 = ['hippoMaxQuarantinePercent, value: 100', 'hippoMaxQuarantinePercent, value: 40'] as const

describe('a rebuild from bronze', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterEach(() => ward?.close())

  const query = (text: string) => ward.use(async (workspace) => (await (await workspace.database()).query(raw(text))).rows)
  const promote = (options: Partial<Parameters<typeof promoteSilver>[1]> = {}) =>
    ward.use(async (workspace) => promotionOf(await promoteSilver(workspace, {datasets: ['person'], ...options}), 'person'))
  const full = () => promote({full: true})
  const weights = async () =>
    Object.fromEntries((await ward.rows('silver', 'person')).map((row) => [String(row.id), row.weight] as const).toSorted())
  const rejected = async () =>
    (await ward.rows('quarantine', 'person'))
      .map((row) => [row._batch, row.id, ...(row._reasons as string[]), row._contract_version])
      .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))

  /** Captures and promotes with one handle, which reads the contracts once: for what comes before they are edited. */
  async function deliver(name: string, text: string): Promise<void> {
    ward.write(`inbox/${name}`, text)
    await ward.conform()
  }

  async function capture(name: string, text: string): Promise<void> {
    ward.write(`inbox/${name}`, text)
    await ward.use((workspace) => ingest(workspace, {sources: []}))
  }

  function edit(dataset: string, ...changes: readonly (readonly [from: string, to: string])[]): void {
    const file = `contracts/${dataset}.odcs.yaml`
    const before = readFileSync(path.join(ward.root, file), 'utf8')
    const after = changes.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`no ${from} in ${file}`)
      return text.replace(from, to)
    }, before)
    ward.write(file, after)
  }

  const allow610 = () => edit('person', ['version: 1.0.0', 'version: 2.0.0'], ['maximum: 500', 'maximum: 610'])

  async function twoDeliveries(): Promise<void> {
    await deliver('persons-1.csv', first)
    await deliver('persons-2.csv', second)
  }

  const oldWeights = {p1: 75, p4: 450}
  const newWeights = {p1: 75, p3: 600, p4: 450}
  const oldRejected = [
    [1, 'p2', 'name.required', '1.0.0'],
    [1, 'p3', 'weight.range', '1.0.0'],
    [2, 'p5', 'weight.range', '1.0.0'],
  ]
  const newRejected = [
    [1, 'p2', 'name.required', '2.0.0'],
    [2, 'p5', 'weight.range', '2.0.0'],
  ]

  it('finds batches promoted whatever the workspace is called by now', async () => {
    await deliver('visits-1.csv', 'person_id,visited_on,reason\n')
    await deliver('persons-1.csv', first)
    const before = await ward.rows('silver', 'person')
    const file = path.join(ward.root, 'hippo.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('name: ward', 'name: renamed'))

    const again = await promote()

    expect(again).toMatchObject({state: 'noop'})
    expect(await ward.rows('silver', 'person')).toEqual(before)
  })

  it('says in a dry run what would change, and then makes that of it in one commit that keeps the versions before it', async () => {
    await twoDeliveries()
    allow610()

    const told = await promote({full: true, dryRun: true})
    const untouched = [(await ward.table('silver', 'person'))?.version, await rejected()]
    const rebuilt = await full()

    const rebuild = {
      silver: {before: 2, after: 3, added: 1, removed: 0, changed: 0},
      quarantine: {before: 3, after: 2, added: 0, removed: 1, changed: 2},
    }
    expect(told).toMatchObject({state: 'noop', wouldCommit: true, version: 1, rebuild})
    expect(untouched).toEqual([1, oldRejected])
    const rows = {read: 7, accepted: 4, quarantined: 2, unchanged: 1}
    expect(rebuilt).toMatchObject({state: 'committed', version: 2, rows, rebuild})
    expect([await weights(), await rejected()]).toEqual([newWeights, newRejected])
    await ward.use(async (workspace) => {
      const before = await readSnapshot(await workspace.store(), 'silver/person', {version: 1})
      expect(before && rowCount(before)).toBe(2)
    })
    const counts = `select version, batch, rows, rebuilt, counts from hippo.standing_snapshots where dataset = 'person'`
    const standing = await query(counts)
    expect(standing).toMatchObject([{version: 2, batch: 2, rows: 3, rebuilt: true, counts: {read: 7, quarantined: 2}}])
    await ward.use(rebuildCatalog)
    expect(await query(counts)).toEqual(standing)
    const edges = `select from_version from hippo.lineage_edges where to_name = 'person' and to_version = 2 order by 1`
    expect(await query(edges)).toEqual([{from_version: 1}, {from_version: 2}])
  })

  it('changes nothing when the contract is the one the table was made under', async () => {
    await twoDeliveries()

    const told = await promote({full: true, dryRun: true})
    const again = await promote({full: true, skipBatch: 1, reason: 'sent again'})

    expect(told).not.toHaveProperty('wouldCommit')
    expect(again.skipped).toEqual({batch: 1, outcome: 'kept', files: 1})
    expect(again).toMatchObject({state: 'noop', version: 1, rebuild: {silver: {before: 2, after: 2, added: 0, removed: 0, changed: 0}}})
    expect(await rejected()).toEqual(oldRejected)
    expect(ward.staged()).toHaveLength(1)
  })

  it('leaves the table as it was when a batch is gated today, until a person leaves that out, for good', async () => {
    await twoDeliveries()
    edit('person', [...gateAt40])

    const gated = await full()
    const untouched = [await weights(), await rejected()]
    const left = await promote({full: true, skipBatch: 1, reason: 'sent again'})
    edit('person', [...gateAt40].reverse() as [string, string])
    const later = await full()

    expect(gated).toMatchObject({state: 'gated', version: 1, error: {code: 'SOURCE_GATED', exitCode: 3}})
    expect(gated.error?.message).toContain('batch 1')
    expect(gated.error?.hint).toContain('hippo validate --file inbox/persons-1.csv --contract contracts/person.odcs.yaml')
    expect(gated.error?.hint).toContain('--full --skip-batch 1')
    expect(gated.error?.location).toMatchObject({file: path.join(ward.root, 'contracts/person.odcs.yaml'), line: expect.any(Number)})
    expect(untouched).toEqual([oldWeights, oldRejected])
    expect(left).toMatchObject({state: 'committed', rows: {read: 3, accepted: 2, quarantined: 1}})
    expect(left.skipped).toEqual({batch: 1, outcome: 'leftOut', files: 1, rows: 4, reason: 'sent again'})
    expect(later).toMatchObject({state: 'committed', rows: {read: 3}})
    expect(await weights()).toEqual({p1: 75, p4: 450})
    expect(await query("select action, subject, reason from hippo.audit where action in ('rebuild', 'skip batch') order by id")).toEqual([
      {action: 'rebuild', subject: 'person', reason: null},
      {action: 'skip batch', subject: 'person batch 1', reason: 'sent again'},
      {action: 'rebuild', subject: 'person', reason: null},
    ])
  })

  it('keeps a batch out that was left out before there was a rebuild', async () => {
    edit('person', [...gateAt40])
    await deliver('persons-1.csv', first)
    await promote({skipBatch: 1, reason: 'a test delivery'})
    await deliver('persons-2.csv', second)
    edit('person', [...gateAt40].reverse() as [string, string])

    const rebuilt = await full()

    expect(rebuilt).toMatchObject({state: 'committed', rows: {read: 3, accepted: 2, quarantined: 1}})
    expect(await weights()).toEqual(oldWeights)
  })

  it('follows a column that changed its type, which a promotion cannot, and goes on with what is pending', async () => {
    await twoDeliveries()
    edit('person', [
      '{name: weight, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 500}}',
      '{name: weight, logicalType: string}',
    ])
    await capture('persons-3.csv', 'id,name,born,weight\np9,Ida,1980-01-01,60\n')

    const refused = await promote()
    const rebuilt = await full()

    expect(refused).toMatchObject({state: 'failed', error: {code: 'CONTRACT_CHANGED'}})
    const silver = {before: 2, after: 4, added: 2, removed: 0, changed: 2}
    expect(rebuilt).toMatchObject({state: 'committed', version: 3, rows: {read: 8}, rebuild: {silver}})
    expect(await weights()).toEqual({p1: '75', p3: '600', p4: '450', p5: '650', p9: '60'})
  })

  it('rebuilds appended and overwritten tables, against the other datasets as they are now', async () => {
    await deliver('visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\n')
    ward.write('inbox/persons-1.csv', first)
    ward.write('inbox/settings-1.csv', 'key,value\na,1\nb,2\n')
    await deliver('visits-2.csv', 'person_id,visited_on,reason\np1,2020-01-02,better\n')
    await deliver('settings-2.csv', 'key,value\nb,3\n')
    edit('setting', ['version: 1.0.0', 'version: 1.1.0'])

    const both = await ward.use((workspace) => promoteSilver(workspace, {datasets: ['visit', 'setting'], full: true}))

    const quarantine = {before: 1, after: 0, added: 0, removed: 1}
    expect(promotionOf(both, 'visit')).toMatchObject({state: 'committed', rebuild: {silver: {before: 1, after: 2}, quarantine}})
    expect(await ward.rows('quarantine', 'visit')).toEqual([])
    expect(promotionOf(both, 'setting')).toMatchObject({state: 'committed', rows: {read: 3}})
    expect((await ward.rows('silver', 'setting')).map((row) => [row.key, row.value])).toEqual([['b', 3]])
  })

  it('refuses to lose the rows of batches that no longer belong to the dataset', async () => {
    await twoDeliveries()
    ward.write('hippo.yaml', readFileSync(path.join(ward.root, 'hippo.yaml'), 'utf8').replaceAll('ward:\n    kind', 'other:\n    kind'))

    const refused = await full()

    expect(refused).toMatchObject({state: 'failed', version: 1, error: {code: 'CONTRACT_CHANGED', exitCode: 3}})
    expect(refused.error?.message).toContain('batch 1, 2')
    expect(await weights()).toEqual(oldWeights)
  })

  describe('that dies', () => {
    async function dieAt(at: StopAt): Promise<void> {
      await twoDeliveries()
      allow610()
      await ward.use(async (workspace) => {
        const stopping = stoppingWorkspace(workspace, at)
        await expect(promoteSilver(stopping, {datasets: ['person'], full: true})).rejects.toMatchObject({code: 'RUN_INTERNAL'})
      })
    }

    it('before silver’s commit leaves the old tables whole, and the next rebuild makes the new ones', async () => {
      await dieAt({key: silverCommit, when: 'before'})

      expect(await promote()).toMatchObject({state: 'noop', version: 1})
      expect([await weights(), await rejected()]).toEqual([oldWeights, oldRejected])
      expect(await full()).toMatchObject({state: 'committed', version: 2})
      expect([await weights(), await rejected()]).toEqual([newWeights, newRejected])
    })

    it.each([false, true])('between silver’s commit and quarantine’s is finished by the next run (--full: %j)', async (isFull) => {
      await dieAt({key: /^quarantine\/person\/_delta_log\//, when: 'before'})
      const inBetween = [await weights(), await rejected()]

      const next = await promote({full: isFull})

      expect(inBetween).toEqual([newWeights, oldRejected])
      expect(next).toMatchObject({state: 'noop', version: 2})
      expect([await weights(), await rejected()]).toEqual([newWeights, newRejected])
      expect(await query("select version, rebuilt, rows from hippo.snapshots where dataset = 'person' order by version")).toEqual([
        {version: 0, rebuilt: null, rows: 2},
        {version: 1, rebuilt: null, rows: 2},
        {version: 2, rebuilt: true, rows: 3},
      ])
    })

    it('over a batch that an earlier run left half done first finishes that, and loses no row of it', async () => {
      await deliver('persons-1.csv', first)
      await capture('persons-2.csv', second)
      await ward.use(async (workspace) => {
        const stopping = stoppingWorkspace(workspace, {key: silverCommit, when: 'before'})
        await expect(promoteSilver(stopping, {datasets: ['person']})).rejects.toMatchObject({code: 'RUN_INTERNAL'})
      })
      allow610()

      const rebuilt = await full()

      expect(rebuilt).toMatchObject({state: 'committed', version: 2})
      expect([await weights(), await rejected()]).toEqual([newWeights, newRejected])
    })

    it('by kill -9 at its switch leaves nothing that the next run does not mend', async () => {
      await twoDeliveries()
      allow610()
      const killed = await ward.run({verb: 'promoteSilver', datasets: ['person'], full: true}, {KILL_AFTER_PUT_OF: silverCommit.source})
      expect(killed.signal).toBe('SIGKILL')
      await capture('persons-3.csv', 'id,name,born,weight\np9,Ida,1980-01-01,60\n')

      await promote()

      expect(await weights()).toEqual({...newWeights, p9: 60})
      expect(await rejected()).toEqual(newRejected)
    })
  })
})
