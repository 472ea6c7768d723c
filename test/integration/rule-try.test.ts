// A draft rule on stored deliveries, rules held to their examples, and the damage that no rule notices.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {listRules, testContract, testRules, tryRules} from '../../src/core/index.ts'
import {masked} from '../../src/core/model/masked.ts'
import {damages} from '../../src/core/pipeline/rule-test/damages.ts'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const file = 'contracts/person.odcs.yaml'
const original = readFileSync(path.resolve('test/fixtures/workspaces/ward', file), 'utf8')

/** 40 persons of four months, of whom three weigh more than 180 and one more than 500. */
const persons = (from: number): string => ['id,name,born,weight', ...Array.from({length: 20}, (_, n) => personLine(from + n))].join('\n')
const personLine = (n: number): string =>
  `p${n},Name${n},1980-0${(n % 4) + 1}-1${n % 9},${n === 7 ? 900 : n % 10 === 9 ? 190 + n : 60 + n / 2}`

describe('a draft rule', () => {
  let ward: TestWorkspace
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-a.csv', `${persons(0)}\n`)
    await ward.conform({fresh: true})
    ward.write('inbox/persons-b.csv', `${persons(20)}\n`)
    await ward.conform({fresh: true})
  }, 120_000)
  afterAll(() => ward?.close())

  const attempt = (rule: string, more = {}) => ward.use((workspace) => tryRules(workspace, {dataset: 'person', rule, examples: 2, ...more}))

  it('is told what it would have caught, by month, beside what is caught already', async () => {
    const {items, ...trial} = await attempt('{column: weight, rule: range, max: 180}', {by: 'born'})

    expect(trial).toMatchObject({dataset: 'person', deliveries: 2, rows: 40, refusedFiles: 0, by: 'born', notTried: []})
    expect(items).toHaveLength(1)
    // p7 (rejected already), p9, p19, p29, p39.
    expect(items[0]).toMatchObject({
      check: 'draft',
      unit: 'rows',
      judged: 40,
      hits: 5,
      percent: 12.5,
      onAccepted: {rows: 39, hits: 4},
      overlap: [{check: 'weight.range', hits: 1}],
    })
    expect(items[0]?.periods.filter(({hits}) => hits > 0)).toEqual([
      {period: '1980-02', hits: 2},
      {period: '1980-04', hits: 3},
    ])
    expect(items[0]?.examples.map(({file: from, line, values}) => [from, line, values])).toEqual([
      ['persons-b.csv', 11, {weight: '219'}],
      ['persons-b.csv', 21, {weight: '229'}],
    ])
  })

  it('shows no protected value, and goes by the day of delivery unless told otherwise', async () => {
    const {items, by} = await attempt(`{rule: expression, holds: "name != 'Name3'"}`)

    expect(by).toBe('day of delivery')
    expect(items[0]).toMatchObject({hits: 1, examples: [{values: {name: masked}}]})
    expect(items[0]?.periods.map(({hits}) => hits)).toEqual([1])
    expect(JSON.stringify(items[0]?.examples)).not.toContain('Name3')
  })

  it('about a delivery as a whole is counted in deliveries', async () => {
    const {items} = await attempt('{rule: rowCount, mustBeGreaterThan: 20}')
    const {items: fewer} = await attempt('{rule: rowCount, mustBeGreaterThan: 19, id: enough}')

    expect(items).toMatchObject([{check: 'draft', unit: 'deliveries', judged: 2, hits: 2, examples: []}])
    expect(fewer).toMatchObject([{check: 'enough', judged: 2, hits: 0}])
  })

  it('with a tolerance is told in rows all the same', async () => {
    const {items} = await attempt('{column: weight, rule: range, max: 180, mustBeLessThan: 5, severity: warning}')

    expect(items).toMatchObject([{unit: 'rows', hits: 5}])
  })

  it('of a whole contract are the rules that the one in force does not have', async () => {
    const draft = ward.write(
      'drafts/person.odcs.yaml',
      original
        .replace('maximum: 500', 'maximum: 180')
        .replace('- name: born\n        logicalType: date', '- name: born\n        required: true\n        logicalType: date'),
    )

    const {items} = await ward.use((workspace) => tryRules(workspace, {dataset: 'person', contract: draft, examples: 0, last: 1}))

    expect(items.map(({check, hits, overlap}) => [check, hits, overlap])).toEqual([
      ['born.required', 0, []],
      ['weight.range', 2, []],
    ])
    await expect(
      ward.use((workspace) => tryRules(workspace, {dataset: 'person', contract: path.join(ward.root, file), examples: 0})),
    ).rejects.toMatchObject({
      code: 'CONFIG_USAGE',
    })
  })

  it('is refused in the words of a contract when it is none', async () => {
    await expect(attempt('{column: weight, rule: rnage, max: 3}')).rejects.toMatchObject({
      code: 'CONTRACT_RULE_INVALID',
      hint: 'did you mean range?',
    })
    await expect(attempt('{column: height, rule: range, max: 3}')).rejects.toMatchObject({message: 'person has no column height'})
    await expect(attempt('rule: [')).rejects.toMatchObject({code: 'CONTRACT_RULE_INVALID'})
    await expect(attempt('{column: weight, rule: range, max: 3}', {by: 'weight'})).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })

  it('is no rule yet: nothing is written', async () => {
    expect(readFileSync(path.join(ward.root, file), 'utf8')).toBe(original)
    expect((await ward.table('silver', 'person'))?.version).toBe(1)
    const {items} = await ward.use((workspace) => listRules(workspace, 'silver.person'))
    expect(items.map(({check}) => check)).toContain('weight.range')
    expect(items.map(({check}) => check)).not.toContain('draft')
  })

  it('of every kind agrees with its examples on this engine', async () => {
    const {kinds} = await ward.use((workspace) => testRules(workspace, {mutate: false}))

    expect(kinds.map(({rule}) => rule)).toEqual([...ruleKinds.keys()])
    expect(kinds.filter(({failed}) => failed.length > 0)).toEqual([])
    expect(kinds.filter(({examples}) => examples === 0)).toMatchObject([
      {rule: 'sql', notTested: 'PostgreSQL is asked queries, and no engine'},
    ])
  })

  it('does not notice some damage, which is named column by column', async () => {
    const {damage} = await ward.use((workspace) => testRules(workspace, {dataset: 'person', mutate: true}))

    const [{results, sampled} = {results: [], sampled: 0}] = damage
    const outcome = (name: string, column: string) => results.find((one) => one.damage === name && one.column === column)
    expect(new Set(damages.map(({name}) => name)).size).toBe(20)
    expect(sampled).toBe(20)
    expect(outcome('emptied', 'name')).toMatchObject({outcome: 'noticed', checks: ['name.required']})
    expect(outcome('missingMark', 'weight')).toMatchObject({outcome: 'noticed', checks: ['weight.type']})
    expect(outcome('negated', 'weight')).toMatchObject({outcome: 'noticed', checks: ['weight.range']})
    expect(outcome('tenth', 'weight')).toMatchObject({outcome: 'unnoticed', checks: []})
    expect(outcome('keyRepeated', 'id')).toMatchObject({outcome: 'noticed', checks: ['id.unique']})
    expect(outcome('noSuchDay', 'born')).toMatchObject({outcome: 'noticed', checks: ['born.type']})
    expect(outcome('inFuture', 'born')).toMatchObject({outcome: 'unnoticed'})
    expect(outcome('padded', 'name')).toMatchObject({outcome: 'unnoticed'})
    expect(JSON.stringify(damage)).not.toContain('Name2')
  })

  it('of a contract is shown by examples, which hold or are said not to', async () => {
    const examples = (lines: string) =>
      original.replace('    properties:\n', `      - property: hippoExamples\n        value:\n${lines}    properties:\n`)
    const good =
      '          - {row: {id: P1, name: Ann, born: 1980-01-02, weight: "71"}, breaks: [], becomes: {weight: 71, born: 1980-01-02}}\n'
    ward.write(
      file,
      examples(
        `${good}          - {row: {weight: "-1"}, breaks: [weight.range]}\n          - {row: {weight: x, name: null}, breaks: [weight.type]}\n          - {row: {height: "1"}}\n          - {row: {weight: "5"}, breaks: [weight.rnge]}\n          - {row: {weight: "5"}, becomes: {weight: 6}}\n`,
      ),
    )

    const {items} = await ward.use((workspace) => testContract(workspace, {of: 'silver.person'}))

    expect(items).toMatchObject([
      {
        dataset: 'person',
        examples: 6,
        failures: [
          {example: 3, message: 'breaks name.required'},
          {example: 4, message: 'there is no column height'},
          {example: 5, message: 'there is no check weight.rnge'},
          {example: 6, message: 'weight becomes 5, not 6'},
        ],
      },
    ])
    expect(items[0]?.withoutExample).toContain('id.required')
    expect(items[0]?.withoutExample).not.toContain('weight.range')
  })
})

describe('a draft rule on deliveries that follow each other', () => {
  it('knows the keys that earlier ones brought in, the day that their files tell, and leaves out rows without a value', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      ward.write('inbox/persons.csv', `${persons(0)}\n`)
      ward.write('inbox/1/visits-2026-01-05.csv', 'person_id,visited_on,reason\np1,2026-01-04,fever\np2,2026-01-04,cough\n')
      await ward.conform()
      ward.write('inbox/2/visits-2026-02-05.csv', 'person_id,visited_on,reason\np1,2026-02-04,fever\np2,2026-02-04,fall\np3,2026-02-04,\n')
      await ward.conform()

      const {items, by} = await ward.use((workspace) =>
        tryRules(workspace, {dataset: 'visit', rule: '{column: reason, rule: unique}', examples: 3}),
      )

      expect(by).toBe('day of delivery')
      expect(items).toMatchObject([
        {
          judged: 4,
          hits: 1,
          onAccepted: {rows: 4, hits: 1, percent: 25},
          periods: [
            {period: '2026-01', hits: 0},
            {period: '2026-02', hits: 1},
          ],
          examples: [{file: '2/visits-2026-02-05.csv', line: 2}],
        },
      ])
    } finally {
      await ward.close()
    }
  })
})

describe('damage of rows that rules compare', () => {
  it('is judged among sound rows, not among other damaged copies of the same row', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      const weight = '{name: weight, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 500}'
      const jump = '{rule: jump, key: id, at: born, max: 20}'
      expect(original).toContain(weight)
      ward.write(
        file,
        original.replace(weight, `${weight}, quality: [{type: custom, engine: hippo, severity: error, implementation: ${jump}}]`),
      )
      const lines = Array.from({length: 20}, (_, n) => `q${n},Name${n},1980-01-01,${70 + n}`)
      ward.write('inbox/persons.csv', `id,name,born,weight\n${lines.join('\n')}\n`)
      await ward.conform()

      const {damage} = await ward.use((workspace) => testRules(workspace, {dataset: 'person', mutate: true}))

      // Nobody is there twice, so nobody can leap.
      const checks = damage[0]?.results.flatMap((one) => one.checks) ?? []
      expect(checks).toContain('weight.range')
      expect(checks).not.toContain('weight.jump')
    } finally {
      await ward.close()
    }
  })
})
