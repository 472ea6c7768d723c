// The read-only door over a small ward that really was ingested, promoted, gated, published.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteGold, promoteSilver, publish, validate, type Workspace} from '../../src/core/index.ts'
import {openReader, type ReadableWorkspace, type Reader} from '../../src/core/query/index.ts'
import {type StopAt, stoppingWorkspace} from '../support/stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const from = 'test/fixtures/workspaces/ward'
const secrets = ['Ann', 'Carl', 'Dora', '078-05-1120', '1980-01-01', '1980-13-01', 'cough', 'broken line']
const persons =
  'id,name,born,weight,ssn\np1,Ann,1980-01-01,70,078-05-1120\np2,,1980-01-01,70,078-05-1120\np3,Carl,1980-01-01,900,078-05-1120\np4,Dora,1980-13-01,70,078-05-1120\nbroken line\n'
const visits = 'person_id,visited_on,reason\np1,2020-01-01,cough\np1,2020-13-01,x\n'

function edit(ward: TestWorkspace, file: string, change: (text: string) => string): void {
  ward.write(file, change(readFileSync(path.join(ward.root, file), 'utf8')))
}

/** The workspace as the reader needs it, with parts exchanged. */
const readable = (workspace: Workspace, parts: Partial<ReadableWorkspace> = {}): ReadableWorkspace => ({
  root: workspace.root,
  config: workspace.config,
  clock: workspace.clock,
  database: () => workspace.database(),
  store: () => workspace.store(),
  engine: () => workspace.engine(),
  contracts: () => workspace.contracts(),
  ...parts,
})

describe('the reader over a ward', () => {
  let ward: TestWorkspace
  let workspace: Workspace
  let reader: Reader

  beforeAll(async () => {
    ward = await testWorkspace({from})
    edit(ward, 'contracts/person.odcs.yaml', (text) => `${text}slaProperties: [{property: latency, value: 24, unit: hours}]\n`)
    // A warning that quarantines nothing, beside a rule that does.
    edit(ward, 'contracts/visit.odcs.yaml', (text) =>
      text.replace(/customProperties: \[\{property: hippoPhiCategory, value: other-unique-code\}\]/, (all) =>
        [all.replace(']', ', {property: hippoOnFailure, value: warn}]'), 'logicalTypeOptions: {maxLength: 3}'].join('\n        '),
      ),
    )
    workspace = await ward.open()
    ward.write('inbox/persons-1.csv', persons)
    ward.write('inbox/visits-1.csv', visits)
    ward.write('inbox/settings-1.csv', 'key,value\na,1\n')
    await ingest(workspace, {sources: []})
    await promoteSilver(workspace, {datasets: []})
    await promoteGold(workspace, {models: []})
    await publish(workspace, {models: []})
    ward.write('inbox/settings-2.csv', 'key,value\na,x\nb,y\n')
    ward.write('inbox/visits-2.csv', new Uint8Array([0, 1, 2, 255, 0, 7, 8, 0, 0, 1]))
    ward.write('inbox/persons-2.csv', 'id,name,born,weight\np5,Emil,1980-01-02,70\n')
    await ingest(workspace, {sources: []})
    await promoteSilver(workspace, {datasets: []})
    reader = await openReader(readable(workspace))
  }, 120_000)

  afterAll(async () => {
    await reader.close()
    await ward.close()
  })

  it('gives one line a dataset with its layers, state, score, quarantine and last run', async () => {
    const {datasets} = await reader.overview()

    expect(datasets.map(({dataset, state, layers}) => [dataset, state, layers])).toEqual([
      ['person', 'warned', {bronze: 2, silver: 1}],
      ['setting', 'gated', {bronze: 2, silver: 0}],
      ['visit', 'warned', {bronze: 2, silver: 0}],
      ['person_visits', 'ok', {gold: 1}],
    ])
    const [person, setting, , model] = datasets
    expect(person).toMatchObject({openQuarantine: 4, freshness: {promisedHours: 24, isLate: false}, lastRun: {state: 'committed'}})
    expect(person?.scores).toHaveLength(2)
    expect(person?.score).toBe(person?.scores.at(-1))
    expect(setting?.lastRun).toMatchObject({state: 'gated'})
    expect(model).toMatchObject({liveVersion: 1, openQuarantine: 0, lastRun: {state: 'committed'}})
  })

  it('names what needs a person, most pressing first, with the command that does it', async () => {
    const {attention} = await reader.overview()

    expect(attention.map(({kind, dataset, command}) => [kind, dataset, command.replace(/[0-9a-f]{8}-[0-9a-f]{4}$/, 'RUN')])).toEqual([
      ['gated', 'setting', 'hippo promote silver setting'],
      ['rejected', 'visit', 'hippo runs show RUN'],
      ['quarantine', 'person', 'hippo quarantine list person'],
      ['quarantine', 'visit', 'hippo quarantine list visit'],
    ])
    expect(attention[0]?.what).toBe('was not committed: 100.0 % of its rows would be quarantined (limit 50 %)')
    expect(attention[1]?.what).toBe('1 file of ward refused at ingest: file.binary')
    expect(attention[2]?.what).toBe('4 rows in quarantine')
  })

  it('calls data late once its promise is over, and says since when', async () => {
    const now = new Date(Date.now() + 30 * 3_600_000)
    const later = await openReader(readable(workspace, {clock: {now: () => now}}))

    const {datasets, attention} = await later.overview()

    expect(datasets.find(({dataset}) => dataset === 'person')).toMatchObject({state: 'warned', freshness: {isLate: true}})
    const late = attention.find(({kind}) => kind === 'late')
    const updatedAt = datasets.find(({dataset}) => dataset === 'person')?.freshness.updatedAt ?? ''
    expect(late).toMatchObject({dataset: 'person', command: 'hippo ingest', what: 'no fresh data within the promised 24 h'})
    expect(Date.parse(late?.since ?? '') - Date.parse(updatedAt)).toBe(24 * 3_600_000)
  })

  it('lists runs newest first in pages and gives one with steps, checks and outputs', async () => {
    const all = await reader.runs({limit: 50})
    const page = await reader.runs({limit: 2})
    const next = await reader.runs({limit: 2, before: page[1]?.id ?? ''})
    const gated = await reader.runs({limit: 5, state: 'gated'})
    const detail = await reader.run(gated[0]?.id.slice(0, 18) ?? '')

    expect(all.map(({verb}) => verb)).toEqual(['promote silver', 'ingest', 'publish', 'promote gold', 'promote silver', 'ingest'])
    expect([...page, ...next].map(({id}) => id)).toEqual(all.slice(0, 4).map(({id}) => id))
    expect(all.every((run) => !('result' in run))).toBe(true)
    expect(detail.run).toMatchObject({verb: 'promote silver', state: 'gated', durationMs: expect.any(Number)})
    expect(detail.steps.map(({subject, state}) => [subject, state])).toEqual([
      ['person', 'ok'],
      ['setting', 'gated'],
      ['visit', 'noop'],
    ])
    expect(new Set(detail.checks.map(({dataset}) => dataset))).toContain('person')
    expect(detail.outputs.map(({uri}) => path.basename(uri))).toEqual(['person'])
    await expect(reader.run('ffffffff')).rejects.toMatchObject({code: 'CONFIG_RUN_UNKNOWN'})
  })

  it('ranks checks by harm, filters them, and gives one over time', async () => {
    const checks = await reader.checks()
    const ofVisit = await reader.checks({dataset: 'visit', outcome: 'failed'})
    const history = await reader.checkHistory('person', 'weight.range')
    const gold = await reader.checkHistory('person', 'weight.range', {layer: 'gold'})

    const outcomes = ['errored', 'failed', 'warned', 'notChecked', 'waived', 'off', 'notApplicable', 'passed']
    const ranks = checks.map(({outcome}) => outcomes.indexOf(outcome))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(ofVisit.map(({id}) => id)).toEqual(['visited_on.type'])
    expect(history.map(({outcome, violated, version}) => [outcome, violated, version])).toEqual([
      ['passed', 0, 1],
      ['failed', 1, 0],
    ])
    expect(gold).toEqual([])
  })

  it('counts the reasons for which rows are in quarantine, not those that only warn', async () => {
    const all = await reader.quarantineReasons()
    const ofVisit = await reader.quarantineReasons({dataset: 'visit'})

    expect(all.map(({dataset, reason, rows}) => [dataset, reason, rows])).toEqual([
      ['person', 'born.type', 1],
      ['person', 'csv.fieldCount', 1],
      ['person', 'name.required', 1],
      ['person', 'weight.range', 1],
      ['visit', 'visited_on.type', 1],
    ])
    expect(ofVisit).toEqual(all.slice(4))
    expect(all.find(({reason}) => reason === 'csv.fieldCount')?.description).toMatch(/fields/)
    expect((await reader.checks({dataset: 'visit'})).find(({id}) => id === 'reason.length')).toMatchObject({violated: 1})
  })

  it('gives rejected rows with file, line and reasons, and masks what feeds a protected column or none', async () => {
    const {rows, total} = await reader.quarantinedRows({dataset: 'person', limit: 10})

    expect(total).toBe(4)
    expect(rows.map(({file, line, reasons, values}) => [file, line, reasons, values])).toEqual([
      ['persons-1.csv', 3, ['name.required'], {id: 'p2', name: null, born: '••••', weight: '70', ssn: '••••'}],
      ['persons-1.csv', 4, ['weight.range'], {id: 'p3', name: '••••', born: '••••', weight: '900', ssn: '••••'}],
      ['persons-1.csv', 5, ['born.type'], {id: 'p4', name: '••••', born: '••••', weight: '70', ssn: '••••'}],
      ['persons-1.csv', 6, ['csv.fieldCount'], {record: '••••'}],
    ])
  })

  it('gives only the rows with a reason or of a run, and says how many there are beyond the limit', async () => {
    const of = async (filter: {readonly reason?: string; readonly run?: string; readonly limit?: number}) => {
      const {rows, total} = await reader.quarantinedRows({dataset: 'person', limit: 10, ...filter})
      return [rows.map(({row}) => row), total]
    }
    const [newest] = await reader.runs({limit: 1})

    expect(await of({reason: 'weight.range'})).toEqual([[3], 1])
    expect(await of({reason: 'weight.type'})).toEqual([[], 0])
    expect(await of({reason: 'csv.tornLine'})).toEqual([[], 0])
    expect(await of({limit: 1})).toEqual([[2], 4])
    expect(await of({run: newest?.id ?? ''})).toEqual([[], 0])
  })

  it.each(['weight', 'weight.rang.'])('refuses %s, which is no reason, and lists those there are', async (reason) => {
    const refused = await reader.quarantinedRows({dataset: 'person', limit: 10, reason}).catch((error: unknown) => error)

    expect(refused).toMatchObject({
      code: 'CONFIG_USAGE',
      hint: expect.stringMatching(/^reasons there are: .*csv\.fieldCount.*weight\.range|weight\.range.*csv\.fieldCount/),
    })
  })

  it('keeps masking a column that an earlier contract protected', async () => {
    const today = (await workspace.contracts()).map((contract) => ({
      ...contract,
      digest: 'f'.repeat(64),
      columns: contract.columns.map(({phiCategory: _, classification: __, ...column}) => column),
    }))
    const careless = await openReader(readable(workspace, {contracts: async () => today}))

    const {rows} = await careless.quarantinedRows({dataset: 'person', limit: 10})

    expect(rows[1]?.values).toMatchObject({name: '••••', born: '••••'})
  })

  it('shows a hash for the file where the source says that paths identify people', async () => {
    const sources = Object.fromEntries(
      Object.entries(workspace.config.sources).map(([name, source]) => [name, {...source, pathsArePhi: true}]),
    )
    const discreet = await openReader(readable(workspace, {config: {...workspace.config, sources}}))

    const {rows} = await discreet.quarantinedRows({dataset: 'person', limit: 1})

    expect(rows[0]?.file).toMatch(/^[0-9a-f]{64}$/)
  })

  it('refuses a dataset that nobody knows', async () => {
    await expect(reader.quarantinedRows({dataset: 'persn', limit: 1})).rejects.toMatchObject({code: 'CONFIG_DATASET_UNKNOWN'})
    await expect(reader.lineage('persn')).rejects.toMatchObject({code: 'CONFIG_DATASET_UNKNOWN'})
  })

  it('gives lineage of tables as trees both ways', async () => {
    const up = await reader.lineage('person_visits')
    const down = await reader.lineage('person')

    const names = (nodes: typeof up.upstream): unknown[] => nodes.map(({ref, children}) => [`${ref.layer}.${ref.name}`, ...names(children)])
    expect(up.of).toEqual({layer: 'gold', name: 'person_visits', version: 1})
    expect(names(up.upstream)).toEqual([
      ['silver.person', ['bronze.person']],
      ['silver.visit', ['bronze.visit'], ['silver.person']],
    ])
    expect(names(down.downstream)).toEqual([['gold.person_visits'], ['silver.visit', ['gold.person_visits']]])
  })

  it('lets no protected value out, whatever is asked', async () => {
    const [run] = await reader.runs({limit: 1})
    const answers = [
      await reader.overview(),
      await reader.runs({limit: 50}),
      await reader.run(run?.id ?? ''),
      await reader.checks(),
      await reader.checkHistory('person', 'born.type'),
      await reader.quarantineReasons(),
      await reader.quarantinedRows({dataset: 'person', limit: 100}),
      await reader.quarantinedRows({dataset: 'visit', limit: 100}),
      await reader.snapshots('person', 10),
    ]

    expect(secrets.filter((secret) => JSON.stringify(answers).includes(secret))).toEqual([])
  })

  it('names the files whose rows are in no table, with the command that judges them', async () => {
    const ofSetting = await reader.waitingFiles('setting')
    const ofPerson = await reader.waitingFiles('person')

    expect(ofSetting).toEqual([
      {
        batch: 2,
        file: 'inbox/settings-2.csv',
        command: 'hippo validate --file inbox/settings-2.csv --contract contracts/setting.odcs.yaml',
      },
    ])
    expect(ofPerson).toEqual([])
  })

  it('starts no engine and reads no contract for the overview, the runs and the checks', async () => {
    const untouched = () => Promise.reject(new Error('opened'))
    const light = await openReader(readable(workspace, {engine: untouched, contracts: untouched, store: untouched}))

    const {datasets} = await light.overview()
    await light.runs({limit: 5})
    await light.checks()
    await light.running()

    expect(datasets).toHaveLength(4)
  })

  it('keeps what a promotion found beside what a later validation finds, and tells them apart', async () => {
    const before = await reader.checks({dataset: 'visit'})

    await validate(workspace, {datasets: ['visit']})

    const after = await reader.checks({dataset: 'visit'})
    const [newest, older] = await reader.checkHistory('visit', 'visited_on.type')
    expect(after.filter(({isValidation}) => !isValidation)).toEqual(before)
    expect(after.filter(({isValidation}) => isValidation).map(({id}) => id)).toContain('visited_on.type')
    expect([newest, older]).toMatchObject([
      {isValidation: true, outcome: 'passed', violated: 0},
      {outcome: 'failed', violated: 1},
    ])
    expect(older?.isValidation).toBeUndefined()
  })
})

describe('the reader before anything ran', () => {
  it('says what the contracts promise, then what waits in bronze', async () => {
    const ward = await testWorkspace({from})
    try {
      const workspace = await ward.open()
      const reader = await openReader(workspace)
      const before = await reader.overview()
      ward.write('inbox/persons-1.csv', persons)
      await ingest(workspace, {sources: []})
      const after = await reader.overview()

      expect(before.datasets.map(({dataset, state}) => [dataset, state])).toEqual([
        ['person', 'waiting'],
        ['person_visits', 'waiting'],
        ['setting', 'waiting'],
        ['visit', 'waiting'],
      ])
      expect(after.datasets).toMatchObject([{dataset: 'person', state: 'waiting', layers: {bronze: 1}}])
      expect([before.attention, after.attention]).toEqual([[], []])
    } finally {
      await ward.close()
    }
  })

  it('leaves out rejected rows of a batch that silver has not committed', async () => {
    const ward = await testWorkspace({from})
    try {
      ward.write('inbox/persons-1.csv', persons)
      const workspace = await ward.open()
      await ingest(workspace, {sources: []})
      const at: StopAt = {key: /^silver\/person\/_delta_log\/.*\.json$/, when: 'before'}
      await expect(promoteSilver(stoppingWorkspace(workspace, at), {datasets: ['person']})).rejects.toThrow()
      const reader = await openReader(workspace)

      const half = await reader.quarantinedRows({dataset: 'person', limit: 10})
      await promoteSilver(workspace, {datasets: ['person']})
      const whole = await reader.quarantinedRows({dataset: 'person', limit: 10})

      expect(await ward.rows('quarantine', 'person')).toHaveLength(4)
      expect([half.total, half.rows]).toEqual([0, []])
      expect(whole.total).toBe(4)
    } finally {
      await ward.close()
    }
  })
})
