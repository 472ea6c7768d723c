import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {column, compare, type Expr, literal, type ScalarType, type ScalarValue, text} from '../../src/core/expr/expr.ts'
import type {AggregatePlan, Plan} from '../../src/core/expr/plan.ts'
import {print, typeOf} from '../../src/core/expr/walk.ts'
import {inWarehouse} from '../../src/core/pipeline/audit-model.ts'
import type {Database} from '../../src/core/postgres/database.ts'
import {quoteIdent, raw} from '../../src/core/postgres/sql.ts'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {Unsupported} from '../../src/core/warehouse/expr-sql.ts'
import {postgresType} from '../../src/core/warehouse/load.ts'
import {measureInWarehouse, relationColumns} from '../../src/core/warehouse/measure-sql.ts'
import type {RelationName} from '../../src/core/warehouse/names.ts'
import {planSql} from '../../src/core/warehouse/plan-sql.ts'
import type {ExpressionCase} from '../conformance/engine/expression-case.ts'
import {logicCases} from '../conformance/engine/logic-cases.ts'
import {numberCases} from '../conformance/engine/number-cases.ts'
import {randomColumns, randomExpr, randomRows, seeded} from '../conformance/engine/random-expressions.ts'
import {textCases} from '../conformance/engine/text-cases.ts'
import {timeCases} from '../conformance/engine/time-cases.ts'
import {expectDatasetExample} from '../support/dataset-example.ts'
import {type TestDatabase, testDatabase} from '../support/postgres.ts'
import {evaluateAll, referenceEngine} from '../support/reference-engine.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await testDatabase()
  db = test.db
})
afterAll(() => test.close())

type Rows = readonly (readonly ScalarValue[])[]
type Columns = Readonly<Record<string, ScalarType>>
type Values = Extract<Plan, {kind: 'values'}>
type Scan = Extract<Plan, {kind: 'scan'}>

const order = 'row number'
const numbered = (columns: Columns, rows: Rows): Values => ({
  kind: 'values',
  columns: [...Object.entries(columns).map(([name, type]) => ({name, type})), {name: order, type: 'int64'}],
  rows: rows.map((row, index) => [...row, BigInt(index)]),
})
// PostgreSQL refuses what is infinite or past int64 elsewhere; such a check ends as not checked.
const outOfRange = 'out of range'
const noTable = (): never => {
  throw new Unsupported('no table here')
}

/** Values of an expression row by row as PostgreSQL computes them, or why it is not asked. */
async function evaluate(expr: Expr, columns: Columns, rows: Rows): Promise<readonly ScalarValue[] | string> {
  const plan: Plan = {
    kind: 'select',
    input: numbered(columns, rows),
    columns: [
      {name: 'value', expr},
      {name: order, expr: column(order)},
    ],
  }
  let query: string
  try {
    query = planSql(plan, noTable)
  } catch (error) {
    if (error instanceof Unsupported) return error.message
    throw error
  }
  const answer = await db
    .query<{value: unknown}>(raw(`select * from (${query}) as q order by ${quoteIdent(order)}`))
    .catch((error: unknown) => ((error as {code?: string}).code === '22003' ? outOfRange : Promise.reject(error)))
  if (answer === outOfRange) return outOfRange
  const {rows: found} = answer
  const type = typeOf(expr, columns)
  return found.map(({value}) => comparable(value, type))
}

function comparable(value: unknown, type: ScalarType): ScalarValue {
  if (value === null || value === undefined) return null
  if (type === 'int64') return BigInt(value as number)
  if (type === 'timestamp') return (value as string).replace(/(?:\.0*|(\.\d*?)0*)Z$/, '$1Z')
  return value === 0 ? 0 : (value as ScalarValue) // -0 equals 0
}

async function expectAsOracle(expr: Expr, columns: Columns, rows: Rows): Promise<string | undefined> {
  const names = Object.keys(columns)
  const given = rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))
  const actual = await evaluate(expr, columns, rows)
  if (typeof actual === 'string') return actual
  const type = typeOf(expr, columns)
  const oracle = evaluateAll(expr, given, columns).map((value) => comparable(value, type))
  expect({[print(expr)]: actual}).toEqual({[print(expr)]: oracle})
  return undefined
}

const notAsked = [
  'PostgreSQL is not asked to read text as values',
  'the text of a decimal is not asked of PostgreSQL',
  'the text of a timestamp is not asked of PostgreSQL',
  'PostgreSQL is not asked for parts of a text by a pattern',
  'PostgreSQL is not asked what a clock of another time zone shows',
  'PostgreSQL has other words for the letters that begin a word',
  outOfRange,
]

describe('expressions in PostgreSQL', () => {
  const cases: readonly ExpressionCase[] = [...logicCases, ...textCases, ...numberCases, ...timeCases]

  it.each(cases)('$title: as the oracle, or not asked', async ({columns, rows, gives}) => {
    for (const {expr} of gives) {
      const reason = await expectAsOracle(expr, columns, rows)
      if (reason !== undefined) expect(notAsked).toContain(reason)
    }
  })

  it('gives what the oracle gives for random expressions', async () => {
    let compared = 0
    for (let seed = 1; seed <= 12; seed++) {
      const random = seeded(seed)
      const rows = randomRows(random, 20)
      for (let n = 0; n < 30; n++) {
        const reason = await expectAsOracle(randomExpr(random, 4), randomColumns, rows)
        if (reason === undefined) compared++
        else expect(notAsked).toContain(reason)
      }
    }
    expect(compared).toBeGreaterThan(50)
  })
})

describe('a large value set', () => {
  it('is asked of PostgreSQL whole', async () => {
    const set: Values = {
      kind: 'values',
      columns: [{name: 'code', type: 'string'}],
      rows: Array.from({length: 20_000}, (_, index) => [`c${index}`]),
    }
    const isListed: Expr = {kind: 'existsIn', key: [column('x')], relation: set, on: ['code']}

    expect(await evaluate(isListed, {x: 'string'}, [['c19999'], ['c20000'], [null]])).toEqual([true, false, null])
  })
})

describe('measureInWarehouse', () => {
  const columns: Columns = {
    id: 'int64',
    name: 'string',
    day: 'date',
    price: {kind: 'decimal', precision: 10, scale: 2},
    score: 'float64',
    ward: 'string',
  }
  const rows: Rows = [
    [1n, 'a', '2026-01-01', '1.50', 0.5, 'x'],
    [2n, 'B', '2026-01-02', '2.25', 1.5, 'y'],
    [2n, 'é', null, null, null, 'y'],
    [null, null, '2025-12-31', '-3.00', 2.5, null],
    [5n, 'z', '2026-06-30', '0.00', -1, 'gone'],
  ]
  const relation: RelationName = {schema: 'public', name: 'stay "2"'}
  const wards: Values = {
    kind: 'values',
    columns: [
      {name: 'code', type: 'string'},
      {name: 'beds', type: 'int64'},
    ],
    rows: [
      ['x', 4n],
      ['y', 6n],
      [null, 1n],
    ],
  }
  const scan: Scan = {kind: 'scan', files: [], columns: Object.entries(columns).map(([name, type]) => ({name, type}))}
  const values: Values = {kind: 'values', columns: scan.columns, rows}

  beforeAll(async () => {
    const definitions = Object.entries(columns).map(([name, type]) => `${quoteIdent(name)} ${postgresType(type)}`)
    await db.query(raw(`create table public."stay ""2""" (${definitions.join(', ')})`))
    for (const row of rows) {
      await db.query({text: 'insert into public."stay ""2""" values ($1, $2, $3, $4, $5, $6)', values: [...row]})
    }
  })

  const plansOver = (input: Plan): readonly AggregatePlan[] => [
    {
      id: 'numbers',
      input,
      aggregates: [
        {name: 'rows', function: 'count'},
        {name: 'late', function: 'countIf', of: compare(column('day'), '>', literal('2026-01-01', 'date'))},
        {name: 'names', function: 'countDistinct', of: column('name')},
        {name: 'absent', function: 'countNull', of: column('day')},
        {name: 'sum', function: 'sum', of: column('id')},
        {name: 'total', function: 'sum', of: column('score')},
        {name: 'least', function: 'min', of: column('name')},
        {name: 'last', function: 'max', of: column('day')},
      ],
    },
    {
      id: 'sets',
      input,
      aggregates: [
        {name: 'duplicated', function: 'countIf', of: {kind: 'isDuplicated', key: ['id']}},
        {name: 'differing', function: 'countIf', of: {kind: 'isDuplicated', key: ['id'], unlessSame: ['name']}},
        {name: 'agreeing', function: 'countIf', of: {kind: 'isDuplicated', key: ['id'], unlessSame: ['ward']}},
        {
          name: 'orphans',
          function: 'countIf',
          of: {kind: 'not', of: {kind: 'existsIn', key: [column('ward')], relation: wards, on: ['code']}},
        },
        {
          name: 'large',
          function: 'countIf',
          of: compare({kind: 'lookup', key: [column('ward')], relation: wards, on: ['code'], take: 'beds'}, '>', literal(5n, 'int64')),
        },
      ],
    },
    {
      id: 'filtered',
      input: {kind: 'filter', input, where: {kind: 'not', of: {kind: 'isDuplicated', key: ['id']}}},
      aggregates: [{name: 'rows', function: 'count'}],
    },
  ]

  it('gives what the reference engine gives over the same rows, from a table', async () => {
    const measured = await measureInWarehouse(db, plansOver(scan), {relationOf: (found) => (found === scan ? relation : undefined)})

    expect(measured).toEqual(await referenceEngine().measure(plansOver(values)))
  })

  it('says why what it cannot measure was not checked, and measures the rest', async () => {
    const typo: Scan = {...scan, columns: [{name: 'id', type: 'string'}]}
    const elsewhere: Scan = {...scan}
    const plans: readonly AggregatePlan[] = [
      {
        id: 'parsed',
        input: scan,
        aggregates: [{name: 'n', function: 'countNull', of: {kind: 'parse', of: column('name'), as: {type: 'int64'}}}],
      },
      {id: 'order', input: scan, aggregates: [{name: 'n', function: 'countIf', of: {kind: 'isRepeat', key: ['id'], columns: []}}]},
      {id: 'type', input: typo, aggregates: [{name: 'n', function: 'countNull', of: column('id')}]},
      {id: 'missing', input: elsewhere, aggregates: [{name: 'n', function: 'count'}]},
      {
        id: 'overflow',
        input: scan,
        aggregates: [
          {name: 'n', function: 'max', of: {kind: 'arithmetic', operator: '*', left: column('id'), right: literal(2n ** 62n, 'int64')}},
        ],
      },
      {id: 'fine', input: scan, aggregates: [{name: 'n', function: 'countIf', of: compare(column('name'), '=', text('a'))}]},
    ]

    const measured = await measureInWarehouse(db, plans, {relationOf: (found) => (found === elsewhere ? undefined : relation)})

    expect(measured).toEqual([
      {id: 'parsed', notChecked: 'PostgreSQL is not asked to read text as values'},
      {id: 'order', notChecked: 'rows of a table have no order'},
      {id: 'type', notChecked: 'column id is int8 in the warehouse, which is no string'},
      {id: 'missing', notChecked: 'it needs a dataset that is not in the warehouse'},
      {id: 'overflow', failed: 'PostgreSQL could not compute it (22003)'},
      {id: 'fine', values: {n: 1n}},
    ])
    expect(await measureInWarehouse(db, [], {relationOf: () => relation})).toEqual([])
  })

  it('names the columns of a table with their types', async () => {
    expect(await relationColumns(db, relation)).toEqual([
      {name: 'id', type: 'int8'},
      {name: 'name', type: 'text'},
      {name: 'day', type: 'date'},
      {name: 'price', type: 'numeric'},
      {name: 'score', type: 'float8'},
      {name: 'ward', type: 'text'},
    ])
  })
})

describe('rules in PostgreSQL', () => {
  const at = {file: 'example', line: 1, column: 1}
  const now = '2026-01-01T00:00:00.000Z'
  const plan = (columns: Columns, rows: readonly Readonly<Record<string, ScalarValue>>[]): Values => ({
    kind: 'values',
    columns: Object.entries(columns).map(([name, type]) => ({name, type})),
    rows: rows.map((row) => Object.keys(columns).map((name) => row[name] ?? null)),
  })

  for (const kind of ruleKinds.values()) {
    if (kind.name === 'sql') continue
    if (kind.scope === 'dataset') {
      for (const [index, example] of kind.examples.entries())
        it(`${kind.name} judges example ${index + 1} as it says`, () =>
          expectDatasetExample(inWarehouse(db, {relationOf: () => undefined}), kind, example))
      continue
    }
    for (const [index, example] of kind.examples.entries()) {
      const rows = example.rows.map((row) => (typeof row === 'object' && row !== null ? row : {value: row}))
      // What is judged on received text, steps or order belongs to silver.
      const isByOrder = (example.params as {readonly keep?: unknown}).keep === 'first'
      if (rows.some((row) => 'value.text' in row || 'value.failed' in row) || example.repeats !== undefined || isByOrder) continue
      it(`${kind.name} counts as many bad rows as example ${index + 1} lists`, async () => {
        const columns: Columns = {...example.columns, value: example.type ?? 'string'}
        const datasets = Object.fromEntries(
          Object.entries(example.datasets ?? {}).map(([name, data]) => [
            name,
            {plan: plan(data.columns, data.rows), columns: data.columns},
          ]),
        )
        const existing = example.existing && {
          plan: plan(example.existing.columns, example.existing.rows),
          columns: example.existing.columns,
        }
        const scope = {columns, now, relation: (dataset: string) => datasets[dataset], ...(existing && {existing})}
        const value = column('value')
        const bad = kind.violates(
          kind.parse(example.params, at),
          {name: 'value', type: example.type ?? 'string', value, text: value},
          scope,
        )

        const [measured] = await measureInWarehouse(
          db,
          [{id: kind.name, input: plan(columns, rows), aggregates: [{name: 'bad', function: 'countIf', of: bad}]}],
          {relationOf: () => undefined},
        )

        expect(measured).toEqual({id: kind.name, values: {bad: BigInt(example.bad.length)}})
      })
    }
  }
})
