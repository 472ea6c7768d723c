// A person whose rows do not name them: samples of a stay, results of a sample (two columns), results after results in a circle,
// births with two persons. Nothing of the person may be left anywhere, and nothing of anybody else may go.
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {exportQuarantine, fixQuarantine, forget, ingest, runPipeline, verify} from '../../src/core/index.ts'
import {phiLocations} from '../../src/core/pipeline/phi-locations/index.ts'
import {everythingIn, textOfBytes} from '../support/everything.ts'
import {stoppingAtCall} from '../support/stopping-calls.ts'
import {delegate, Stopped} from '../support/stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
/** Values and keys of nobody else. */
const canaries = ['K4711', 'Kanarienvogel', 'ST-77', 'ST-78', 'ST-79', 'Geheim', 'RES-4711']

const column = (name: string, more = '') => `      - {name: ${name}, logicalType: string${more}}\n`
const to = (target: string) => `, relationships: [{to: ${target}}]`

function contract(dataset: string, columns: readonly string[], more = ''): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: ward-${dataset}
version: 1.0.0
status: active
schema:
  - name: ${dataset}
${more}    properties:
${columns.join('')}`
}

const properties = (...lines: readonly string[]) => `    customProperties:\n${lines.map((line) => `      - ${line}\n`).join('')}`
const keepsAll = '{property: hippoMaxQuarantinePercent, value: 100}'
const isOf = (columns: string) => `{property: hippoDataSubject, value: ${columns}}`
const toSample = '    relationships: [{from: [result.stay_no, result.seq], to: [sample.stay_no, sample.seq]}]\n'

const contracts: Readonly<Record<string, string>> = {
  stay: contract(
    'stay',
    [column('no', ', primaryKey: true, required: true'), column('person_id', to('person.id')), column('ward', ', required: true')],
    properties('{property: hippoWriteMode, value: merge}', keepsAll),
  ),
  sample: contract(
    'sample',
    [
      column('stay_no', `, required: true${to('stay.no')}`),
      '      - {name: seq, logicalType: integer, required: true}\n',
      column('text', ', logicalTypeOptions: {maxLength: 20}'),
    ],
    properties('{property: hippoWriteMode, value: append}', keepsAll),
  ),
  result: contract(
    'result',
    [
      column('id', ', primaryKey: true, required: true'),
      column('stay_no'),
      '      - {name: seq, logicalType: integer}\n',
      column('after', to('result.id')),
      column('value'),
    ],
    `${properties('{property: hippoWriteMode, value: merge}', isOf('[seq, after]'), keepsAll)}${toSample}`,
  ),
  birth: contract(
    'birth',
    [column('child', to('person.id')), column('mother', to('person.id')), column('note')],
    properties('{property: hippoWriteMode, value: append}', isOf('child'), keepsAll),
  ),
}

const night1: Readonly<Record<string, string>> = {
  'persons.csv': 'id,name,born,weight\nA1,Ann,1960-01-01,60\nK4711,Kanarienvogel,1931-07-13,61\n',
  // ST-90 turns out to be Ann's on the second night. ST-79 has no ward, and is rejected.
  'stays.csv': 'no,person_id,ward\nST-1,A1,NE\nST-77,K4711,N\nST-78,K4711,S\nST-90,K4711,S\nST-79,K4711,\n',
  'samples.csv':
    'stay_no,seq,text\nST-1,1,blood\nST-77,1,Geheim one\nST-77,2,Geheim two\nST-90,1,urine\nST-79,1,Geheim waits\nST-78,x,Geheim odd\nST-78,Geheim\nST-1,blood\n',
  'results.csv':
    'id,stay_no,seq,after,value\nR1,ST-1,1,,5\nRES-4711-a,ST-77,1,RES-4711-c,Geheim 1\nRES-4711-b,,,RES-4711-a,Geheim 2\nRES-4711-c,,,RES-4711-b,Geheim 3\nR2,,,R1,6\nR90,ST-90,1,,7\nR91,ST-1,2,,8\n',
  'births.csv': 'child,mother,note\nK4711,A1,Geheim born\nA1,K4711x,kept\n',
}
const night2: Readonly<Record<string, string>> = {
  'stays.csv': 'no,person_id,ward\nST-90,A1,S\nST-1,A1,W\n',
  // All of one stay, and named after it.
  'samples-ST-77.csv': 'stay_no,seq,text\nST-77,3,Geheim three\n',
}

async function openWard(): Promise<TestWorkspace> {
  const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward', database: 'shared'})
  ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
  const person = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
  ward.write('contracts/person.odcs.yaml', person.replace('customProperties:\n', `customProperties:\n      - ${isOf('true')}\n`))
  for (const [dataset, text] of Object.entries(contracts)) ward.write(`contracts/${dataset}.odcs.yaml`, text)
  const settings = readFileSync(path.join(ward.root, 'hippo.yaml'), 'utf8')
  const match = Object.keys(contracts).map((dataset) => `      ${dataset}: ${dataset}s*\n`)
  ward.write('hippo.yaml', settings.replace('      person: persons*\n', `      person: persons*\n${match.join('')}`))
  return ward
}

async function deliver(ward: TestWorkspace): Promise<void> {
  for (const [name, text] of Object.entries(night1)) ward.write(`inbox/1/${name}`, text)
  await ward.use((workspace) => runPipeline(workspace, {}))
  for (const [name, text] of Object.entries(night2)) ward.write(`inbox/2/${name}`, text)
  await ward.use((workspace) => runPipeline(workspace, {}))
}

const rowsOf = async (ward: TestWorkspace) => {
  const texts: string[] = []
  for (const layer of ['silver', 'quarantine'] as const)
    for (const dataset of ['person', ...Object.keys(contracts)])
      for (const row of await ward.rows(layer, dataset)) texts.push(`${layer}.${dataset} ${JSON.stringify(row)}`)
  return texts.filter((text) => !canaries.some((value) => text.includes(value))).sort()
}

const left = async (ward: TestWorkspace) =>
  (await everythingIn(ward)).filter(({text}) => canaries.some((value) => text.replaceAll('K4711x', '').includes(value)))

describe('forget, where rows do not name the person', () => {
  let ward: TestWorkspace
  let before: readonly string[]
  const saved = mkdtempSync(path.join(tmpdir(), 'hippo-forget-references-'))
  const lake = () => path.join(ward.root, '.hippo', 'lake')
  const forgetIn = (patient: string) => ward.use((workspace) => forget(workspace, {patient}))

  beforeAll(async () => {
    ward = await openWard()
    await deliver(ward)
    const file = path.join(ward.root, 'rejected.csv')
    await ward.use(async (workspace) => {
      await exportQuarantine(workspace, {dataset: 'sample', file, unmasked: true})
      ward.write('rejected.csv', readFileSync(file, 'utf8').replace('ST-78,x,Geheim odd', 'ST-78,y,Geheim mended'))
      await fixQuarantine(workspace, {dataset: 'sample', file})
    })
    rmSync(file)
    rmSync(path.join(ward.root, 'inbox'), {recursive: true})
    before = await rowsOf(ward)
    cpSync(lake(), saved, {recursive: true})
  }, 240_000)

  afterAll(async () => {
    rmSync(saved, {recursive: true, force: true})
    await ward?.close()
  })

  function restore(): void {
    rmSync(lake(), {recursive: true, force: true})
    cpSync(saved, lake(), {recursive: true})
  }

  it('finds them by the chain of references, in every place that is known to hold patients', async () => {
    const places = await left(ward)
    const dry = await ward.use((workspace) => forget(workspace, {patient: 'K4711', dryRun: true}))

    expect(places.filter(({place}) => !phiLocations.some((location) => location.covers(place)))).toEqual([])
    const rows = (location: string, dataset: string) => dry.found.find((one) => one.location === location && one.dataset === dataset)?.rows
    expect([rows('silver', 'stay'), rows('silver', 'sample'), rows('silver', 'result'), rows('silver', 'birth')]).toEqual([2, 3, 3, 1])
    expect([rows('quarantine', 'stay'), rows('quarantine', 'sample')]).toEqual([1, 3])
    expect(dry.found.some(({location}) => location === 'corrections')).toBe(true)
  }, 120_000)

  it('is finished after it died, wherever that was, and leaves all others', async () => {
    const workspace = await ward.open()
    const counting = stoppingAtCall(workspace, {call: 0, when: 'before'})
    expect(await forget(counting.workspace, {patient: 'K4711'})).toMatchObject({state: 'erased'})
    const calls = Array.from({length: counting.calls()}, (_, index) => index + 1)

    for (const call of calls.filter((one) => isLong || one % 97 === 40)) {
      restore()
      await forget(stoppingAtCall(workspace, {call, when: 'after'}).workspace, {patient: 'K4711'}).catch(() => undefined)
      await forget(workspace, {patient: 'K4711'})

      const files = readdirSync(lake(), {recursive: true}).map((name) => path.join(lake(), String(name)))
      const texts = await Promise.all(files.filter((file) => statSync(file).isFile()).map((file) => textOfBytes(readFileSync(file))))
      const told = texts.filter((text) => canaries.some((value) => text.replaceAll('K4711x', '').includes(value)))
      expect(told.length, `after call ${call} of ${calls.length}`).toBe(0)
      expect(await rowsOf(ward), `after call ${call} of ${calls.length}`).toEqual(before)
    }
  }, 900_000)

  it('still finds rows by references to rows that were gone when it died', async () => {
    restore()
    const died = await ward.use(async (workspace) => {
      const inner = await workspace.store()
      const store = delegate(inner, {
        delete: async (key: string) => {
          const isStays = key.startsWith('bronze/objects/') && Buffer.from(await inner.get(key)).includes('no,person_id,ward')
          await inner.delete(key)
          if (isStays) throw new Stopped()
        },
      })
      return forget(delegate(workspace, {store: async () => store}), {patient: 'K4711'}).catch((error: unknown) => error)
    })
    // Objects go in the order of their hashes: those of the stays before these of a sample.
    const between = await left(ward)

    const finished = await forgetIn('K4711')

    expect(died).toMatchObject({cause: expect.any(Stopped)})
    expect(between.some(({place, text}) => place.kind === 'object' && text.includes('ST-77,3,Geheim three'))).toBe(true)
    expect(between.some(({place}) => place.kind === 'relation' && place.name === 'meta')).toBe(false)
    expect(finished.state).toBe('erased')
    expect(await left(ward)).toEqual([])
    expect(await rowsOf(ward)).toEqual(before)
  }, 240_000)

  it('is done once when two ask for it at the same time', async () => {
    restore()

    const both = await Promise.all([0, 1].map(() => ward.use((workspace) => forget(workspace, {patient: 'K4711', waitLockSeconds: 120}))))

    expect(both.map(({state}) => state).sort()).toEqual(['erased', 'notFound'])
    expect(await left(ward)).toEqual([])
    expect(await rowsOf(ward)).toEqual(before)
    expect((await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))).problems).toEqual([])
  }, 240_000)

  it('takes what an ingest brings in beside it, by references that came with it', async () => {
    restore()
    let isLate = true
    const result = await ward.use(async (workspace) => {
      const inner = await workspace.store()
      const store = delegate(inner, {
        delete: async (key: string) => {
          if (isLate && key.startsWith('bronze/objects/')) {
            isLate = false
            ward.write('inbox/3/stays.csv', 'no,person_id,ward\nST-79b,K4711,S\nST-2,A1,S\n')
            ward.write('inbox/3/samples.csv', 'stay_no,seq,text\nST-79b,1,Geheim late\nST-2,1,late\n')
            await ward.use((other) => ingest(other, {sources: []}))
          }
          return inner.delete(key)
        },
      })
      return forget(delegate(workspace, {store: async () => store}), {patient: 'K4711'})
    })
    rmSync(path.join(ward.root, 'inbox'), {recursive: true})

    expect([isLate, result.state]).toEqual([false, 'erased'])
    const places = await everythingIn(ward)
    expect(places.filter(({text}) => /Geheim|ST-79b/.test(text))).toEqual([])
    expect(places.some(({text}) => text.includes('ST-2,1,late'))).toBe(true)
  }, 240_000)

  it('refuses where rows of others have the same key, and changes nothing', async () => {
    restore()
    ward.write('inbox/4/samples.csv', 'stay_no,seq,text\nST-1,7,shared\n')
    ward.write(
      'contracts/result.odcs.yaml',
      (contracts.result ?? '').replace(toSample, '    relationships: [{from: result.seq, to: sample.seq}]\n'),
    )
    const held = await rowsOf(ward)

    const refused = await forgetIn('K4711').catch((error: unknown) => error)

    ward.write('contracts/result.odcs.yaml', contracts.result ?? '')
    rmSync(path.join(ward.root, 'inbox'), {recursive: true})
    expect(refused).toMatchObject({code: 'RUN_INCOMPLETE', message: expect.stringContaining('in sample have the same seq')})
    expect(await rowsOf(ward)).toEqual(held)
  }, 120_000)
})
