import {describe, expect, it} from 'vitest'
import {compileConstraints} from '../../../src/core/contract/compile-constraints.ts'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import {labContract, labText} from '../../support/contract-text.ts'

const asked = 'customProperties: [{property: hippoConstraints, value: true}]'
const properties = `
- {name: id, logicalType: string, primaryKey: true, required: true, logicalTypeOptions: {pattern: '^[0-9]+$', maxLength: 9}}
- {name: weight, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 500}}
- name: ward
  logicalType: string
  enum: [A, B]
- name: taken
  logicalType: date
  quality:
    - {type: custom, engine: hippo, implementation: {rule: notInFuture}}
`

describe('constraints from a contract', () => {
  it('say what a row tells by itself', () => {
    const {constraints} = compileConstraints(labContract(properties, asked))

    expect(Object.values(constraints).toSorted()).toEqual([
      '`id` IS NOT NULL',
      '`id` IS NULL OR length(`id`) <= 9',
      "`ward` IS NULL OR `ward` IN ('A', 'B')",
      '`weight` IS NULL OR (`weight` >= 0 AND `weight` <= 500)',
    ])
    expect(Object.keys(constraints).every((name) => /^hippo_[a-z0-9_]+$/.test(name))).toBe(true)
  })

  it('are none unless the contract asks for them', () => {
    expect(compileConstraints(labContract(properties))).toEqual({constraints: {}, unsaid: []})
  })

  it('keep the reason of each clause that cannot be one, and lint tells it at its place', () => {
    const unsaid = compileConstraints(labContract(properties, asked)).unsaid.map(({clause, reason}) => [clause.kind, reason])
    const remarks = lintContract('lab.odcs.yaml', labText(properties, asked)).filter(({message}) => message.includes('constraint'))

    expect(unsaid.toSorted()).toEqual([
      ['notInFuture', 'what it says changes with the day'],
      ['pattern', 'engines differ in their regular expressions'],
      ['unique', 'it compares a row with others'],
    ])
    expect(remarks).toHaveLength(3)
    expect(remarks.every(({kind, at}) => kind === 'unenforced' && at.line > 7)).toBe(true)
  })

  it('leave out rules whose rows are accepted all the same', () => {
    const tolerant = `
- name: weight
  logicalType: number
  quality:
    - {type: custom, engine: hippo, implementation: {rule: range, min: 0}, customProperties: [{property: hippoOnFailure, value: warn}]}
`

    const {constraints, unsaid} = compileConstraints(labContract(tolerant, asked))

    expect(constraints).toEqual({})
    expect(unsaid).toMatchObject([{reason: 'rows that break it are accepted'}])
  })

  it('stand beside a feed, which is refused where the dataset has its columns already', () => {
    const taken = '- {name: _change_type, logicalType: string}'

    expect(() => labContract(taken, 'customProperties: [{property: hippoChangeDataFeed, value: true}]')).toThrowError(/_change_type/)
  })

  it('refuse a property that is no switch, and columns that are not there', () => {
    const read = (value: string) => () => labContract(properties, `customProperties: [${value}]`)

    expect(read('{property: hippoConstraints, value: some}')).toThrowError(expect.objectContaining({code: 'CONTRACT_INVALID'}))
    expect(read('{property: hippoClusterBy, value: [nowhere]}')).toThrowError(/hippoClusterBy must name columns/)
    expect(labContract(properties, 'customProperties: [{property: hippoClusterBy, value: "ward, taken"}]').clusterBy).toEqual([
      'ward',
      'taken',
    ])
  })
})
