import {describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import type {Contract} from '../../../src/core/model/contract.ts'
import {labContract} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {judgedPlan, runJudged} from '../../support/run-contract.ts'

type RawRow = Readonly<Record<string, string | null>>

async function run(contract: Contract, rows: readonly RawRow[]) {
  const compiled = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined})
  const columns = compiled.rawColumns
  const values = rows.map((row) => columns.map(({name}) => row[name.replace('raw:', '')] ?? null))
  return runJudged(referenceEngine(), compiled, judgedPlan(compiled, {kind: 'values', columns, rows: values}))
}

const reasonsOf = async (contract: Contract, rows: readonly RawRow[]): Promise<unknown[]> =>
  (await run(contract, rows)).quarantined.map((row) => row.reasons)

const problemOf = (properties: string): string => {
  try {
    labContract(properties)
    return 'none'
  } catch (error) {
    return error instanceof HippoError ? `${error.at?.line} ${error.message}` : String(error)
  }
}

const stepped = (name: string, type: string, steps: string, more = ''): string => `
- name: ${name}
  logicalType: ${type}${more}
  customProperties: [{property: hippoTransform, value: ${steps}}]`

describe('steps that can fail', () => {
  it('give a text that they cannot read one reason, and no value', async () => {
    const contract = labContract(stepped('taken_at', 'timestamp', '[{step: localTime, zone: Europe/Berlin}]'))

    const {accepted, quarantined} = await run(contract, [
      {taken_at: '2026-07-01T10:00:00'},
      {taken_at: '2026-10-25T02:30:00'},
      {taken_at: 'soon'},
      {taken_at: null},
    ])

    expect(accepted).toEqual([{taken_at: '2026-07-01T08:00:00Z'}, {taken_at: null}])
    expect(quarantined.map((row) => [row.reasons, row.taken_at])).toEqual([
      ['taken_at.localTime', null],
      ['taken_at.localTime', null],
    ])
  })

  it('leave a text that the first of them could not read to it alone', async () => {
    const steps = "[{step: parseDate, formats: ['dd.MM.yyyy HH:mm']}, {step: localTime, zone: Europe/Berlin}]"
    const contract = labContract(stepped('taken_at', 'timestamp', steps))

    expect(await reasonsOf(contract, [{taken_at: 'soon'}, {taken_at: '25.10.2026 02:30'}, {taken_at: '25.10.2026 12:30'}])).toEqual([
      'taken_at.parseDate',
      'taken_at.localTime',
    ])
  })

  it('never let a number pass that means another', async () => {
    const contract = labContract(stepped('dose', 'number', "[{step: decimal, sign: ','}]"))

    const {accepted} = await run(contract, [{dose: '1,5'}, {dose: '1.500'}])

    expect(accepted).toEqual([{dose: 1.5}])
  })

  it('hand a text that only the type refuses to the type', async () => {
    const contract = labContract(
      stepped('dose', 'integer', "[{step: decimal, sign: ','}]") +
        stepped('sex', 'string', '[{step: mapValues, map: {M: male}, otherwise: fail}]'),
    )

    expect(
      await reasonsOf(contract, [
        {dose: '1,5', sex: 'M'},
        {dose: 'x', sex: 'Q'},
      ]),
    ).toEqual(['dose.type', 'dose.decimal|sex.mapValues'])
  })

  it('take their severity from a clause that names them', async () => {
    const contract = labContract(
      stepped(
        'sex',
        'string',
        '[{step: mapValues, map: {M: male}, otherwise: fail}]',
        '\n  quality: [{id: sex_known, type: custom, engine: hippo, severity: warning, implementation: {rule: step, step: mapValues}}]',
      ),
    )

    const {accepted, checks} = await run(contract, [{sex: 'Q'}, {sex: 'M'}])

    expect(accepted).toEqual([{sex: 'Q'}, {sex: 'male'}])
    expect(checks.map(({id, violated, denominator}) => [id, violated, denominator])).toEqual([['sex_known', 1, 2]])
  })
})

describe('columns that keep what was received', () => {
  const comparator = (value: string): string => `- {name: note, logicalType: string}
${stepped('comparator', 'string', '[takeComparator]', '\n  transformSourceObjects: [RESULT]')}
${stepped('value', 'number', value, '\n  transformSourceObjects: [RESULT]')}`

  it('keep the comparator beside the number', async () => {
    const contract = labContract(comparator('[{step: dropComparator, comparator: comparator}]'))

    const {accepted} = await run(contract, [{RESULT: '<0.5'}, {RESULT: '7'}])

    expect(accepted.map((row) => [row.comparator, row.value])).toEqual([
      ['<', 0.5],
      [null, 7],
    ])
  })

  it('are of no use to a conversion in a column that is no plain number', () => {
    const converted = (type: string): string =>
      `- {name: unit, logicalType: string}
${stepped('received', 'string', '[trim]', '\n  transformSourceObjects: [RESULT]')}
${stepped('value', type, '[{step: convertUnit, unit: unit, received: received, to: kg}]', '\n  transformSourceObjects: [RESULT]')}`

    expect(problemOf(converted('integer'))).toMatch(/^\d+ step convertUnit: .*value is none/)
  })

  it('are refused, with their place, where they do not keep it', () => {
    expect(problemOf(comparator('[{step: dropComparator, comparator: sign}]'))).toMatch(/^\d+ step dropComparator: sign .* no column/)
    expect(problemOf(comparator('[{step: dropComparator, comparator: note}]'))).toContain('does not take the header of value')
    expect(problemOf(comparator('[{step: dropComparator, comparator: comparator}]').replace('[takeComparator]', '[trim]'))).toContain(
      'should have the step takeComparator',
    )
    expect(
      problemOf(
        comparator('[{step: dropComparator, comparator: comparator}]').replace('[takeComparator]', '[{step: changeCase, to: upper}]'),
      ),
    ).toContain('changes it by its step changeCase')
  })
})
