// A batch whose run died between its two commits is judged again by the versions it was judged by first, however old they are by
// then: a vacuum leaves their files.
import {readdirSync, utimesSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteSilver, vacuumTable} from '../../src/core/index.ts'
import {stoppingWorkspace} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('a vacuum while another dataset has a half-done batch', () => {
  let ward: TestWorkspace
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)
  afterAll(() => ward?.close())

  it('keeps the files of the version that the batch was judged by', async () => {
    const persons = 'id,name,born,weight\np1,Ann,1980-01-01,'
    ward.write('inbox/persons-1.csv', `${persons}70\n`)
    await ward.conform()
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\np9,2020-01-01,cough\n')
    await ward.use((workspace) => ingest(workspace, {sources: []}))
    const before = {key: /^silver\/visit\/_delta_log\/.*\.json$/, when: 'before'} as const
    const half = ward.use((workspace) => promoteSilver(stoppingWorkspace(workspace, before), {datasets: ['visit']}))
    await expect(half).rejects.toMatchObject({code: 'RUN_INTERNAL'})
    ward.write('inbox/persons-2.csv', `${persons}99\n`)
    await ward.use((workspace) => ingest(workspace, {sources: []}))
    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))
    const folder = path.join(ward.root, '.hippo', 'lake', 'silver', 'person')
    for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'}))
      utimesSync(path.join(folder, name), 1_000_000_000, 1_000_000_000)
    const vacuum = () => ward.use((workspace) => vacuumTable(workspace, {table: 'person', apply: true}))

    expect(await vacuum()).toMatchObject({state: 'noop', files: 0, keptFrom: 1})
    const finished = promotionOf(await ward.use((workspace) => promoteSilver(workspace, {datasets: ['visit']})), 'visit')

    expect(finished).toMatchObject({state: 'committed', rows: {read: 2, accepted: 1, quarantined: 1}})
    expect(await vacuum()).toMatchObject({state: 'deleted', files: 1})
  })
})
