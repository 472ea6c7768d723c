// Runs that die at one exact place: between quarantine's commit and silver's, and between a commit and its record in the
// catalog. The next run finishes with what an undisturbed one would have given.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver, verify} from '../../src/core/index.ts'
import {rebuildCatalog} from '../../src/core/pipeline/project-commits.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {type StopAt, stoppingWorkspace} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const persons = 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,70\np3,Carl,1980-01-01,900\np4,Dora,1980-13-01,450\n'
const later = 'id,name,born,weight\np5,Emil,1980-01-01,450\np6,Fay,1980-01-01,650\n'
const silverCommit = /^silver\/person\/_delta_log\/.*\.json$/

describe('a run that dies half-way through a batch', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterEach(() => ward.close())

  async function promoteUntil(at: StopAt): Promise<void> {
    await ward.use(async (workspace) => {
      await expect(promoteSilver(stoppingWorkspace(workspace, at), {datasets: ['person']})).rejects.toMatchObject({code: 'RUN_INTERNAL'})
    })
  }

  const query = (text: string) => ward.use(async (workspace) => (await (await workspace.database()).query(raw(text))).rows)
  const promotePersons = () => ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))
  const ingestAll = () => ward.use((workspace) => ingest(workspace, {sources: []}))

  async function editContract(version: string, maximum: number): Promise<void> {
    const file = 'contracts/person.odcs.yaml'
    const text = readFileSync(path.join(ward.root, file), 'utf8')
    ward.write(file, text.replace('version: 1.0.0', `version: ${version}`).replace('maximum: 500', `maximum: ${maximum}`))
  }

  it('finishes the batch under the contract it was judged by, and the next one under the edited contract', async () => {
    ward.write('inbox/persons-1.csv', persons)
    await ingestAll()
    await promoteUntil({key: silverCommit, when: 'before'})
    expect(await ward.rows('quarantine', 'person')).toHaveLength(3)
    expect(await ward.table('silver', 'person')).toBeUndefined()
    await editContract('2.0.0', 400)
    ward.write('inbox/persons-2.csv', later)
    await ingestAll()

    const promoted = promotionOf(await promotePersons(), 'person')

    expect(promoted).toMatchObject({state: 'committed', version: 1, rows: {read: 6, accepted: 1, quarantined: 5}})
    expect((await ward.rows('silver', 'person')).map((row) => row.id)).toEqual(['p1'])
    const quarantined = (await ward.rows('quarantine', 'person')).map((row) => [row.id, row._reasons, row._contract_version])
    expect(quarantined).toEqual([
      ['p2', ['name.required'], '1.0.0'],
      ['p3', ['weight.range'], '1.0.0'],
      ['p4', ['born.type'], '1.0.0'],
      ['p5', ['weight.range'], '2.0.0'],
      ['p6', ['weight.range'], '2.0.0'],
    ])
    const versions = await query('select version, batch, contract_version as contract, counts from hippo.snapshots order by version')
    expect(versions).toMatchObject([
      {version: 0, batch: 1, contract: '1.0.0', counts: {accepted: 1, quarantined: 3}},
      {version: 1, batch: 2, contract: '2.0.0', counts: {accepted: 0, quarantined: 2}},
    ])
  })

  it('judges by the contract as it is when the promotion begins, and commits nothing when it is edited meanwhile', async () => {
    ward.write('inbox/persons-1.csv', persons)
    await ingestAll()
    await ward.use(async (workspace) => {
      await workspace.contracts()
      await editContract('1.1.0', 1000)

      const promoted = promotionOf(await promoteSilver(workspace, {datasets: ['person']}), 'person')

      expect(promoted).toMatchObject({state: 'failed', error: {code: 'CONTRACT_CHANGED', exitCode: 3}})
      expect(await ward.table('silver', 'person')).toBeUndefined()
      expect(await ward.table('quarantine', 'person')).toBeUndefined()
    })

    expect(promotionOf(await promotePersons(), 'person')).toMatchObject({state: 'committed', rows: {accepted: 2, quarantined: 2}})
  })

  /** Persons are named by a list of their own, kept beside the contracts. */
  function nameFrom(...names: readonly string[]): void {
    const file = 'contracts/person.odcs.yaml'
    const text = readFileSync(path.join(ward.root, file), 'utf8')
    const quality = '\n        quality:\n          - {type: custom, engine: hippo, implementation: {rule: valueSet, file: sets/names.csv}}'
    if (!text.includes('valueSet')) ward.write(file, text.replace(/(- name: name\n\s+logicalType: string)/, `$1${quality}`))
    ward.write('sets/names.csv', `code\n${names.join('\n')}\n`)
  }

  it('finishes the batch under the value set it was judged by, and the next one under the edited one', async () => {
    nameFrom('Ann', 'Dora')
    ward.write('inbox/persons-1.csv', persons)
    await ingestAll()
    await promoteUntil({key: silverCommit, when: 'before'})
    nameFrom('Carl', 'Emil')
    ward.write('inbox/persons-2.csv', later.replace(',650', ',450'))
    await ingestAll()

    const promoted = promotionOf(await promotePersons(), 'person')

    expect(promoted).toMatchObject({state: 'committed', rows: {read: 6, accepted: 2, quarantined: 4}})
    expect((await ward.rows('silver', 'person')).map((row) => row.id)).toEqual(['p1', 'p5'])
    expect((await ward.rows('quarantine', 'person')).map((row) => [row.id, row._reasons])).toEqual([
      ['p2', ['name.required']],
      ['p3', ['name.valueSet', 'weight.range']],
      ['p4', ['born.type']],
      ['p6', ['name.valueSet']],
    ])
    expect(promoted.checks.find(({rule}) => rule === 'valueSet')?.description).toMatch(/\(names\.csv [0-9a-f]{12}\)$/)
    const {problems} = await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))
    expect(problems.filter(({key}) => !key.startsWith('silver/'))).toEqual([])
  })

  it('commits nothing when a value set is edited while rows are judged by it', async () => {
    nameFrom('Ann')
    ward.write('inbox/persons-1.csv', persons)
    await ingestAll()
    await ward.use(async (workspace) => {
      await workspace.contracts()
      nameFrom('Ann', 'Carl')

      const promoted = promotionOf(await promoteSilver(workspace, {datasets: ['person']}), 'person')

      expect(promoted).toMatchObject({state: 'failed', error: {code: 'CONTRACT_CHANGED'}})
      expect(await ward.table('quarantine', 'person')).toBeUndefined()
    })
  })

  it('finishes a batch against the references of then: a dataset without a table stays without rows', async () => {
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\n')
    await ingestAll()
    await ward.use(async (workspace) => {
      const stopping = stoppingWorkspace(workspace, {key: /^silver\/visit\/_delta_log\//, when: 'before'})
      await expect(promoteSilver(stopping, {datasets: ['visit']})).rejects.toMatchObject({code: 'RUN_INTERNAL'})
    })
    ward.write('inbox/persons-1.csv', persons)
    ward.write('inbox/visits-2.csv', 'person_id,visited_on,reason\np1,2020-01-02,better\n')
    await ingestAll()

    const promoted = await ward.use((workspace) => promoteSilver(workspace, {datasets: []}))

    expect(promotionOf(promoted, 'visit')).toMatchObject({state: 'committed', rows: {read: 2, accepted: 1, quarantined: 1}})
    expect((await ward.rows('quarantine', 'visit')).map((row) => [row.reason, row._reasons])).toEqual([['cough', ['person_id.reference']]])
  })

  it('finishes a batch whose rejected rows are in quarantine already instead of leaving it out', async () => {
    ward.write('inbox/persons-1.csv', persons)
    await ingestAll()
    await promoteUntil({key: silverCommit, when: 'before'})

    const finished = await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], skipBatch: 1, reason: 'no'}))

    expect(promotionOf(finished, 'person')).toMatchObject({state: 'committed', rows: {accepted: 1, quarantined: 3}})
  })

  it('heals the catalog when the run died between silver’s commit and its record', async () => {
    ward.write('inbox/persons-1.csv', persons)
    await ingestAll()
    const killed = await ward.run({verb: 'promoteSilver'}, {KILL_AFTER_PUT_OF: silverCommit.source})
    expect(killed.signal).toBe('SIGKILL')
    expect(await query('select * from hippo.snapshots')).toEqual([])

    const promoted = promotionOf(await promotePersons(), 'person')

    expect(promoted.state).toBe('noop')
    expect(await query('select version, batch, rows, counts, reasons from hippo.snapshots')).toMatchObject([
      {version: 0, batch: 1, rows: 1, counts: {read: 4, accepted: 1, quarantined: 3}, reasons: {'name.required': 1}},
    ])
    expect(await query("select count(*)::int as n from hippo.check_results where outcome = 'failed'")).toEqual([{n: 3}])
    expect(await query('select from_layer, from_name, from_version from hippo.lineage_edges')).toEqual([
      {from_layer: 'bronze', from_name: 'person', from_version: 1},
    ])
  })

  it('records a batch whose ingest died between its capture and its record, once, with who captured it', async () => {
    ward.write('inbox/persons-1.csv', persons)
    const killed = await ward.run({verb: 'ingest'}, {KILL_AFTER_PUT_OF: '^bronze/batches/'})
    expect(killed.signal).toBe('SIGKILL')
    expect(await query('select * from hippo.captured_files')).toEqual([])

    const again = await ingestAll()

    expect(again.run.state).toBe('noop')
    expect(await query('select batch, dataset, path from hippo.captured_files')).toEqual([
      {batch: 1, dataset: 'person', path: 'persons-1.csv'},
    ])
    expect(await query("select actor, subject from hippo.audit where action = 'ingest'")).toEqual([{actor: 'tester', subject: 'batch 1'}])
    expect(promotionOf(await promotePersons(), 'person').rows).toMatchObject({read: 4})
  })

  it('makes the catalog of bronze and silver again from the lake alone', async () => {
    ward.write('inbox/persons-1.csv', persons)
    await ward.conform({fresh: true})
    ward.write('inbox/persons-2.csv', later)
    ward.write('inbox/settings-1.csv', 'key,value\na,none\n')
    const {ingested} = await ward.conform({fresh: true})
    const skip = {datasets: ['setting'], skipBatch: ingested.batch ?? 0, reason: 'no values'}
    await ward.use((workspace) => promoteSilver(workspace, skip))
    const tables = ['snapshots', 'lineage_edges', 'captured_files', 'check_results', 'audit', 'contracts'] as const
    const read = async () => {
      // What gated a delivery, and so committed nothing, the catalog alone knows.
      const committed = (table: string) => (table === 'check_results' ? 'where not is_gated' : '')
      const contents = tables.map(async (table) => [
        table,
        await query(`select to_jsonb(t) - 'first_seen' as row from hippo.${table} t ${committed(table)} order by 1`),
      ])
      return Object.fromEntries(await Promise.all(contents))
    }
    const before = await read()
    await query('truncate hippo.snapshots, hippo.lineage_edges, hippo.captured_files, hippo.check_results, hippo.contracts, hippo.datasets')

    const rebuilt = await ward.use(rebuildCatalog)
    const again = await ward.use(rebuildCatalog)

    expect(rebuilt).toEqual({batches: 2, versions: {person: 2, setting: 1, visit: 0}})
    expect(again).toEqual(rebuilt)
    const after = await read()
    for (const table of ['snapshots', 'lineage_edges', 'captured_files', 'audit', 'check_results'] as const)
      expect(after[table], table).toEqual(before[table])
    expect(before.snapshots).toHaveLength(3)
  })
})
