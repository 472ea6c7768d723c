// Whose rows are whose, as contracts say it, and the contracts that do not say it well enough to erase anybody.
import {describe, expect, it} from 'vitest'
import {personDatasets} from '../../../src/core/contract/data-subject.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'

interface Sketch {
  readonly columns: readonly string[]
  readonly extensions?: readonly string[]
  readonly sla?: string
}

const column = (name: string, more = '') => `{name: ${name}, logicalType: string${more}}`
const to = (target: string) => `, relationships: [{to: ${target}}]`
const extension = (name: string, value: string) => `{property: ${name}, value: ${value}}`
const isSubject = extension('hippoDataSubject', 'true')

function contract(dataset: string, {columns, extensions = [], sla = ''}: Sketch) {
  const properties = columns.map((one) => `\n      - ${one}`).join('')
  return readContract(
    `${dataset}.odcs.yaml`,
    `apiVersion: v3.1.0
kind: DataContract
id: ${dataset}
version: 1.0.0
status: active
schema:
  - name: ${dataset}
    customProperties: [${extensions.join(', ')}]
    properties:${properties}
${sla}`,
  )
}

const patient = contract('patient', {columns: [column('id', ', primaryKey: true')], extensions: [isSubject]})

describe('personDatasets', () => {
  it('takes the key of the dataset of persons and the columns that refer to it', () => {
    const visit = contract('visit', {columns: [column('no', ', primaryKey: true'), column('patient_id', to('patient.id'))]})
    const unit = contract('unit', {columns: [column('code')]})

    const found = personDatasets([unit, visit, patient])

    expect(found.map(({contract: {dataset}, column: {name}}) => `${dataset}.${name}`)).toEqual(['patient.id', 'visit.patient_id'])
  })

  it('refuses when nobody is a person, or two datasets are', () => {
    const other = contract('staff', {columns: [column('id', ', primaryKey: true')], extensions: [isSubject]})

    expect(() => personDatasets([contract('unit', {columns: [column('code')]})])).toThrow(
      'no contract says which dataset holds the persons',
    )
    expect(() => personDatasets([patient, other])).toThrow('patient and staff both hold persons')
  })

  it('refuses datasets of which it cannot be told whose a row is', () => {
    const birth = contract('birth', {columns: [column('mother', to('patient.id')), column('child', to('patient.id'))]})
    const visit = contract('visit', {columns: [column('no', ', primaryKey: true'), column('patient_id', to('patient.id'))]})
    const note = contract('note', {columns: [column('visit_no', to('visit.no'))]})

    expect(() => personDatasets([patient, birth])).toThrow('birth refers to patient by mother and child')
    expect(() => personDatasets([patient, visit, note])).toThrow('note refers to visit, but to no person')
  })
})

describe('terms of erasure in a contract', () => {
  const columns = [column('id', ', primaryKey: true'), '{name: seen_on, logicalType: date}']
  const sla = (entry: string) => `slaProperties: [{property: retention, ${entry}}]\n`

  it.each([
    ['value: 10, unit: years, element: visit.seen_on', 3652.5],
    ['value: 6, unit: months, element: seen_on', 182.625],
    ['value: 90, unit: d, element: seen_on', 90],
  ])('reads a retention of %s', (entry, days) => {
    expect(contract('visit', {columns, sla: sla(entry)}).retention).toEqual({days, column: 'seen_on'})
  })

  it('keeps a retention that names no column of the dataset as one that nothing applies', () => {
    expect(contract('visit', {columns, sla: sla('value: 3, unit: y')}).retention).toBeUndefined()
    expect(contract('visit', {columns, sla: sla('value: 3, unit: y, element: other.when')}).retention).toBeUndefined()
  })

  it.each([
    ['value: 3, unit: parsecs, element: seen_on', 'expected a number above 0 and a unit'],
    ['value: 0, unit: d, element: seen_on', 'expected a number above 0 and a unit'],
    ['value: 3, unit: d, element: id', 'id is no date or timestamp to count from'],
  ])('refuses a retention of %s', (entry, message) => {
    expect(() => contract('visit', {columns, sla: sla(entry)})).toThrow(message)
  })

  it.each([
    [extension('hippoDataSubject', '"yes"'), 'must be true or false'],
    [extension('hippoQuarantineRetentionDays', '0'), 'a whole number above 0'],
    [extension('hippoLegalHold', 'true'), 'must be text'],
  ])('refuses %s', (given, message) => {
    expect(() => contract('visit', {columns, extensions: [given]})).toThrow(message)
  })

  it('refuses a dataset of persons without a key of one column', () => {
    expect(() => contract('patient', {columns: [column('id')], extensions: [isSubject]})).toThrow('this has 0')
  })
})
