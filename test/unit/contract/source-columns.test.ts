import {describe, expect, it} from 'vitest'
import {bindSources, sourceColumns} from '../../../src/core/contract/source-columns.ts'
import {labContract} from '../../support/contract-text.ts'

const contract = labContract(`
- {name: patient_id, logicalType: string, required: true}
- {name: value_number, logicalType: number, transformSourceObjects: [VALUE], customProperties: [{property: hippoTransform, value: [{step: keepWhen, column: TYPE, in: [numeric]}]}]}
- {name: value_text, logicalType: string, transformSourceObjects: [VALUE]}
- {name: note, logicalType: string, transformSourceObjects: [COMMENT, REMARK]}`)

describe('sourceColumns', () => {
  it('scans a column that several contract columns read once, and one that only a step reads', () => {
    expect(sourceColumns(contract).map(({alias, feeds, essential}) => ({alias, feeds, essential}))).toEqual([
      {alias: 'raw:patient_id', feeds: ['patient_id'], essential: true},
      {alias: 'raw:VALUE', feeds: ['value_number', 'value_text'], essential: false},
      {alias: 'raw:COMMENT', feeds: ['note'], essential: false},
      {alias: 'raw:TYPE', feeds: ['value_number'], essential: true},
    ])
  })
})

describe('bindSources', () => {
  it('matches names exactly, then ignoring case and separators, in order of preference', () => {
    const {binding, added, removed} = bindSources(contract, ['Patient-Id', 'value', 'TYPE', 'REMARK', 'New'])

    expect(binding).toEqual({'raw:patient_id': 'Patient-Id', 'raw:VALUE': 'value', 'raw:TYPE': 'TYPE', 'raw:COMMENT': 'REMARK'})
    expect({added, removed}).toEqual({added: ['New'], removed: []})
  })

  it('tells missing columns from those without which the file must be refused', () => {
    const {removed, missingEssential} = bindSources(contract, ['VALUE'])

    expect(removed).toEqual(['patient_id', 'COMMENT', 'TYPE'])
    expect(missingEssential).toEqual(['patient_id', 'TYPE'])
  })

  it('binds nothing where two columns fit equally well', () => {
    const {binding, ambiguous, added, removed} = bindSources(contract, ['patient id', 'PATIENT_ID', 'VALUE', 'TYPE', 'COMMENT'])

    expect(binding['raw:patient_id']).toBeUndefined()
    expect(ambiguous).toEqual([{source: 'patient_id', candidates: ['patient id', 'PATIENT_ID']}])
    expect({added, removed}).toEqual({added: [], removed: []})
  })

  it('does not fall back to the column name when the contract names its sources', () => {
    expect(bindSources(contract, ['patient_id', 'VALUE', 'TYPE', 'note']).added).toEqual(['note'])
  })
})
