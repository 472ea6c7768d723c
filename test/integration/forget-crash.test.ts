// What an erasure that dies, or that comes after a verb that died, must do beyond what every verb must (crash-matrix.test.ts).
// Where a case is one call that changes the lake, HIPPO_TEST_LONG tries all.
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {forget, ingest, promoteSilver} from '../../src/core/index.ts'
import {readBatches} from '../../src/core/lake/bronze.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {draftsLeft} from '../../src/core/warehouse/load.ts'
import {openWarehouse} from '../../src/core/warehouse/open-warehouse.ts'
import {textOfBytes} from '../support/everything.ts'
import {stoppingAtCall} from '../support/stopping-calls.ts'
import {delegate, Stopped} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const header = 'id,name,born,weight'
const persons = (weight: number) =>
  `${header}\nA1,Ann,1960-01-01,${weight}\nK4711,Kanarienvogel,1931-07-13,428.9137\nA2,Ben,KAPUTT,61\nK4711,Kanarienvogel\n`

describe('an erasure that dies', () => {
  let ward: TestWorkspace
  const lake = () => path.join(ward.root, '.hippo', 'lake')

  const files = () =>
    readdirSync(lake(), {recursive: true})
      .map(String)
      .filter((name) => statSync(path.join(lake(), name)).isFile())
      .sort()

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
    await ward.conform({fresh: true})
  }, 120_000)

  afterAll(() => ward?.close())

  const forgetIn = (patient: string) => ward.use((workspace) => forget(workspace, {patient}))

  it('refuses to begin while a promotion is half done, and changes nothing', async () => {
    ward.write('inbox/3/persons-3.csv', persons(62))
    const commits: string[] = []
    await ward.use(async (open) => {
      await ingest(open, {sources: []})
      for (let call = 1; commits.length === 0; call++) {
        await promoteSilver(stoppingAtCall(open, {call, when: 'before'}).workspace, {datasets: ['person']}).catch(() => undefined)
        commits.push(...files().filter((name) => name.startsWith('quarantine/person/_delta_log/') && name.endsWith('2.json')))
      }
    })
    const held = files()

    await expect(forgetIn('K4711')).rejects.toMatchObject({code: 'RUN_INCOMPLETE', exitCode: 4})

    expect(files()).toEqual(held)
    expect(promotionOf(await ward.use((open) => promoteSilver(open, {datasets: []})), 'person').state).toBe('committed')
  }, 60_000)

  it('is finished by the same command, and by no other, when it died with nothing left to find', async () => {
    const objects = files().filter((name) => name.startsWith('bronze/objects/'))
    const {found} = await ward.use((workspace) => forget(workspace, {patient: 'K4711', dryRun: true}))
    let left = objects.filter((name) => readFileSync(path.join(lake(), name)).includes('K4711')).length
    const died = await ward.use(async (workspace) => {
      const inner = await workspace.store()
      const store = delegate(inner, {
        delete: async (key: string) => {
          await inner.delete(key)
          if (key.startsWith('bronze/objects/') && --left === 0) throw new Stopped()
        },
      })
      return forget(delegate(workspace, {store: async () => store}), {patient: 'K4711'}).catch((error: unknown) => error)
    })

    const nobody = await forgetIn('Z9')
    const finished = await forgetIn('K4711')
    const again = await forgetIn('K4711')

    expect(died).toMatchObject({code: 'RUN_INTERNAL', cause: expect.any(Stopped)})
    expect([nobody.state, finished.state, again.state]).toEqual(['notFound', 'erased', 'notFound'])
    expect(finished.found).toEqual(found)
    await ward.use(async (workspace) => {
      const database = await workspace.database()
      const {rows: audit} = await database.query<{action: string; subject: string; run: string}>(
        raw("select action, subject, run from hippo.audit where action like 'forget%' order by id"),
      )
      expect(audit.map(({action}) => action)).toEqual(['forget: begun', 'forget: proved'])
      expect(audit[1]).toMatchObject({subject: audit[0]?.subject, run: finished.run.id})
      const {rows: recorded} = await database.query<{sha256: string}>(raw('select sha256 from hippo.captured_files'))
      const captured = (await readBatches(await workspace.store())).flatMap(({files: of}) => of.map(({sha256}) => sha256))
      expect(recorded.map(({sha256}) => sha256).sort()).toEqual(captured.sort())
    })
  }, 60_000)
})

describe('an erasure after a load that died', () => {
  it('drops the rows that it was asking or loading, of a person whom no table ever had', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
      const file = 'contracts/person.odcs.yaml'
      const contract = readFileSync(path.join(ward.root, file), 'utf8')
      ward.write(file, contract.replace('customProperties:\n', 'customProperties:\n      - {property: hippoDataSubject, value: true}\n'))
      ward.write('inbox/1/persons-1.csv', `${header}\nA1,Ann,1960-01-01,60\n`)
      const open = await ward.open()
      await ward.conform({fresh: true})
      const database = await open.database()
      await openWarehouse(database)
      await database.query(raw(`create table silver_data.person__draft_0a1b2c3d as select 'K4711' as id`))

      const dry = await forget(open, {patient: 'K4711', dryRun: true})
      const forgotten = await forget(open, {patient: 'K4711'})

      const found = [{location: 'warehouse', dataset: 'silver.person', places: 1, rows: 0}]
      expect([dry.found, forgotten.found]).toEqual([found, found])
      expect(forgotten.state).toBe('erased')
      expect(await draftsLeft(database, 'person')).toEqual([])
    } finally {
      await ward.close()
    }
  }, 120_000)
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

      for (const call of calls.filter((one) => isLong || one % 11 === 5)) {
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
