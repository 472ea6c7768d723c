// show, diff and history of a workspace's own tables, now and back in time; protected values never get out.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {diffTable, restoreTable, showTable, tableHistory} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'
const deliveries = [
  `${header}p1,Ann,1980-01-01,71\np2,Bea,1980-01-02,72\np3,Cleo,1980-01-03,73\nq1,,1980-01-01,70\n`,
  `${header}p2,Beatrice,1980-01-02,82\np4,Dora,1980-01-04,74\nq2,,1980-01-01,70\n`,
  `${header}p3,Cleo,1980-01-03,83\n`,
]

describe('looking at tables', () => {
  let ward: TestWorkspace
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    for (const [index, text] of deliveries.entries()) {
      ward.write(`inbox/persons-${index}.csv`, text)
      await ward.conform()
    }
  }, 120_000)
  afterAll(() => ward?.close())

  it('counts rows and cells that changed between two versions, in both directions, and shows them masked', async () => {
    const forth = await ward.use((workspace) => diffTable(workspace, {table: 'person', from: 0, to: 2, rows: 10}))

    expect(forth).toMatchObject({from: 0, to: 2, key: ['id'], rows: {before: 3, after: 4}, added: 1, removed: 0, changed: 2})
    expect(forth.columns).toEqual([
      {column: 'weight', changed: 2},
      {column: 'name', changed: 1},
    ])
    expect(forth.items?.toSorted((a, b) => (String(a.key.id) < String(b.key.id) ? -1 : 1))).toEqual([
      {
        key: {id: 'p2'},
        cells: [
          {column: 'name', before: '••••', after: '••••'},
          {column: 'weight', before: '72', after: '82'},
        ],
      },
      {key: {id: 'p3'}, cells: [{column: 'weight', before: '73', after: '83'}]},
    ])
    expect(JSON.stringify(forth)).not.toMatch(/Bea|Ann|1980/)
    const back = await ward.use((workspace) => diffTable(workspace, {table: 'person', from: 2, to: 0}))
    expect(back).toMatchObject({added: 0, removed: 1, changed: 2})
  })

  it('finds no difference between a version and itself, and compares with the version before by default', async () => {
    expect(await ward.use((workspace) => diffTable(workspace, {table: 'person', from: 1, to: 1}))).toMatchObject({
      added: 0,
      removed: 0,
      changed: 0,
      columns: [],
    })
    expect(await ward.use((workspace) => diffTable(workspace, {table: 'person'}))).toMatchObject({from: 1, to: 2, added: 0, changed: 1})
  })

  it('compares quarantine by where its rows came from', async () => {
    const diff = await ward.use((workspace) => diffTable(workspace, {table: 'quarantine.person', from: 0, to: 1, rows: 5}))

    expect(diff).toMatchObject({key: ['_batch', '_file', '_row'], added: 1, removed: 0, changed: 0})
  })

  it('shows how a version is stored, and its rows with protected columns masked', async () => {
    const shown = await ward.use((workspace) => showTable(workspace, {table: 'silver.person', version: 0, rows: 1}))

    expect(shown).toMatchObject({
      table: 'silver.person',
      version: 0,
      rows: 3,
      files: 1,
      versions: {oldest: 0, newest: 2},
      operation: 'WRITE',
    })
    expect(shown.protocol).toEqual({minReaderVersion: 1, minWriterVersion: 2})
    expect(shown.columns.find(({name}) => name === 'name')).toEqual({name: 'name', type: 'string', nullable: true, protected: true})
    expect(shown.items).toMatchObject([{id: 'p1', name: '••••', born: '••••', weight: '71'}])
  })

  it('masks everything received in quarantine', async () => {
    const shown = await ward.use((workspace) => showTable(workspace, {table: 'quarantine.person', rows: 5}))

    expect(shown.items).toMatchObject([
      {id: '••••', _reasons: 'name.required'},
      {id: '••••', _reasons: 'name.required'},
    ])
    expect(JSON.stringify(shown.items)).not.toMatch(/1980|q1/)
  })

  it('tells history as of a version or a time, of quarantine too, and refuses what was before the table', async () => {
    const versions = async (name: string, travel: {version?: number; asOf?: string}) =>
      (await ward.use((workspace) => tableHistory(workspace, name, travel))).map(({version}) => version)
    const [newest] = await ward.use((workspace) => tableHistory(workspace, 'person'))

    expect(newest).toMatchObject({version: 2, layer: 'silver', batch: 3, rows: 4, operation: 'MERGE', counts: {accepted: 1}})
    expect(await versions('person', {version: 1})).toEqual([1, 0])
    expect(await versions('person', {asOf: new Date().toISOString()})).toEqual([2, 1, 0])
    expect(await versions('quarantine.person', {version: 0})).toEqual([0])
    await expect(versions('person', {asOf: '2000-01-01T00:00:00Z'})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
    await expect(versions('person', {version: 9})).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
  })

  it('shows quarantine as it was', async () => {
    const total = (version: number) =>
      ward.use(async (workspace) => {
        const reader = await openReader(workspace)
        try {
          return (await reader.quarantinedRows({dataset: 'person', limit: 10, version})).total
        } finally {
          await reader.close()
        }
      })

    expect([await total(0), await total(1)]).toEqual([1, 2])
  })

  it('marks versions that no promotion made', async () => {
    await ward.use((workspace) => restoreTable(workspace, {table: 'person', version: 0}))

    const [newest, before] = await ward.use((workspace) => tableHistory(workspace, 'silver.person'))

    expect(newest).toMatchObject({version: 3, operation: 'RESTORE', rows: 3})
    expect(before).toMatchObject({version: 2, operation: 'MERGE'})
  })

  it.each([
    ['gold.heavy', 'CONFIG_DATASET_UNKNOWN'],
    ['persn', 'CONFIG_DATASET_UNKNOWN'],
    ['silver.../x', 'CONFIG_DATASET_UNKNOWN'],
    ['visit', 'TABLE_NOT_FOUND'],
  ])('refuses %s', async (table, code) => {
    await expect(ward.use((workspace) => showTable(workspace, {table}))).rejects.toMatchObject({code, exitCode: 2})
  })
})
