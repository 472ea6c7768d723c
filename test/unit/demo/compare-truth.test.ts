import {describe, expect, it} from 'vitest'
import {compareTruth} from '../../../src/core/demo/compare-truth.ts'
import type {ClinicTruth} from '../../../src/core/demo/truth.ts'

const none = {patient: {}, encounter: {}, observation: {}, condition: {}, medication: {}, procedure: {}}
const truth: ClinicTruth = {
  seed: 1,
  patients: 1,
  faultRate: 0.1,
  deliveries: ['a'],
  rows: none,
  kinds: {
    soon: {dataset: 'observation', unit: 'cells', check: 'at.type', planted: 2, places: [place(3, 'at'), place(4, 'at')]},
    noOffset: {dataset: 'observation', unit: 'cells', check: 'at.type', planted: 1, places: [place(5, 'at')]},
    unit: {dataset: 'observation', unit: 'cells', check: 'unit_present', planted: 1, places: [place(3, 'unit')]},
    again: {dataset: 'observation', unit: 'rows', check: 'duplicate', planted: 2, places: [place(8), place(9)]},
  },
}

function place(row: number, column?: string) {
  return {file: 'a/observations.csv', row, ...(column === undefined ? {} : {column})}
}

const found = (row: number, ...reasons: string[]) => ({dataset: 'observation', file: 'a/observations.csv', row, reasons})

describe('compareTruth', () => {
  it('counts each kind at its own places, though two kinds share a check and a row has two reasons', () => {
    const compared = compareTruth(truth, {
      rejected: [found(3, 'at.type', 'unit_present'), found(4, 'at.type'), found(5, 'at.type')],
      duplicates: {observation: 2},
    })

    expect(compared).toEqual({
      truth: {
        soon: {planted: 2, found: 2},
        noOffset: {planted: 1, found: 1},
        unit: {planted: 1, found: 1},
        again: {planted: 2, found: 2},
      },
      falseAlarms: 0,
    })
  })

  it('shows what was missed', () => {
    const compared = compareTruth(truth, {rejected: [found(3, 'unit_present')], duplicates: {}})

    expect(compared.truth).toMatchObject({soon: {found: 0}, noOffset: {found: 0}, unit: {found: 1}, again: {found: 0}})
    expect(compared.falseAlarms).toBe(0)
  })

  it.each([
    ['a row where nothing was planted', {rejected: [found(6, 'at.type')], duplicates: {}}],
    ['another reason on a planted row', {rejected: [found(4, 'unit_present')], duplicates: {}}],
    ['another file', {rejected: [{...found(4, 'at.type'), file: 'b/observations.csv'}], duplicates: {}}],
    ['a duplicate too many', {rejected: [], duplicates: {observation: 3}}],
    ['a duplicate where none was planted', {rejected: [], duplicates: {patient: 1}}],
  ])('calls %s a false alarm', (_, wrong) => {
    expect(compareTruth(truth, wrong).falseAlarms).toBe(1)
  })

  it('counts a place once, however often it is reported', () => {
    const compared = compareTruth(truth, {rejected: [found(5, 'at.type'), found(5, 'at.type')], duplicates: {}})

    expect(compared.truth.noOffset).toEqual({planted: 1, found: 1})
    expect(compared.falseAlarms).toBe(1)
  })
})
