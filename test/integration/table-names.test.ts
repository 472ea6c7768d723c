// Names as people write them: a model of gold may bear the name of the silver dataset it is made from.
import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {recordSnapshot} from '../../src/core/catalog/writer.ts'
import {commit} from '../../src/core/delta/commit.ts'
import {lineageOf, tableHistory} from '../../src/core/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('a table’s name', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    await ward.use(async (workspace) => {
      const [database, store] = [await workspace.database(), await workspace.store()]
      for (const table of ['silver/person', 'silver/visit'])
        await commit(store, table, undefined, {mode: 'append', add: [], fields: [{name: 'id', type: 'string', nullable: true}]})
      const places = [
        {layer: 'silver', dataset: 'person', version: 0},
        {layer: 'gold', dataset: 'person', version: 7},
        {layer: 'silver', dataset: 'visit', version: 0},
      ] as const
      const committed = {rows: 1, contractVersion: '1.0.0', contractDigest: 'd', committedAt: '2026-01-01T00:00:00Z'}
      for (const place of places) await recordSnapshot(database, {...place, ...committed, run: randomUUID()})
    })
  }, 120_000)

  afterAll(() => ward?.close())

  const history = (name: string) =>
    ward.use(async (workspace) => (await tableHistory(workspace, name)).map(({layer, version}) => [layer, version]))
  const lineage = (name: string) => ward.use(async (workspace) => (await lineageOf(workspace, name)).of)

  it('that silver and gold both have must say which is meant', async () => {
    const ambiguous = {code: 'CONFIG_DATASET_UNKNOWN', hint: 'say which: silver.person or gold.person'}

    await expect(history('person')).rejects.toMatchObject(ambiguous)
    await expect(lineage('person')).rejects.toMatchObject(ambiguous)
    expect(await history('silver.person')).toEqual([['silver', 0]])
    expect(await lineage('gold.person')).toEqual({layer: 'gold', name: 'person', version: 7})
  })

  it('that only one of them has needs no layer', async () => {
    expect(await history('visit')).toEqual([['silver', 0]])
  })
})
