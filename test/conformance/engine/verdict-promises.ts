import {expect, it} from 'vitest'
import {column, compare, type Expr, isNull, literal, type ScalarType, type ScalarValue, text} from '../../../src/core/expr/expr.ts'
import type {Effect, Judged, Plan} from '../../../src/core/expr/plan.ts'
import type {Workbench} from './workbench.ts'

const columns: Readonly<Record<string, ScalarType>> = {n: 'int64', id: 'int64', value: 'int64', name: 'string'}

/** n numbers the rows; what happens to each stands beside it. */
const rows: readonly (readonly ScalarValue[])[] = [
  [1n, 1n, 5n, 'a'], // accepted
  [2n, 1n, 5n, 'a'], // repeat of 1: skipped
  [3n, 2n, -1n, 'b'], // low
  [4n, 3n, 7n, 'c'], // 4, 5: one id, differing rows: duplicated
  [5n, 3n, 8n, 'c'],
  [6n, null, 9n, null], // nameless, no id
  [7n, 4n, null, 'd'], // value unknown: a null judgement is not bad
  [8n, 2n, -1n, 'b'], // repeat of 3, and low: quarantine beats skip
  [9n, 5n, 2n, 'odd'], // warned only
  [10n, 6n, 200n, ''], // stored as it is: unchanged
  [11n, 6n, 200n, ''], // unchanged and repeat: the first skip counts
  [12n, 3n, 7n, 'c'], // repeat of 4, duplicated with 5
]

const judgement = (id: string, when: Expr, effect: Effect) => ({id, when, effect})
const stored: Plan = {
  kind: 'values',
  columns: [
    {name: 'id', type: 'int64'},
    {name: 'value', type: 'int64'},
    {name: 'name', type: 'string'},
  ],
  rows: [
    [6n, 200n, ''],
    [1n, 6n, 'a'],
  ],
}

function judgedInput(bench: Workbench, given = rows): Judged {
  return {
    input: bench.typed(columns, given),
    judgements: [
      judgement('low', compare(column('value'), '<', literal(0n, 'int64')), 'quarantine'),
      judgement('odd', compare(column('name'), '=', text('odd')), 'warn'),
      judgement('small', compare(column('value'), '<', literal(3n, 'int64')), 'warn'),
      judgement('unchanged', {kind: 'isSameIn', key: ['id'], relation: stored, columns: ['value', 'name']}, 'skip'),
      judgement('id.unique', {kind: 'isDuplicated', key: ['id'], unlessSame: ['value', 'name']}, 'quarantine'),
      judgement('duplicate', {kind: 'isRepeat', key: ['id'], columns: ['value', 'name']}, 'skip'),
      judgement('name.required', isNull(column('name')), 'quarantine'),
      judgement('id.required', isNull(column('id')), 'quarantine'),
      judgement('never', literal(null, 'boolean'), 'quarantine'),
    ],
  }
}

const numbers = (list: readonly Readonly<Record<string, ScalarValue>>[] | undefined): readonly number[] =>
  (list ?? []).map((row) => Number(row.n))

export function verdictPromises(bench: () => Workbench): void {
  it('parts a judged input into accepted, quarantined and skipped rows and counts each once', async () => {
    const judged = judgedInput(bench())
    const plans: Readonly<Record<string, Plan>> = {
      good: {kind: 'verdict', of: judged, is: 'accepted'},
      bad: {kind: 'verdict', of: judged, is: 'quarantined', reasons: '_reasons'},
    }

    for (const engine of [bench().oracle, bench().engine]) {
      const {rows: written, result} = await bench().write(plans, engine)

      expect(numbers(written.good)).toEqual([1, 7, 9])
      expect(written.bad?.map((row) => [Number(row.n), row._reasons])).toEqual([
        [3, 'low'],
        [4, 'id.unique'],
        [5, 'id.unique'],
        [6, 'name.required|id.required'],
        [8, 'low'],
        [12, 'id.unique'],
      ])
      expect(result.tally).toEqual({
        read: 12,
        accepted: 3,
        quarantined: 6,
        byJudgement: {
          low: 2,
          odd: 1,
          small: 3,
          unchanged: 2,
          'id.unique': 3,
          duplicate: 1,
          'name.required': 1,
          'id.required': 1,
          never: 0,
        },
      })
      expect(result.outputs.map(({name, rows: count}) => [name, count])).toEqual([
        ['good', 3],
        ['bad', 6],
      ])
    }
  })

  it('gives the tally when only one verdict is written, and none without a verdict', async () => {
    const judged = judgedInput(bench())

    const {result} = await bench().write({good: {kind: 'verdict', of: judged, is: 'accepted'}})
    const plain = await bench().write({all: judged.input})

    expect(result.tally?.read).toBe(12)
    expect(result.tally?.quarantined).toBe(6)
    expect(plain.result.tally).toBeUndefined()
  })

  it('judges an input without rows', async () => {
    const judged = judgedInput(bench(), [])

    const {rows: written, result} = await bench().write({
      good: {kind: 'verdict', of: judged, is: 'accepted'},
      bad: {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'r'},
    })

    expect(written).toEqual({good: [], bad: []})
    expect(result.outputs).toEqual([
      {name: 'good', rows: 0, files: []},
      {name: 'bad', rows: 0, files: []},
    ])
    expect(result.tally).toEqual({
      read: 0,
      accepted: 0,
      quarantined: 0,
      byJudgement: Object.fromEntries(judged.judgements.map(({id}) => [id, 0])),
    })
  })

  it('accepts everything when nothing is judged', async () => {
    const judged: Judged = {input: bench().typed(columns, rows), judgements: []}

    const {rows: written, result} = await bench().write({
      good: {kind: 'verdict', of: judged, is: 'accepted'},
      bad: {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'r'},
    })

    expect(numbers(written.good)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(written.bad).toEqual([])
    expect(result.tally).toEqual({read: 12, accepted: 12, quarantined: 0, byJudgement: {}})
  })

  it('goes on from verdicts: columns picked, reasons as lists, constants added', async () => {
    const judged = judgedInput(bench())
    const good: Plan = {
      kind: 'select',
      input: {kind: 'verdict', of: judged, is: 'accepted'},
      columns: [
        {name: 'n', expr: column('n')},
        {name: '_batch', expr: literal(3n, 'int64')},
      ],
    }
    const bad: Plan = {
      kind: 'derive',
      input: {kind: 'verdict', of: judged, is: 'quarantined', reasons: '_reasons'},
      columns: [{name: '_run', expr: text('r1')}],
    }

    const {rows: written} = await bench().write({good, bad}, undefined, {lists: ['_reasons']})

    expect(written.good).toEqual([
      {n: 1n, _batch: 3n},
      {n: 7n, _batch: 3n},
      {n: 9n, _batch: 3n},
    ])
    expect(written.bad?.map((row) => [Number(row.n), row._reasons, row._run])).toEqual([
      [3, '[low]', 'r1'],
      [4, '[id.unique]', 'r1'],
      [5, '[id.unique]', 'r1'],
      [6, '[name.required|id.required]', 'r1'],
      [8, '[low]', 'r1'],
      [12, '[id.unique]', 'r1'],
    ])
  })

  it('judges by relations and by rows of the same input at once', async () => {
    const people = bench().typed({person: 'int64', born: 'date'}, [
      [1n, '1980-01-01'],
      [2n, null],
      [2n, '1990-01-01'],
    ])
    const input = bench().typed({person: 'int64', at: 'date'}, [
      [1n, '1979-12-31'],
      [1n, '1980-01-01'],
      [2n, '1900-01-01'],
      [3n, '2000-01-01'],
      [null, '2000-01-01'],
    ])
    const born: Expr = {kind: 'lookup', key: [column('person')], relation: people, on: ['person'], take: 'born'}
    const judged: Judged = {
      input,
      judgements: [
        judgement('known', {kind: 'not', of: {kind: 'existsIn', key: [column('person')], relation: people, on: ['person']}}, 'quarantine'),
        judgement('born', compare(column('at'), '<', born), 'quarantine'),
        judgement('many', {kind: 'isDuplicated', key: ['person']}, 'warn'),
      ],
    }

    const {rows: written, result} = await bench().write({
      good: {kind: 'verdict', of: judged, is: 'accepted'},
      bad: {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'reasons'},
    })

    expect(written.bad).toEqual([
      {person: 1n, at: '1979-12-31', reasons: 'born'},
      {person: 3n, at: '2000-01-01', reasons: 'known'},
    ])
    expect(written.good).toEqual([
      {person: 1n, at: '1980-01-01'},
      {person: 2n, at: '1900-01-01'},
      {person: null, at: '2000-01-01'},
    ])
    expect(result.tally?.byJudgement).toEqual({known: 1, born: 1, many: 2})
  })

  it('tells reasons apart when there are more than 64', async () => {
    const judgements = Array.from({length: 150}, (_, index) =>
      judgement(`r${index}`, compare(column('n'), '=', literal(BigInt(index + 1), 'int64')), 'quarantine'),
    )
    const judged: Judged = {
      input: bench().typed(columns, rows),
      judgements: [...judgements, judgement('last', compare(column('n'), '>', literal(10n, 'int64')), 'quarantine')],
    }

    const {rows: written, result} = await bench().write({bad: {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'reasons'}})

    expect(written.bad?.map((row) => row.reasons)).toEqual([
      'r0',
      'r1',
      'r2',
      'r3',
      'r4',
      'r5',
      'r6',
      'r7',
      'r8',
      'r9',
      'r10|last',
      'r11|last',
    ])
    expect(result.tally?.byJudgement.last).toBe(2)
    expect(result.tally?.byJudgement.r149).toBe(0)
  })
}
