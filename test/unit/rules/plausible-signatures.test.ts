// Who stands for the bounds of the clinical pack, as a clause says it.
import {describe, expect, it} from 'vitest'
import {vitalsAndLabs} from '../../../src/core/clinical/vitals-and-labs.ts'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import {plausibleRange} from '../../../src/core/rules/plausible-range.ts'
import {labText} from '../../support/contract-text.ts'

const at = {file: 'lab.odcs.yaml', line: 1, column: 1}
const {version} = vitalsAndLabs
const signed = (more: object = {}) => ({by: 'Dr A. Grey', date: '2026-11-23', version, ...more})
const params = (signatures: unknown) => plausibleRange.parse({code: 'code', unit: 'unit', signed: signatures}, at)
const said = (signatures: unknown) => /\((.*)\)$/.exec(plausibleRange.describe(params(signatures)))?.[1]
const terms = vitalsAndLabs.ranges.flatMap(({codes}) => codes).length

describe('a signature of bounds', () => {
  it('is said with who and when, and for how many terms', () => {
    expect(said(undefined)).toBe('signed by no clinician')
    expect(said(signed())).toBe('signed by Dr A. Grey on 2026-11-23')
    expect(said([signed({codes: ['8867-4']})])).toBe(`1 of ${terms} terms signed by Dr A. Grey on 2026-11-23`)
  })

  it('is for one version of the pack', () => {
    expect(said(signed({version: '2025.01'}))).toBe('signed for version 2025.01, and by no clinician for this one')
  })

  it('counts only for what is judged', () => {
    const heartRate = (...signatures: object[]) =>
      plausibleRange.describe(plausibleRange.parse({loinc: '8867-4', unit: 'unit', signed: signatures}, at))
    const other = signed({codes: ['2345-7']})

    expect(heartRate(other)).toContain('(signed by no clinician)')
    expect(heartRate(other, signed({by: 'Dr B. Brown', codes: ['8867-4']}))).toContain('(signed by Dr B. Brown on 2026-11-23)')
    expect(heartRate({...other, version: '2025.01'})).toContain('(signed by no clinician)')
  })

  it('has somebody, a day and a version', () => {
    for (const wrong of [{by: ' '}, {date: 'yesterday'}, {date: '2026-13-40'}, {date: '2026-02-30'}, {version: 2026.12}, {on: 'x'}])
      expect(() => params(signed(wrong))).toThrow(expect.objectContaining({code: 'CONTRACT_RULE_INVALID'}))
  })

  it('is asked for by lint where rows are turned away without it, and where it is for another version', () => {
    const remarks = (severity: string, signature: string) =>
      lintContract(
        'lab.odcs.yaml',
        labText(`
- name: weight
  logicalType: number
  quality:
    - type: custom
      engine: hippo
      severity: ${severity}
      implementation: {rule: plausibleRange, loinc: 29463-7, ucum: kg${signature}}`),
      ).map(({message}) => message)
    const own = (of: string) => `, signed: {by: A, date: '2026-11-23', version: '${of}'}`

    expect(remarks('error', '')).toEqual([`weight.plausibleRange: the bounds of vitals-and-labs ${version}: signed by no clinician`])
    expect(remarks('warning', own('2025.01'))).toHaveLength(1)
    expect([remarks('warning', ''), remarks('error', own(version))]).toEqual([[], []])
  })
})
