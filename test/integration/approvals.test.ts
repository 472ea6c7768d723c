// Verbs for which hippo.yaml asks for two people: the first request waits, the same person cannot approve it, a second one can, once.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {approveWaiver, forget, promoteGold, publish, reviewQuarantine, type Workspace} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('approvals by a second person', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    const file = 'contracts/person.odcs.yaml'
    const text = readFileSync(path.join(ward.root, file), 'utf8')
    ward.write(file, text.replace('value: merge}', 'value: merge}\n      - {property: hippoDataSubject, value: true}'))
    const config = readFileSync(path.join(ward.root, 'hippo.yaml'), 'utf8')
    ward.write('hippo.yaml', `${config}\nkey: ${'k'.repeat(64)}\napproval: {waive: 2, publish: 2, forget: 2}\n`)
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\np3,Carl,1980-01-01,600\n')
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\n')
    await ward.conform()
    await ward.use((workspace) => promoteGold(workspace, {models: []}))
  }, 120_000)

  afterAll(() => ward.close())

  const as = <T>(actor: string, work: (workspace: Workspace) => Promise<T>): Promise<T> =>
    ward.use((workspace) => work(delegate(workspace, {actor})))
  const waive = (workspace: Workspace) => {
    const said = {checks: ['weight.range'], reason: 'new scales', until: '2031-01-01T00:00:00.000Z'}
    return reviewQuarantine(workspace, {dataset: 'person', action: 'waive', ...said})
  }
  const waits = {code: 'RUN_APPROVAL_NEEDED', exitCode: 3}

  it('let a waiver happen when another person approves it by its number', async () => {
    await expect(as('ann', waive)).rejects.toMatchObject({...waits, details: {decision: 1}})
    await expect(as('ann', waive)).rejects.toMatchObject(waits)
    for (const same of ['ann', 'ann ', 'Ann'])
      await expect(as(same, (workspace) => approveWaiver(workspace, 1, {}))).rejects.toMatchObject(waits)
    expect(await ward.rows('silver', 'person')).toHaveLength(1)

    const approved = await as('bob', (workspace) => approveWaiver(workspace, 1, {}))

    expect(approved).toMatchObject({state: 'committed', rows: {read: 1, waived: 1}})
    expect((await ward.rows('quarantine', 'person')).map((row) => [row._state, row._state_by])).toEqual([['waived', 'ann']])
    await expect(as('eve', (workspace) => approveWaiver(workspace, 1, {}))).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    const entries = await ward.use(async (workspace) => {
      const reader = await openReader(workspace)
      const audit = await reader.audit({limit: 50})
      await reader.close()
      return audit.filter(({action}) => /waive/.test(action)).map(({actor, action, subject}) => [actor, action, subject])
    })
    expect(entries).toEqual(
      expect.arrayContaining([
        ['ann', 'waive: asked', '1 rows of person for weight.range until 2031-01-01T00:00:00.000Z'],
        ['bob', 'waive: approved', '1 rows of person for weight.range until 2031-01-01T00:00:00.000Z'],
        ['ann', 'quarantine waive', 'person batch 2: 1 rows of batch 1, approved by bob'],
      ]),
    )
  })

  it('let readers see a version when another person asks for the same, and ask for nothing when nothing changes', async () => {
    const go = (workspace: Workspace) => publish(workspace, {models: []})
    await expect(as('ann', go)).rejects.toMatchObject(waits)

    const published = await as('bob', go)
    const again = await as('ann', go)

    expect(published.tables.some(({state}) => state === 'live')).toBe(true)
    expect(again.run.state).toBe('noop')
  })

  it('erase nobody before, and keep nothing that tells of whom', async () => {
    const erase = (patient: string) => (workspace: Workspace) => forget(workspace, {patient})
    await expect(as('ann', erase('p1'))).rejects.toMatchObject(waits)
    await expect(as('bob', erase('p3'))).rejects.toMatchObject(waits)
    expect(await ward.rows('silver', 'person')).toHaveLength(2)

    const erased = await as('bob', erase('p1'))

    expect(erased.state).toBe('erased')
    expect((await ward.rows('silver', 'person')).map(({id}) => id)).toEqual(['p3'])
    const store = await ward.use((workspace) => workspace.store())
    for await (const {key} of store.list('decisions/')) expect(Buffer.from(await store.get(key)).toString()).not.toMatch(/p1|Ann/)
  })
})
