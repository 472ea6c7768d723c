import {describe, expect, it} from 'vitest'
import {type CompileContext, compileContract} from '../../../src/core/contract/compile-contract.ts'
import type {Contract} from '../../../src/core/model/contract.ts'
import {labContract} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {judgedPlan, runJudged} from '../../support/run-contract.ts'

type RawRow = Readonly<Record<string, string | null>>

async function run(contract: Contract, rows: readonly RawRow[], context: Partial<CompileContext> = {}) {
  const compiled = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined, ...context})
  const columns = compiled.rawColumns
  const values = rows.map((row) => columns.map(({name}) => row[name.replace('raw:', '')] ?? null))
  const result = await runJudged(referenceEngine(), compiled, judgedPlan(compiled, {kind: 'values', columns, rows: values}))
  return {...result, reasons: result.quarantined.map((row) => row.reasons)}
}

describe('compileContract', () => {
  it('gives a value that cannot be read one reason', async () => {
    const contract = labContract('- {name: n, logicalType: number, required: true, logicalTypeOptions: {minimum: 0}}')

    const {accepted, reasons} = await run(contract, [{n: ' 1.5 '}, {n: 'x'}, {n: '  '}, {n: null}, {n: '-1'}])

    expect(accepted).toEqual([{n: 1.5}])
    expect(reasons).toEqual(['n.type', 'n.required', 'n.required', 'n.range'])
  })

  it('turns empty text into null once steps are done', async () => {
    const contract = labContract('- {name: a, logicalType: string, customProperties: [{property: hippoTransform, value: [trim]}]}')

    expect((await run(contract, [{a: '  '}, {a: ' x '}])).accepted).toEqual([{a: null}, {a: 'x'}])
  })

  it('splits a source column by another one, after that one is normalised', async () => {
    const contract = labContract(`
- name: number
  logicalType: number
  transformSourceObjects: [VALUE]
  customProperties: [{property: hippoTransform, value: [{step: keepWhen, column: kind, in: [numeric]}]}]
- name: text
  logicalType: string
  transformSourceObjects: [VALUE]
  customProperties: [{property: hippoTransform, value: [{step: keepWhen, column: kind, in: [text]}]}]
- name: kind
  logicalType: string
  transformSourceObjects: [TYPE]
  customProperties: [{property: hippoTransform, value: [trim, {step: changeCase, to: lower}]}]`)

    const {accepted} = await run(contract, [
      {VALUE: '5', TYPE: ' Numeric'},
      {VALUE: '5', TYPE: 'TEXT'},
      {VALUE: '5', TYPE: null},
    ])

    expect(accepted).toEqual([
      {number: 5, text: null, kind: 'numeric'},
      {number: null, text: '5', kind: 'text'},
      {number: null, text: null, kind: null},
    ])
  })

  it('judges a guarded rule only where its condition holds', async () => {
    const contract = labContract(`
- {name: kind, logicalType: string}
- name: a
  logicalType: string
  quality: [{type: custom, engine: hippo, implementation: {rule: required, when: {column: kind, in: [x]}}}]`)

    const {reasons, checks} = await run(contract, [{kind: 'x'}, {kind: 'y'}, {kind: null}, {kind: 'x', a: '1'}])

    expect(reasons).toEqual(['a.required'])
    expect(checks.find(({id}) => id === 'a.required')).toMatchObject({violated: 1, denominator: 2, percent: 50})
  })

  it('takes exact repeats of a key for one row where rows are merged, and for duplicates where they are appended', async () => {
    const properties = '- {name: id, logicalType: integer, primaryKey: true}\n- {name: a, logicalType: string}'
    const rows = [
      {id: '1', a: 'x'},
      {id: '1', a: 'x'},
      {id: '2', a: 'x'},
      {id: '2', a: 'y'},
    ]

    const merged = await run(labContract(properties), rows)
    const appended = await run(labContract(properties, 'customProperties: [{property: hippoWriteMode, value: append}]'), rows)

    expect(merged.accepted.map((row) => row.id)).toEqual([1n, 1n])
    expect(merged.reasons).toEqual(['id.unique', 'id.unique'])
    expect(appended.accepted).toEqual([])
  })

  it('judges unique keys against the rows that are there where rows are appended', async () => {
    const contract = labContract('- {name: id, logicalType: integer, unique: true}')
    const columns = [{name: 'id', type: 'int64'}] as const
    const existing = {plan: {kind: 'values', columns, rows: [[1n]]}, columns: {id: 'int64'}} as const

    expect((await run(contract, [{id: '1'}, {id: '2'}], {existing})).reasons).toEqual(['id.unique'])
  })

  it('accepts rows that warn, and rows within a tolerance', async () => {
    const contract = labContract(`
- name: a
  logicalType: string
  quality:
    - {metric: nullValues, mustBe: 0, severity: warning}
    - {metric: nullValues, mustBeLessOrEqualTo: 50, unit: percent}`)

    const {accepted, checks} = await run(contract, [{a: 'x'}, {a: null}])

    expect(accepted.length).toBe(2)
    expect(checks.map(({outcome}) => outcome)).toEqual(['warned', 'passed'])
  })

  it('does not check a reference to a dataset that is not there, and says so', () => {
    const contract = labContract('- {name: a, logicalType: string, relationships: [{to: patient.id}]}')

    const {notChecked} = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined})

    expect(notChecked).toMatchObject([{clause: {id: 'a.reference'}, reason: 'there is no dataset patient'}])
  })

  it('refuses references to columns that are not there or never match, with the place', () => {
    const contract = labContract('- {name: a, logicalType: integer, relationships: [{to: patient.ident}]}')
    const plan = {kind: 'values', columns: [{name: 'id', type: 'string'}], rows: []} as const
    const compile = (columns: Readonly<Record<string, 'string'>>) =>
      compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => ({plan, columns})})

    expect(() => compile({id: 'string'})).toThrow(
      expect.objectContaining({code: 'CONTRACT_RULE_INVALID', at: expect.objectContaining({line: 9})}),
    )
    expect(() => compile({ident: 'string'})).toThrow('they never match')
  })

  it('refuses steps that look at each other in a circle', () => {
    const contract = labContract(`
- {name: a, logicalType: string, customProperties: [{property: hippoTransform, value: [{step: keepWhen, column: b, in: [x]}]}]}
- {name: b, logicalType: string, customProperties: [{property: hippoTransform, value: [{step: keepWhen, column: a, in: [x]}]}]}`)

    expect(() => compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined})).toThrow('in a circle: a -> b -> a')
  })

  it('refuses a step on a column that neither the contract nor the files have', () => {
    const contract = labContract(
      '- {name: a, logicalType: string, customProperties: [{property: hippoTransform, value: [{step: keepWhen, column: TYPO, in: [x]}]}]}',
    )
    const context = {now: '2026-01-01T00:00:00Z', relation: () => undefined}

    expect(() => compileContract(contract, {...context, sourceColumns: ['a', 'TYPE']})).toThrow(
      expect.objectContaining({code: 'CONTRACT_STEP_INVALID', hint: 'did you mean TYPE?'}),
    )
    expect(compileContract(contract, context).rawColumns.map(({name}) => name)).toEqual(['raw:a', 'raw:TYPO'])
  })

  it('judges typed rows by the same check ids, without layers', () => {
    const contract = labContract('- {name: n, logicalType: integer, required: true, logicalTypeOptions: {minimum: 0}}')
    const context = {now: '2026-01-01T00:00:00Z', relation: () => undefined}

    const typed = compileContract(contract, {...context, input: 'typed'})

    expect(typed.layers).toEqual([])
    expect(typed.judgements.map(({id}) => id)).toEqual(compileContract(contract, context).judgements.map(({id}) => id))
  })
})
