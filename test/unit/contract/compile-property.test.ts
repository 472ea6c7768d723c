// The compiled contract against a judge written straight from the contract's words, on generated texts; and Polars against
// the reference engine on the same rows.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {openEngine} from '../../../src/core/engine/index.ts'
import {labContract} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {judgedPlan, runJudged} from '../../support/run-contract.ts'

const contract = labContract(`
- {name: id, logicalType: integer, required: true, unique: true}
- name: sex
  logicalType: string
  quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [male, female]}}]
  customProperties: [{property: hippoTransform, value: [trim, {step: changeCase, to: lower}, {step: nullIf, values: ['?']}, {step: mapValues, map: {m: male, f: female}}]}]
- {name: start, logicalType: date}
- name: stop
  logicalType: date
  quality: [{type: custom, engine: hippo, implementation: {rule: temporalOrder, notBefore: start}}]
- name: value
  logicalType: number
  physicalType: 'DECIMAL(6,2)'
  logicalTypeOptions: {minimum: -1, exclusiveMaximum: 100}
  quality: [{type: custom, engine: hippo, implementation: {rule: required, when: {column: sex, in: [male]}}}]`)

interface Raw {
  readonly id: string | null
  readonly sex: string | null
  readonly start: string | null
  readonly stop: string | null
  readonly value: string | null
}

const text = (...values: readonly string[]) => fc.option(fc.constantFrom(...values), {freq: 6})
const rawRow: fc.Arbitrary<Raw> = fc.record({
  id: text('1', '2', '3', '4', '5', '+6', '007', ' 8', 'x', '', '9223372036854775807', '9223372036854775808'),
  sex: text('m', 'F ', 'male', '?', 'x', ' ', 'FEMALE'),
  start: text('2024-02-29', '2023-02-29', '2025-01-01', '2025-1-1', ' 2024-01-01 '),
  stop: text('2024-02-29', '2024-12-31', '0000-01-01', 'soon'),
  value: text('0', '-1', '-1.01', '99.99', '100', '1.005', '12345', '1e2', ' 5 '),
})

const clean = (raw: string | null): string | null => {
  const trimmed = raw?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

function readDate(raw: string | null): string | null {
  const of = clean(raw)
  return of !== null && /^\d{4}-\d{2}-\d{2}$/.test(of) && !of.startsWith('0000') && new Date(`${of}T00:00:00Z`).toJSON()?.startsWith(of)
    ? of
    : null
}

function readId(raw: string | null): bigint | null {
  const of = clean(raw)
  const id = of !== null && /^[+-]?\d{1,19}$/.test(of) ? BigInt(of.replace('+', '')) : null
  return id !== null && id >= -(2n ** 63n) && id < 2n ** 63n ? id : null
}

/** Reasons of each row, from the contract's words alone. */
function reasonsOf(rows: readonly Raw[]): readonly string[] {
  const ids = rows.map(({id}) => readId(id))
  return rows.map((row, index) => {
    const reasons: string[] = []
    const add = (id: string, isBad: boolean): void => void (isBad && reasons.push(id))
    const id = ids[index] ?? null
    const sexText = clean(row.sex)?.toLowerCase() ?? null
    const sex = sexText === '?' ? null : ({m: 'male', f: 'female'}[sexText ?? ''] ?? sexText)
    const [start, stop] = [readDate(row.start), readDate(row.stop)]
    const valueText = clean(row.value)
    const value = valueText !== null && /^[+-]?\d{1,4}(\.\d{1,2})?$/.test(valueText) ? Number(valueText) : null
    add('id.required', clean(row.id) === null)
    add('id.type', clean(row.id) !== null && id === null)
    add('id.unique', id !== null && ids.filter((other) => other === id).length > 1)
    add('sex.acceptedValues', sex !== null && sex !== 'male' && sex !== 'female')
    add('start.type', clean(row.start) !== null && start === null)
    add('stop.type', clean(row.stop) !== null && stop === null)
    add('stop.temporalOrder', start !== null && stop !== null && stop < start)
    add('value.type', valueText !== null && value === null)
    add('value.range', value !== null && (value < -1 || value >= 100))
    add('value.required', sex === 'male' && valueText === null)
    return reasons.join('|')
  })
}

function compile(rows: readonly Raw[]) {
  const compiled = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined})
  const columns = [...compiled.rawColumns, {name: 'row', type: 'int64'} as const]
  const values = rows.map((row, index) => [row.id, row.sex, row.start, row.stop, row.value, BigInt(index)])
  return {compiled, judged: judgedPlan(compiled, {kind: 'values', columns, rows: values})}
}

describe('a compiled contract', () => {
  it('rejects exactly the rows that the words of the contract reject, for exactly those reasons', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rawRow, {maxLength: 12}), async (rows) => {
        const {compiled, judged} = compile(rows)

        const {accepted, quarantined, checks} = await runJudged(referenceEngine(), compiled, judged)

        const expected = reasonsOf(rows)
        const found = new Map(quarantined.map((row) => [Number(row.row), row.reasons]))
        expect(rows.map((_, index) => found.get(index) ?? '')).toEqual(expected)
        expect(accepted.length + quarantined.length).toBe(rows.length)
        expect(checks.map(({id, violated}) => [id, violated])).toEqual(
          checks.map(({id}) => [id, expected.filter((reasons) => reasons.split('|').includes(id)).length]),
        )
      }),
      {numRuns: 60},
    )
  })

  it('means the same on Polars', async () => {
    const rows = fc.sample(rawRow, {numRuns: 2000, seed: 7})
    const {compiled, judged} = compile(rows)
    const engine = await openEngine('polars')

    const polars = await runJudged(engine, compiled, judged)
    const reference = await runJudged(referenceEngine(), compiled, judged)
    await engine.close()

    expect(polars.accepted).toEqual(reference.accepted)
    expect(polars.quarantined).toEqual(reference.quarantined)
    expect(polars.checks).toEqual(reference.checks)
    expect(polars.quarantined.map((row) => row.reasons)).toEqual(reasonsOf(rows).filter((reasons) => reasons !== ''))
  }, 60_000)
})
