// What a pack of plausible ranges says: for a LOINC term in a UCUM unit, the values that nothing but a mistake explains
// (impossible) and those that a clinician would look at twice (unlikely), by the stage of life and the sex where they differ. Not
// reference ranges: what is ill is not wrong. Of whom age or sex is not known, the widest bounds hold.
import type {Conversion} from './convert-unit.ts'
import type {LifeStage, Sex} from './life-stages.ts'
import {lifeStages, sexes} from './life-stages.ts'

/** Both ends belong to the range; an end that is missing has no bound. */
export type Bounds = readonly [low: number | undefined, high: number | undefined]

/**
 * Where bounds come from. `M`: MIMIC-Extract, variable_ranges.csv (valid low and high); `R`: ricu, concept-dict.json (min and max); both adult intensive
 * care. `G`: growthcleanr's limits for adults. `D`: DQD 2022, CDM 5.3.1 concept level, since withdrawn (never alone for an impossible value). `F`: Fleming
 * 2011, first and last centile of healthy children, which the bounds hold with room for disease. `W`: WHO growth standards (2006, 2007), three standard
 * deviations, the same way. `physical`: what a quantity can be. `own`: hippo's proposal, with its reason.
 */
export type BoundsSource = 'M' | 'R' | 'G' | 'D' | 'F' | 'W' | 'physical' | 'own'

export type Tier = 'impossible' | 'unlikely'

/** Bounds of one stage of life where they differ from those of the quantity. */
export type StageBounds = Readonly<Partial<Record<LifeStage, Readonly<Partial<Record<Tier, Bounds>>>>>>

export interface PlausibleRange {
  /** LOINC terms with these bounds: the same quantity in other specimens of blood, or by other methods. */
  readonly codes: readonly string[]
  readonly title: string
  /** Units in UCUM: the first is that of the bounds; the others with what makes the first of them (a factor alone where nothing is shifted). */
  readonly unit: string
  readonly otherUnits?: Readonly<Record<string, number | Conversion>>
  /** At every age, but for stages with bounds of their own. */
  readonly impossible: Bounds
  /** Of adults; of everybody where `isForAll`, but for stages with bounds of their own. Children without bounds are not judged. */
  readonly unlikely: Bounds
  readonly isForAll: boolean
  readonly stages: StageBounds
  readonly bySex: Readonly<Partial<Record<Sex, StageBounds>>>
  readonly sources: readonly BoundsSource[]
  /** Why a bound is not what the sources say. */
  readonly because?: string
  /** The version of the pack in which its bounds last changed. */
  readonly version: string
  /** The clinician who stands for the bounds; null while nobody does. */
  readonly signedBy: Signature | null
}

export interface Signature {
  readonly by: string
  /** ISO date. */
  readonly date: string
}

export interface RangePack {
  /** As written in a contract. */
  readonly name: string
  readonly version: string
  readonly ranges: readonly PlausibleRange[]
}

/** What is known of a person. */
export interface Person {
  readonly stage?: LifeStage
  readonly sex?: Sex
}

/** The bounds of a LOINC term. */
export const rangeOf = ({ranges}: RangePack, code: string): PlausibleRange | undefined => ranges.find(({codes}) => codes.includes(code))

/** The bounds that hold for a person, in the first unit of the range; without any where the pack has none for all that the person may be. */
export function boundsFor(range: PlausibleRange, tier: Tier, {stage, sex}: Person = {}): Bounds {
  const stages = stage === undefined ? lifeStages.map(({name}) => name) : [stage]
  const all = (sex === undefined ? sexes : [sex]).flatMap((one) => stages.map((at) => boundsAt(range, tier, {stage: at, sex: one})))
  const widest = (end: 0 | 1, choose: (...bounds: number[]) => number): number | undefined => {
    const ends = all.flatMap((bounds) => bounds[end] ?? [])
    return ends.length < all.length ? undefined : choose(...ends)
  }
  return [widest(0, Math.min), widest(1, Math.max)]
}

const none: Bounds = [undefined, undefined]

function boundsAt(range: PlausibleRange, tier: Tier, {stage, sex}: Required<Person>): Bounds {
  const own = range.bySex[sex]?.[stage]?.[tier] ?? range.stages[stage]?.[tier]
  if (own !== undefined) return own
  return tier === 'impossible' || stage === 'adult' || range.isForAll ? range[tier] : none
}

export const isBounded = (bounds: Bounds): boolean => bounds.some((bound) => bound !== undefined)

/** The units that a range has bounds in. */
export const unitsOf = ({unit, otherUnits = {}}: PlausibleRange): readonly string[] => [unit, ...Object.keys(otherUnits)]

const significantDigits = 12

/** Bounds of a range in one of its units; undefined for other units. */
export function boundsIn(range: PlausibleRange, [low, high]: Bounds, unit: string): Bounds | undefined {
  const other = unit === range.unit ? 1 : range.otherUnits?.[unit]
  if (other === undefined) return undefined
  const {factor, shift} = typeof other === 'number' ? {factor: other, shift: 0} : other
  const written = (bound: number | undefined): number | undefined =>
    bound === undefined ? undefined : Number((bound / factor - shift).toPrecision(significantDigits))
  return [written(low), written(high)]
}

export const isWithin = (value: number, [low = -Infinity, high = Infinity]: Bounds): boolean => value >= low && value <= high
