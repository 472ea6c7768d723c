// Queries of rules: what they answer, and what is refused before or while they run.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {promoteGold, validate} from '../../src/core/index.ts'
import {inWarehouse} from '../../src/core/pipeline/audit-model.ts'
import {lintContracts} from '../../src/core/pipeline/lint-contracts.ts'
import {valuesPlan} from '../../src/core/pipeline/rule-test/example-data.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {goldRelation, quoteName} from '../../src/core/warehouse/names.ts'
import {openWarehouse} from '../../src/core/warehouse/open-warehouse.ts'
import {planSql} from '../../src/core/warehouse/plan-sql.ts'
import {askRuleQuery} from '../../src/core/warehouse/rule-query.ts'
import {expectDatasetExample} from '../support/dataset-example.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'
import {testWorkspace} from '../support/workspace.ts'

describe('the query of a rule', () => {
  let test: TestDatabase
  let db: Database
  const contract = {dataset: 'lab "x"', path: 'lab.odcs.yaml'}
  const relation = goldRelation(contract.dataset, 3)

  beforeAll(async () => {
    test = await testDatabase()
    db = test.db
    await openWarehouse(db)
    await fill("values ('Geheim', 1), ('Anders', 3), (null, null)", '(name, value)')
  }, 120_000)
  afterAll(() => test.close())

  const fill = async (rows: string, names: string) => {
    await db.query(raw(`drop table if exists ${quoteName(relation)}`))
    await db.query(raw(`create table ${quoteName(relation)} as select * from (${rows}) as input${names}`))
  }
  const ask = (sql: string, of?: string) =>
    askRuleQuery(db, {sql, ...(of === undefined ? {} : {column: of})}, {contract, relation, signal: undefined})

  it.each([
    ['select count(*) from ${table}', 3],
    ['select count(*) from {object} where {object}.value > 1', 1],
    ['with high as (select * from ${schema} where value > 1) select max(value) from high', 3],
    ['select sum(value)::numeric(10,2) from ${table} -- a remark;', 4],
    ['select avg(value) from ${table} where false', null],
    ['select count(*) from "LAB ""x"""', 3],
  ])('%s gives %s', async (query, value) => {
    expect(await ask(query)).toEqual([{value}])
  })

  it('names the column that the clause stands under', async () => {
    expect(await ask('select count(${column}) from ${table} where {property} is not null', 'value')).toEqual([{value: 2}])
  })

  it.each([
    ['delete from ${table}', 'one SELECT'],
    ['update ${table} set value = 1', 'one SELECT'],
    ['drop table ${table}', 'one SELECT'],
    ["copy (select 1) to program 'true'", 'one SELECT'],
    ['select 1; drop table hippo.runs', 'second one begins'],
    ['with gone as (delete from ${table} returning 1) select count(*) from gone', 'delete is not possible here (line 1, column'],
    ['select 1\ninto made', 'select into is not possible here (line 2, column'],
    ['select value from ${table} for update', 'for update'],
    ['select count(*) from pg_authid', 'reads pg_authid'],
    ['select count(*) from silver.person', 'it reads silver.person'],
    ["select count(*) from ${table}, query_to_xml('select 1', true, true, '')", 'function query_to_xml is not possible here'],
    ["select length(SET_CONFIG('role', 'none', true)) from ${table}", 'function set_config is not possible here'],
    ['select pg_catalog."lo_import"(\'/etc/hostname\')', 'function lo_import'],
    ["select setval('hippo_none', 1)", 'function setval'],
    ["select count(*) from ts_stat('select to_tsvector(name) from silver.person')", 'function ts_stat'],
    ["select length(pg_read_file('/etc/hostname')) from ${table}", 'function pg_read_file'],
    ['selec 1', 'syntax error'],
    ['', 'no statement'],
  ])('refuses %s', async (query, message) => {
    await expect(ask(query)).rejects.toMatchObject({code: 'CONTRACT_RULE_INVALID', message: expect.stringContaining(message)})
    expect(await ask('select count(*) from ${table}')).toEqual([{value: 3}])
  })

  it.each([
    ['select value, value from ${table} limit 1', 'gives one number'],
    ['select value from ${table}', 'several rows'],
    ['select name from ${table} where value = 1', 'another value'],
    ['select max(wieght) from ${table}', 'column "wieght" does not exist (42703)'],
    ['select max(name::int) from ${table}', 'fails at a row (22P02)'],
    ['select count(*) from ${table} where name::regclass is not null', 'fails at a row (42P01)'],
    ['select count(*) from ${table} where name::regrole is not null', 'fails at a row (42704)'],
    ['select max(current_setting(name)) from ${table}', 'fails at a row (42704)'],
    ['select 1 / (max(value) - 3) from ${table}', 'fails at a row (22012)'],
  ])('has no answer to %s, and shows no value', async (query, reason) => {
    const answer = await ask(query)

    expect(answer).toEqual(expect.stringContaining(reason))
    expect(answer).not.toContain('Geheim')
  })

  const kind = ruleKinds.get('sql')
  for (const [index, example] of kind?.scope === 'dataset' ? kind.examples.entries() : []) {
    it(`judges example ${index + 1} of rule sql as it says`, async () => {
      if (kind?.scope !== 'dataset') throw new Error('there is no rule sql')
      await fill(
        planSql(valuesPlan(example.columns, example.rows), () => expect.fail('no table')),
        '',
      )
      await expectDatasetExample(inWarehouse(db, {relationOf: () => undefined, queried: {contract, relation}}), kind, example)
    })
  }
})

describe('a gold contract with queries', () => {
  it('is held to their answers before it is published, and refused where they write', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      const file = 'contracts/gold.person_visits.odcs.yaml'
      const text = readFileSync(path.join(ward.root, file), 'utf8')
      const held = (query: string, maximum: number) =>
        ward.write(file, `${text}    quality:\n      - {id: busiest, type: sql, query: '${query}', mustBeLessThan: ${maximum}}\n`)
      ward.write('inbox/1/persons.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,Ben,1980-01-01,70\n')
      ward.write('inbox/1/visits.csv', 'person_id,visited_on,reason\np1,2026-01-01,a\np1,2026-01-02,b\np2,2026-01-01,c\n')
      await ward.conform({fresh: true})
      const promote = async () => (await ward.use((workspace) => promoteGold(workspace, {models: []}))).models[0]

      held('select max(visits) from ${table}', 3)
      const good = await promote()
      held('select max(visits) from {object}', 2)
      const bad = await promote()
      held('delete from ${table}', 2)
      const refused = await promote()
      const {errors} = await ward.use((workspace) => lintContracts(workspace, []))

      const check = (promotion: typeof good) => promotion?.checks.find(({id}) => id === 'busiest')
      expect(good?.state).toBe('committed')
      expect(check(good)).toMatchObject({outcome: 'passed', measured: {facts: {isKept: 1}}})
      expect(bad?.state).toBe('gated')
      expect(check(bad)).toMatchObject({outcome: 'failed', violated: 1})
      expect(refused).toMatchObject({state: 'failed', error: {code: 'CONTRACT_RULE_INVALID'}})
      expect(errors.map(({code, at}) => [code, at?.line, at?.column])).toEqual([['CONTRACT_RULE_INVALID', 18, 9]])
    } finally {
      await ward.close()
    }
  }, 240_000)
})

describe('a silver contract with queries', () => {
  it('is held to their answers over the table as it would be, and as it is', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      const file = 'contracts/person.odcs.yaml'
      const text = readFileSync(path.join(ward.root, file), 'utf8')
      const held = (...clauses: readonly string[]) =>
        ward.write(file, `${text}    quality:\n${clauses.map((clause) => `      - {type: sql, ${clause}}\n`).join('')}`)
      const deliver = async (day: number, ...rows: readonly string[]) => {
        ward.write(`inbox/persons-${day}.csv`, `id,name,born,weight\n${rows.join('\n')}\n`)
        return (await ward.conform({fresh: true})).promoted.datasets.find(({dataset}) => dataset === 'person')
      }
      const heavy = "id: heavy, query: 'select max(weight) from ${table}'"
      const outcomes = (checks: NonNullable<Awaited<ReturnType<typeof deliver>>>['checks'] = []) =>
        Object.fromEntries(checks.filter(({rule}) => rule === 'sql').map(({id, outcome}) => [id, outcome]))

      held(`${heavy}, mustBeLessThan: 100`, "id: born, query: 'select max(extract(year from born)) from person', mustBeLessThan: 2000")
      const good = await deliver(1, 'p1,Ann,1980-01-01,70', 'p2,Ben,1990-01-01,80')
      const bad = await deliver(2, 'p3,Cem,1970-01-01,120')
      held(
        `${heavy}, mustBeLessThan: 130`,
        "id: hostile, query: 'delete from ${table}', mustBe: 0, severity: warning",
        "id: other, query: 'select count(*) from silver.visit', mustBe: 0, severity: warning",
        "id: typo, query: 'select max(wieght) from ${table}', mustBe: 0, severity: warning",
      )
      const mended = await deliver(3, 'p1,Ann,1980-01-01,71')
      const {datasets} = await ward.use((workspace) => validate(workspace, {datasets: ['person']}))
      const left = await ward.use(async (workspace) => {
        const text = `select relname from pg_class where relnamespace = 'silver_data'::regnamespace`
        return (await (await workspace.database()).query<{relname: string}>({text, values: []})).rows
      })

      expect(good).toMatchObject({state: 'committed'})
      // The table has protected columns: an answer could be one of their values.
      expect(good?.checks.find(({id}) => id === 'heavy')).toMatchObject({outcome: 'passed', measured: {facts: {isKept: 1}}})
      expect(good?.checks.find(({id}) => id === 'born')).toMatchObject({outcome: 'passed', measured: {facts: {isKept: 1}}})
      expect(bad).toMatchObject({state: 'gated', version: 0, error: {message: expect.stringContaining('heavy')}})
      expect(mended).toMatchObject({state: 'committed', version: 2})
      const judged = {heavy: 'passed', hostile: 'errored', other: 'errored', typo: 'errored'}
      expect(outcomes(mended?.checks)).toEqual(judged)
      expect(outcomes(datasets[0]?.checks)).toEqual(judged)
      expect(left).toEqual([{relname: 'person__v2'}])
    } finally {
      await ward.close()
    }
  }, 240_000)
})
