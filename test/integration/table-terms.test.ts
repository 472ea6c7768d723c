// What a contract asks of its table, through the whole pipeline: constraints that every row keeps, and a feed of changes that says
// what promotions and deletions did.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {mayHold} from '../../src/core/delta/prune-files.ts'
import {readSnapshot, type Snapshot} from '../../src/core/delta/snapshot.ts'
import {optimizeTable, promoteSilver, tableChanges, tableHistory} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'
const terms = '      - {property: hippoConstraints, value: true}\n      - {property: hippoChangeDataFeed, value: true}\n'

describe('a contract that asks for clustering', () => {
  let ward: TestWorkspace
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    const contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
    ward.write(
      'contracts/person.odcs.yaml',
      contract
        .replace('customProperties:\n', 'customProperties:\n      - {property: hippoClusterBy, value: weight}\n')
        .replace('number', 'integer'),
    )
    const person = (n: number) => `p${n},Ann ${n},1980-01-01,${(n * 37) % 100}\n`
    for (const from of [0, 100, 200, 300]) {
      ward.write(`inbox/persons-${from}.csv`, `${header}${Array.from({length: 100}, (_, index) => person(from + index)).join('')}`)
      await ward.conform({fresh: true})
    }
  }, 120_000)
  afterAll(() => ward?.close())

  const silver = () => ward.use(async (workspace) => (await readSnapshot(await workspace.store(), 'silver/person')) as Snapshot)
  const mayHaveWeight = async (weight: bigint) =>
    [...(await silver()).files.values()].filter((file) => mayHold(file, [{column: 'weight', type: 'int64', min: weight, max: weight}]))
      .length

  it('has its rows sorted into files, of which a search for one value reads few', async () => {
    const before = await ward.rows('silver', 'person')
    const size = [...(await silver()).files.values()].reduce((sum, file) => sum + file.size, 0)
    expect(await mayHaveWeight(50n)).toBe(4)

    const done = await ward.use((workspace) => optimizeTable(workspace, {table: 'person', targetSizeBytes: Math.round(size / 4)}))
    const again = await ward.use((workspace) => optimizeTable(workspace, {table: 'person', targetSizeBytes: Math.round(size / 4)}))

    expect(done).toMatchObject({state: 'committed', rewritten: 4, files: {before: 4, after: 4}})
    expect(again).toMatchObject({state: 'noop', version: done.version})
    expect(await mayHaveWeight(50n)).toBeLessThanOrEqual(2)
    const after = await ward.rows('silver', 'person')
    expect(after.map(({weight}) => Number(weight))).toEqual(before.map(({weight}) => Number(weight)).toSorted((a, b) => a - b))
    expect(new Set(after.map(({id}) => id))).toEqual(new Set(before.map(({id}) => id)))
  })

  it('is compacted without sorting when that is asked for, and refuses columns that are not there', async () => {
    const compacted = await ward.use((workspace) => optimizeTable(workspace, {table: 'person', clusterBy: []}))

    expect(compacted).toMatchObject({state: 'committed', files: {after: 1}})
    await expect(ward.use((workspace) => optimizeTable(workspace, {table: 'person', clusterBy: ['nowhere']}))).rejects.toMatchObject({
      code: 'CONFIG_USAGE',
      message: 'silver.person has no column nowhere to sort by',
    })
  })
})

describe('a contract that asks for constraints and a change feed', () => {
  let ward: TestWorkspace
  let contract: string
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
    ward.write('contracts/person.odcs.yaml', contract.replace('customProperties:\n', `customProperties:\n${terms}`))
    ward.write('inbox/persons-1.csv', `${header}p1,Ann,1980-01-01,71\np2,Ben,1980-01-02,72\np3,Cid,1980-01-03,73\np4,Dot,1980-01-04,900\n`)
    await ward.conform({fresh: true})
    ward.write('inbox/persons-2.csv', `${header}p2,Ben,1980-01-02,80\np5,Eve,1980-01-05,75\np1,Ann,1980-01-01,71\n`)
    await ward.conform({fresh: true})
  }, 120_000)
  afterAll(() => ward?.close())

  const silver = () => ward.use(async (workspace) => (await readSnapshot(await workspace.store(), 'silver/person')) as Snapshot)
  const constraints = async () => Object.entries((await silver()).metaData.configuration).filter(([key]) => key.includes('constraints'))
  const feed = (request: {from?: number; to?: number; rows?: number}) =>
    ward.use((workspace) => tableChanges(workspace, {table: 'person', ...request}))

  it('makes a table that holds every writer to the rules it can say', async () => {
    const snapshot = await silver()

    expect(snapshot.protocol).toEqual({minReaderVersion: 1, minWriterVersion: 4})
    expect(Object.values(Object.fromEntries(await constraints())).toSorted()).toEqual([
      '`id` IS NOT NULL',
      '`name` IS NOT NULL',
      '`weight` IS NULL OR (`weight` >= 0 AND `weight` <= 500)',
    ])
    expect(await ward.rows('silver', 'person')).toHaveLength(4)
  })

  it('tells by version which rows came, changed and went, protected columns masked', async () => {
    const changes = await feed({from: 0, rows: 20})

    expect(changes.counts).toEqual({insert: 4, update_preimage: 1, update_postimage: 1, delete: 0})
    expect(changes.versions.map(({version, insert, update_postimage}) => [version, insert, update_postimage])).toEqual([
      [0, 3, 0],
      [1, 1, 1],
    ])
    const shown = changes.items
      ?.filter((item) => item._commit_version === '1')
      .map((item) => [item._change_type, item.id, item.name, item.weight])
    expect(shown?.toSorted()).toEqual([
      ['insert', 'p5', '••••', '75'],
      ['update_postimage', 'p2', '••••', '80'],
      ['update_preimage', 'p2', '••••', '72'],
    ])
  })

  it('refuses a stricter rule that stored rows break, and takes it after a rebuild under it', async () => {
    const stricter = contract.replace('customProperties:\n', `customProperties:\n${terms}`).replace('maximum: 500', 'maximum: 74')
    ward.write('contracts/person.odcs.yaml', stricter)

    const refused = promotionOf(await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']})), 'person')
    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], full: true}))

    expect(refused.error).toMatchObject({
      code: 'TABLE_CONSTRAINT_BROKEN',
      message: expect.stringContaining('2 rows break its constraint hippo_'),
    })
    expect((await ward.rows('silver', 'person')).every(({weight}) => Number(weight) <= 74)).toBe(true)
    expect((await constraints()).map(([, sql]) => sql)).toContain('`weight` IS NULL OR (`weight` >= 0 AND `weight` <= 74)')
  })

  it('takes constraints away when the contract asks for them no more', async () => {
    ward.write(
      'contracts/person.odcs.yaml',
      contract.replace('customProperties:\n', 'customProperties:\n      - {property: hippoChangeDataFeed, value: false}\n'),
    )

    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))
    const [newest] = await ward.use((workspace) => tableHistory(workspace, 'person'))

    expect(await constraints()).toEqual([])
    expect((await silver()).metaData.configuration).toEqual({'delta.enableChangeDataFeed': 'false'})
    expect(newest).toMatchObject({operation: 'SET TBLPROPERTIES'})
    await expect(feed({})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
  })
})
