// What every engine must do. One line runs it: `engineSuite('polars', () => openPolarsEngine(…))`. Inputs are CSV files in a
// temporary folder; expected values are written by hand where the meaning matters and come from the oracle elsewhere.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Engine} from '../../src/core/engine/engine.ts'
import type {ScalarValue} from '../../src/core/expr/expr.ts'
import type {Plan} from '../../src/core/expr/plan.ts'
import {print} from '../../src/core/expr/walk.ts'
import {evaluateAll} from '../support/reference-engine.ts'
import {aggregatePromises} from './engine/aggregate-promises.ts'
import type {ExpressionCase} from './engine/expression-case.ts'
import {keyPromises} from './engine/key-promises.ts'
import {logicCases} from './engine/logic-cases.ts'
import {numberCases} from './engine/number-cases.ts'
import {outputPromises} from './engine/output-promises.ts'
import {parquetPromises} from './engine/parquet-promises.ts'
import {planPromises} from './engine/plan-promises.ts'
import {randomPromises} from './engine/random-promises.ts'
import {setPromises} from './engine/set-promises.ts'
import {textCases} from './engine/text-cases.ts'
import {timeCases} from './engine/time-cases.ts'
import {verdictPromises} from './engine/verdict-promises.ts'
import {openWorkbench, type Workbench} from './engine/workbench.ts'

/** Declares what an engine promises of expressions about other rows; `open` is called once. */
export function setSuite(name: string, open: () => Promise<Engine>): void {
  describe(`engine ${name}`, {timeout: 60_000}, () => {
    const bench = sharedBench(open)
    setPromises(bench)
    keyPromises(bench)
  })
}

/** Opens a workbench for the tests of the describe block that it is called in. */
function sharedBench(open: () => Promise<Engine>): () => Workbench {
  let opened: Workbench | undefined
  beforeAll(async () => {
    opened = await openWorkbench(open)
  }, 60_000)
  afterAll(() => opened?.close())
  return () => {
    if (opened === undefined) throw new Error('the engine did not open')
    return opened
  }
}

/** Declares the suite for one engine; `open` is called once. */
export function engineSuite(name: string, open: () => Promise<Engine>): void {
  describe(`engine ${name}`, {timeout: 60_000}, () => {
    const bench = sharedBench(open)

    describe('logic and comparison', () => expressionPromises(bench, logicCases))
    describe('text', () => expressionPromises(bench, textCases))
    describe('numbers', () => expressionPromises(bench, numberCases))
    describe('dates and times', () => expressionPromises(bench, timeCases))
    describe('set expressions', () => setPromises(bench))
    describe('keys', () => keyPromises(bench))
    describe('plans', () => planPromises(bench))
    describe('Parquet files', () => parquetPromises(bench))
    describe('verdicts', () => verdictPromises(bench))
    describe('aggregates', () => aggregatePromises(bench))
    describe('outputs', () => outputPromises(bench))
    describe('random expressions', () => randomPromises(bench))
  })
}

function expressionPromises(bench: () => Workbench, cases: readonly ExpressionCase[]): void {
  it.each(cases)('$title', async ({columns, rows, gives}) => {
    const names = Object.keys(columns)
    const input = bench().typed(columns, rows)
    const plan: Plan = {kind: 'select', input, columns: gives.map(({expr}, index) => ({name: `e${index}`, expr}))}
    const given = rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))

    const written = (await bench().write({all: plan})).rows.all ?? []

    const oracle = gives.map(({expr}) => evaluateAll(expr, given, columns))
    for (const [index, {expr, expected}] of gives.entries()) {
      if (expected !== undefined) expect({[print(expr)]: oracle[index]}).toEqual({[print(expr)]: expected})
      const actual = written.map((row): ScalarValue => row[`e${index}`] ?? null)
      expect({[print(expr)]: actual}).toEqual({[print(expr)]: oracle[index]})
    }
  })
}
