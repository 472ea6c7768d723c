import {describe, expect, it} from 'vitest'
import {hasCheckDigit} from '../../../src/core/clinical/check-digit.ts'
import {loinc} from '../../../src/core/clinical/loinc.ts'
import type {Bounds} from '../../../src/core/clinical/plausible-range.ts'
import {rangePacks} from '../../../src/core/clinical/range-packs.ts'
import {ucumAtoms, ucumStructure} from '../../../src/core/clinical/ucum.ts'

const isUnit = (text: string): boolean => new RegExp(ucumStructure).test(text) && new RegExp(ucumAtoms).test(`${text}.`)

describe.each([...rangePacks.values()])('pack $name', ({ranges}) => {
  const codes = ranges.flatMap((range) => range.codes)

  it('names each LOINC term once, with its check digit', () => {
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([])
    expect(codes.filter((code) => !new RegExp(loinc.shape).test(code) || !hasCheckDigit(code.replace('-', ''), 'luhn'))).toEqual([])
  })

  it('writes its units as UCUM does, each once for a quantity, with factors above zero', () => {
    for (const {unit, otherUnits = {}} of ranges) {
      expect([unit, ...Object.keys(otherUnits)].filter((text) => !isUnit(text))).toEqual([])
      expect(Object.keys(otherUnits)).not.toContain(unit)
      expect(Object.values(otherUnits).filter((factor) => !(factor > 0))).toEqual([])
    }
  })

  it('calls nothing likely that is impossible, and says why where a bound is its own against a source', () => {
    const within = ([low = -Infinity, high = Infinity]: Bounds, [least = -Infinity, most = Infinity]: Bounds) =>
      low >= least && high <= most
    for (const {title, impossible, unlikely, sources} of ranges) {
      expect(unlikely.some((bound) => bound !== undefined) ? within(unlikely, impossible) : true, title).toBe(true)
      expect(
        [...impossible, ...unlikely].some((bound) => bound !== undefined),
        title,
      ).toBe(true)
      expect(sources.length, title).toBeGreaterThan(0)
    }
  })
})
