import {describe, expect, it} from 'vitest'
import {hasCheckDigit} from '../../../src/core/clinical/check-digit.ts'
import {conversionBetween} from '../../../src/core/clinical/convert-unit.ts'
import {type LifeStage, lifeStages, sexes, stageAt} from '../../../src/core/clinical/life-stages.ts'
import {loinc} from '../../../src/core/clinical/loinc.ts'
import {type Bounds, boundsFor, boundsIn, isBounded, isWithin, rangeOf, unitsOf} from '../../../src/core/clinical/plausible-range.ts'
import {rangePacks} from '../../../src/core/clinical/range-packs.ts'
import {ucumAtoms, ucumStructure} from '../../../src/core/clinical/ucum.ts'
import {vitalsAndLabs} from '../../../src/core/clinical/vitals-and-labs.ts'

const isUnit = (text: string): boolean => new RegExp(ucumStructure).test(text) && new RegExp(ucumAtoms).test(`${text}.`)
const tiers = ['impossible', 'unlikely'] as const
const within = ([low = -Infinity, high = Infinity]: Bounds, [least = -Infinity, most = Infinity]: Bounds) => low >= least && high <= most
const persons = lifeStages.flatMap(({name: stage}) => sexes.map((sex) => ({stage, sex})))

describe.each([...rangePacks.values()])('pack $name', ({ranges}) => {
  const codes = ranges.flatMap((range) => range.codes)

  it('names each LOINC term once, with its check digit', () => {
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([])
    expect(codes.filter((code) => !new RegExp(loinc.shape).test(code) || !hasCheckDigit(code.replace('-', ''), 'luhn'))).toEqual([])
  })

  it('writes its units as UCUM does, each once for a quantity, and converts their bounds as UCUM does where it can', () => {
    for (const range of ranges) {
      const [own = '', ...others] = unitsOf(range)
      expect([own, ...others].filter((text) => !isUnit(text))).toEqual([])
      expect(others).not.toContain(own)
      for (const other of others) {
        const conversion = conversionBetween(other, own)
        const [low, high] = boundsIn(range, [10, 100], other) ?? []
        expect(low).toBeLessThan(high ?? 0)
        if (conversion === undefined) continue
        expect(((low ?? 0) + conversion.shift) * conversion.factor, `${range.title} in ${other}`).toBeCloseTo(10, 2)
      }
    }
  })

  it('calls nothing likely that is impossible, at no age, and says where bounds come from', () => {
    for (const range of ranges) {
      for (const person of persons) {
        const [impossible, unlikely] = [boundsFor(range, 'impossible', person), boundsFor(range, 'unlikely', person)]
        expect(isBounded(unlikely) ? within(unlikely, impossible) : true, `${range.title} ${person.stage}`).toBe(true)
      }
      expect(isBounded(range.impossible) || isBounded(range.unlikely), range.title).toBe(true)
      expect(range.sources.length, range.title).toBeGreaterThan(0)
    }
  })

  it('judges whose age and sex it does not know by bounds that nobody of any age exceeds', () => {
    for (const range of ranges) {
      for (const tier of tiers) {
        const widest = boundsFor(range, tier)
        expect(
          persons.filter((person) => !within(boundsFor(range, tier, person), widest)),
          range.title,
        ).toEqual([])
      }
    }
  })
})

describe('stages of life', () => {
  it('begin with their month, and no one is in one before birth', () => {
    expect([-1, 0, 1, 11, 12, 71, 72, 143, 144, 215, 216, 1200].map(stageAt)).toEqual([
      undefined,
      'newborn',
      'infant',
      'infant',
      'youngChild',
      'youngChild',
      'schoolChild',
      'schoolChild',
      'adolescent',
      'adolescent',
      'adult',
      'adult',
    ])
  })
})

describe('bounds of children', () => {
  // Fleming 2011 (first and last centile); WHO growth standards (three standard deviations below and above, the wider sex and the
  // youngest and oldest of each stage), rounded outward.
  const healthy: Readonly<Record<string, Partial<Record<LifeStage, Bounds>>>> = {
    '8867-4': {newborn: [90, 181], infant: [93, 181], youngChild: [65, 156], schoolChild: [52, 123], adolescent: [43, 108]},
    '9279-1': {newborn: [25, 66], infant: [22, 66], youngChild: [16, 53], schoolChild: [14, 27], adolescent: [11, 23]},
    '8302-2': {newborn: [43, 61], infant: [47, 83], youngChild: [65, 133], schoolChild: [98, 175], adolescent: [123, 200]},
    '29463-7': {newborn: [2, 6.6], infant: [2.7, 15], youngChild: [5.9, 36], schoolChild: [13, 60]},
  }

  it('hold what healthy children have, with room for disease', () => {
    const narrow = Object.entries(healthy).flatMap(([code, stages]) =>
      Object.entries(stages).filter(([stage, bounds]) => {
        const range = rangeOf(vitalsAndLabs, code)
        const [low = 0, high = 0] = (range && boundsFor(range, 'unlikely', {stage: stage as LifeStage})) ?? []
        return !(low < (bounds[0] ?? 0) * 0.9 && high > (bounds[1] ?? 0) * 1.05)
      }),
    )

    expect(narrow).toEqual([])
  })

  it('tell an adult from an infant', () => {
    const weight = rangeOf(vitalsAndLabs, '29463-7')
    const isPossible = (stage: LifeStage) => weight && isWithin(70, boundsFor(weight, 'impossible', {stage}))

    expect([isPossible('infant'), isPossible('adult')]).toEqual([false, true])
  })
})
