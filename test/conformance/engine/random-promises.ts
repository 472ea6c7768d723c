import {expect, it} from 'vitest'
import type {Row} from '../../../src/core/engine/engine.ts'
import type {Expr, ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Effect, Judged, Plan} from '../../../src/core/expr/plan.ts'
import {print} from '../../../src/core/expr/walk.ts'
import {evaluateAll} from '../../support/reference-engine.ts'
import {pick, randomColumns, randomCondition, randomExpr, randomRows, seeded} from './random-expressions.ts'
import type {Workbench} from './workbench.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined && process.env.HIPPO_TEST_LONG !== ''
const batches = isLong ? 100 : 3
const exprsInBatch = 40
const names = Object.keys(randomColumns)

/** HIPPO_TEST_SEED repeats a run; long runs start at a new place each time. */
function firstSeed(): number {
  const given = Number(process.env.HIPPO_TEST_SEED ?? '')
  return given > 0 ? given : isLong ? Math.floor(Math.random() * 1_000_000) + 1 : 1
}

export function randomPromises(bench: () => Workbench): void {
  it(`gives what the oracle gives for ${batches * exprsInBatch} random expressions`, {timeout: isLong ? 3_600_000 : 60_000}, async () => {
    const first = firstSeed()
    console.log(`random expressions: seeds ${first} to ${first + batches - 1} (HIPPO_TEST_SEED repeats a run)`)
    for (let seed = first; seed < first + batches; seed++) {
      const random = seeded(seed)
      const rows = randomRows(random, 40)
      const exprs = Array.from({length: exprsInBatch}, () => randomExpr(random, 4))

      const written = await writeAll(bench(), rows, exprs)

      const given = rowsOf(rows)
      for (const [index, expr] of exprs.entries()) {
        const expected = evaluateAll(expr, given, randomColumns)
        const actual = written.map((row) => row[`e${index}`] ?? null)
        expect(differences(expr, seed, given, actual, expected)).toEqual([])
      }
    }
  })

  it('judges by random conditions as the oracle does, and every row is counted once', {timeout: isLong ? 3_600_000 : 60_000}, async () => {
    const first = firstSeed()
    for (let seed = first; seed < first + batches; seed++) {
      const random = seeded(seed + 7919)
      const judged: Judged = {
        input: bench().typed(randomColumns, randomRows(random, 60), 'row'),
        judgements: Array.from({length: 8}, (_, index) => ({
          id: `j${index}`,
          when: index < 5 ? {kind: 'and', of: [randomCondition(random, 3), randomCondition(random, 2)]} : randomSet(random),
          effect: pick<Effect>(random, ['quarantine', 'warn', 'skip']),
        })),
      }
      const plans: Readonly<Record<string, Plan>> = {
        good: {kind: 'verdict', of: judged, is: 'accepted'},
        bad: {kind: 'verdict', of: judged, is: 'quarantined', reasons: '_reasons'},
      }

      const engine = await bench().write(plans)
      const oracle = await bench().write(plans, bench().oracle)

      const {read, accepted, quarantined, byJudgement} = engine.result.tally ?? {read: -1, accepted: 0, quarantined: 0, byJudgement: {}}
      const skipped = judged.judgements.reduce((total, {id, effect}) => total + (effect === 'skip' ? (byJudgement[id] ?? 0) : 0), 0)
      expect({seed, ...engine}).toMatchObject({seed, rows: oracle.rows, result: {tally: oracle.result.tally}})
      expect(accepted + quarantined + skipped).toBe(read)
      expect(read).toBe(60)
    }
  })
}

function randomSet(random: () => number): Expr {
  const some = (): readonly string[] => {
    const chosen = names.filter(() => random() < 0.25)
    return chosen.length === 0 ? [pick(random, names)] : chosen
  }
  const few = [pick(random, names)]
  const others: readonly Expr[] = [
    {kind: 'isSuperseded', key: few, by: pick(random, names)},
    {
      kind: 'isOutvoted',
      key: few,
      of: pick(random, names),
      minRows: 2,
      percent: pick(random, [51, 67, 100]),
      undecidedAreBad: random() < 0.5,
    },
    {
      kind: 'isFarOut',
      key: random() < 0.3 ? [] : few,
      of: pick(random, ['i1', 'i2', 'f1', 'f2']),
      method: pick(random, ['mad', 'iqr']),
      limit: pick(random, [0.5, 1, 3]),
      minRows: pick(random, [2, 5]),
      ...(random() < 0.5 ? {where: randomCondition(random, 2)} : {}),
    },
    {
      kind: 'isNull',
      of: {
        kind: 'previous',
        key: few,
        by: pick(random, ['d1', 't1', 'i1']),
        of: pick(random, names),
        ...(random() < 0.5 ? {where: randomCondition(random, 2)} : {}),
      },
    },
    {kind: 'overlaps', key: few, start: 'd1', end: 'd2', ...(random() < 0.5 ? {unlessSame: some()} : {})},
    {kind: 'overlaps', key: few, start: 't1', end: 't2', where: randomCondition(random, 2)},
  ]
  if (random() < 0.4) return pick(random, others)
  return random() < 0.5
    ? {kind: 'isDuplicated', key: few, ...(random() < 0.5 ? {unlessSame: some()} : {})}
    : {kind: 'isRepeat', key: random() < 0.3 ? [] : few, columns: some()}
}

const rowsOf = (rows: readonly (readonly ScalarValue[])[]): readonly Row[] =>
  rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))

async function writeAll(bench: Workbench, rows: readonly (readonly ScalarValue[])[], exprs: readonly Expr[]): Promise<readonly Row[]> {
  const columns = exprs.map((expr, index) => ({name: `e${index}`, expr}))
  return (await bench.write({all: {kind: 'select', input: bench.typed(randomColumns, rows), columns}})).rows.all ?? []
}

/** One line for the first row in which engine and oracle disagree. */
function differences(
  expr: Expr,
  seed: number,
  rows: readonly Row[],
  actual: readonly ScalarValue[],
  expected: readonly ScalarValue[],
): readonly string[] {
  const at = expected.findIndex((value, index) => !Object.is(value, actual[index]))
  if (at < 0 && actual.length === expected.length) return []
  const shown = (value: ScalarValue | undefined): string => (typeof value === 'bigint' ? `${value}n` : JSON.stringify(value))
  const input = Object.entries(rows[at] ?? {}).map(([name, value]) => `${name}=${shown(value)}`)
  return [`seed ${seed}: ${print(expr)}\n with ${input.join(' ')}\n gives ${shown(actual[at])}, not ${shown(expected[at])}`]
}
