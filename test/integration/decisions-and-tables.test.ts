// Decisions about rejected rows beside what else a table promises: rules that compare rows, a feed of changes, constraints, evidence.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {promoteSilver, reviewQuarantine, tableChanges, trace} from '../../src/core/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'

describe('decisions about rejected rows of a table', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterEach(() => ward.close())

  const contract = 'contracts/person.odcs.yaml'
  const editContract = (from: string, to: string) =>
    ward.write(contract, readFileSync(path.join(ward.root, contract), 'utf8').replace(from, to))
  const deliver = async (file: string, rows: readonly string[]) => {
    ward.write(`inbox/${file}`, `${header}${rows.map((row) => `${row}\n`).join('')}`)
    await ward.conform({fresh: true})
  }
  const review = (request: Partial<Parameters<typeof reviewQuarantine>[1]>) =>
    ward.use((workspace) => reviewQuarantine(workspace, {dataset: 'person', action: 'replay', checks: [], ...request}))
  const waive = (until?: string) =>
    review({action: 'waive', checks: ['weight.range'], reason: 'scales of the ward', ...(until ? {until} : {})})

  it('do not let a row in by itself that most rows of its delivery outvoted', async () => {
    editContract(
      '{name: weight,',
      '{name: weight, quality: [{type: custom, engine: hippo, implementation: {rule: functionalDependency, determinedBy: [born], majority: 60, minRows: 3}}],',
    )
    await deliver('persons-1.csv', ['p1,Ann,1980-01-01,70', 'p2,Ben,1980-01-01,70', 'p3,Cid,1980-01-01,71'])

    const replayed = await review({})

    expect(replayed).toMatchObject({rows: {read: 1, accepted: 0, quarantined: 1}, after: {'weight.functionalDependency': 1}})
    expect((await ward.rows('silver', 'person')).map(({id}) => id)).toEqual(['p1', 'p2'])
  }, 120_000)

  it('tell the feed of changes what came and what left, and the evidence of a row who let it in', async () => {
    editContract('customProperties:\n', 'customProperties:\n      - {property: hippoChangeDataFeed, value: true}\n')
    await deliver('persons-1.csv', ['p1,Ann,1980-01-01,70', 'p2,Ben,1980-01-01,900'])
    // Of whole seconds: the table gives an instant back without the zeros at its end.
    const until = `${new Date(Date.now() + 20_000).toISOString().slice(0, 19)}Z`
    await waive(until)
    const changes = () => ward.use((workspace) => tableChanges(workspace, {table: 'person', rows: 5}))

    const came = await changes()
    const {items} = await ward.use((workspace) => trace(workspace, {dataset: 'person', key: 'p2'}))
    while (new Date().toISOString() <= until) await new Promise((resolve) => setTimeout(resolve, 500))
    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))
    const left = await changes()

    expect(came.counts).toEqual({insert: 1, update_preimage: 0, update_postimage: 0, delete: 0})
    const [silver] = items.filter(({layer}) => layer === 'silver')
    expect(silver).toMatchObject({decision: {batch: 2, state: 'waived', reason: 'scales of the ward', until}, judged: {version: came.to}})
    expect(silver?.rules.find(({id}) => id === 'weight.range')?.state).toBe('waived')
    expect(left.counts).toEqual({insert: 0, update_preimage: 0, update_postimage: 0, delete: 1})
    expect(left.items?.map(({id}) => id)).toEqual(['p2'])
  }, 180_000)

  it('do not waive what the table itself forbids', async () => {
    editContract('customProperties:\n', 'customProperties:\n      - {property: hippoConstraints, value: true}\n')
    await deliver('persons-1.csv', ['p1,Ann,1980-01-01,70', 'p2,Ben,1980-01-01,900'])

    await expect(waive()).rejects.toMatchObject({code: 'CONFIG_USAGE', message: expect.stringContaining('a constraint of the table')})
  }, 120_000)
})
