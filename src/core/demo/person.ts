// One invented patient, made from the seed and a number alone: who they are, when the clinic met them and what ails them.
// Every sixth patient is only registered and has no visit yet; every tenth is new in the second delivery.
import {dayMs, dayOf, minuteMs} from './moments.ts'
import {cultures, streets, towns} from './names.ts'
import type {Random} from './random.ts'
import type {DeliveryIndex} from './tables.ts'

/** The clinic that is asked for. The two instants are when its deliveries were cut, in milliseconds. */
export interface ClinicTime {
  readonly seed: number
  readonly firstCutMs: number
  readonly secondCutMs: number
}

type Sex = 'female' | 'male' | 'other' | 'unknown'

export type Ailment =
  | 'hypertension'
  | 'diabetes'
  | 'kidneyDisease'
  | 'lungDisease'
  | 'heartFailure'
  | 'anaemia'
  | 'highCholesterol'
  | 'hypothyroidism'
  | 'depression'
  | 'arthrosis'

/** What the second delivery says about a patient of the first: nothing, the same again, or a new address. */
type Resent = 'no' | 'unchanged' | 'moved'

export interface Person {
  readonly number: number
  readonly id: string
  readonly sex: Sex
  readonly bornDay: number
  /** Set for those who died before the first delivery. */
  readonly diedDay: number | undefined
  readonly ageYears: number
  readonly ailments: ReadonlySet<Ailment>
  readonly heightCm: number
  readonly weightKg: number
  /** Delivery that first names the patient. */
  readonly delivery: DeliveryIndex
  readonly hasVisits: boolean
  readonly resent: Resent
  readonly registeredMs: number
}

const onlyRegistered = (number: number): boolean => number % 6 === 3
const isNewInSecond = (number: number): boolean => number % 10 === 7

/** Share of people by age, in steps of five years: an ageing population that sees its clinic more the older it is. */
const ageWeights: readonly number[] = [6, 4, 4, 4, 5, 6, 6, 6, 6, 6, 7, 7, 8, 8, 7, 6, 4, 3, 1.5, 0.5]
const ageTotal = ageWeights.reduce((sum, weight) => sum + weight, 0)

const cultureWeights: readonly number[] = cultures.map(({weight}) => weight)

const ailmentChances: readonly (readonly [Ailment, fromAge: number, perYear: number, most: number])[] = [
  ['hypertension', 30, 0.011, 0.6],
  ['diabetes', 25, 0.004, 0.22],
  ['kidneyDisease', 45, 0.005, 0.2],
  ['lungDisease', 40, 0.004, 0.15],
  ['heartFailure', 55, 0.006, 0.18],
  ['anaemia', 12, 0.0015, 0.1],
  ['highCholesterol', 28, 0.009, 0.45],
  ['hypothyroidism', 25, 0.002, 0.08],
  ['depression', 14, 0.003, 0.14],
  ['arthrosis', 45, 0.009, 0.4],
]

/** The patient with this number (from 0); the same for the same seed and cuts, whatever else is made. */
export function personAt(number: number, time: ClinicTime, random: Random): Person {
  random.reseed(time.seed, 1, number)
  const cutDay = dayOf(time.firstCutMs)
  const ageDays = drawAgeDays(random)
  const bornDay = cutDay - 2 - ageDays
  const ageYears = Math.floor(ageDays / 365.25)
  const sex = drawSex(random, ageYears)
  const delivery: DeliveryIndex = isNewInSecond(number) ? 1 : 0
  const hasVisits = !onlyRegistered(number)
  const dies = random.chance(ageYears > 60 ? 0.001 * (ageYears - 55) : 0.002)
  const diedDay = dies && hasVisits && delivery === 0 && ageDays > 800 ? cutDay - random.integer(10, 400) : undefined
  const growth = ageYears >= 18 ? 1 : 0.3 + 0.7 * Math.sqrt(ageYears / 18)
  const registeredMs =
    delivery === 1
      ? time.firstCutMs + Math.floor((random.next() * (time.secondCutMs - time.firstCutMs - dayMs)) / minuteMs) * minuteMs
      : time.firstCutMs - dayMs - Math.floor(random.next() * Math.min(ageDays, 3650)) * dayMs
  return {
    number,
    id: `P${String(number + 1).padStart(7, '0')}`,
    sex,
    bornDay,
    diedDay,
    ageYears,
    ailments: new Set(ailmentsOf(ageYears, random)),
    heightCm: random.normal(sex === 'male' ? 177 : 164, 7) * growth,
    weightKg: random.normal(sex === 'male' ? 84 : 71, 13) * growth * growth * Math.min(1, 0.7 + ageYears / 60),
    delivery,
    hasVisits,
    resent: delivery === 1 || !hasVisits || diedDay !== undefined ? 'no' : drawResent(random),
    registeredMs,
  }
}

interface PersonTexts {
  readonly familyName: string
  readonly givenName: string
  readonly address: string
  readonly city: string
  readonly postalCode: string
  readonly phone: string
}

/** Names and address; `home` 1 is where someone lives who moved between the deliveries. */
export function textsOf(person: Person, time: ClinicTime, home: 0 | 1, random: Random): PersonTexts {
  random.reseed(time.seed, 2, person.number)
  const culture = cultures[bandOf(random.integer(1, 100), cultureWeights)] ?? cultures[0]
  const familyName = random.pick(culture.family)
  const givenName = random.pick(person.sex === 'male' ? culture.male : culture.female)
  random.reseed(time.seed, 3, person.number, home)
  const town = random.pick(towns)
  return {
    familyName,
    givenName,
    address: `${random.integer(1, 240)} ${random.pick(streets)}`,
    city: town.name,
    postalCode: `${town.postalPrefix}${random.integer(100, 999)}`,
    phone: `+00 555 ${random.integer(100, 999)} ${random.integer(1000, 9999)}`,
  }
}

function drawAgeDays(random: Random): number {
  const band = bandOf(random.next() * ageTotal, ageWeights)
  return Math.floor((band * 5 + random.next() * 5) * 365.25)
}

/** The band that a draw from 0 to the sum of the weights falls into. */
function bandOf(draw: number, weights: readonly number[]): number {
  let passed = 0
  for (const [band, weight] of weights.entries()) {
    passed += weight
    if (draw <= passed) return band
  }
  return 0
}

function drawSex(random: Random, ageYears: number): Sex {
  const draw = random.next()
  if (draw < 0.003) return 'other'
  if (draw < 0.006) return 'unknown'
  return draw < 0.51 + Math.max(0, ageYears - 60) * 0.003 ? 'female' : 'male'
}

function drawResent(random: Random): Resent {
  const draw = random.next()
  return draw < 0.06 ? 'moved' : draw < 0.1 ? 'unchanged' : 'no'
}

function ailmentsOf(ageYears: number, random: Random): Ailment[] {
  return ailmentChances
    .filter(([, fromAge, perYear, most]) => random.chance(Math.min(most, Math.max(0, (ageYears - fromAge) * perYear))))
    .map(([ailment]) => ailment)
}
