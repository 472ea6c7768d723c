import {describe, expect, it} from 'vitest'
import {withDefaultSource} from '../../../src/core/contract/default-source.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {primaryKey} from '../../../src/core/model/contract.ts'
import {labContract, labText} from '../../support/contract-text.ts'

const rulesOf = (properties: string, object = '') =>
  labContract(properties, object).rules.map(({id, kind, onFailure, severity}) => ({id, kind, onFailure, severity}))

describe('readContract', () => {
  it('turns native ODCS promises into clauses with stable ids', () => {
    const rules = rulesOf(`
- {name: id, logicalType: integer, primaryKey: true}
- name: code
  logicalType: string
  required: true
  unique: true
  logicalTypeOptions: {minLength: 2, pattern: '^[a-z]+$'}
  relationships: [{to: codes.code}]
  quality:
    - {metric: nullValues, mustBe: 0}
    - {metric: invalidValues, mustBe: 0, arguments: {validValues: [ab, cd]}, severity: warning}`)

    expect(rules.map(({id}) => id)).toEqual([
      'id.required',
      'id.type',
      'id.unique',
      'code.required',
      'code.unique',
      'code.length',
      'code.pattern',
      'code.reference',
      'code.required.2',
      'code.acceptedValues',
    ])
    expect(rules.at(-1)).toMatchObject({severity: 'warning', onFailure: 'warn'})
    expect(rules.filter(({onFailure}) => onFailure === 'quarantine').length).toBe(9)
  })

  it('lets a tolerance accept rows and gate the dataset when there are too many', () => {
    const [rule] = labContract(`
- name: a
  logicalType: string
  quality: [{metric: nullValues, mustBeLessThan: 5, unit: percent}]`).rules

    expect(rule).toMatchObject({id: 'a.required', onFailure: 'fail', threshold: {max: 5, unit: 'percent', exclusive: true}})
  })

  it('applies hippoOnFailure of a property to its clauses, but not over a severity or an answer of their own', () => {
    const rules = rulesOf(`
- name: a
  logicalType: integer
  required: true
  quality:
    - {metric: duplicateValues, mustBe: 0}
    - {metric: nullValues, mustBe: 0, severity: error}
    - {metric: nullValues, mustBe: 0, customProperties: [{property: hippoOnFailure, value: fail}]}
  customProperties: [{property: hippoOnFailure, value: warn}]`)

    expect(rules.map(({onFailure, severity}) => `${onFailure} ${severity}`)).toEqual([
      'warn warning',
      'warn warning',
      'warn warning',
      'quarantine error',
      'fail error',
    ])
  })

  it('keeps what it cannot check as a clause with the reason', () => {
    const {rules} = labContract(`
- name: a
  logicalType: number
  logicalTypeOptions: {multipleOf: 0.1}
  relationships: [{to: schema/x/properties/y}]
  quality:
    - {type: text, description: looks right}
    - {type: sql, query: 'select 1'}
    - {type: custom, engine: soda, implementation: x}
    - {metric: nullValues, mustBeGreaterThan: 3}`)

    expect(rules.filter(({notCheckedBecause}) => notCheckedBecause !== undefined).map(({kind}) => kind)).toEqual([
      'multipleOf',
      'reference',
      'text',
      'sql',
      'soda',
      'required',
    ])
  })

  it('reads types, formats, sources and the key', () => {
    const contract = labContract(`
- {name: b, logicalType: date, primaryKey: true, primaryKeyPosition: 2, logicalTypeOptions: {format: dd.MM.yyyy}}
- {name: a, logicalType: string, primaryKey: true, primaryKeyPosition: 1, transformSourceObjects: [A_ID, ID]}
- name: t
  logicalType: timestamp
  logicalTypeOptions: {timezone: true, defaultTimezone: Australia/Sydney}
  customProperties: [{property: hippoFormats, value: [yyyy-MM-dd'T'HH:mm:ssXXX]}]
- {name: n, physicalType: 'DECIMAL(12,3)', logicalType: number}
- {name: p, physicalType: bigint}`)

    expect(primaryKey(contract)).toEqual(['a', 'b'])
    expect(contract.writeMode).toBe('merge')
    expect(contract.columns).toMatchObject([
      {formats: ['dd.MM.yyyy'], required: true, sources: ['b']},
      {sources: ['A_ID', 'ID']},
      {formats: ["yyyy-MM-dd'T'HH:mm:ssXXX"], offsetRequired: true},
      {physicalType: 'DECIMAL(12,3)'},
      {logicalType: 'integer'},
    ])
    expect(contract.rules.find(({id}) => id === 'unique')).toMatchObject({params: {columns: ['a', 'b']}})
  })

  it('gives a gold contract no source, no steps and nothing to parse', () => {
    const contract = labContract(
      '- {name: n, logicalType: integer, required: true}',
      'customProperties: [{property: hippoMaterialization, value: table}]',
    )

    expect(contract).toMatchObject({materialization: 'table', writeMode: 'overwrite', columns: [{sources: []}]})
    expect(contract.rules.map(({id}) => id)).toEqual(['n.required'])
  })

  it('reads freshness in hours', () => {
    const text = `${labText('- {name: a, logicalType: string}')}slaProperties: [{property: freshness, value: 2, unit: days}]\n`

    expect(readContract('c.yaml', text).freshnessHours).toBe(48)
  })

  it('changes its digest with any byte', () => {
    const text = labText('- {name: a, logicalType: string}')

    expect(readContract('c.yaml', text).digest).toMatch(/^[0-9a-f]{64}$/)
    expect(readContract('c.yaml', `${text}# note\n`).digest).not.toBe(readContract('c.yaml', text).digest)
  })
})

describe('withDefaultSource', () => {
  const contract = labContract('- {name: a, logicalType: string}')

  it('takes the one source with a dataset key of the same name', () => {
    expect(withDefaultSource(contract, {ehr: {match: {patient: []}}, lis: {match: {lab: []}}}).source).toEqual({
      source: 'lis',
      dataset: 'lab',
    })
    expect(withDefaultSource(contract, {ehr: {match: {patient: []}}}).source).toBeUndefined()
  })

  it('asks when several sources fit', () => {
    expect(() => withDefaultSource(contract, {ehr: {match: {lab: []}}, lis: {match: {lab: []}}})).toThrow('source ehr or lis')
  })
})
