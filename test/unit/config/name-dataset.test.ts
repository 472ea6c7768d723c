import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {nameDataset, patternsOf} from '../../../src/core/config/name-dataset.ts'

describe('the name of a dataset', () => {
  it.each([
    ['results.csv', 'result'],
    ['results_2024-01-31.csv', 'result'],
    ['results2024.csv', 'result'],
    ['2024-01_results.csv.gz', 'result'],
    ['export.20240131T120000Z.csv', 'export'],
    ['Patients (1).CSV', 'patient'],
    ['Lab Results v2.txt', 'lab_result'],
    ['PatientVisits.csv', 'patient_visit'],
    ['allergies.csv', 'allergy'],
    ['diagnoses.csv', 'diagnosis'],
    ['addresses.csv', 'address'],
    ['diabetic_data.csv', 'diabetic_data'],
    ['status.csv', 'status'],
    ['icd10.csv', 'icd10'],
    ['Größen.csv', 'grossen'],
    ['20240131.csv', 'data'],
    ['患者.csv', 'data'],
  ])('of %s is %s', (file, dataset) => {
    expect(nameDataset(file).dataset).toBe(dataset)
  })
})

describe('file patterns', () => {
  const takes = (patterns: readonly string[], name: string): boolean => patterns.some((pattern) => path.posix.matchesGlob(name, pattern))

  it.each([
    ['results.csv', 'results_2024-02.csv'],
    ['results_2024-01.csv', 'results_2024-02.csv'],
    ['2024-01_results.csv', '2024-02_results.csv'],
    ['results.csv.gz', 'results.csv'],
    ['20240131.csv', '20240201.csv'],
    ['lab [ward 3] {a}.csv', 'lab [ward 3] {a} 2.csv'],
  ])('of %s take it and %s', (file, later) => {
    const patterns = patternsOf(file, [file])

    expect([takes(patterns, file), takes(patterns, later)]).toEqual([true, true])
  })

  it('leave the files of other datasets nearby alone', () => {
    const patterns = patternsOf('claims.csv', ['claims.csv', 'claims_transactions.csv'])

    expect(['claims.csv', 'claims_2024.csv', 'claims_transactions.csv'].map((name) => takes(patterns, name))).toEqual([true, true, false])
  })
})
