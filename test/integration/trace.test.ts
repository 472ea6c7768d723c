// One row back to the record it was received as, through later deliveries, rejections and erasures of others.
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {forget, type TraceResult, trace} from '../../src/core/index.ts'
import {readBatches} from '../../src/core/lake/bronze.ts'
import {masked} from '../../src/core/model/masked.ts'
import {traceReport} from '../../src/ui/report/trace.ts'
import {runHippo} from '../support/run-hippo.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('trace', () => {
  let ward: TestWorkspace
  const of = (dataset: string, key: string, column?: string): Promise<TraceResult> =>
    ward.use((workspace) => trace(workspace, {dataset, key, ...(column ? {column} : {})}))

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    const contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
      .replace('customProperties:\n', 'customProperties:\n      - {property: hippoDataSubject, value: true}\n')
      .replace('required: true}', 'required: true, customProperties: [{property: hippoTransform, value: [{step: trim}]}]}')
    ward.write('contracts/person.odcs.yaml', contract)
    ward.write(
      'inbox/1/persons.csv',
      'id,name,born,weight\nA1,"Ann\nMarie",1960-01-01,60\n A.2 ,Ben,1961-01-01,61\nA3,Cid,1962-01-01,9000\n',
    )
    await ward.conform({fresh: true})
    ward.write('inbox/2/persons.csv', 'id,name,born,weight\nA4,Dan,1964-01-01,64\n')
    await ward.conform({fresh: true})
  })
  afterAll(() => ward?.close())

  it('names the record, its bytes, the commits and the steps and rules on its way, and shows no protected value', async () => {
    const {items} = await of('person', 'A.2')

    const [batch] = await ward.use(async (workspace) => readBatches(await workspace.store()))
    const file = batch?.files[0]
    expect(items).toMatchObject([
      {
        layer: 'silver',
        judged: {version: 0, contractVersion: '1.0.0', run: expect.any(String)},
        record: {
          batch: 1,
          source: 'ward',
          path: '1/persons.csv',
          sha256: file?.sha256,
          sizeBytes: file?.sizeBytes,
          row: 2,
          line: 4,
          bronze: {state: 'held', key: file?.key},
        },
        values: {id: 'A.2', name: masked, born: masked, weight: '61'},
      },
    ])
    expect(items[0]?.columns.find(({column}) => column === 'id')?.steps).toEqual(['trim: the text is stripped of white space on both ends'])
    expect(items[0]?.rules.map(({id, state}) => `${id} ${state}`)).toContain('weight.range passed')
    expect(items[0]?.written?.version).toBeGreaterThanOrEqual(0)
  })

  it('finds a rejected row by the key as it was received, with what it broke', async () => {
    const {items} = await of('person', 'A3')

    expect(items).toMatchObject([
      {
        layer: 'quarantine',
        reasons: ['weight.range'],
        record: {row: 3, line: 5},
        values: {id: masked, weight: masked},
        judged: {contractVersion: '1.0.0'},
      },
    ])
    expect(items[0]?.rules.find(({id}) => id === 'weight.range')?.state).toBe('broken')
    expect(items[0]?.rules.find(({id}) => id === 'name.required')?.state).toBe('passed')
  })

  it('takes one column, by the ending of the key or by name', async () => {
    const [byEnding, byName] = [await of('silver.person', 'A.2.weight'), await of('silver.person', 'A.2', 'weight')]

    expect(byEnding).toEqual(byName)
    expect(byEnding.items[0]?.values).toEqual({weight: '61'})
    expect(byEnding.items[0]?.columns.map(({column}) => column)).toEqual(['weight'])
  })

  it('does not repeat a key that no row has', async () => {
    const failed = await of('person', 'Secret-77').catch((error: unknown) => error)

    expect(failed).toMatchObject({code: 'TABLE_ROW_MISSING', exitCode: 2})
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('Secret-77')
  })

  it('refuses a dataset whose rows have no name, and half a key', async () => {
    await expect(of('setting', 'x')).rejects.toMatchObject({code: 'CONFIG_USAGE', message: expect.stringContaining('no primary key')})
    await expect(of('person', 'A1', 'colour')).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })

  it('answers on the command line, in words and as JSON, the key from standard input', async () => {
    const env = {...ward.env} as Record<string, string>
    const {code, stdout} = await runHippo(['trace', 'person', 'A4', '--workspace', ward.root], {env})
    const json = await runHippo(['trace', 'person', '-', '--json', '--workspace', ward.root], {env, input: '["A4"]\n'})
    const none = await runHippo(['trace', 'person', '-', '--workspace', ward.root], {env, input: 'A\n4\n'})

    expect(code).toBe(0)
    expect(stdout).toContain('2/persons.csv')
    expect(stdout).not.toContain('Dan')
    expect(JSON.parse(json.stdout)).toMatchObject({dataset: 'person', items: [{record: {batch: 2}}]})
    expect(none.stderr).toContain('the key is to come from standard input')
    expect(none.stderr).toContain('hippo trace DATASET - < FILE')
  })

  it('leads through the erasure of another person in the file to the record of today, with the workspace key alone', async () => {
    await ward.use((workspace) => forget(workspace, {patient: 'A1'}))

    const {items} = await of('silver.person', 'A.2')
    const sha256 = items[0]?.record.sha256
    delete ward.env.HIPPO_KEY
    const withoutKey = await of('silver.person', 'A.2')

    expect(items[0]?.record).not.toHaveProperty('sizeBytes')
    expect(items[0]?.record).toMatchObject({row: 2, line: 4, bronze: {state: 'rewritten', row: 1, line: 2}})
    const bronze = items[0]?.record.bronze
    expect(bronze?.state === 'rewritten' && bronze.sha256).not.toBe(sha256)
    expect(withoutKey.items[0]?.record.bronze).toMatchObject({state: 'keyNeeded', reason: expect.stringContaining('HIPPO_KEY')})
    const said = traceReport(withoutKey, {columns: 200, color: false, unicode: true, now: new Date(), timeZone: 'UTC'})
    expect(said).toMatch(/received in +a file whose name is told with HIPPO_KEY/)
  })

  it('says when the received bytes are others today', async () => {
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    const file = await ward.use(async (workspace) => {
      const store = await workspace.store()
      const batches = await readBatches(store)
      return store.localPath(batches[1]?.files[0]?.key ?? '') ?? ''
    })
    writeFileSync(file, readFileSync(file, 'utf8').replace('Dan', 'Don'))

    const {items} = await of('silver.person', 'A4')

    expect(items[0]?.record.bronze).toMatchObject({state: 'altered', reason: expect.stringContaining('SHA-256')})
  })
})
