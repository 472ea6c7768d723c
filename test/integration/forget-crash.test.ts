// An erasure that dies at any call that changes the lake, before it or right after: a rerun ends with what an undisturbed one
// gives, nothing of the person left and nothing referenced missing. Every case here is one such call; HIPPO_TEST_LONG tries all.
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {forget, promoteSilver, verify, type Workspace} from '../../src/core/index.ts'
import {textOfBytes} from '../support/everything.ts'
import {stoppingAtCall} from '../support/stopping-calls.ts'
import {Stopped} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const header = 'id,name,born,weight'
const persons = (weight: number) =>
  `${header}\nA1,Ann,1960-01-01,${weight}\nK4711,Kanarienvogel,1931-07-13,428.9137\nA2,Ben,KAPUTT,61\nK4711,Kanarienvogel\n`

describe('an erasure that dies', () => {
  let ward: TestWorkspace
  let workspace: Workspace
  let calls = 0
  let calm: unknown
  const before = mkdtempSync(path.join(tmpdir(), 'hippo-forget-crash-'))
  const lake = () => path.join(ward.root, '.hippo', 'lake')

  function restore(): void {
    rmSync(lake(), {recursive: true, force: true})
    cpSync(before, lake(), {recursive: true})
  }

  const files = () =>
    readdirSync(lake(), {recursive: true})
      .map(String)
      .filter((name) => statSync(path.join(lake(), name)).isFile())
      .sort()

  /** All that must be equal: rows, received bytes, records; names of data files and times differ from run to run. */
  async function content(): Promise<unknown> {
    const rows = []
    for (const layer of ['silver', 'quarantine'] as const)
      for (const dataset of ['person', 'visit']) rows.push(await ward.rows(layer, dataset))
    const kept = files().filter((name) => name.startsWith('bronze/'))
    const batches = kept.filter((name) => name.startsWith('bronze/batches/')).map((name) => readFileSync(path.join(lake(), name), 'utf8'))
    return {rows, kept, batches}
  }

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    const contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
    ward.write(
      'contracts/person.odcs.yaml',
      contract.replace('customProperties:\n', 'customProperties:\n      - {property: hippoDataSubject, value: true}\n'),
    )
    ward.write('inbox/1/persons-1.csv', persons(60))
    ward.write('inbox/1/visits-K4711.csv', 'person_id,visited_on,reason\nK4711,2020-01-05,Geheimnisgrund\nA1,2020-01-05,cough\n')
    ward.write('inbox/2/persons-2.csv', persons(61))
    workspace = await ward.open()
    await ward.conform({fresh: true})
    cpSync(lake(), before, {recursive: true})
    const counting = stoppingAtCall(workspace, {call: 0, when: 'before'})
    await forget(counting.workspace, {patient: 'K4711'})
    calls = counting.calls()
    calm = await content()
  }, 120_000)

  afterAll(async () => {
    await ward?.close()
    rmSync(before, {recursive: true, force: true})
  })

  async function dieAt(call: number, when: 'before' | 'after'): Promise<void> {
    restore()
    const stopping = stoppingAtCall(workspace, {call, when})
    const died = await forget(stopping.workspace, {patient: 'K4711'}).catch((error: unknown) => error)
    expect(died, `call ${call} of ${calls}`).toMatchObject({code: 'RUN_INTERNAL', cause: expect.any(Stopped)})

    await forget(workspace, {patient: 'K4711'})

    const place = `${when} call ${call} of ${calls}`
    expect(await content(), place).toEqual(calm)
    for (const name of files()) expect(readFileSync(path.join(lake(), name)).includes('K4711'), `${place}: ${name}`).toBe(false)
    expect((await verify(workspace, {sample: {kind: 'all'}})).problems, place).toEqual([])
  }

  it('ends the same when it is run again, wherever it died', async () => {
    expect(calls).toBeGreaterThan(15)
    const cases = Array.from({length: calls * 2}, (_, index) => index)
    for (const index of cases.filter((one) => isLong || one % 11 === 0)) await dieAt((index >> 1) + 1, index % 2 === 0 ? 'before' : 'after')
  }, 600_000)

  it('refuses to begin while a promotion is half done, and changes nothing', async () => {
    restore()
    ward.write('inbox/3/persons-3.csv', persons(62))
    const commits: string[] = []
    await ward.use(async (open) => {
      const {ingest} = await import('../../src/core/index.ts')
      await ingest(open, {sources: []})
      for (let call = 1; commits.length === 0; call++) {
        await promoteSilver(stoppingAtCall(open, {call, when: 'before'}).workspace, {datasets: ['person']}).catch(() => undefined)
        commits.push(...files().filter((name) => name.startsWith('quarantine/person/_delta_log/') && name.endsWith('2.json')))
      }
    })
    const held = files()

    await expect(forget(workspace, {patient: 'K4711'})).rejects.toMatchObject({code: 'RUN_INCOMPLETE', exitCode: 4})

    expect(files()).toEqual(held)
    expect(promotionOf(await ward.use((open) => promoteSilver(open, {datasets: []})), 'person').state).toBe('committed')
    expect(await forget(workspace, {patient: 'K4711'})).toMatchObject({state: 'erased'})
  }, 60_000)
})

describe('an erasure that dies, where rows name the person by what another dataset looks up', () => {
  it('finds the rows again after what they look up is gone', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    const before = mkdtempSync(path.join(tmpdir(), 'hippo-forget-lookup-'))
    const lake = path.join(ward.root, '.hippo', 'lake')
    try {
      ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
      const edit = (dataset: string, from: string, to: string) => {
        const file = `contracts/${dataset}.odcs.yaml`
        ward.write(file, readFileSync(path.join(ward.root, file), 'utf8').replace(from, to))
      }
      edit('person', 'customProperties:\n', 'customProperties:\n      - {property: hippoDataSubject, value: true}\n')
      const lookup = '[{step: lookup, dataset: person, on: {name: person_id}, take: id}]'
      const withLookup = `relationships: [{to: person.id}]\n        customProperties: [{property: hippoTransform, value: ${lookup}}]`
      edit('visit', 'relationships: [{to: person.id}]', withLookup)
      ward.write('inbox/1/persons.csv', `${header}\nA1,Ann,1960-01-01,60\nK4711,Kanarienvogel,1931-07-13,42\n`)
      ward.write(
        'inbox/1/visits.csv',
        'person_id,visited_on,reason\nKanarienvogel,2020-01-05,Geheim\nKanarienvogel,KAPUTT,Geheim\nAnn,2020-01-05,cough\n',
      )
      const workspace = await ward.open()
      await ward.conform({fresh: true})
      cpSync(lake, before, {recursive: true})
      const counting = stoppingAtCall(workspace, {call: 0, when: 'before'})
      expect(await forget(counting.workspace, {patient: 'K4711'})).toMatchObject({state: 'erased'})
      const calls = Array.from({length: counting.calls()}, (_, index) => index + 1)

      for (const call of calls.filter((one) => isLong || one % 7 === 5)) {
        rmSync(lake, {recursive: true, force: true})
        cpSync(before, lake, {recursive: true})
        await forget(stoppingAtCall(workspace, {call, when: 'after'}).workspace, {patient: 'K4711'}).catch(() => undefined)
        await forget(workspace, {patient: 'K4711'})

        const files = readdirSync(lake, {recursive: true}).map((name) => path.join(lake, String(name)))
        const texts = await Promise.all(files.filter((file) => statSync(file).isFile()).map((file) => textOfBytes(readFileSync(file))))
        expect(texts.filter((text) => /Kanarienvogel|Geheim/.test(text)).length, `after call ${call} of ${calls.length}`).toBe(0)
        expect(texts.some((text) => text.includes('Ann,2020-01-05,cough'))).toBe(true)
      }
    } finally {
      await ward.close()
      rmSync(before, {recursive: true, force: true})
    }
  }, 600_000)
})
