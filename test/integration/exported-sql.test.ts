// The SQL of an exported contract on PostgreSQL itself: its constraints refuse what the contract's rules find, and nothing else.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {contractFormat} from '../../src/core/contract/exchange/index.ts'
import {toPortable} from '../../src/core/contract/exchange/to-portable.ts'
import {quoteIdent, raw} from '../../src/core/postgres/sql.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'
import {judgeRichCases, type RichRow, richCases, richContract, richPatients} from '../support/rich-contract.ts'

describe('the SQL of an exported contract', () => {
  let test: TestDatabase
  beforeAll(async () => {
    test = await testDatabase()
    const {text = ''} = (await contractFormat('sql'))?.write?.(toPortable(richContract)) ?? {}
    await test.db.query(raw('create table patient (id text primary key)'))
    for (const id of richPatients) await test.db.query(raw(`insert into patient values ('${id}')`))
    // The references stand in comments, for the other tables may not be there; here they are.
    await test.db.query(raw(text.replaceAll('-- alter', 'alter')))
  })
  afterAll(() => test.close())

  const insert = (row: RichRow) =>
    test.db.query(raw(`insert into lab (${Object.keys(row).map((name) => quoteIdent(name))}) values (${Object.values(row).map(literal)})`))

  it('takes the rows that hippo accepts, and refuses each that breaks a check', async () => {
    expect(await judgeRichCases()).toEqual(richCases.map(({breaks}) => (breaks === undefined ? [] : [breaks])))

    const refused: string[] = []
    for (const {row, breaks = 'accepted'} of richCases) await insert(row).catch(() => refused.push(breaks))

    expect(refused).toEqual(richCases.flatMap(({breaks}) => breaks ?? []))
  })
})

const literal = (value: RichRow[string]): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : value === null || value === undefined ? 'null' : String(value)
