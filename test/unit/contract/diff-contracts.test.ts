// What counts as a change of a contract, whom it breaks, and the version it asks for.
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {diffContracts, judgeVersion} from '../../../src/core/contract/diff/diff-contracts.ts'
import {nextVersion, stepTaken} from '../../../src/core/contract/diff/version-step.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {labText} from '../../support/contract-text.ts'

const plain = `
- {name: id, logicalType: string, primaryKey: true, required: true}
- {name: status, logicalType: string, quality: [{id: status_known, metric: invalidValues, mustBe: 0, arguments: {validValues: [final, draft]}}]}
- {name: value, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 100}}
`
const read = (properties: string, object = '', head = (text: string) => text) =>
  readContract('lab.odcs.yaml', head(labText(properties, object)))
const diff = (properties: string, object = '') =>
  diffContracts(read(plain), read(properties, object)).map(({kind, column, check, breaks}) =>
    [kind, check ?? column ?? '', breaks.join('+')].join(' ').trim(),
  )
const swap = (from: string, to: string): string => {
  expect(plain).toContain(from)
  return plain.replace(from, to)
}

describe('a difference of contracts', () => {
  it('is none between a contract and itself', () => {
    expect(diffContracts(read(plain), read(plain))).toEqual([])
  })

  it.each([
    ['a rule loosened', swap('maximum: 100', 'maximum: 200'), 'ruleChanged value.range readers'],
    ['a rule tightened', swap('maximum: 100', 'maximum: 50'), 'ruleChanged value.range writers'],
    ['a bound dropped', swap(', maximum: 100', ''), 'ruleChanged value.range readers'],
    ['bounds moved', swap('minimum: 0, maximum: 100', 'minimum: 10, maximum: 110'), 'ruleChanged value.range readers+writers'],
    ['a value more', swap('[final, draft]', '[final, draft, amended]'), 'ruleChanged status_known readers'],
    ['a value less', swap('[final, draft]', '[final]'), 'ruleChanged status_known writers'],
    ['a rule that only warns', swap('mustBe: 0,', 'mustBe: 0, severity: warning,'), 'ruleChanged status_known readers'],
    [
      'a column required',
      swap('{name: value, logicalType: number', '{name: value, required: true, logicalType: number'),
      'ruleAdded value.required writers',
    ],
    ['a source name less', swap('{name: value,', '{name: value, transformSourceObjects: [VALUE],'), 'columnChanged value writers'],
  ])('of %s is told with whom it breaks', (_, properties, expected) => {
    expect(
      diff(properties).filter((line) => !line.startsWith('columnChanged value') || expected.startsWith('columnChanged'))[0] ?? '',
    ).toBe(expected)
  })

  it('of a condition is one of the rows that it lets through', () => {
    const required = (when: string) =>
      `${plain}- name: note\n  logicalType: string\n  quality: [{type: custom, engine: hippo, implementation: {rule: required${when}}}]\n`
    const sides = (from: string, to: string) => diffContracts(read(required(from)), read(required(to))).map(({breaks}) => breaks)
    const finals = ', when: {column: status, in: [final]}'

    expect(sides('', finals)).toEqual([['readers']])
    expect(sides(finals, '')).toEqual([['writers']])
    expect(sides(finals, finals.replace('final]', 'draft]'))).toEqual([['readers', 'writers']])
  })

  it('is none between any contract of the example clinic and itself, and some between any two', () => {
    const folder = path.resolve(import.meta.dirname, '../../../examples/clinic/contracts')
    const contracts = readdirSync(folder).map((file) => readContract(file, readFileSync(path.join(folder, file), 'utf8')))

    for (const one of contracts) expect(diffContracts(one, structuredClone(one))).toEqual([])
    for (const [index, one] of contracts.entries())
      for (const other of contracts.slice(index + 1)) expect(diffContracts(one, other).length).toBeGreaterThan(0)
  })

  it('says of a column that came, went or was renamed nothing twice', () => {
    const added = `${plain}- {name: note, logicalType: string, logicalTypeOptions: {maxLength: 10}}\n`
    const needed = `${plain}- {name: note, logicalType: string, required: true}\n`
    const gone = plain.replace(/- \{name: status.*\n/, '')
    const renamed = swap('{name: value,', '{name: result, transformSourceObjects: [value],')

    expect(diff(added)).toEqual(['columnAdded note'])
    expect(diff(needed)).toEqual(['columnAdded note writers'])
    expect(diff(gone)).toEqual(['columnRemoved status readers'])
    expect(diff(renamed)).toEqual(['columnRenamed value readers'])
  })

  it('names a type that changes, and knows which texts are still read', () => {
    const wider = swap(
      '{name: status, logicalType: string, quality: [{id: status_known, metric: invalidValues, mustBe: 0, arguments: {validValues: [final, draft]}}]}',
      '{name: status, logicalType: integer}',
    )
    const toText = swap(
      '{name: value, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 100}}',
      '{name: value, logicalType: string}',
    )

    expect(diff(wider)[0]).toBe('columnRetyped status readers+writers')
    expect(diff(toText)).toContain('columnRetyped value readers')
  })

  it('takes a rule under another name for the same rule', () => {
    expect(diff(swap('id: status_known', 'id: status_listed'))).toEqual(['ruleRenamed status_listed'])
  })

  it('tells terms of the dataset, and words only where nothing else changed', () => {
    const words = diffContracts(
      read(plain),
      read(plain, '', (text) => text.replace('status: active', 'status: active\nname: Laboratory')),
    )

    expect(diff(plain, 'customProperties: [{property: hippoWriteMode, value: append}]')).toEqual([
      'termChanged  readers+writers',
      'termChanged  writers',
    ])
    expect(words.map(({kind, step}) => [kind, step])).toEqual([['wordsChanged', 'patch']])
  })
})

describe('a version', () => {
  const verdict = (to: string, properties: string, compatibility?: string) => {
    const object = compatibility === undefined ? '' : `customProperties: [{property: hippoCompatibility, value: ${compatibility}}]`
    const [before, after] = [read(plain, object), read(properties, object, (text) => text.replace('version: 1.0.0', `version: ${to}`))]
    return judgeVersion(before, after, diffContracts(before, after))
  }
  const loose = swap('maximum: 100', 'maximum: 200')

  it('fits when its step is as large as the change', () => {
    expect(verdict('1.0.0', loose)).toEqual({asks: 'major', taken: 'none', fits: false, next: '2.0.0'})
    expect(verdict('1.1.0', loose)).toMatchObject({fits: false})
    expect(verdict('2.0.0', loose)).toEqual({asks: 'major', taken: 'major', fits: true})
    expect(verdict('0.9.0', loose)).toMatchObject({taken: 'back', fits: false})
    expect(verdict('two', loose)).toMatchObject({taken: 'unknown', fits: false, next: '2.0.0'})
  })

  it('needs a major step only for the sides that the contract promises to', () => {
    expect(verdict('1.1.0', loose, 'backward')).toMatchObject({asks: 'major', fits: false})
    expect(verdict('1.1.0', loose, 'forward')).toMatchObject({asks: 'minor', fits: true})
    expect(verdict('1.0.0', loose, 'none')).toMatchObject({fits: true})
  })

  it('steps by its middle number before 1.0.0', () => {
    expect([stepTaken('0.1.0', '0.2.0'), stepTaken('0.1.0', '0.1.1'), stepTaken('0.9.0', '1.0.0')]).toEqual(['major', 'minor', 'major'])
    expect([nextVersion('0.1.4', 'major'), nextVersion('1.2.3', 'minor'), nextVersion('1.2.3', 'patch')]).toEqual([
      '0.2.0',
      '1.3.0',
      '1.2.4',
    ])
    expect([stepTaken('1.0.0-rc.1', '1.0.0'), stepTaken('1.0.0', '1.0.0-rc.1')]).toEqual(['patch', 'back'])
  })

  it('is refused when nobody knows its word for compatibility', () => {
    expect(() => read(plain, 'customProperties: [{property: hippoCompatibility, value: backwards}]')).toThrow(
      /hippoCompatibility must be one of/,
    )
  })
})
