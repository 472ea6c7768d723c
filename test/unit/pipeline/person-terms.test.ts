// One id for a person, however the request writes it.
import {describe, expect, it} from 'vitest'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {personId} from '../../../src/core/pipeline/erasure/person-terms.ts'

const patients = (type: string) => [
  readContract(
    'patient.odcs.yaml',
    `apiVersion: v3.1.0
kind: DataContract
id: patient
version: 1.0.0
status: active
schema:
  - name: patient
    customProperties: [{property: hippoDataSubject, value: true}]
    properties:
      - {name: id, logicalType: ${type}, primaryKey: true}
`,
  ),
]

describe('personId', () => {
  it('has no zeros in front where the key is an integer', () => {
    expect(['007', '7', '-0'].map((id) => personId(patients('integer'), id))).toEqual(['7', '7', '0'])
    expect(personId(patients('string'), '007')).toBe('007')
    expect(() => personId(patients('integer'), 'seven')).toThrow(expect.objectContaining({code: 'CONFIG_USAGE'}))
  })
})
