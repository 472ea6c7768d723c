// Every verb that reads silver or quarantine reads them as they were, by a version or by an instant, and all mean the same by it.
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {
  diffTable,
  lineageOf,
  promoteGold,
  queryWarehouse,
  showTable,
  type TimeTravel,
  tableHistory,
  validate,
  type Workspace,
} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('reading tables as they were', () => {
  let ward: TestWorkspace
  let open: Workspace
  /** Right after each of the three versions of visit. */
  const after: string[] = []
  let before: string

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    before = new Date().toISOString()
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1960-01-01,60\n')
    for (const day of [1, 2, 3]) {
      await sleep(20)
      ward.write(`inbox/visits-${day}.csv`, `person_id,visited_on,reason\np1,2020-01-0${day},cough\nnobody,2020-01-0${day},fall\n`)
      await ward.conform()
      after.push(new Date().toISOString())
    }
    open = await ward.open()
    await promoteGold(open, {models: []})
  })

  afterAll(() => ward?.close())

  const reader = () => openReader(open)
  const reading: Readonly<Record<string, (travel: TimeTravel) => Promise<unknown>>> = {
    'table show': async (travel) => (await showTable(open, {table: 'visit', ...travel})).rows,
    'table history': async (travel) => (await tableHistory(open, 'visit', travel)).length,
    'table diff': async (travel) => (await diffTable(open, {table: 'visit', ...travel})).to + 1,
    'quarantine show': async (travel) => (await (await reader()).quarantinedRows({dataset: 'visit', limit: 10, ...travel})).total,
    'quarantine list': async (travel) => (await (await reader()).quarantineReasons({dataset: 'visit', ...travel}))[0]?.rows,
    lineage: async (travel) => (await lineageOf(open, 'silver.visit', travel)).of.version + 1,
    validate: async (travel) => (await validate(open, {datasets: ['visit'], ...travel})).datasets.map(({version}) => version + 1)[0],
    query: async (travel) => Number((await queryWarehouse(open, 'select count(*) from silver.visit', travel)).rows[0]?.[0]),
  }

  it.each(Object.keys(reading))('%s counts what was there at a version, at an instant, and now', async (verb) => {
    const read = reading[verb] ?? (async () => undefined)

    for (const version of [0, 1, 2]) {
      expect(await read({version})).toBe(version + 1)
      expect(await read({asOf: after[version] ?? ''})).toBe(version + 1)
    }
    if (verb !== 'query') expect(await read({})).toBe(3)
  })

  it.each(Object.keys(reading))(
    '%s names the oldest version when there is none as old, and the newest when there is none as new',
    async (verb) => {
      const read = reading[verb] ?? (async () => undefined)

      if (verb !== 'table history')
        await expect(read({version: 9})).rejects.toMatchObject({
          code: 'TABLE_VERSION_UNKNOWN',
          message: expect.stringMatching(/visit: there is no version 9; the newest is 2/),
        })
      await expect(read({asOf: before})).rejects.toMatchObject({
        code: 'TABLE_VERSION_UNKNOWN',
        message: expect.stringMatching(/visit: no version is as old as .*; its log reaches back to version 0 of /),
      })
    },
  )

  it('lists the reasons of the newest version as the catalog does', async () => {
    const words = (items: readonly {dataset: string; reason: string; rows: number}[]) =>
      items.map(({dataset, reason, rows}) => ({dataset, reason, rows}))

    const now = await (await reader()).quarantineReasons()
    const then = await (await reader()).quarantineReasons({asOf: new Date().toISOString()})

    expect(words(then)).toEqual(words(now))
  })

  it('keeps what a validation of an earlier version found from being taken for news', async () => {
    const [status] = (await (await reader()).overview()).datasets.filter(({dataset}) => dataset === 'visit')

    await validate(open, {datasets: ['visit'], version: 0})

    expect((await (await reader()).overview()).datasets.filter(({dataset}) => dataset === 'visit')[0]?.score).toEqual(status?.score)
  })

  it('asks tables that no model reads, and joins them as of one instant', async () => {
    const sql = 'select count(*) from silver.visit v join silver.person p on p.id = v.person_id'

    expect((await queryWarehouse(open, sql, {asOf: after[1] ?? ''})).rows).toEqual([[2]])
    await expect(queryWarehouse(open, sql, {version: 1})).rejects.toMatchObject({
      code: 'CONFIG_USAGE',
      hint: expect.stringContaining('--as-of'),
    })
  })

  it('refuses gold at an earlier version, and names the verb that lists its versions', async () => {
    await expect(queryWarehouse(open, 'select * from gold.person_visits', {version: 0})).rejects.toMatchObject({
      code: 'CONFIG_USAGE',
      hint: expect.stringContaining('hippo table history gold.person_visits'),
    })
    await expect(queryWarehouse(open, 'delete from silver.visit', {version: 0})).rejects.toMatchObject({code: 'WAREHOUSE_QUERY_FAILED'})
  })
})
