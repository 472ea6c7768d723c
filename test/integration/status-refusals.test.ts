// What a run that was refused, or one that found nothing left to do, makes of the state of a dataset; and a version rolled back.
import {randomUUID} from 'node:crypto'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {finishRun, finishStep, startRun, startStep} from '../../src/core/catalog/writer.ts'
import {ingest, promoteGold, promoteSilver, publish, rollback, type Workspace} from '../../src/core/index.ts'
import {promotionLock} from '../../src/core/pipeline/project-commits.ts'
import {openReader} from '../../src/core/query/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

let ward: TestWorkspace
let workspace: Workspace

beforeEach(async () => {
  ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  workspace = await ward.open()
})

afterEach(async () => {
  await ward.close()
})

async function deliver(file: string, text: string): Promise<void> {
  ward.write(`inbox/${file}`, text)
  await ingest(workspace, {sources: []})
}

/** What needs a person, and the state of one dataset. */
async function status(dataset: string) {
  const reader = await openReader(workspace)
  const {attention, datasets} = await reader.overview()
  await reader.close()
  return {
    needs: attention.map(({kind, dataset: of, command}) => [kind, of, command]),
    state: datasets.find((one) => one.dataset === dataset)?.state,
  }
}

/** A promotion that ended because the engine did. */
async function failedRun(dataset: string): Promise<void> {
  const database = await workspace.database()
  const id = randomUUID()
  const at = new Date().toISOString()
  await startRun(database, {id, verb: 'promote silver', actor: 'a', startedAt: at, host: 'elsewhere', pid: 1})
  await startStep(database, {run: id, step: 'promote silver', subject: dataset, position: 0, startedAt: at})
  await finishStep(database, {run: id, position: 0, state: 'failed', detail: 'ENGINE_CRASHED', finishedAt: at})
  await finishRun(database, id, 'failed', {at})
}

describe('the state of a dataset', () => {
  it('is not changed by runs that were refused before they did anything', async () => {
    await deliver('settings-1.csv', 'key,value\na,1\n')
    const database = await workspace.database()
    const lock = promotionLock(workspace.config.name, 'setting')

    const held = await database.withLock(lock, {waitMs: 0, what: 'setting'}, () => promoteSilver(workspace, {datasets: ['setting']}))
    const afterHeld = await status('setting')
    await promoteSilver(workspace, {datasets: ['setting']})
    const misused = await promoteSilver(workspace, {datasets: ['setting'], skipBatch: 1, reason: 'no'})
    await rollback(workspace, {models: []}).catch(() => undefined)

    expect([held.datasets[0]?.error?.code, misused.datasets[0]?.error?.code]).toEqual(['RUN_LOCKED', 'CONFIG_USAGE'])
    expect(afterHeld).toEqual({needs: [], state: 'waiting'})
    expect(await status('setting')).toEqual({needs: [], state: 'ok'})
  })

  it('stays failed until a run succeeds or finds nothing left to do; a dry run settles nothing', async () => {
    await deliver('settings-1.csv', 'key,value\na,1\n')

    await failedRun('setting')
    await promoteSilver(workspace, {datasets: ['setting'], dryRun: true})
    const afterDryRun = await status('setting')
    await promoteSilver(workspace, {datasets: ['setting']})
    const afterSuccess = await status('setting')
    await failedRun('setting')
    const failedAgain = await status('setting')
    await promoteSilver(workspace, {datasets: ['setting']})

    const failed = {needs: [['failed', 'setting', 'hippo promote silver setting']], state: 'failed'}
    expect([afterDryRun, failedAgain]).toEqual([failed, failed])
    expect([afterSuccess, await status('setting')]).toEqual([
      {needs: [], state: 'ok'},
      {needs: [], state: 'ok'},
    ])
  })

  it('names the silver dataset that a model waits for, as long as it does', async () => {
    await deliver('persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\n')

    await promoteGold(workspace, {models: ['person_visits']})
    const waiting = await status('person_visits')
    await promoteSilver(workspace, {datasets: ['person', 'visit']})
    await deliver('visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,x\n')
    await promoteGold(workspace, {models: ['person_visits']})
    const stillWaiting = await status('person_visits')
    await promoteSilver(workspace, {datasets: ['visit']})

    expect(waiting.needs).toEqual([['failed', 'person_visits', 'hippo promote silver person']])
    expect(stillWaiting.needs).toEqual([['failed', 'person_visits', 'hippo promote silver visit']])
    expect((await status('person_visits')).needs).toEqual([['failed', 'person_visits', 'hippo promote gold person_visits']])
  })
})

describe('publish after a rollback', () => {
  it('says what is live and what can be published, and publishes it when it is named', async () => {
    await deliver('visits-1.csv', 'person_id,visited_on,reason\n')
    for (const [batch, name] of ['Ann', 'Ben'].entries()) {
      await deliver(`persons-${batch}.csv`, `id,name,born,weight\np${batch},${name},1980-01-01,70\n`)
      await deliver(`visits-${batch}.csv`, `person_id,visited_on,reason\np${batch},2020-01-01,x\n`)
      await promoteSilver(workspace, {datasets: []})
      await promoteGold(workspace, {models: []})
      await publish(workspace, {models: []})
    }
    await rollback(workspace, {models: ['person_visits']})

    const unnamed = await publish(workspace, {models: []})
    const named = await publish(workspace, {models: ['person_visits']})

    expect(unnamed).toMatchObject({
      run: {state: 'noop'},
      tables: [{table: 'gold.person_visits', version: 1, rolledBackFrom: 2, state: 'noop'}],
    })
    expect(named.tables).toContainEqual(
      expect.objectContaining({table: 'gold.person_visits', version: 2, previousVersion: 1, state: 'live'}),
    )
    expect(named.tables.some((one) => 'rolledBackFrom' in one)).toBe(false)
  })
})
