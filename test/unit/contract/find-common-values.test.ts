import {describe, expect, it} from 'vitest'
import {findCommonValues} from '../../../src/core/contract/find-common-values.ts'

const find = (counts: Readonly<Record<string, number>>) => findCommonValues(new Map(Object.entries(counts)))

describe('findCommonValues', () => {
  it('tells the values from several ways in which they were mistyped', () => {
    const found = find({inpatient: 600, outpatient: 300, inpateint: 2, inpatlent: 1, outpatint: 1, emergency: 40})

    expect(found).toEqual({values: ['inpatient', 'outpatient', 'emergency'], misspelt: ['inpateint', 'inpatlent', 'outpatint']})
  })

  it('takes a single rare text that is close to a frequent one for a value of its own', () => {
    expect(find({hypertension: 500, hypotension: 6})).toEqual({values: ['hypertension', 'hypotension'], misspelt: []})
  })

  it('never takes a text for a mistyped one that holds it, is as frequent, is short, or has other digits', () => {
    const apart = {nonhispanic: 500, hispanic: 7, asymptomatic: 400, symptomatic: 6, al: 300, ak: 8, 'stage 1': 300, 'stage 2': 9}

    expect(find(apart)).toEqual({values: expect.arrayContaining(Object.keys(apart)), misspelt: []})
    expect(find({north: 100, nurth: 90, norht: 80, nroth: 80})?.misspelt).toEqual([])
  })

  it('has none for a column of many values, and lists none that few rows share', () => {
    expect(
      find(Object.fromEntries(Array.from({length: 13}, (_, n) => [`ward ${String.fromCharCode(97 + n).repeat(5)}`, 50]))),
    ).toBeUndefined()
    expect(find({yes: 90, no: 40, maybe: 4})).toEqual({values: ['yes', 'no'], misspelt: []})
  })

  it('has none where mistakes would be more than a few', () => {
    const wrong = Object.fromEntries(Array.from({length: 12}, (_, n) => [`male${'abcdefghijkl'[n]}x`.slice(1), 1]))

    expect(find({female: 60, ...wrong})).toBeUndefined()
  })
})
