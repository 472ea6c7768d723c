// Every example of every step kind, on any engine: before and after, row by row.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Engine} from '../../src/core/engine/engine.ts'
import {bool, column as columnRef, type Expr, literal} from '../../src/core/expr/expr.ts'
import type {Plan} from '../../src/core/expr/plan.ts'
import {applyStep} from '../../src/core/steps/define-step.ts'
import {stepKinds} from '../../src/core/steps/index.ts'

const at = {file: 'example', line: 1, column: 1}

export function stepsSuite(name: string, open: () => Promise<Engine>): void {
  describe(`steps on ${name}`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine.close())

    for (const kind of stepKinds.values()) {
      for (const [index, example] of kind.examples.entries()) {
        it(`${kind.name} does to example ${index + 1} what it says`, async () => {
          const others = Object.entries(example.others ?? {})
          const input: Plan = {
            kind: 'values',
            columns: ['value', ...others.map(([other]) => other)].map((column) => ({name: column, type: 'string'})),
            rows: example.before.map((text, row) => [text, ...others.map(([, texts]) => texts[row] ?? null)]),
          }
          const relation = (dataset: string) => {
            const data = example.datasets?.[dataset]
            if (data === undefined) return undefined
            const columns = Object.entries(data.columns).map(([column, type]) => ({name: column, type}))
            return {
              plan: {kind: 'values', columns, rows: data.rows.map((row) => columns.map((column) => row[column.name] ?? null))} as const,
              columns: data.columns,
            }
          }

          const [params, value, scope] = [kind.parse(example.params, at), columnRef('value'), {text: columnRef, relation}]
          const number: Expr = {kind: 'parse', of: value, as: {type: 'float64'}}
          const {text, fails} = applyStep(kind, params, value, scope)
          const columns = [
            {name: 'after', expr: text},
            {name: 'failed', expr: fails ?? bool(false)},
            {name: 'converted', expr: kind.convert?.(params, number, scope) ?? literal(null, 'float64')},
          ]
          const rows = await engine.rows({kind: 'derive', input, columns}, example.before.length)

          expect(rows.map((row) => row.after)).toEqual(example.after)
          expect(rows.flatMap((row, place) => (row.failed === true ? [place] : []))).toEqual(example.failed ?? [])
          expect(rows.flatMap((row) => (row.failed === null ? [row] : []))).toEqual([])
          expect(rows.map((row) => row.converted)).toEqual(example.converted ?? rows.map(() => null))
        })
      }
    }
  })
}
