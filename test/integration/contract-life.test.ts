// A contract over time: what changed, what its rows would come to, the gate on promote, and the versions that were used.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {
  contractHistory,
  diffContract,
  documentContracts,
  exportContract,
  importContract,
  promoteGold,
  promoteSilver,
} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const file = 'contracts/person.odcs.yaml'
const original = readFileSync(path.resolve('test/fixtures/workspaces/ward', file), 'utf8')
const weight = 'logicalTypeOptions: {minimum: 0, maximum: 500}'

describe('a contract that changes', () => {
  let ward: TestWorkspace
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-a.csv', 'id,name,born,weight\np1,Ann,1980-01-01,71\np2,Bea,1980-01-02,190\np3,Cleo,,300\n')
    ward.write('inbox/visits-a.csv', 'person_id,visited_on,reason\np1,2026-01-02,x\n')
    ward.write('inbox/settings-a.csv', 'key,value\nbeds,12\n')
    await ward.conform({fresh: true})
    await ward.use((workspace) => promoteGold(workspace, {models: []}))
  }, 120_000)
  afterAll(() => ward?.close())

  const write = (change: (text: string) => string): void => void ward.write(file, change(original))
  const diff = (data = true, other?: string) =>
    ward.use(async (workspace) => (await diffContract(workspace, {of: 'person', data, ...(other === undefined ? {} : {other})})).items)

  it('is no change while it stays the same', async () => {
    write((text) => text)

    expect(await diff()).toMatchObject([
      {dataset: 'person', changes: [], asks: 'none', fits: true, before: {version: '1.0.0', tableVersion: 0}},
    ])
  })

  it('names who breaks, and counts the rows of silver that would fail', async () => {
    write((text) =>
      text
        .replace(weight, 'logicalTypeOptions: {minimum: 0, maximum: 180}')
        .replace('- name: born\n        logicalType: date', '- name: born\n        required: true\n        logicalType: date'),
    )

    const [found] = await diff()

    expect(found).toMatchObject({asks: 'major', taken: 'none', fits: false, next: '2.0.0', writer: 'ward.person'})
    expect(found?.changes.map(({check, breaks}) => [check, breaks])).toEqual([
      ['born.required', ['writers']],
      ['weight.range', ['writers']],
    ])
    expect(found?.impact).toMatchObject({tableVersion: 0, rows: 3, failing: 2, failingBefore: 0, notMeasured: []})
    expect(found?.impact?.rules.map(({check, violated, violatedBefore}) => [check, violated, violatedBefore])).toEqual([
      ['weight.range', 2, 0],
      ['born.required', 1, undefined],
    ])
    expect((await diff(false))[0]?.impact).toBeUndefined()
  })

  it('reads values again whose column gets another type, and says that the table cannot follow', async () => {
    write((text) => text.replace('{name: id, logicalType: string, primaryKey', '{name: id, logicalType: integer, primaryKey'))

    const [found] = await diff()

    expect(found?.changes[0]).toMatchObject({kind: 'columnRetyped', column: 'id', breaks: ['readers', 'writers']})
    expect(found?.impact).toMatchObject({failing: 3, tableRefuses: expect.stringContaining('column id of type string')})
    expect(found?.impact?.rules.find(({check}) => check === 'id.type')).toMatchObject({violated: 3})
    expect(found?.readers).toEqual([
      {kind: 'model', layer: 'gold', name: 'person_visits', columns: ['id']},
      {kind: 'contract', layer: 'silver', name: 'visit', columns: ['id']},
    ])
  })

  it('is promoted under a compatibility only with a version that says how much changed', async () => {
    const guarded = (text: string) =>
      text.replace(
        '{property: hippoWriteMode, value: merge}',
        '{property: hippoWriteMode, value: merge}\n      - {property: hippoCompatibility, value: full}',
      )
    const promote = () => ward.use(async (workspace) => promotionOf(await promoteSilver(workspace, {datasets: ['person']}), 'person'))
    const loose = (text: string) => guarded(text).replace('maximum: 500', 'maximum: 600')
    write(loose)

    const refused = await promote()
    write((text) => loose(text).replace('version: 1.0.0', 'version: 1.1.0'))
    const tooSmall = await promote()
    write((text) => loose(text).replace('version: 1.0.0', 'version: 2.0.0'))
    ward.write('inbox/persons-b.csv', 'id,name,born,weight\np4,Dora,1990-01-01,555\n')
    const {promoted} = await ward.conform({fresh: true})

    expect(refused).toMatchObject({
      state: 'failed',
      error: {code: 'CONTRACT_INCOMPATIBLE', exitCode: 2, hint: expect.stringContaining('2.0.0')},
    })
    expect(refused.error?.message).toContain('weight.range: weight is at least 0 and at most 500; now')
    expect(tooSmall).toMatchObject({state: 'failed', error: {code: 'CONTRACT_INCOMPATIBLE'}})
    expect(promotionOf(promoted, 'person')).toMatchObject({state: 'committed', rows: {accepted: 1}})
  })

  it('has a history of every version that a run used, with what changed and the tables made under it', async () => {
    const {items} = await ward.use((workspace) => contractHistory(workspace, 'person'))

    const [newest] = items
    expect(newest).toMatchObject({version: '2.0.0', table: {first: 1, last: 1, commits: 1}})
    expect(items.at(-1)).toMatchObject({version: '1.0.0', table: {first: 0, last: 0}})
    expect(items.at(-1)?.changes).toBeUndefined()
    expect(items.flatMap(({changes = []}) => changes.map(({check}) => check))).toContain('weight.range')
    await expect(ward.use((workspace) => contractHistory(workspace, 'persons'))).rejects.toMatchObject({code: 'CONFIG_DATASET_UNKNOWN'})
  })

  it('is held against an earlier version by its number, and a gold contract against what its model was built under', async () => {
    const [found] = await diff(false, '1.0.0')
    await expect(diff(false, '9.9.9')).rejects.toMatchObject({code: 'CONTRACT_NOT_FOUND', hint: expect.stringContaining('1.0.0')})
    const gold = 'contracts/gold.person_visits.odcs.yaml'
    const text = readFileSync(path.resolve('test/fixtures/workspaces/ward', gold), 'utf8')
    ward.write(
      gold,
      text
        .replace('{name: visits, logicalType: integer, required: true}', '{name: visits, logicalType: integer}')
        .replace('value: table}', 'value: table}\n      - {property: hippoCompatibility, value: backward}'),
    )

    const built = await ward.use((workspace) => promoteGold(workspace, {models: []}))

    expect(found).toMatchObject({before: {version: '1.0.0'}, after: {version: '2.0.0'}, taken: 'major', fits: true})
    expect(built.models[0]).toMatchObject({state: 'failed', error: {code: 'CONTRACT_INCOMPATIBLE', hint: expect.stringContaining('2.0.0')}})
  })

  it('is written as SQL that PostgreSQL takes, which refuses what the contract refuses', async () => {
    write((text) =>
      text.replace('{name: id, ', "{name: id, logicalTypeOptions: {pattern: '^p[0-9]'}, description: \"whose 'row' it is\", "),
    )
    const {text, notes} = await ward.use((workspace) => exportContract(workspace, {of: 'person', to: 'sql'}))

    const insert = (values: string) =>
      ward.use(async (workspace) =>
        (await workspace.database()).transaction(async (tx) => {
          for (const statement of [
            'create schema exported',
            'set local search_path to exported',
            text,
            `insert into person values ${values}`,
          ])
            await tx.query(raw(statement))
          throw new Error('taken')
        }),
      )
    await expect(insert("('p1', 'Ann', '1980-01-01', 71)")).rejects.toThrow('taken')
    for (const row of ["('1', 'Ann', null, 71)", "('p1', null, null, 71)", "('p1', 'Ann', null, 501)", "('p1', 'Ann', null, -1)"])
      await expect(insert(row)).rejects.toThrow(/violates/)
    expect(notes).toContain('the category of patient data of name is left out: name')
    await expect(ward.use((workspace) => exportContract(workspace, {of: 'person', to: 'sqll'}))).rejects.toMatchObject({
      hint: 'did you mean sql?',
    })
  })

  it('is its own text as ODCS, and a page in words', async () => {
    write((text) => `# A comment that stays.\n${text}`)

    const own = await ward.use((workspace) => exportContract(workspace, {of: 'silver.person', to: 'odcs'}))
    const back = await importContract({file: path.join(ward.root, file), from: 'odcs'})
    const {items} = await ward.use((workspace) => documentContracts(workspace, 'person'))

    expect(own.text).toBe(readFileSync(path.join(ward.root, file), 'utf8'))
    expect(back).toEqual({dataset: 'person', format: 'odcs', text: own.text, notes: []})
    expect(items[0]?.text).toContain('| `weight.range` | weight is at least 0 and at most 500 | the row is rejected |')
    expect(items[0]?.text).toContain('| `name` | string | yes | name |')
  })
})
