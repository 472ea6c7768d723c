import {createHmac} from 'node:crypto'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readContract} from '../../src/core/contract/read-contract.ts'
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import {ingest, promoteGold, promoteSilver, publish, rollback} from '../../src/core/index.ts'
import type {Contract} from '../../src/core/model/contract.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {buildModel} from '../../src/core/warehouse/build-model.ts'
import {deidentify} from '../../src/core/warehouse/deidentify-sql.ts'
import {parseModel} from '../../src/core/warehouse/models.ts'
import {storedVersions} from '../../src/core/warehouse/publish.ts'
import {labText} from '../support/contract-text.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'
import {testWorkspace} from '../support/workspace.ts'

const key = 'a key of thirty-two characters ..'
const now = new Date('2026-11-23T10:00:00Z')
const goldOf = (properties: string, materialization = 'table'): Contract =>
  readContract('lab.odcs.yaml', labText(properties, `customProperties: [{property: hippoMaterialization, value: ${materialization}}]`))
const property = (name: string, type: string, way: string): string => `
- name: ${name}
  logicalType: ${type}
  customProperties: [{property: hippoDeidentify, value: ${way}}]`

let test: TestDatabase
let db: Database
let versions = 0
beforeAll(async () => {
  test = await testDatabase()
  db = test.db
})
afterAll(() => test.close())

async function build(contract: Contract, select: string, withKey: string | undefined = key): Promise<readonly unknown[]> {
  const version = ++versions
  await buildModel(db, {
    model: await parseModel({name: 'lab', path: 'lab.sql', sql: select}),
    version,
    contract,
    now,
    versionOf: () => 1,
    deidentify: (text) => deidentify(contract, text, {key: withKey, now}),
  })
  return (await db.query(raw(`select * from gold_data."lab__${version}"`))).rows
}

const problemOf = (make: () => unknown): string => {
  try {
    make()
    return 'none'
  } catch (error) {
    return error instanceof HippoError ? `${error.code} ${error.message}` : String(error)
  }
}

describe('a model with hippoDeidentify', () => {
  it('tells years, ages to 90, areas of many people, and nothing of what is dropped', async () => {
    const contract = goldOf(
      property('name', 'string', 'drop') +
        property('born', 'date', 'birthYear') +
        property('seen', 'integer', 'year') +
        property('age', 'integer', 'age') +
        property('zip', 'string', 'zip3'),
    )

    const rows = await build(
      contract,
      `select * from (values ('Ann', date '1931-05-06', date '2026-02-03', 95, '94110', 'x'),
        ('Bob', date '1980-05-06', null, 46, '03601-1234', 'x'), (null, null, date '2020-12-31', null, 'SW1A 1AA', 'x'))
        as t (name, born, seen, age, zip, secret)`,
    )

    expect(rows).toEqual([
      {name: null, born: '1936-01-01', seen: 2026, age: 90, zip: '941'},
      {name: null, born: '1980-01-01', seen: null, age: 46, zip: '000'},
      {name: null, born: null, seen: 2020, age: null, zip: '000'},
    ])
  })

  it('gives a person one code, that only the key tells', async () => {
    const contract = goldOf(property('patient', 'string', '{method: surrogate, as: patient}'))
    const select = "select * from (values ('P1'), ('P2'), ('P1'), (null)) as t (patient)"

    const codes = (await build(contract, select)).map((row) => (row as {patient: string | null}).patient)
    const others = (await build(contract, select, `${key} another`)).map((row) => (row as {patient: string | null}).patient)

    const own = createHmac('sha256', key).update('deidentify surrogate patient').digest()
    const expected = createHmac('sha256', own).update('P1').digest('hex').slice(0, 32)
    expect(codes[0]).toBe(expected)
    expect([codes[2], codes[3]]).toEqual([expected, null])
    expect(new Set([...codes, ...others]).size).toBe(5)
  })

  it('moves the dates of one person alike, of others otherwise, and tells no date of nobody', async () => {
    const contract = goldOf(
      property('admitted', 'date', '{method: shiftDate, by: patient, maxDays: 300}') +
        property('taken', 'timestamp', '{method: shiftDate, by: patient, maxDays: 300}'),
    )
    const people = Array.from({length: 40}, (_, index) => `('P${index}', date '2026-03-01', timestamptz '2026-03-04 10:00Z')`)

    const rows = (await build(
      contract,
      `select * from (values ${people.join(', ')}, (null, date '2026-03-01', null)) as t (patient, admitted, taken)`,
    )) as readonly {admitted: string | null; taken: string | null}[]

    const hours = (text: string): number => (Date.parse(text) - Date.parse('2026-03-01')) / 3_600_000
    const shifts = rows.slice(0, 40).map(({admitted}) => hours(admitted ?? '') / 24)
    const intervals = rows.slice(0, 40).map(({admitted, taken}) => hours(taken ?? '') - hours(admitted ?? ''))
    expect(new Set(intervals)).toEqual(new Set([82]))
    expect(shifts.every((shift) => shift !== 0 && Math.abs(shift) <= 300)).toBe(true)
    expect(new Set(shifts).size).toBeGreaterThan(30)
    expect(shifts.some((shift) => shift > 0) && shifts.some((shift) => shift < 0)).toBe(true)
    expect(rows[40]).toEqual({admitted: null, taken: null})
  })

  it('stores no key, and refuses without one', async () => {
    const contract = goldOf(property('patient', 'string', 'surrogate'))

    const problem = problemOf(() => deidentify(contract, 'select 1', {key: undefined, now}))
    const taken = deidentify(contract, 'select 1', {key, now})

    expect(problem).toContain('CONFIG_VALUE_MISSING column patient of lab')
    expect(taken?.settings.every(([, value]) => !taken.select.includes(value) && value !== key)).toBe(true)
    expect(deidentify(goldOf('- {name: a, logicalType: string}'), 'select 1', {key: undefined, now})).toBeUndefined()
  })

  it('says which column a model does not give', async () => {
    const contract = goldOf(property('patient', 'string', 'drop'))

    await expect(build(contract, 'select 1 as other')).rejects.toMatchObject({code: 'WAREHOUSE_MODEL_FAILED'})
  })
})

describe('hippoDeidentify', () => {
  const silver = (way: string): string => problemOf(() => readContract('lab.odcs.yaml', labText(property('a', 'string', way))))
  const gold = (properties: string, kind?: string): string => problemOf(() => goldOf(properties, kind))

  it('is refused where the values would stay', () => {
    expect(silver('drop')).toContain('hippoDeidentify is for gold: silver stores the values as they are')
    expect(gold(property('a', 'string', 'drop'), 'view')).toContain('needs hippoMaterialization: table')
    expect(
      gold(
        `${property('a', 'string', 'drop')}\n- {name: b, logicalType: string, customProperties: [{property: hippoPhiCategory, value: name}]}`,
      ),
    ).toContain('b is of category name and has no hippoDeidentify')
  })

  it('is refused where a date that stays would tell the shift of the others', () => {
    const shifted = `- {name: patient, logicalType: string}${property('seen', 'date', '{method: shiftDate, by: patient}')}`

    expect(gold(`${shifted}\n- {name: left, logicalType: timestamp}`)).toContain('left is a timestamp and has no hippoDeidentify')
    expect(gold(`${shifted}${property('left', 'timestamp', '{method: keep, reason: of the ward}')}`)).toBe('none')
  })

  it('is refused where it means nothing', () => {
    expect(gold(property('a', 'string', 'hash'))).toContain('unknown method')
    expect(gold(property('a', 'string', 'age'))).toContain('age gives integer or number, and the column is string')
    expect(gold(property('a', 'string', 'keep'))).toContain('keep needs a reason')
    expect(gold(property('a', 'date', 'shiftDate'))).toContain('shiftDate needs by')
    expect(gold(property('a', 'string', '{method: zip3, as: x}'))).toContain('zip3 has no parameter as')
  })
})

describe('publishing a model with hippoDeidentify', () => {
  it('leaves no version behind that was made under another contract, for rollback or query', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      const models = {models: ['person_visits']}
      const workspace = await ward.open()
      ward.write('inbox/persons-1.csv', 'id,name,born,weight,ssn\np1,Ann,1980-01-01,70,078-05-1120\n')
      ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\n')
      await ingest(workspace, {sources: []})
      await promoteSilver(workspace, {datasets: []})
      for (const contract of [undefined, 'deidentified']) {
        const file = 'contracts/gold.person_visits.odcs.yaml'
        const text = readFileSync(path.join(ward.root, file), 'utf8')
        const dropped = '[{property: hippoPhiCategory, value: name}, {property: hippoDeidentify, value: drop}]'
        if (contract !== undefined)
          ward.write(file, text.replace('        required: true\n', '').replace('[{property: hippoPhiCategory, value: name}]', dropped))
        await ward.use(async (opened) => {
          await promoteGold(opened, models)
          await publish(opened, models)
        })
      }

      const stored = await ward.use(async (opened) => storedVersions(await opened.database(), 'gold', 'person_visits'))

      expect(stored.map(({version}) => version)).toEqual([2])
      await expect(ward.use((opened) => rollback(opened, models))).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
    } finally {
      await ward.close()
    }
  }, 120_000)
})
