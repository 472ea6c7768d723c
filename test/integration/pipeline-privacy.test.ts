// A canary: unique values in columns of patients go through everything, failures included, and are then looked for in every
// place that is not a table of rows.
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteSilver, type RunEvent, runPipeline, validate} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {promotionOf, type TestWorkspace, testWorkspace, type VerbEnd} from '../support/workspace.ts'

const canaries = ['Kanarienvogel', 'Zwölfbäuerin', '1931-07-13', '19310713', 'Geheimnisgrund', '-428913', '428913', 'KAPUTT']
const header = 'id,name,born,weight'

describe('patient data', () => {
  let ward: TestWorkspace
  const events: RunEvent[] = []
  const said: VerbEnd[] = []

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward', database: 'embedded'})
    const persons = [
      'p1,Kanarienvogel,1931-07-13,70',
      'p2,Zwölfbäuerin,KAPUTT-1931-07-13,70',
      'p3,Kanarienvogel,1931-07-13,900',
      'p4,Kanarienvogel,1931-07-13,1',
      'p4,Zwölfbäuerin,1931-07-13,2',
      'p5,"Kanarienvogel, torn',
    ]
    ward.write('inbox/persons-1.csv', `${header}\n${persons.join('\n')}`)
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,Geheimnisgrund\nnobody,2020-01-01,Geheimnisgrund\n')
    // A model that PostgreSQL refuses by quoting a value: the pipeline fails at gold.
    ward.write('models/broken.sql', 'select id, name::integer as n from silver.person')
    const contract = readFileSync(path.join(ward.root, 'contracts/gold.person_visits.odcs.yaml'), 'utf8')
    ward.write(
      'contracts/gold.broken.odcs.yaml',
      contract
        .replaceAll('person_visits', 'broken')
        .replace(/ {6}- name: name[\s\S]*$/, '      - {name: n, logicalType: integer}\n')
        .replace('id: ward-gold-person-visits', 'id: ward-gold-broken'),
    )
    await ward.use(async (workspace) => {
      const onEvent = (event: RunEvent) => void events.push(event)
      await runPipeline(workspace, {onEvent})
      ward.write('inbox/persons-2.csv', 'id,born\nKanarienvogel,1931-07-13\n')
      ward.write('inbox/settings-1.csv', 'key,value\nKanarienvogel,KAPUTT\n')
      await runPipeline(workspace, {onEvent})
      await validate(workspace, {datasets: [], onEvent})
      await promoteSilver(workspace, {datasets: ['person'], skipBatch: 2, reason: 'columns are missing'})
      // Enough commits for a checkpoint.
      for (let number = 3; number < 15; number++) {
        ward.write(`inbox/persons-${number}.csv`, `${header}\np1,Kanarienvogel,1931-07-13,${number}\np2,,1931-07-13,1\n`)
        await ingest(workspace, {sources: [], onEvent})
      }
      await promoteSilver(workspace, {datasets: ['person'], onEvent})
    })
    said.push(await ward.run({verb: 'run'}), await ward.run({verb: 'promoteGold'}))
  }, 240_000)

  afterAll(() => ward?.close())

  const findings = (text: string) => canaries.filter((canary) => text.includes(canary))

  function filesBelow(folder: string): readonly string[] {
    if (!existsSync(folder)) return []
    const names = readdirSync(folder, {recursive: true}).map(String)
    return names.filter((name) => statSync(path.join(folder, name)).isFile())
  }

  it('is in silver and quarantine, so that the search below can find something', async () => {
    const silver = JSON.stringify(await ward.rows('silver', 'person'))
    const quarantine = JSON.stringify(await ward.rows('quarantine', 'person'))

    expect(findings(silver)).toEqual(['Kanarienvogel', '1931-07-13'])
    expect(findings(quarantine)).toEqual(['Kanarienvogel', 'Zwölfbäuerin', '1931-07-13', 'KAPUTT'])
    const log = filesBelow(path.join(ward.root, '.hippo', 'lake', 'silver', 'person', '_delta_log'))
    expect(log.some((name) => name.endsWith('.checkpoint.parquet'))).toBe(true)
  })

  it('is in no Delta log, no key of the lake and no capture record', () => {
    const lake = path.join(ward.root, '.hippo', 'lake')
    const files = filesBelow(lake)

    expect(findings(files.join('\n'))).toEqual([])
    for (const name of files.filter(
      (one) => one.includes('_delta_log') || one.startsWith('bronze/batches') || one.startsWith('contracts'),
    )) {
      expect(findings(readFileSync(path.join(lake, name)).toString()), name).toEqual([])
    }
  })

  it('is in no table of the catalog', async () => {
    await ward.use(async (workspace) => {
      const database = await workspace.database()
      const tables = await database.query<{name: string}>(
        raw("select tablename as name from pg_tables where schemaname = 'hippo' order by 1"),
      )
      expect(tables.rows.length).toBeGreaterThan(8)
      for (const {name} of tables.rows) {
        const {rows} = await database.query<{text: string}>(raw(`select t::text as text from hippo.${name} t`))
        expect(findings(rows.map(({text}) => text).join('\n')), name).toEqual([])
      }
    })
  })

  it('is in no log, neither hippo’s nor the server’s', () => {
    const hippo = path.join(ward.root, '.hippo')
    const logs = filesBelow(hippo).filter((name) => /(^|\/)logs?(\/|$)|\.log$/.test(name) && !name.includes('_delta_log'))

    expect(logs.length).toBeGreaterThan(0)
    for (const name of logs) expect(findings(readFileSync(path.join(hippo, name)).toString()), name).toEqual([])
  })

  it('is in no event, no result and no error that leaves the core', async () => {
    expect(events.length).toBeGreaterThan(50)
    expect(findings(JSON.stringify(events))).toEqual([])
    expect(JSON.stringify(said)).toContain('WAREHOUSE_MODEL_FAILED')
    for (const {result, error, stderr} of said) expect(findings(JSON.stringify({result, error}) + stderr)).toEqual([])
    const {promoted} = await ward.conform()
    expect(findings(JSON.stringify(promoted))).toEqual([])
    expect(promotionOf(promoted, 'setting')).toMatchObject({state: 'gated'})
  })
})
