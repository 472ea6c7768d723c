// A patient's visits: when, of which class, how long, and in which delivery they are sent. Some admissions are still open
// when the first delivery is cut and come again, finished, with the second. About one visit in six has nothing recorded
// in it (cancelled, or a call): only such visits are ever given faults, so that a fault has no consequence elsewhere.
import {dayMs, dayOf, hourMs, type InstantShape, minuteMs} from './moments.ts'
import type {ClinicTime, Person} from './person.ts'
import type {Random} from './random.ts'
import type {DeliveryIndex} from './tables.ts'

export type VisitClass = 'ambulatory' | 'emergency' | 'inpatient' | 'virtual' | 'home'

export interface Visit {
  readonly person: Person
  readonly number: number
  readonly id: string
  readonly class: VisitClass
  readonly startMs: number
  readonly endMs: number
  /** Delivery that first sends the visit. */
  readonly delivery: DeliveryIndex
  /** True when the first delivery sends it as in progress and the second as finished. */
  readonly isOpenAtFirstCut: boolean
  readonly isCancelled: boolean
  /** True when nothing is recorded in it and so nothing refers to it. */
  readonly isEmpty: boolean
  readonly shape: InstantShape
}

const historyDays = 5 * 365
const shapes: readonly [InstantShape, ...InstantShape[]] = ['utc', 'utc', 'utcWithMilliseconds', 1, 2]

interface Stay {
  readonly class: VisitClass
  readonly startMs: number
  readonly endMs: number
  readonly isOpen?: boolean
}

/** All visits of a patient in both deliveries, in time order and never overlapping. */
export function visitsOf(person: Person, time: ClinicTime, random: Random): Visit[] {
  if (!person.hasVisits) return []
  random.reseed(time.seed, 4, person.number)
  const stays = person.delivery === 0 ? history(person, time, random) : []
  const past = stays.length
  stays.push(...weekOf(person, time, random, stays.at(-1)))
  return stays.map((stay, number) => {
    const isCancelled = stay.isOpen !== true && random.chance(0.06)
    const isOpenAtFirstCut = stay.isOpen === true
    return {
      person,
      number,
      id: `E${person.id.slice(1)}-${String(number + 1).padStart(3, '0')}`,
      class: stay.class,
      startMs: stay.startMs,
      endMs: stay.endMs,
      delivery: number < past ? 0 : 1,
      isOpenAtFirstCut,
      isCancelled,
      isEmpty: isCancelled || (!isOpenAtFirstCut && random.chance(stay.class === 'virtual' ? 0.5 : 0.06)),
      shape: random.pick(shapes),
    }
  })
}

/** Visits that began before the first cut. */
function history(person: Person, time: ClinicTime, random: Random): Stay[] {
  const cutDay = dayOf(time.firstCutMs)
  const lastDay = Math.min(person.diedDay ?? cutDay, cutDay) - 1
  const firstDay = Math.max(person.bornDay + 1, lastDay - historyDays)
  const isOpen = person.number % 20 === 12 && person.diedDay === undefined && person.bornDay < cutDay - 12
  const limitMs = lastDay * dayMs - (isOpen ? 12 * dayMs : 0)
  const span = limitMs - firstDay * dayMs
  const burden = 1 + person.ailments.size * 1.5 + (person.ageYears > 70 ? 2 : 0)
  const wanted = span <= 0 ? 0 : 1 + Math.floor(random.skewed(10 + burden * 5) + random.next() * (1 + burden))
  const starts = Array.from({length: wanted}, () => firstDay * dayMs + officeTime(random, span)).sort((a, b) => a - b)
  const stays: Stay[] = []
  for (const startMs of starts) {
    append(stays, stayAt(startMs, person, random), limitMs)
    const last = stays.at(-1)
    if (last?.class === 'inpatient' && random.chance(0.14)) {
      append(stays, inpatient(last.endMs + random.integer(2, 28) * dayMs, random), limitMs)
    }
  }
  if (isOpen) {
    const startMs = time.firstCutMs - random.integer(6, 9 * 24) * hourMs
    const rest = time.secondCutMs - time.firstCutMs
    stays.push({
      class: 'inpatient',
      startMs,
      endMs: time.firstCutMs + Math.floor(((0.1 + random.next() * 0.6) * rest) / minuteMs) * minuteMs,
      isOpen: true,
    })
  }
  return stays
}

/** Visits between the two cuts: for those new to the clinic, and for one in five of the others. */
function weekOf(person: Person, time: ClinicTime, random: Random, last: Stay | undefined): Stay[] {
  const isNew = person.delivery === 1
  if (person.diedDay !== undefined || last?.isOpen === true || !(isNew || random.chance(0.2))) return []
  const span = time.secondCutMs - time.firstCutMs
  const earliest = isNew ? person.registeredMs + hourMs : time.firstCutMs + Math.floor((random.next() * 0.6 * span) / minuteMs) * minuteMs
  const stays: Stay[] = []
  append(stays, stayAt(earliest, person, random), time.secondCutMs - hourMs)
  if (stays.length === 0) stays.push({class: 'ambulatory', startMs: earliest, endMs: earliest + 30 * minuteMs})
  const after = stays[0]?.endMs ?? earliest
  if (isNew && random.chance(0.6))
    append(stays, {class: 'ambulatory', startMs: after + hourMs, endMs: after + 2 * hourMs}, time.secondCutMs)
  return stays
}

function append(stays: Stay[], stay: Stay, limitMs: number): void {
  const isAfterLast = stay.startMs > (stays.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY)
  if (isAfterLast && stay.endMs < limitMs) stays.push(stay)
}

function stayAt(startMs: number, person: Person, random: Random): Stay {
  const draw = random.next() - (person.ageYears > 65 ? 0.05 : 0)
  if (draw < 0.09) return inpatient(startMs, random)
  if (draw < 0.22)
    return {class: 'emergency', startMs, endMs: startMs + random.integer(45, 300) * minuteMs + Math.floor(random.skewed(600)) * minuteMs}
  if (draw < 0.33) return {class: 'virtual', startMs, endMs: startMs + random.integer(5, 25) * minuteMs}
  if (draw < 0.38) return {class: 'home', startMs, endMs: startMs + random.integer(20, 70) * minuteMs}
  return {class: 'ambulatory', startMs, endMs: startMs + random.integer(10, 60) * minuteMs}
}

function inpatient(startMs: number, random: Random): Stay {
  return {class: 'inpatient', startMs, endMs: startMs + random.integer(18, 90) * hourMs + Math.floor(random.skewed(18 * 24)) * hourMs}
}

/** Somewhere in the span, in whole minutes and mostly by day. */
function officeTime(random: Random, span: number): number {
  const days = Math.floor((random.next() * span) / dayMs)
  const hour = random.chance(0.85) ? random.integer(7, 18) : random.integer(0, 23)
  return days * dayMs + hour * hourMs + random.integer(0, 59) * minuteMs
}
