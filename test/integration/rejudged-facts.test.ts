// Rules about the dataset as a whole judged again by other bounds, from what was measured then; and what shows the new verdicts.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {rejudgeResults, scores} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const file = 'contracts/person.odcs.yaml'

describe('rules about a whole dataset', () => {
  let ward: TestWorkspace
  let text = ''

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    text = readFileSync(path.join(ward.root, file), 'utf8')
    ward.write(file, contract(1, 2000))
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,Ben,1990-01-01,80\n')
    await ward.conform({fresh: true})
  }, 120_000)
  afterAll(() => ward.close())

  const contract = (persons: number, year: number) => `${text}    quality:
      - {id: enough, metric: rowCount, mustBeGreaterOrEqualTo: ${persons}}
      - {id: born, type: sql, query: 'select max(extract(year from born)) from person', mustBeLessThan: ${year}}
`
  const shown = () =>
    ward.use(async (workspace) => {
      const reader = await openReader(workspace)
      try {
        const {datasets} = await reader.overview()
        const check = (await reader.checks({dataset: 'person'})).find(({id}) => id === 'enough')
        const score = (await scores(workspace, ['person'])).datasets[0]?.score
        return {status: datasets.find(({dataset}) => dataset === 'person'), check, score}
      } finally {
        await reader.close()
      }
    })

  it('are held against new bounds without their data, unless only a verdict was kept', async () => {
    const draft = ward.write('draft.odcs.yaml', contract(3, 1985))

    const {datasets} = await ward.use((workspace) => rejudgeResults(workspace, {datasets: [], contract: draft}))

    expect(datasets[0]?.changed).toMatchObject([
      {id: 'enough', before: {outcome: 'passed'}, after: {outcome: 'failed', violated: 1, denominator: 1}},
    ])
    expect(datasets[0]?.changed[0]?.after.description).toContain('3')
    expect(datasets[0]?.notRejudged).toEqual([{id: 'born', results: 1, because: 'of protected values only the verdict was kept'}])
  }, 60_000)

  it('are shown as they stand, once that was recorded, wherever results are shown', async () => {
    const before = await shown()
    const draft = ward.write('draft.odcs.yaml', contract(3, 2000))

    const request = {datasets: [], contract: draft, apply: true, reason: 'agreed'}
    await ward.use((workspace) => rejudgeResults(workspace, request))
    const again = await ward.use((workspace) => rejudgeResults(workspace, request))
    const after = await shown()

    expect(before).toMatchObject({status: {state: 'ok', score: 100}, check: {outcome: 'passed'}, score: 100})
    expect(after.check).toMatchObject({outcome: 'failed', violated: 1, percent: 100, rejudged: {was: 'passed'}})
    expect(after.check?.description).toContain('3')
    expect(after.status).toMatchObject({state: 'warned', score: after.score})
    expect(after.score).toBeLessThan(100)
    expect(again.datasets[0]?.changed).toEqual([])
  }, 60_000)

  it('are as they were first counted, once the bounds are the first again', async () => {
    const draft = ward.write('draft.odcs.yaml', contract(1, 2000))

    const request = {datasets: [], contract: draft, apply: true, reason: 'taken back'}
    const {datasets} = await ward.use((workspace) => rejudgeResults(workspace, request))
    const again = await ward.use((workspace) => rejudgeResults(workspace, request))
    const {check, status} = await shown()

    expect(datasets[0]?.changed).toMatchObject([{id: 'enough', before: {outcome: 'failed'}, after: {outcome: 'passed', violated: 0}}])
    expect(check).toMatchObject({outcome: 'passed', violated: 0, percent: 0})
    expect(check?.description).toContain('1')
    expect(status).toMatchObject({state: 'ok', score: 100})
    expect(again.datasets[0]?.changed).toEqual([])
  }, 60_000)
})
