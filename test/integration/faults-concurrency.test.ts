// Several runs at once on one workspace: one works, the others say so or wait, and nothing is doubled.
import {afterEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {type TestWorkspace, testWorkspace, type VerbEnd} from '../support/workspace.ts'

const persons = (from: number, count: number) =>
  `id,name,born,weight\n${Array.from({length: count}, (_, n) => `p${from + n},Name ${n},1980-01-01,${n % 3 === 0 ? 'x' : n}\n`).join('')}`

describe('several runs at once', () => {
  let ward: TestWorkspace

  afterEach(() => ward?.close())

  const stateOf = ({result, error}: VerbEnd) => (result?.run as {state?: string} | undefined)?.state ?? error?.code
  const catalog = (text: string) => ward.use(async (workspace) => (await (await workspace.database()).query(raw(text))).rows)

  it('lets one of ten pipelines work; the others wait or are told to come later', async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons.csv', persons(0, 30))
    ward.write('inbox/visits.csv', 'person_id,visited_on,reason\np1,2020-01-01,a\np1,2020-01-01,a\nnobody,2020-01-01,b\n')
    ward.write('inbox/settings.csv', 'key,value\na,1\n')

    const requests = Array.from({length: 10}, (_, n) => ({verb: 'run', waitLockSeconds: n < 4 ? 120 : 0}) as const)
    const ends = await Promise.all(requests.map((request) => ward.run(request)))

    const states = ends.map(stateOf)
    expect(states.filter((state) => state === 'succeeded')).toHaveLength(1)
    for (const [at, end] of ends.entries()) {
      const waits = at < 4
      expect(waits ? ['succeeded', 'noop'] : ['succeeded', 'noop', 'RUN_LOCKED'], end.stderr).toContain(stateOf(end))
      expect(end.code).toBe(stateOf(end) === 'RUN_LOCKED' ? 75 : 0)
      if (end.error) expect(end.error.retryAfterSeconds).toBeGreaterThan(0)
    }
    expect(await ward.rows('silver', 'person')).toHaveLength(20)
    expect(await ward.rows('quarantine', 'person')).toHaveLength(10)
    expect(await ward.rows('silver', 'visit')).toHaveLength(2)
    expect(await ward.rows('quarantine', 'visit')).toHaveLength(1)
    expect(await catalog('select layer, dataset, version from hippo.snapshots order by 1, 2')).toEqual([
      {layer: 'gold', dataset: 'person_visits', version: 1},
      {layer: 'silver', dataset: 'person', version: 0},
      {layer: 'silver', dataset: 'setting', version: 0},
      {layer: 'silver', dataset: 'visit', version: 0},
    ])
    expect(await catalog('select count(*)::int as n from gold.person_visits')).toEqual([{n: 20}])
    expect(ward.staged()).toEqual([])
  }, 300_000)

  it('captures new files once when two ingests meet', async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    for (let number = 0; number < 12; number++) ward.write(`inbox/persons-${number}.csv`, persons(number * 100, 5))
    const handles = await Promise.all([ward.open(), ward.open(), ward.open()])
    await Promise.all(handles.map((handle) => handle.database()))

    const results = await Promise.all(handles.map((handle) => ingest(handle, {sources: []})))

    const captured = results.flatMap(({files}) => files.filter((file) => file.state === 'captured').map((file) => file.path))
    expect(captured.sort()).toEqual(Array.from({length: 12}, (_, number) => `persons-${number}.csv`).sort())
    expect(results.filter(({run}) => run.state === 'succeeded').length).toBe(results.filter(({batch}) => batch !== undefined).length)
    expect(await catalog('select count(*)::int as files, count(distinct sha256)::int as contents from hippo.captured_files')).toEqual([
      {files: 12, contents: 12},
    ])
    expect(await catalog("select count(*)::int as n from hippo.audit where action = 'ingest'")).toEqual([
      {n: results.filter(({batch}) => batch !== undefined).length},
    ])
  })

  it('promotes a batch once when two promotions meet', async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons.csv', persons(0, 30))
    ward.write('inbox/visits.csv', 'person_id,visited_on,reason\np1,2020-01-01,a\np2,2020-01-01,a\n')
    await ward.use((workspace) => ingest(workspace, {sources: []}))
    const handles = await Promise.all([ward.open(), ward.open()])
    await Promise.all(handles.map((handle) => handle.database()))

    const results = await Promise.all(handles.map((handle) => promoteSilver(handle, {datasets: [], waitLockSeconds: 60})))

    const committed = results.flatMap(({datasets}) => datasets.filter(({state}) => state === 'committed').map(({dataset}) => dataset))
    expect(committed.sort()).toEqual(['person', 'visit'])
    expect(results.flatMap(({datasets}) => datasets).filter(({state}) => state === 'failed')).toEqual([])
    expect(await ward.rows('silver', 'visit')).toHaveLength(2)
  })

  it('tells at once which dataset another run holds, keeps what refers to it waiting, and promotes the others', async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons.csv', persons(0, 3))
    await ward.conform()
    ward.write('inbox/persons-2.csv', persons(10, 3))
    ward.write('inbox/visits.csv', 'person_id,visited_on,reason\np11,2020-01-01,a\n')
    ward.write('inbox/settings.csv', 'key,value\na,1\n')
    const handle = await ward.open()
    await ingest(handle, {sources: []})
    const database = await handle.database()

    const {datasets} = await database.withLock('promote:ward:person', {waitMs: 0, what: 'the test'}, () =>
      promoteSilver(handle, {datasets: []}),
    )

    expect(datasets.map(({dataset, state, version, error}) => [dataset, state, version, error?.code, error?.exitCode])).toEqual([
      ['person', 'failed', 0, 'RUN_LOCKED', 75],
      ['setting', 'committed', 0, undefined, undefined],
      ['visit', 'gated', -1, 'SOURCE_WAITING', 3],
    ])
    expect(await ward.rows('quarantine', 'visit')).toEqual([])
    const later = await promoteSilver(handle, {datasets: []})
    expect(later.datasets.map(({dataset, state, rows}) => [dataset, state, rows.accepted])).toEqual([
      ['person', 'committed', 2],
      ['setting', 'noop', 0],
      ['visit', 'committed', 1],
    ])
  })
})
