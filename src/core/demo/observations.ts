// Vital signs, laboratory results and a few answers in words for each visit, in the number and mix its class calls for.
import {type Analyte, panels, vitals} from './analytes.ts'
import {dayMs, hourMs, type MomentWriter, minuteMs} from './moments.ts'
import {staff} from './names.ts'
import type {Person} from './person.ts'
import type {Random} from './random.ts'
import type {ClinicRow} from './tables.ts'
import type {Visit} from './visits.ts'

const notes: readonly [string, ...string[]] = [
  'Sample taken fasting',
  'Patient says "a bit dizzy", sat down, rechecked',
  'Repeat in 6 h, tell the ward',
  'Drawn from the left arm; right arm has a cannula',
  'Contrôle demandé par le médecin, voir lettre',
  'Nüchtern, Probe leicht trüb',
  '"Feels fine", wants to go home',
]

const smoking: readonly [string, ...string[]] = [
  'Never smoker',
  'Former smoker, quit 2011',
  'Current smoker',
  'Unknown, "prefers not to say"',
]

/** Seconds between a sample and its result, by how soon it is wanted. */
const resultDelay = {'vital-signs': 60, laboratory: 5400} as const

/** Rows of one visit; a visit with nothing recorded has none. */
export function* observationsOf(visit: Visit, seed: number, random: Random, write: MomentWriter): Generator<ClinicRow> {
  if (visit.isEmpty) return
  random.reseed(seed, 5, visit.person.number, visit.number)
  const id = `O${visit.id.slice(1)}-`
  const performer = random.pick(staff)
  let number = 0
  const make = (category: 'vital-signs' | 'laboratory', analyte: Analyte, atMs: number): ClinicRow => {
    number++
    return measured(visit, `${id}${number}`, category, analyte, atMs, performer, random, write)
  }
  for (const atMs of times(visit, random, 'vitals')) {
    for (const analyte of vitals) if (isTaken(analyte, visit, random)) yield make('vital-signs', analyte, atMs)
  }
  for (const atMs of times(visit, random, 'labs')) {
    for (const panel of panels) {
      if (random.chance(panel.length > 4 ? 0.55 : 0.22)) for (const analyte of panel) yield make('laboratory', analyte, atMs)
    }
  }
  if (visit.person.ageYears > 14 && random.chance(0.2)) yield answered(visit, `${id}${number + 1}`, performer, random, write)
}

/** When vital signs are taken or blood is drawn during a visit, in milliseconds, all before its end. */
function times(visit: Visit, random: Random, what: 'vitals' | 'labs'): number[] {
  const lasts = visit.endMs - visit.startMs
  // What is sent with the first delivery was measured before its cut; an open stay has had its first hours by then.
  const span = visit.isOpenAtFirstCut ? Math.min(lasts, 5 * hourMs) : lasts
  const first = visit.startMs + Math.floor((random.next() * Math.min(span, hourMs) * 0.3) / minuteMs) * minuteMs
  if (visit.class === 'inpatient') {
    const days = Math.min(what === 'vitals' ? 12 : 5, Math.max(1, Math.floor(span / dayMs)))
    return Array.from({length: days}, (_, day) => first + day * dayMs)
  }
  const wanted =
    what === 'vitals' ? {ambulatory: 0.85, emergency: 1, virtual: 0, home: 0.9} : {ambulatory: 0.4, emergency: 0.7, virtual: 0, home: 0.1}
  return random.chance(wanted[visit.class]) ? [first] : []
}

function isTaken(analyte: Analyte, visit: Visit, random: Random): boolean {
  if (analyte.code === '8302-2') return visit.class !== 'emergency' && random.chance(0.3)
  if (analyte.code === '29463-7') return random.chance(0.6)
  return random.chance(0.94)
}

function measured(
  visit: Visit,
  id: string,
  category: 'vital-signs' | 'laboratory',
  analyte: Analyte,
  atMs: number,
  performer: string,
  random: Random,
  write: MomentWriter,
): ClinicRow {
  const {person} = visit
  const status = drawStatus(random)
  const noise = random.next()
  const issuedMs = atMs + Math.floor(random.next() * resultDelay[category]) * 1000
  return {
    fields: [
      id,
      person.id,
      visit.id,
      category,
      analyte.code,
      analyte.name,
      status === 'cancelled' ? '' : noise < 0.01 ? ` ${drawValue(analyte, person, random)} ` : drawValue(analyte, person, random),
      noise > 0.98 ? (analyte.otherSpelling ?? analyte.unit) : analyte.unit,
      noise > 0.49 && noise < 0.5 ? status.toUpperCase() : status,
      write.instant(atMs, visit.shape),
      noise > 0.3 && noise < 0.42 ? '' : write.instant(issuedMs, visit.shape),
      performer,
      random.chance(0.04) ? random.pick(notes) : '',
    ],
    isFree: true,
    bornDay: person.bornDay,
  }
}

function answered(visit: Visit, id: string, performer: string, random: Random, write: MomentWriter): ClinicRow {
  const at = write.instant(visit.startMs, visit.shape)
  const answer = random.pick(smoking)
  return {
    fields: [
      id,
      visit.person.id,
      visit.id,
      'social-history',
      '72166-2',
      'Tobacco smoking status',
      answer,
      '',
      'final',
      at,
      at,
      performer,
      '',
    ],
    isFree: true,
    bornDay: visit.person.bornDay,
  }
}

function drawStatus(random: Random): string {
  const draw = random.next()
  if (draw < 0.94) return 'final'
  if (draw < 0.965) return 'amended'
  if (draw < 0.98) return 'corrected'
  return draw < 0.995 ? 'preliminary' : 'cancelled'
}

/** A value on the analyser's grid, as text. One in forty lies in the tail of someone ill. */
function drawValue(analyte: Analyte, person: Person, random: Random): string {
  const [low, high] = analyte.typical
  const mean = analyte.mean(person)
  const drawn = random.chance(0.025) ? mean + (high - mean) * random.next() * 0.5 : random.normal(mean, analyte.deviation)
  const value = Math.min(high, Math.max(low, drawn))
  if (analyte.decimals === 0) return String(Math.round(value))
  const scale = analyte.decimals === 1 ? 10 : 100
  const steps = Math.round(value * scale)
  const fraction = steps % scale
  return `${(steps - fraction) / scale}.${analyte.decimals === 2 && fraction < 10 ? '0' : ''}${fraction}`
}
