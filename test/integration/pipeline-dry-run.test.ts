// A dry run says what would happen and changes nothing: not the lake, not the warehouse, not what is known.
import {readdirSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteGold, promoteSilver, publish, type RunEvent, runPipeline} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('a dry run', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,,1\n')
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,\n')
    await ward.use((workspace) => runPipeline(workspace, {}))
    ward.write('inbox/persons-2.csv', 'id,name,born,weight\np2,Bob,,2\np3,,,3\n')
    ward.write('inbox/settings-2.csv', 'key,value\na,one\nb,two\n')
  }, 120_000)

  afterAll(() => ward?.close())

  async function state() {
    const lake = readdirSync(path.join(ward.root, '.hippo', 'lake'), {recursive: true})
      .map(String)
      .sort()
    const catalog = await ward.use(async (workspace) => {
      const database = await workspace.database()
      const ask = async (text: string) => (await database.query(raw(text))).rows
      return {
        relations: await ask("select schemaname, tablename from pg_tables where schemaname like '%\\_data' order by 1, 2"),
        files: await ask('select batch, path from hippo.captured_files order by 1, 2'),
        snapshots: await ask('select layer, dataset, version from hippo.snapshots order by 1, 2, 3'),
        published: await ask('select table_name, version from hippo.published order by 1, 2'),
      }
    })
    return {lake, ...catalog}
  }

  it('lists what an ingest would capture', async () => {
    const before = await state()

    const {files, batch, run} = await ward.use((workspace) => ingest(workspace, {sources: [], dryRun: true}))

    expect(batch).toBeUndefined()
    expect(run.state).toBe('noop')
    expect(files.filter((file) => file.state === 'captured').map((file) => file.path)).toEqual(['persons-2.csv', 'settings-2.csv'])
    expect(await state()).toEqual(before)
  })

  it('judges what a promotion would commit, gate or leave out', async () => {
    await ward.use((workspace) => ingest(workspace, {sources: []}))
    const before = await state()

    const dry = await ward.use((workspace) => promoteSilver(workspace, {datasets: [], dryRun: true}))
    const skip = await ward.use((workspace) =>
      promoteSilver(workspace, {datasets: ['setting'], skipBatch: 2, reason: 'wrong', dryRun: true}),
    )

    expect(promotionOf(dry, 'person')).toMatchObject({
      state: 'noop',
      wouldCommit: true,
      version: 0,
      rows: {read: 2, accepted: 1, quarantined: 1},
      reasons: {'name.required': 1},
    })
    expect(promotionOf(dry, 'setting')).toMatchObject({state: 'gated', version: -1, rows: {read: 2, quarantined: 2}})
    expect(promotionOf(dry, 'setting')).not.toHaveProperty('wouldCommit')
    expect(promotionOf(dry, 'visit')).not.toHaveProperty('wouldCommit')
    expect(skip.run.state).toBe('noop')
    expect(await state()).toEqual(before)
  })

  it('says which models would be built, and leaves gold and what is published as they are', async () => {
    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))
    const before = await state()
    const events: RunEvent[] = []

    const {models, run} = await ward.use((workspace) =>
      promoteGold(workspace, {models: [], dryRun: true, onEvent: (event) => void events.push(event)}),
    )
    await ward.use((workspace) => publish(workspace, {models: [], dryRun: true}))
    await ward.use((workspace) => runPipeline(workspace, {dryRun: true}))

    expect(run.state).toBe('noop')
    expect(models).toMatchObject([{model: 'person_visits', version: 1, state: 'noop'}])
    expect(events).toContainEqual(
      expect.objectContaining({kind: 'stepFinished', subject: 'person_visits', detail: 'would become version 2'}),
    )
    expect(await state()).toEqual(before)
  })
})
