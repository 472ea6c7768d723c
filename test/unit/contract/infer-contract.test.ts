import {describe, expect, it} from 'vitest'
import {type ColumnProfile, inferContract} from '../../../src/core/contract/infer-contract.ts'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {primaryKey} from '../../../src/core/model/contract.ts'

const column = (name: string, profile: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name,
  rows: 100,
  nulls: 0,
  distinct: 100,
  isInteger: false,
  isNumber: false,
  topValues: [],
  ...profile,
})

const columns: readonly ColumnProfile[] = [
  column('PatientId', {isInteger: true, isNumber: true, min: 1, max: 100}),
  column('First Name'),
  column('sex', {
    distinct: 2,
    nulls: 3,
    topValues: [
      {value: 'm', count: 50},
      {value: 'f', count: 47},
    ],
  }),
  column('last', {
    distinct: 2,
    topValues: [
      {value: 'Smith', count: 60},
      {value: 'Jones', count: 40},
    ],
  }),
  column('born', {dateFormat: 'dd.MM.yyyy'}),
  column('seen', {timestamp: true}),
  column('temp', {isNumber: true, min: 36.1, max: 39.9}),
  column('temp ', {nulls: 100, distinct: 0}),
  column('2nd!', {nulls: 1}),
]

describe('inferContract', () => {
  const text = inferContract({dataset: 'visit', profile: {columns}})
  const contract = readContract('visit.odcs.yaml', text)

  it('drafts a contract that can be read and lints clean', () => {
    expect(lintContract('visit.odcs.yaml', text)).toEqual([])
    expect(
      contract.columns.map(({name, logicalType, required, sources}) => `${name} ${logicalType} ${required} ${sources.join()}`),
    ).toEqual([
      'patient_id integer true PatientId',
      'first_name string true First Name',
      'sex string false sex',
      'last string true last',
      'born date true born',
      'seen timestamp true seen',
      'temp number true temp',
      'temp_2 string false temp ',
      'column_9 string false 2nd!',
    ])
    expect(primaryKey(contract)).toEqual(['patient_id'])
  })

  it('only warns about what it has merely seen so far', () => {
    const seen = contract.rules.filter(({kind}) => kind === 'range' || kind === 'acceptedValues')

    expect(seen.map(({id, onFailure, params}) => ({id, onFailure, params}))).toEqual([
      {id: 'patient_id.range', onFailure: 'warn', params: {min: 0, max: 150}},
      {id: 'sex.acceptedValues', onFailure: 'warn', params: {values: ['f', 'm']}},
      {id: 'temp.range', onFailure: 'warn', params: {min: 34, max: 42}},
    ])
  })

  it('writes no values of columns that sound personal', () => {
    expect(text).not.toContain('Smith')
  })
})
