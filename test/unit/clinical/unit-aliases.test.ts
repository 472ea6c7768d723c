import {describe, expect, it} from 'vitest'
import {ucumAtoms, ucumStructure} from '../../../src/core/clinical/ucum.ts'
import {knownUnits, spelledUnits, unitOfSpelling} from '../../../src/core/clinical/unit-aliases.ts'

describe('spellings of units', () => {
  it('stand for units of UCUM, and leave what UCUM has as it is', () => {
    const isUcum = (text: string) => new RegExp(ucumStructure).test(text) && new RegExp(ucumAtoms).test(`${text}.`)

    expect(knownUnits.filter((unit) => !isUcum(unit))).toEqual([])
    expect(knownUnits.filter((unit) => unitOfSpelling(unit) !== unit)).toEqual([])
    expect(['pg/mL', '[IU]/L', 'mg', 'mm'].map(unitOfSpelling)).toEqual(['pg/mL', '[IU]/L', 'mg', 'mm'])
  })

  it('go by their case where one letter is all there is', () => {
    expect(['gm/dL', 'MG/DL', 'mIU/mL', ' g '].map(unitOfSpelling)).toEqual(['g/dL', 'mg/dL', 'm[IU]/mL', 'g'])
    expect(['M', 'G', 'F', 'C', 'k'].map(unitOfSpelling)).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(spelledUnits().filter(([spelling]) => spelling.length > 1 && spelling !== spelling.toLowerCase())).toEqual([])
  })
})
