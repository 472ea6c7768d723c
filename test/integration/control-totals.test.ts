// What the sender says of how many records a file has is held against what was read: one record more or less, and nothing is let in.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('control totals', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    const config = readFileSync(path.join(ward.root, 'hippo.yaml'), 'utf8')
    const totals = '    controlTotals: {person: {sidecar: "{path}.count"}, setting: {trailer: "TRAILER"}}\n'
    ward.write('hippo.yaml', config.replace('    path: inbox\n', `    path: inbox\n${totals}`))
  }, 120_000)

  afterAll(() => ward.close())

  const take = () => ward.use((workspace) => ingest(workspace, {sources: []}))
  const promote = (dataset: string, skipBatch?: number) =>
    ward.use(async (workspace) => {
      const skip = skipBatch === undefined ? {} : {skipBatch, reason: 'sent again'}
      return promotionOf(await promoteSilver(workspace, {datasets: [dataset], ...skip}), dataset)
    })

  it('keep a file waiting until its count lies beside it, and gate one that has other records than that', async () => {
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,Bob,1980-01-01,80\n')

    const waiting = await take()
    ward.write('inbox/persons-1.csv.count', 'records: 2\n')
    const taken = await take()

    expect(waiting.files).toMatchObject([{path: 'persons-1.csv', state: 'ignored', reason: 'file.totalMissing'}])
    expect(taken.files.filter(({state}) => state === 'captured').map((file) => file.path)).toEqual(['persons-1.csv'])
    expect(await promote('person')).toMatchObject({state: 'committed', rows: {read: 2, accepted: 2}})

    // Cut exactly between two records: nothing in the file tells.
    ward.write('inbox/persons-2.csv', 'id,name,born,weight\np3,Cid,1980-01-01,70\n')
    ward.write('inbox/persons-2.csv.count', '2')
    await take()
    const gated = await promote('person')

    expect(gated).toMatchObject({state: 'gated', error: {exitCode: 3}})
    expect(gated.error?.message).toBe('file persons-2.csv: 1 records, its sender says 2')
    expect(gated.error?.hint).toMatch(/^ask the sender for the whole file, or for the right total; leave batch 2 out with .*--skip-batch 2/)
    expect(await ward.rows('silver', 'person')).toHaveLength(2)
    expect(await promote('person', 2)).toMatchObject({skipped: {outcome: 'leftOut'}})
  })

  it('take the last line for what it is, and gate a file without it', async () => {
    ward.write('inbox/settings-1.csv', 'key,value\na,1\nb,2\nTRAILER;000002\n')
    await take()
    expect(await promote('setting')).toMatchObject({state: 'committed', rows: {read: 2, accepted: 2, quarantined: 0}})

    ward.write('inbox/settings-2.csv', 'key,value\na,3\n')
    await take()

    expect((await promote('setting')).error?.message).toBe(
      'file settings-2.csv: its last line is not the one that says how many records it has',
    )
    expect((await ward.rows('silver', 'setting')).map((row) => row.value)).toEqual([1, 2])
  })
})
