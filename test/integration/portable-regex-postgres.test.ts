import {RE2JS} from 're2js'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {toPostgres, toRust} from '../../src/core/expr/portable-regex.ts'
import {sql} from '../../src/core/postgres/sql.ts'
import {seeded} from '../conformance/engine/random-expressions.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'
import {randomPattern, randomText} from '../support/random-pattern.ts'

const count = process.env.HIPPO_TEST_LONG ? 50_000 : 3_000
const seed = Number(process.env.HIPPO_TEST_SEED ?? 1)
const byHand: readonly (readonly [pattern: string, text: string])[] = [
  ['', ''],
  ['()', 'a'],
  ['(a|)b', 'b'],
  ['^(?:)$', ''],
  ['^a{300}$', 'a'.repeat(300)],
  ['^a{300}$', 'a'.repeat(299)],
  ['^a{300,600}$', 'a'.repeat(601)],
  ['^a{2,1000}$', 'a'.repeat(1000)],
  ['^.$', '\n'],
  ['[^\\d]', '٣'],
  ['^[\\D]$', '😀'],
  ['\\x{1F600}', '😀'],
  ["it's", "it's"],
  ['\\*\\*\\*:', '***:'],
  ['\\]|\\[|\\\\', '\\'],
]

describe('a portable pattern in PostgreSQL', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await testDatabase()
  }, 60_000)
  afterAll(() => database.close())

  it(`finds what RE2 finds, over ${count} random patterns`, {timeout: 600_000}, async () => {
    const random = seeded(seed)
    const cases = [...byHand, ...Array.from({length: count}, () => [randomPattern(random, 2), randomText(random)] as const)]
    const [patterns, texts] = [cases.map(([pattern]) => toPostgres(pattern)), cases.map(([, text]) => text)]

    const {rows} = await database.db.query<{found: boolean}>(sql`
      select text ~ pattern as found
      from unnest(${texts}::text[], ${patterns}::text[]) with ordinality as given (text, pattern, place) order by place`)

    const expected = cases.map(([pattern, text]) => RE2JS.compile(toRust(pattern)).matcher(text).find())
    const differing = cases.filter((_, index) => rows[index]?.found !== expected[index])
    expect({seed, differing}).toEqual({seed, differing: []})
    expect(expected.filter(Boolean).length).toBeGreaterThan(count / 10)
  })
})
