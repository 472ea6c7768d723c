// Results of checks over several deliveries: every clause has one status wherever it is judged, results stay, thresholds are judged
// again without reading data, ratchets tighten, and two runs tell what became better and worse.
import {rmSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {
  diffRuns,
  ingest,
  promoteGold,
  promoteSilver,
  type RunDiff,
  rejudgeResults,
  scores,
  validate,
  writeReport,
} from '../../src/core/index.ts'
import {reportFormatNames} from '../../src/core/query/report-formats/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const clauses = (nulls: string, codes: string) => `        quality:
          - {id: few_nulls, metric: nullValues, ${nulls}, unit: percent, severity: warning, customProperties: [{property: hippoRatchetRuns, value: 5}]}
          - {id: code_set, type: custom, engine: hippo, implementation: {rule: valueSet, file: ${codes}}, customProperties: [{property: hippoOnFailure, value: warn}]}
          - {id: odd, metric: invalidValues, arguments: {pattern: '^[A-Z]$'}, mustBe: 0, customProperties: [{property: hippoOff, value: codes change}]}
          - {id: short, type: custom, engine: hippo, implementation: {rule: length, max: 1}, severity: warning, customProperties: [{property: hippoWaiver, value: {until: 2999-01-01, by: keller, reason: the laboratory was told}}]}`
const contract = (of = clauses('mustBeLessOrEqualTo: 60', 'codes.csv')) => `apiVersion: v3.1.0
kind: DataContract
id: test
version: 1.0.0
status: active
schema:
  - name: test
    customProperties: [{property: hippoWriteMode, value: merge}, {property: hippoMaxQuarantinePercent, value: 60}]
    properties:
      - {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - name: code
        logicalType: string
${of}
      - {name: value, logicalType: number, logicalTypeOptions: {maximum: 10}}
      - {name: note, logicalType: string, logicalTypeOptions: {minLength: 1}}
`

describe('results of checks', () => {
  let lab: TestWorkspace

  beforeAll(async () => {
    lab = await testWorkspace({from: 'test/fixtures/workspaces/visits'})
    lab.write('hippo.yaml', 'name: lab\nlake: ./.hippo/lake\nsources:\n  lab: {kind: files, path: inbox, match: {test: "*.csv"}}\n')
    rmSync(path.join(lab.root, 'contracts', 'patient.odcs.yaml'))
    lab.write('contracts/visit.odcs.yaml', contract())
    lab.write('codes.csv', 'code\nA\nB\n')
  }, 120_000)

  afterAll(() => lab.close())

  const deliver = (name: string, lines: readonly string[]) =>
    lab.use(async (workspace) => {
      lab.write(`inbox/${name}.csv`, `id,code,value,note\n${lines.join('\n')}\n`)
      await ingest(workspace, {sources: []})
      const promoted = await promoteSilver(workspace, {datasets: []})
      const dataset = promotionOf(promoted, 'test')
      return {run: promoted.run.id, ...dataset, byId: Object.fromEntries(dataset.checks.map((check) => [check.id, check]))}
    })
  const diff = (run: string, earlier?: string): Promise<RunDiff> =>
    lab.use((workspace) => diffRuns(workspace, {run, rows: 2, ...(earlier === undefined ? {} : {earlier})}))
  const stateOf = ({datasets}: RunDiff, id: string) => datasets[0]?.changes.find((change) => change.id === id)
  const stored = <T>(text: string) =>
    lab.use(async (workspace) => (await (await workspace.database()).query<T & Record<string, unknown>>({text, values: []})).rows)

  let first: Awaited<ReturnType<typeof deliver>>
  let second: Awaited<ReturnType<typeof deliver>>

  it('give every clause one status with its reason, on the way into silver', async () => {
    first = await deliver('one', ['1,A,5,', '2,B,50,', '3,,5,', '4,QQQ,5,'])

    expect(first.checks.filter(({outcome, reason}) => !['passed', 'warned', 'failed'].includes(outcome) && reason === undefined)).toEqual(
      [],
    )
    expect(first.byId).toMatchObject({
      few_nulls: {outcome: 'passed', violated: 1, denominator: 4, threshold: {max: 60, ratchet: {runs: 5, found: 0}}},
      code_set: {outcome: 'warned', violated: 1, denominator: 3},
      odd: {outcome: 'off', reason: 'codes change'},
      short: {outcome: 'waived', violated: 1, reason: 'until 2999-01-01 by keller: the laboratory was told'},
      'value.range': {outcome: 'failed', violated: 1},
      'note.length': {outcome: 'notApplicable', reason: 'none of the 4 rows is one that it judges', denominator: 0},
    })
    expect(first.rows).toMatchObject({accepted: 3, quarantined: 1})
  })

  it('tighten a ratchet to the best run, and compare two runs check by check and row by row', async () => {
    second = await deliver('two', ['2,B,60,', '5,,70,', '6,,5,', '7,B,5,', '8,B,5,', '9,B,5,'])

    expect(second.byId.few_nulls).toMatchObject({outcome: 'warned', violated: 2, denominator: 6, threshold: {max: 25, ratchet: {found: 1}}})
    const changed = await diff(second.run)
    expect(stateOf(changed, 'few_nulls')).toMatchObject({state: 'new', before: {outcome: 'passed'}, after: {outcome: 'warned'}})
    expect(stateOf(changed, 'code_set')).toMatchObject({state: 'resolved'})
    expect(stateOf(changed, 'short')).toMatchObject({state: 'resolved', before: {outcome: 'waived'}})
    expect(stateOf(changed, 'odd')).toMatchObject({state: 'notCompared', because: 'it came to no verdict: codes change'})
    expect(stateOf(changed, 'value.range')).toMatchObject({
      state: 'existing',
      rows: {
        new: 1,
        existing: 1,
        resolved: 0,
        withoutKey: 0,
        items: [
          {state: 'new', file: 'two.csv', line: 3},
          {state: 'existing', line: 2},
        ],
      },
    })
    expect(await diff(second.run, first.run)).toEqual({...changed, earlier: first.run})
  })

  it('break alone when a file is gone, while the others are judged, in promotion and in validation', async () => {
    lab.write('contracts/visit.odcs.yaml', contract(clauses('mustBeLessOrEqualTo: 60', 'gone.csv')))

    const third = await deliver('three', ['10,A,5,'])
    const judged = await lab.use((workspace) => validate(workspace, {datasets: []}))
    lab.write('contracts/visit.odcs.yaml', contract())

    for (const checks of [third.checks, judged.datasets[0]?.checks ?? []]) {
      expect(checks.find(({id}) => id === 'code_set')).toMatchObject({outcome: 'errored', reason: expect.stringContaining('file gone.csv')})
      expect(checks.find(({id}) => id === 'value.range')).toMatchObject({outcome: 'passed'})
    }
    expect(third.state).toBe('committed')
    expect(stateOf(await diff(third.run), 'code_set')).toMatchObject({state: 'notCompared'})
  })

  it('keep what gated a delivery beside what was committed, and no result is ever written over', async () => {
    const gated = await deliver('four', ['20,A,99,', '21,A,99,'])

    expect(gated.state).toBe('gated')
    const [row] = await stored<{outcome: string; is_gated: boolean; contract_version: string}>(
      `select outcome, is_gated, contract_version from hippo.check_results where run = '${gated.run}' and id = 'value.range'`,
    )
    expect(row).toEqual({outcome: 'failed', is_gated: true, contract_version: '1.0.0'})
    await expect(stored("update hippo.check_results set outcome = 'passed'")).rejects.toThrow(/append-only/)
    await lab.use((workspace) => promoteSilver(workspace, {datasets: ['test'], skipBatch: 4, reason: 'a test'}))
    expect((await stored<{n: number}>(`select count(*) as n from hippo.check_results where run = '${gated.run}'`))[0]?.n).toBe(
      gated.checks.length,
    )
  })

  it('are judged again by another threshold without reading data, first only to look', async () => {
    const draft = lab.write('draft.odcs.yaml', contract(clauses('mustBeLessOrEqualTo: 10', 'codes.csv')))

    const looked = await lab.use((workspace) => rejudgeResults(workspace, {datasets: [], contract: draft}))
    const [found] = looked.datasets

    expect(looked).toMatchObject({applied: false, run: {state: 'noop'}})
    expect(
      found?.changed.filter(({id}) => id === 'few_nulls').map(({run, before, after}) => [run === first.run, before.outcome, after.outcome]),
    ).toEqual(expect.arrayContaining([[true, 'passed', 'warned']]))
    expect(await stored('select * from hippo.rejudged_checks')).toEqual([])

    const request = {datasets: [], contract: draft, apply: true}
    await expect(lab.use((workspace) => rejudgeResults(workspace, request))).rejects.toMatchObject({code: 'CONFIG_VALUE_MISSING'})
    const applied = await lab.use((workspace) => rejudgeResults(workspace, {...request, reason: 'agreed'}))
    const again = await lab.use((workspace) => rejudgeResults(workspace, {...request, reason: 'agreed'}))

    expect(applied.datasets[0]?.changed).toEqual(found?.changed)
    expect(again.datasets[0]?.changed).toEqual([])
    expect(stateOf(await diff(second.run, first.run), 'few_nulls')).toMatchObject({state: 'existing', before: {outcome: 'warned'}})
    expect(await stored("select actor, reason from hippo.audit where action = 'rejudge'")).toEqual([{actor: 'tester', reason: 'agreed'}])
  })

  it('cannot be judged again once the rule asks something else', async () => {
    const draft = lab.write('draft.odcs.yaml', contract().replace('maximum: 10', 'maximum: 100'))

    const {datasets} = await lab.use((workspace) => rejudgeResults(workspace, {datasets: [], contract: draft}))

    expect(datasets[0]?.notRejudged).toEqual(
      expect.arrayContaining([
        expect.objectContaining({id: 'value.range', because: 'the rule has changed: its rows have to be read again'}),
      ]),
    )
    expect(datasets[0]?.changed.some(({id}) => id === 'value.range')).toBe(false)
  })

  it('are given of every clause of a model, too, also when it has not the columns that it promises', async () => {
    lab.write(
      'contracts/tests.odcs.yaml',
      `apiVersion: v3.1.0
kind: DataContract
id: tests
version: 1.0.0
status: active
schema:
  - name: tests
    customProperties: [{property: hippoMaterialization, value: table}]
    quality: [{metric: rowCount, mustBeGreaterThan: 0}]
    properties:
      - {name: id, logicalType: string, required: true, unique: true}
      - {name: value, logicalType: number, logicalTypeOptions: {maximum: 10}}
`,
    )
    const promote = async (sql: string) => {
      lab.write('models/tests.sql', sql)
      const {run, models} = await lab.use((workspace) => promoteGold(workspace, {models: []}))
      return {run: run.id, ...models[0]}
    }

    const misfit = await promote('select id, value as amount from silver.test')
    const fit = await promote('select id, value from silver.test')

    expect(misfit).toMatchObject({state: 'gated', checks: expect.arrayContaining([expect.objectContaining({id: 'rowCount'})])})
    expect(new Set(misfit.checks?.map(({outcome, reason}) => `${outcome}: ${reason}`))).toEqual(
      new Set(['notChecked: the model does not have the columns that its contract promises']),
    )
    expect(fit).toMatchObject({state: 'committed'})
    expect(new Set(fit.checks?.map(({outcome}) => outcome))).toEqual(new Set(['passed']))
    expect(await stored(`select distinct is_gated from hippo.check_results where run = '${misfit.run}'`)).toEqual([{is_gated: true}])
  })

  it.each(reportFormatNames)('are reported as %s, of a run or of everything, without a value of a row', async (format) => {
    const [ofRun, ofAll] = await lab.use(async (workspace) => [
      await writeReport(workspace, {format, run: second.run}),
      await writeReport(workspace, {format}),
    ])

    expect(ofRun.report.datasets.map(({dataset, layer}) => `${layer}.${dataset}`)).toEqual(['silver.test'])
    expect(ofAll.report.datasets.map(({layer}) => layer)).toContain('gold')
    for (const {text} of [ofRun, ofAll]) {
      expect(text).toContain('test')
      expect(text).not.toContain('QQQ')
    }
  })

  it('make a score that says what moved it', async () => {
    const found = await lab.use((workspace) => scores(workspace, ['test']))

    const [test] = found.datasets
    expect(test).toMatchObject({dataset: 'test', layer: 'silver', source: 'lab', score: expect.any(Number)})
    const moved = test?.moved.reduce((sum, {points}) => sum + points, 0) ?? 0
    expect(moved).toBeCloseTo((test?.score ?? 0) - (test?.earlier?.score ?? 0), 1)
    expect(found.sources).toEqual([{source: 'lab', score: test?.score, datasets: 1}])
    await expect(lab.use((workspace) => scores(workspace, ['tset']))).rejects.toMatchObject({code: 'CONFIG_DATASET_UNKNOWN'})
  })
})
