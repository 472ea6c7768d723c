// A conversion between two units as a shift and a factor: `to = (from + shift) × factor`, which gives 98.6 °F as 37 °C. Units of one dimension convert by
// UCUM; mass and amount of substance by the molar mass of what was measured, equivalents by its charge. Everything else has no
// conversion: UCUM alone would take a mole for a number, and an equivalent for a mole.
import {ucum} from '@atomic-ehr/ucum'

export interface Conversion {
  readonly factor: number
  readonly shift: number
}

/** What is known of the substance. */
export interface Substance {
  /** g/mol */
  readonly molarMass?: number
  readonly valence?: number
}

/** Whether a text is a unit of UCUM. */
export const isUcumUnit = (text: string): boolean => text !== '' && ucum.validate(text).valid

/** The conversion, or undefined where there is none. */
export function conversionBetween(from: string, to: string, substance: Substance = {}): Conversion | undefined {
  if (from === to) return {factor: 1, shift: 0}
  const [own, other] = [amountOf(from), amountOf(to)]
  if (own === other) return byDimension(from, to)
  const factor = bySubstance(from, to, substance)
  return factor === undefined ? undefined : {factor: rounded(factor), shift: 0}
}

type Amount = 'none' | 'mole' | 'equivalent' | 'osmole' | 'catalytic' | 'arbitrary'

/** What a unit counts by amount: things that UCUM would convert into each other, and nobody may. */
function amountOf(unit: string): Amount {
  const bare = unit.replace(/\{[^}]*\}/g, '')
  if (/osm/.test(bare)) return 'osmole'
  if (/eq/.test(bare)) return 'equivalent'
  if (/mol/.test(bare)) return 'mole'
  if (/\[[a-z]*iu\]/i.test(bare)) return 'arbitrary'
  return /kat|(?:^|[^A-Za-z[])[munkp]?U(?![A-Za-z])/.test(bare) ? 'catalytic' : 'none'
}

/** Two points tell the line; units with another curve (logarithms) are not on it and have no conversion. */
function byDimension(from: string, to: string): Conversion | undefined {
  const at = (value: number): number | undefined => {
    try {
      const converted = ucum.convert(value, from, to)
      return Number.isFinite(converted) ? converted : undefined
    } catch {
      return undefined
    }
  }
  const [zero, ten, far] = [at(0), at(10), at(10_000)]
  if (zero === undefined || ten === undefined || far === undefined) return undefined
  // Over a wide span, so that the difference keeps its digits.
  const factor = (far - zero) / 10_000
  const isLine = Math.abs(zero + 10 * factor - ten) <= 1e-9 * Math.max(Math.abs(ten), Math.abs(zero))
  return factor > 0 && isLine ? {factor: rounded(factor), shift: Number((zero / factor).toPrecision(12))} : undefined
}

function bySubstance(from: string, to: string, {molarMass, valence}: Substance): number | undefined {
  const [own, other] = [amountOf(from), amountOf(to)]
  const asMoles = (unit: string): string => unit.replace('eq', 'mol')
  if (own === 'none' && other === 'mole') return molarMass && massToMoles(from, to, molarMass)
  if (own === 'mole' && other === 'none') return molarMass && inverse(massToMoles(to, from, molarMass))
  if (own === 'equivalent' && other === 'mole') return valence && divided(byDimension(asMoles(from), to)?.factor, valence)
  if (own === 'mole' && other === 'equivalent') return valence && inverse(divided(byDimension(asMoles(to), from)?.factor, valence))
  return undefined
}

/** The mass becomes grams, and grams moles: `mg/dL` is a thousandth of `g/dL`, which stands for as many `mol/dL` × molar mass. */
function massToMoles(mass: string, moles: string, molarMass: number): number | undefined {
  const inGrams = mass.replace(/^[munp]?g(?=\/|$)/, 'g')
  const scale = byDimension(mass, inGrams)?.factor
  const rest = byDimension(inGrams.replace(/^g/, 'mol'), moles)?.factor
  if (!/^g(?:\/|$)/.test(inGrams) || scale === undefined || rest === undefined) return undefined
  return (scale * rest) / molarMass
}

const inverse = (value: number | undefined): number | undefined => (value === undefined ? undefined : 1 / value)
const divided = (value: number | undefined, by: number): number | undefined => (value === undefined ? undefined : value / by)
/** The library reckons through base units, which leaves noise in the last digits of what is a short number. */
function rounded(value: number): number {
  const short = Number(value.toPrecision(12))
  return Math.abs(short - value) <= 1e-14 * Math.abs(value) ? short : value
}
