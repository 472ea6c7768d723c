// Rows of the condition, medication and procedure files. Diagnoses have the shape of ICD-10-CM codes and procedures that
// of ICD-10-PCS codes (both public domain); medication codes are a local formulary's. Descriptions are in our own words.
import {dayOf, hourMs, type MomentWriter, minuteMs} from './moments.ts'
import {staff} from './names.ts'
import type {Ailment} from './person.ts'
import type {Random} from './random.ts'
import type {ClinicRow} from './tables.ts'
import type {Visit} from './visits.ts'

type Choice<T> = readonly [T, ...T[]]

const chronic: Readonly<Record<Ailment, readonly [code: string, description: string]>> = {
  hypertension: ['I10', 'High blood pressure, primary'],
  diabetes: ['E11.9', 'Type 2 diabetes without complications'],
  kidneyDisease: ['N18.31', 'Chronic kidney disease, stage 3a'],
  lungDisease: ['J44.9', 'Chronic obstructive lung disease'],
  heartFailure: ['I50.22', 'Chronic systolic heart failure'],
  anaemia: ['D50.9', 'Iron deficiency anaemia'],
  highCholesterol: ['E78.00', 'Raised cholesterol, "pure", unspecified'],
  hypothyroidism: ['E03.9', 'Underactive thyroid'],
  depression: ['F32.1', 'Depressive episode, moderate'],
  arthrosis: ['M17.0', 'Arthrosis of both knees'],
}

const acute: Choice<readonly [code: string, description: string, days: number]> = [
  ['J06.9', 'Common cold', 9],
  ['J20.9', 'Acute bronchitis', 16],
  ['N39.0', 'Urinary tract infection, site not stated', 10],
  ['R07.9', 'Chest pain', 4],
  ['S93.401A', 'Sprain of right ankle, first visit', 30],
  ['K29.00', 'Acute gastritis, no bleeding', 14],
  ['M54.50', 'Low back pain', 40],
  ['H66.90', 'Middle ear infection', 11],
  ['R51.9', 'Headache', 3],
]

interface Medicine {
  readonly code: string
  readonly name: string
  readonly dose: string
  readonly unit: string
  readonly route: string
  readonly perDay: number
}

const medicines: Choice<Medicine> = [
  {code: 'F10021', name: 'Amlodipine 5 mg tablet', dose: '5', unit: 'mg', route: 'oral', perDay: 1},
  {code: 'F10034', name: 'Metformin 500 mg tablet', dose: '500', unit: 'mg', route: 'oral', perDay: 2},
  {code: 'F10107', name: 'Levothyroxine 50 µg tablet', dose: '50', unit: 'ug', route: 'oral', perDay: 1},
  {code: 'F10212', name: 'Paracetamol 500 mg tablet, film-coated', dose: '500', unit: 'mg', route: 'oral', perDay: 3},
  {code: 'F10305', name: 'Salbutamol 100 µg inhaler', dose: '0.1', unit: 'mg', route: 'inhaled', perDay: 4},
  {code: 'F10418', name: 'Simvastatin 20 mg tablet', dose: '20', unit: 'mg', route: 'oral', perDay: 1},
  {code: 'F10502', name: 'Enoxaparin 40 mg/0.4 mL syringe', dose: '40', unit: 'mg', route: 'subcutaneous', perDay: 1},
  {code: 'F10610', name: 'Furosemide 40 mg tablet', dose: '40', unit: 'mg', route: 'oral', perDay: 1},
  {code: 'F10733', name: 'Sertraline 50 mg tablet', dose: '50', unit: 'mg', route: 'oral', perDay: 1},
  {code: 'F10844', name: 'Amoxicillin 500 mg capsule', dose: '500', unit: 'mg', route: 'oral', perDay: 3},
]

const instructions: Choice<string> = [
  'Take with food',
  'One in the morning, one at night',
  'Take "as needed", at most four a day',
  "À prendre le soir, avec de l'eau",
  'Nicht mit Grapefruitsaft einnehmen',
  '',
]

interface Intervention {
  readonly code: string
  readonly description: string
  readonly minutes: number
  readonly inpatientOnly: boolean
}

const interventions: Choice<Intervention> = [
  {code: '4A02X4Z', description: 'Electrocardiogram', minutes: 10, inpatientOnly: false},
  {code: 'BW03ZZZ', description: 'Chest X-ray, plain', minutes: 12, inpatientOnly: false},
  {code: 'B020ZZZ', description: 'CT of the brain', minutes: 20, inpatientOnly: false},
  {code: '0DJ08ZZ', description: 'Gastroscopy, diagnostic', minutes: 25, inpatientOnly: false},
  {code: '0DJD8ZZ', description: 'Colonoscopy, diagnostic', minutes: 40, inpatientOnly: false},
  {code: '0DTJ4ZZ', description: 'Appendix removed, keyhole', minutes: 55, inpatientOnly: true},
  {code: '0FT44ZZ', description: 'Gallbladder removed, keyhole', minutes: 70, inpatientOnly: true},
  {code: '30233N1', description: 'Red cells transfused, "two units"', minutes: 180, inpatientOnly: true},
  {code: '0W9G3ZZ', description: 'Ascites drained', minutes: 45, inpatientOnly: true},
]

const outcomes: Choice<string> = ['done', 'done', 'done', 'done, no complications', 'stopped early, "did not tolerate"', '']

/** Diagnoses recorded in a visit: known ailments now and then, and something acute. */
export function* conditionsOf(visit: Visit, seed: number, random: Random, write: MomentWriter): Generator<ClinicRow> {
  if (visit.isEmpty) return
  random.reseed(seed, 7, visit.person.number, visit.number)
  const {person} = visit
  const seenDay = dayOf(visit.startMs)
  const recordedBy = random.pick(staff)
  let number = 0
  const row = (code: string, description: string, status: string, onset: number, abatement: string): ClinicRow => ({
    fields: [`C${visit.id.slice(1)}-${++number}`, person.id, visit.id, code, description, status, write.day(onset), abatement, recordedBy],
    isFree: true,
    bornDay: person.bornDay,
  })
  for (const ailment of person.ailments) {
    if (!random.chance(0.25)) continue
    const [code, description] = chronic[ailment]
    yield row(code, description, 'active', Math.max(person.bornDay, seenDay - random.integer(0, 2000)), '')
  }
  if (random.chance(0.45)) {
    const [code, description, days] = random.pick(acute)
    const onset = Math.max(person.bornDay, seenDay - random.integer(0, 5))
    const isOver = random.chance(0.7)
    yield row(code, description, isOver ? 'resolved' : 'active', onset, isOver ? write.day(onset + random.integer(1, days)) : '')
  }
}

/** Medicines prescribed in a visit. */
export function* medicationsOf(visit: Visit, seed: number, random: Random, write: MomentWriter): Generator<ClinicRow> {
  if (visit.isEmpty) return
  random.reseed(seed, 8, visit.person.number, visit.number)
  const {person} = visit
  const count = Math.floor(random.skewed(visit.class === 'inpatient' ? 8 : 4 + person.ailments.size))
  const day = dayOf(visit.startMs)
  for (let number = 1; number <= count; number++) {
    const medicine = random.pick(medicines)
    const days = random.pick([7, 10, 14, 28, 30, 56, 90])
    const hasEnd = random.chance(0.6)
    yield {
      fields: [
        `M${visit.id.slice(1)}-${number}`,
        person.id,
        visit.id,
        medicine.code,
        medicine.name,
        medicine.dose,
        medicine.unit,
        random.chance(0.02) ? medicine.route.toUpperCase() : medicine.route,
        String(medicine.perDay * days),
        String(days),
        write.day(day),
        hasEnd ? write.day(day + days) : '',
        random.pick(instructions),
      ],
      isFree: true,
      bornDay: person.bornDay,
    }
  }
}

/** Procedures done in a visit, each begun within it. */
export function* proceduresOf(visit: Visit, seed: number, random: Random, write: MomentWriter): Generator<ClinicRow> {
  if (visit.isEmpty || visit.class === 'virtual' || visit.class === 'home') return
  random.reseed(seed, 9, visit.person.number, visit.number)
  const count = visit.class === 'inpatient' ? random.integer(0, 3) : random.integer(0, 3) === 0 ? 1 : 0
  for (let number = 1; number <= count; number++) {
    const intervention = random.pick(interventions)
    if (intervention.inpatientOnly && visit.class !== 'inpatient') continue
    const startMs = visit.startMs + random.integer(0, visit.class === 'inpatient' ? 5 * hourMs : 5 * minuteMs)
    const lastsMs = Math.floor(intervention.minutes * (0.7 + random.next() * 0.6)) * minuteMs
    yield {
      fields: [
        `R${visit.id.slice(1)}-${number}`,
        visit.person.id,
        visit.id,
        intervention.code,
        intervention.description,
        write.instant(startMs, visit.shape),
        write.instant(startMs + lastsMs, visit.shape),
        random.pick(staff),
        random.pick(outcomes),
      ],
      isFree: true,
      bornDay: visit.person.bornDay,
    }
  }
}
