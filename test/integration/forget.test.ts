// A person is planted in everything hippo keeps, and forgotten: nothing of them may be left anywhere, everything about everybody
// else must be as it was, and the lake must go on working.
import {readdirSync, readFileSync, rmSync} from 'node:fs'
import path from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {asideFolder} from '../../src/core/delta/set-aside.ts'
import {
  type ErasureResult,
  exportQuarantine,
  fixQuarantine,
  forget,
  ingest,
  noteQuarantine,
  promoteSilver,
  runPipeline,
  tableChanges,
  tableHistory,
  verify,
  type Workspace,
} from '../../src/core/index.ts'
import {phiLocations} from '../../src/core/pipeline/phi-locations/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {everythingIn} from '../support/everything.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const key = 'test key of the workspace, long enough'
const person = 'K4711'
/** Values of nobody else: of the person's accepted, rejected, damaged and overwritten rows. */
const canaries = ['K4711', 'Kanarienvogel', 'Zwölfbäuerin', '1931-07-13', 'Geheimnisgrund', '428.9137', 'Bruchstück', 'Altname']

const header = 'id,name,born,weight'
const inbox: Readonly<Record<string, string | Uint8Array>> = {
  'night-1/persons-1.csv': `${header}\r\nA1,Ann,1960-01-01,60\r\n K4711 ,Altname,1931-07-13,428.9137\r\nA2,"Ben, B.",1961-01-01,61\r\n`,
  'night-1/visits-1.csv': 'person_id;visited_on;reason\nA1;2020-01-01;cough\nK4711;2020-01-02;Geheimnisgrund\nA2;2020-01-03;"a\nb"\n',
  'night-2/persons-2.csv.gz': gzipSync(`${header}\nK4711,Kanarienvogel,1931-07-13,80\nA3,Cid,1962-01-01,62\n`),
  'night-2/visits-2.csv': Buffer.from('﻿person_id,visited_on,reason\nK4711,2020-13-45,Geheimnisgrund\nA3,2020-01-04,Zoë\n', 'utf16le'),
  'night-3/persons-3.csv': Buffer.from(
    `${header}\nK4711,Zwölfbäuerin,KAPUTT,1\nK4711,Bruchstück\nA4,Jörg,1963-01-01,63\nA5,Eve\n`,
    'latin1',
  ),
  // All about one person, named after them.
  'night-3/visits-K4711.csv': 'person_id,visited_on,reason\nK4711,2020-01-05,Geheimnisgrund\n',
}

function deliver(ward: TestWorkspace): void {
  for (const [name, content] of Object.entries(inbox)) ward.write(path.join('inbox', name), content)
}

/** The ward, whose persons are known to be persons. */
async function openWard(): Promise<TestWorkspace> {
  const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward', database: 'shared'})
  ward.env.HIPPO_KEY = key
  const contract = path.join(ward.root, 'contracts/person.odcs.yaml')
  const text = readFileSync(contract, 'utf8')
    .replace(
      'customProperties:\n',
      'customProperties:\n      - {property: hippoDataSubject, value: true}\n      - {property: hippoChangeDataFeed, value: true}\n',
    )
    .replace('required: true}', 'required: true, customProperties: [{property: hippoTransform, value: [{step: trim}]}]}')
  ward.write('contracts/person.odcs.yaml', text)
  return ward
}

/** A correction of the person's rejected visit, which waits all the same. */
async function correctVisit(workspace: Workspace, ward: TestWorkspace): Promise<void> {
  const file = path.join(ward.root, 'visits.csv')
  await exportQuarantine(workspace, {dataset: 'visit', file, unmasked: true})
  ward.write('visits.csv', readFileSync(file, 'utf8').replace('2020-13-45,Geheimnisgrund', '2020-13-46,Geheimnisgrund'))
  await fixQuarantine(workspace, {dataset: 'visit', file})
  ward.write('visits.csv', readFileSync(file, 'utf8').replace('2020-13-46,Geheimnisgrund', '2020-13-46,Kanarienvogel'))
  await fixQuarantine(workspace, {dataset: 'visit', file})
  rmSync(file)
}

const placesOf = async (ward: TestWorkspace, values: readonly string[]) =>
  (await everythingIn(ward)).filter(({text}) => values.some((value) => text.includes(value)))

const describePlace = ({place}: Awaited<ReturnType<typeof placesOf>>[number]): string =>
  place.kind === 'object' || place.kind === 'version' ? place.key : place.kind === 'file' ? place.path : `${place.schema}.${place.name}`

describe('forget', () => {
  let ward: TestWorkspace
  let dry: ErasureResult
  let result: ErasureResult
  const before: Record<string, readonly unknown[]> = {}
  /** What a repair took out of a log, in bytes that nobody can search. */
  const setAside = `${asideFolder('silver/visit')}0123456789abcdef/00000000000000000000.checkpoint.parquet`
  const others = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows
      .filter((row) => !canaries.some((value) => JSON.stringify(row).includes(value)))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

  beforeAll(async () => {
    ward = await openWard()
    deliver(ward)
    await ward.use(async (workspace) => {
      await runPipeline(workspace, {})
      // Enough versions for checkpoints, and several kept versions in the warehouse.
      for (let number = 4; number < 14; number++) {
        ward.write(
          `inbox/night-${number}/persons-${number}.csv`,
          `${header}\nK4711,Kanarienvogel,1931-07-13,${number}\nA1,Ann,1960-01-01,${number}\n`,
        )
      }
      await runPipeline(workspace, {})
      await correctVisit(workspace, ward)
      const note = {kind: 'comment', text: 'Kanarienvogel was asked'} as const
      await noteQuarantine(workspace, {dataset: 'visit', checks: ['visited_on.type'], note})
    })
    await ward.use(async (workspace) => (await workspace.store()).put(setAside, Buffer.from([0x00, 0xff])))
    for (const layer of ['silver', 'quarantine'] as const)
      for (const dataset of ['person', 'visit']) before[`${layer} ${dataset}`] = others(await ward.rows(layer, dataset))
  }, 240_000)

  afterAll(() => ward?.close())

  it('knows every place in which the person is', async () => {
    const places = await placesOf(ward, canaries)

    expect(places.filter(({place}) => !phiLocations.some((location) => location.covers(place))).map(describePlace)).toEqual([])
    for (const location of phiLocations.filter(({name}) => !['staging', 'past versions', 'holds'].includes(name)))
      expect(
        places.some(({place}) => location.covers(place)),
        location.name,
      ).toBe(true)
  })

  it('says where the person is without removing anything', async () => {
    const held = (await placesOf(ward, canaries)).length

    dry = await ward.use((workspace) => forget(workspace, {patient: person, dryRun: true}))

    expect(dry).toMatchObject({state: 'found', run: {state: 'noop'}})
    expect(dry.found).toContainEqual({location: 'silver', dataset: 'visit', places: 2, rows: 2})
    expect(dry.found).toContainEqual({location: 'bronze', places: 16, rows: 17})
    expect((await placesOf(ward, canaries)).length).toBeGreaterThanOrEqual(held)
  })

  it('leaves nothing of the person anywhere', async () => {
    result = await ward.use((workspace) => forget(workspace, {patient: person, reason: 'asked to'}))

    expect(result).toMatchObject({state: 'erased', run: {state: 'succeeded'}, found: dry.found})
    expect((await placesOf(ward, canaries)).map(describePlace)).toEqual([])
  }, 120_000)

  it('empties the folder of what a repair took out of a log, whatever is in it', async () => {
    const left = await ward.use(async (workspace) => {
      const store = await workspace.store()
      const keys: string[] = []
      for await (const {key: one} of store.list(asideFolder('silver/visit'))) keys.push(one)
      return keys
    })

    expect(dry.found.some(({location, dataset}) => location === 'delta logs' && dataset === 'visit')).toBe(true)
    expect(left).toEqual([])
  })

  it('leaves a feed of changes that readers get past, and that keeps nothing', async () => {
    const [newest] = await ward.use((workspace) => tableHistory(workspace, 'person'))
    const feed = await ward.use((workspace) => tableChanges(workspace, {table: 'person', from: newest?.version ?? 0, rows: 5}))

    expect(feed).toMatchObject({counts: {insert: 0, delete: 0}, versions: [], items: []})
  })

  it('keeps every other row, and every other byte that was received', async () => {
    for (const layer of ['silver', 'quarantine'] as const)
      for (const dataset of ['person', 'visit'])
        expect(others(await ward.rows(layer, dataset)), `${layer} ${dataset}`).toEqual(before[`${layer} ${dataset}`])
    const received = (await ward.use((workspace) => workspace.store())).localPath('bronze/objects') ?? ''
    const texts = readdirSync(received, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
    const held = texts.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1'))
    expect(held).toContain(`${header}\r\nA1,Ann,1960-01-01,60\r\nA2,"Ben, B.",1961-01-01,61\r\n`)
    expect(held).toContain('person_id;visited_on;reason\nA1;2020-01-01;cough\nA2;2020-01-03;"a\nb"\n')
    expect(held).toContain(`${header}\nA3,Cid,1962-01-01,62\n`)
    expect(held).toContain(`${header}\nA4,Jörg,1963-01-01,63\nA5,Eve\n`)
    expect(held).toContain(Buffer.from('﻿person_id,visited_on,reason\nA3,2020-01-04,Zoë\n', 'utf16le').toString('latin1'))
  })

  it('leaves a lake that is sound, and readers with their views', async () => {
    const looked = await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))

    expect(looked.problems).toEqual([])
    await ward.use(async (workspace) => {
      const database = await workspace.database()
      const {rows} = await database.query(raw('select id from gold.person_visits order by id'))
      expect(rows.map(({id}) => id)).toEqual(['A1', 'A2', 'A3', 'A4'])
    })
  })

  it('says in the audit trail what was done and why, not of whom', async () => {
    await ward.use(async (workspace) => {
      const database = await workspace.database()
      const {rows} = await database.query(raw("select actor, action, reason from hippo.audit where action like 'forget%' order by id"))
      expect(rows).toEqual([
        {actor: 'tester', action: 'forget: begun', reason: 'asked to'},
        {actor: 'tester', action: 'forget: proved', reason: 'asked to'},
      ])
    })
  })

  it('finds nothing the second time', async () => {
    const again = await ward.use((workspace) => forget(workspace, {patient: person}))

    expect(again).toMatchObject({state: 'notFound', found: [], run: {state: 'noop'}})
  })

  it('gives the same tables again when silver is made anew from bronze', async () => {
    const promoted = await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person', 'visit'], full: true}))

    expect(promotionOf(promoted, 'person').error).toBeUndefined()
    expect(promotionOf(promoted, 'person').rebuild?.silver).toMatchObject({before: 4, after: 4, added: 0, removed: 0})
    expect(promotionOf(promoted, 'visit').rebuild?.silver).toMatchObject({before: 3, after: 3})
    expect((await placesOf(ward, canaries)).map(describePlace)).toEqual([])
  })

  it('does not take the person in again when the same bytes still lie there, and says so every time', async () => {
    for (let time = 0; time < 2; time++) {
      const captured = await ward.use((workspace) => ingest(workspace, {sources: []}))

      const refused = captured.files.filter(({state}) => state === 'rejected')
      expect(refused).toHaveLength(16)
      expect(new Set(refused.map(({reason}) => reason))).toEqual(new Set(['file.erased']))
      expect(captured.run.state).toBe('gated')
    }
    rmSync(path.join(ward.root, 'inbox'), {recursive: true})
    const store = await ward.use((workspace) => workspace.store())
    expect((await placesOf(ward, canaries)).filter(({place}) => place.kind === 'object').map(describePlace)).toEqual([])
    expect(store.kind).toBe('local')
  })
})
