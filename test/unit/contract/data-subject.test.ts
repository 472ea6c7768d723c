// Whose rows are whose, as contracts say it, and the contracts that do not say it well enough to erase anybody.
import {describe, expect, it} from 'vitest'
import {type PersonDataset, personDatasets} from '../../../src/core/contract/data-subject.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'

interface Sketch {
  readonly columns: readonly string[]
  readonly extensions?: readonly string[]
  readonly sla?: string
  /** A dataset to whose `no` and `site` its `visit_no` and `visit_site` refer together. */
  readonly pair?: string
}

const column = (name: string, more = '') => `{name: ${name}, logicalType: string${more}}`
const to = (target: string) => `, relationships: [{to: ${target}}]`
const extension = (name: string, value: string) => `{property: ${name}, value: ${value}}`
const isSubject = extension('hippoDataSubject', 'true')

function contract(dataset: string, {columns, extensions = [], sla = '', pair}: Sketch) {
  const relationship = `{from: [${dataset}.visit_no, ${dataset}.visit_site], to: [${pair}.no, ${pair}.site]}`
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
    customProperties: [${extensions.join(', ')}]${pair === undefined ? '' : `\n    relationships: [${relationship}]`}
    properties:${properties}
${sla}`,
  )
}

const patient = contract('patient', {columns: [column('id', ', primaryKey: true')], extensions: [isSubject]})
const insured = contract('patient', {columns: [column('id', ', primaryKey: true'), column('insurance')], extensions: [isSubject]})

/** `visit by patient_id`, `sample to visit(no) by visit_no`. */
function sayWay({contract: {dataset}, columns, references}: PersonDataset): string {
  const own = columns.map(({name}) => name).join(' and ')
  const ways = references.map(
    ({to: other, columns: by, theirs}) => `to ${other}(${theirs.join(', ')}) by ${by.map(({name}) => name).join(', ')}`,
  )
  return [dataset, ...(own === '' ? [] : [`by ${own}`]), ...ways].join(' ')
}

describe('personDatasets', () => {
  it('takes the key of the dataset of persons and the columns that refer to it', () => {
    const visit = contract('visit', {columns: [column('no', ', primaryKey: true'), column('patient_id', to('patient.id'))]})
    const unit = contract('unit', {columns: [column('code')]})

    const found = personDatasets([unit, visit, patient])

    expect(found.map(sayWay)).toEqual(['patient by id', 'visit by patient_id'])
  })

  it('follows references to rows of persons, by one column or several, past any number of datasets', () => {
    const visit = contract('visit', {columns: [column('no'), column('site'), column('patient_id', to('patient.id'))]})
    const sample = contract('sample', {columns: [column('id'), column('visit_no'), column('visit_site')], pair: 'visit'})
    const result = contract('result', {columns: [column('sample_id', to('sample.id')), column('code', to('codes.code'))]})
    const codes = contract('codes', {columns: [column('code')]})
    const byNumber = contract('card', {columns: [column('number', to('patient.insurance'))]})

    const found = personDatasets([byNumber, codes, result, sample, visit, insured])

    expect(found.map(sayWay)).toEqual([
      'patient by id',
      'card to patient(insurance) by number',
      'result to sample(id) by sample_id',
      'sample to visit(no, site) by visit_no, visit_site',
      'visit by patient_id',
    ])
  })

  it('ends where references go in a circle, and takes no way that comes back to where it began', () => {
    const visit = contract('visit', {columns: [column('no'), column('patient_id', to('patient.id')), column('last', to('result.id'))]})
    const sample = contract('sample', {columns: [column('id'), column('visit_no', to('visit.no')), column('first', to('result.id'))]})
    const result = contract('result', {columns: [column('id'), column('sample_id', to('sample.id')), column('before', to('result.id'))]})
    const lost = contract('lost', {columns: [column('id'), column('other', to('found.id'))]})
    const found = contract('found', {columns: [column('id'), column('other', to('lost.id'))]})

    const all = personDatasets([patient, visit, sample, result, lost, found])

    expect(all.map(sayWay)).toEqual([
      'patient by id',
      'visit by patient_id',
      'sample to visit(no) by visit_no',
      'result to sample(id) by sample_id',
    ])
  })

  it('takes the columns that a contract names where several lead to persons', () => {
    const columns = [column('mother', to('patient.id')), column('child', to('patient.id'))]
    const birth = (names: string) => contract('birth', {columns, extensions: [extension('hippoDataSubject', names)]})
    const result = contract('result', {
      columns: [column('id'), column('visit_no', to('visit.no')), column('before', to('result.id'))],
      extensions: [extension('hippoDataSubject', '[visit_no, before]')],
    })
    const visit = contract('visit', {columns: [column('no'), column('patient_id', to('patient.id'))]})

    expect(personDatasets([patient, birth('child')]).map(sayWay)).toEqual(['patient by id', 'birth by child'])
    expect(personDatasets([patient, birth('[mother, child]')]).map(sayWay)).toEqual(['patient by id', 'birth by mother and child'])
    expect(personDatasets([patient, visit, result]).map(sayWay)[2]).toBe('result to visit(no) by visit_no to result(id) by before')
  })

  it('follows nothing into a dataset that holds no persons, nor through it', () => {
    const noPersons = [extension('hippoNoPersonData', 'true')]
    const visit = contract('visit', {columns: [column('no'), column('patient_id', to('patient.id'))]})
    const bed = contract('bed', {columns: [column('id'), column('visit_no', to('visit.no'))], extensions: noPersons})
    const repair = contract('repair', {columns: [column('bed_id', to('bed.id'))]})

    expect(personDatasets([patient, visit, bed, repair]).map(sayWay)).toEqual(['patient by id', 'visit by patient_id'])
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
    const named = contract('birth', {
      columns: [column('mother', to('patient.id')), column('ward')],
      extensions: [extension('hippoDataSubject', 'ward')],
    })
    const visit = contract('visit', {columns: [column('no', ', primaryKey: true'), column('patient_id', to('patient.id'))]})
    const lookup = '[{step: lookup, dataset: visit, on: {no: visit_no}, take: no}]'
    const note = contract('note', {columns: [column('visit_no', `, customProperties: [{property: hippoTransform, value: ${lookup}}]`)]})
    const pointing = contract('note', {columns: [column('visit_no', to('schema/visit/properties/no'))]})
    const gone = contract('note', {columns: [column('visit_no', to('visit.number'))]})
    const measured = contract('note', {columns: ['{name: visit_no, logicalType: number, relationships: [{to: visit.no}]}']})

    const sample = contract('sample', {columns: [column('id'), column('visit_no', to('visit.no'))]})
    const result = contract('result', {columns: [column('visit_no', to('visit.no')), column('sample_id', to('sample.id'))]})

    expect(() => personDatasets([patient, visit, sample, result])).toThrow('result refers to visit and sample by visit_no and sample_id')
    expect(() => personDatasets([patient, birth])).toThrow('birth refers to patient by mother and child')
    expect(() => personDatasets([patient, named])).toThrow('hippoDataSubject of birth names ward, which leads to no person')
    expect(() => personDatasets([patient, visit, note])).toThrow('note refers to visit, but by no relationship')
    expect(() => personDatasets([patient, visit, pointing])).toThrow('note has a relationship that is not written as dataset.column')
    expect(() => personDatasets([patient, visit, gone])).toThrow('note refers to visit.number, which is no column of it')
    expect(() => personDatasets([patient, visit, measured])).toThrow('note refers to visit by visit_no, a number without fixed digits')
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
    [extension('hippoDataSubject', '"yes"'), 'must be true, or false, or name columns of the dataset'],
    [extension('hippoQuarantineRetentionDays', '0'), 'a whole number above 0'],
    [extension('hippoLegalHold', 'true'), 'must be text'],
  ])('refuses %s', (given, message) => {
    expect(() => contract('visit', {columns, extensions: [given]})).toThrow(message)
  })

  it('refuses a dataset of persons without a key of one column', () => {
    expect(() => contract('patient', {columns: [column('id')], extensions: [isSubject]})).toThrow('this has 0')
  })
})
