// Rows of the patient and encounter files.
import type {MomentWriter} from './moments.ts'
import {staff} from './names.ts'
import {type ClinicTime, type Person, textsOf} from './person.ts'
import type {Random} from './random.ts'
import type {ClinicRow, DeliveryIndex} from './tables.ts'
import type {Visit, VisitClass} from './visits.ts'

/** HL7 v3 ActCode abbreviations, as hospital systems send them. */
const classCodes: Readonly<Record<VisitClass, string>> = {ambulatory: 'AMB', emergency: 'EMER', inpatient: 'IMP', virtual: 'VR', home: 'HH'}

const sexCodes = {female: 'F', male: 'M', other: 'other', unknown: 'unknown'} as const

const departments: Readonly<Record<VisitClass, readonly [string, ...string[]]>> = {
  ambulatory: ['General medicine', 'Cardiology', 'Ear, nose and throat', 'Ophthalmology', 'Diabetes clinic'],
  emergency: ['Emergency'],
  inpatient: ['Internal medicine', 'Surgery, general', 'Cardiology', 'Neurology', 'Geriatrics'],
  virtual: ['General medicine', 'Mental health'],
  home: ['Community nursing'],
}

const reasons: readonly [string, ...string[]] = [
  'Follow-up',
  'Chest pain',
  'Shortness of breath, worse at night',
  'Fall at home',
  'Fièvre et toux',
  '"Can\'t sleep", six weeks',
  'Medication review',
  'Abdominal pain, unclear',
  'Blutdruckkontrolle',
  'Headache',
]

/** The row a delivery sends for a patient, or undefined when it sends none. */
export function patientRow(
  person: Person,
  delivery: DeliveryIndex,
  time: ClinicTime,
  random: Random,
  write: MomentWriter,
): ClinicRow | undefined {
  if (person.delivery !== delivery && (delivery === 0 || person.resent === 'no')) return undefined
  const hasMoved = delivery === 1 && person.resent === 'moved'
  const texts = textsOf(person, time, hasMoved ? 1 : 0, random)
  const padding = person.number % 50 === 11 ? ' ' : ''
  return {
    fields: [
      person.id,
      padding + texts.familyName,
      texts.givenName + padding,
      // The sender changed how it writes dates between the deliveries; the contract knows both ways.
      delivery === 0 ? write.day(person.bornDay) : write.dottedDay(person.bornDay),
      person.diedDay === undefined ? (person.number % 40 === 5 ? 'N/A' : '') : write.day(person.diedDay),
      sexCodes[person.sex],
      texts.address,
      texts.postalCode,
      texts.city,
      texts.phone,
      write.instant(person.registeredMs, 'utc'),
    ],
    isFree: !person.hasVisits,
    bornDay: person.bornDay,
  }
}

/** The row a delivery sends for a visit, or undefined when it sends none. */
export function encounterRow(
  visit: Visit,
  delivery: DeliveryIndex,
  time: ClinicTime,
  random: Random,
  write: MomentWriter,
): ClinicRow | undefined {
  if (visit.delivery !== delivery && !(delivery === 1 && visit.isOpenAtFirstCut)) return undefined
  random.reseed(time.seed, 6, visit.person.number, visit.number)
  const isOpen = delivery === 0 && visit.isOpenAtFirstCut
  const status = isOpen ? 'in-progress' : visit.isCancelled ? 'cancelled' : 'finished'
  return {
    fields: [
      visit.id,
      visit.person.id,
      classCodes[visit.class],
      random.chance(0.01) ? status.toUpperCase() : status,
      write.instant(visit.startMs, visit.shape),
      isOpen || visit.isCancelled ? '' : write.instant(visit.endMs, visit.shape),
      random.pick(departments[visit.class]),
      random.chance(0.9) ? random.pick(reasons) : '',
      random.pick(staff),
    ],
    isFree: visit.isEmpty && !visit.isOpenAtFirstCut,
    bornDay: visit.person.bornDay,
  }
}
