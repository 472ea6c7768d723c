// Deliveries of a hospital in which nothing is wrong, made from a seed: persons, their stays, and what was measured in them, no row of
// one delivery in another. They go to the bounds of the rules (pain of 0 and 10, stays back to back, equal blood pressures, values that
// are missing), for a rule that cries wolf does so there. Two persons of five have no stay and half of the stays no measurement, so
// that there are rows which can be lost without orphaning others.
import type {Seeded} from '../seeded.ts'
import type {HospitalRow} from './fault.ts'

export interface HospitalDelivery {
  readonly person: readonly HospitalRow[]
  readonly encounter: readonly HospitalRow[]
  readonly observation: readonly HospitalRow[]
}

export const hospitalColumns: Readonly<Record<keyof HospitalDelivery, readonly string[]>> = {
  person: ['id', 'name', 'born', 'died', 'sex', 'zip', 'city', 'phone', 'registered_on'],
  encounter: ['id', 'person', 'kind', 'started', 'ended', 'minutes', 'ward', 'discharged_to'],
  observation: [
    ...['specimen', 'accession', 'person', 'encounter', 'code', 'unit', 'value', 'taken_at', 'diagnosis'],
    ...['pain', 'systolic', 'diastolic', 'duration', 'weight', 'height', 'mass'],
  ],
}

export interface DeliveryOptions {
  readonly number: number
  readonly persons: number
  readonly random: Seeded
}

const measurementsPerStay = 10

export function cleanHospital({number, persons, random}: DeliveryOptions): HospitalDelivery {
  const person: HospitalRow[] = []
  const encounter: HospitalRow[] = []
  const observation: HospitalRow[] = []
  for (let index = 0; index < persons; index++) {
    const id = `p${number}-${index}`
    const hasStays = index % 5 < 3
    const row = personRow(id, {index, isLeaf: !hasStays, random})
    person.push(row)
    // Sent twice as it is: a repeat, which no rule may call a fault.
    if (hasStays && index % 100 === 0) person.push(row)
    if (!hasStays) continue
    const stays = staysOf(row, {index, random})
    encounter.push(...stays)
    observation.push(...measurementsOf(row, stays[0], random))
  }
  return {person, encounter, observation}
}

interface PersonOptions {
  readonly index: number
  readonly isLeaf: boolean
  readonly random: Seeded
}

const pad = (value: number): string => String(value).padStart(2, '0')

function personRow(id: string, {index, isLeaf, random}: PersonOptions): HospitalRow {
  const place = random.below(30)
  const sex = index % 50 === 49 ? 'unknown' : index % 2 === 0 ? 'female' : 'male'
  const born = `${1930 + random.below(70)}-${pad(1 + random.below(12))}-${pad(1 + random.below(28))}`
  const cells = {
    id,
    name: index % 40 === 0 ? 'n'.repeat(60) : `Person ${id}`,
    born,
    died: index % 20 === 1 ? born : index % 20 === 2 ? '2025-06-01' : '',
    sex: index % 30 === 7 ? '' : sex,
    zip: index % 30 === 8 ? '' : String(10_000 + place),
    city: index % 30 === 9 ? '' : `City ${place}`,
    phone:
      index % 30 === 10 ? '' : index % 2 === 0 ? `030 ${100_000 + random.below(900_000)}` : `+49 (0)30 ${100_000 + random.below(900_000)}`,
    registered_on: '2025-11-01',
  }
  return {cells, isLeaf, sex: cells.sex}
}

/** Two stays, the second starting on the day when the first ends; the first has measurements. */
function staysOf(
  {cells: {id = ''}}: HospitalRow,
  {index, random}: {readonly index: number; readonly random: Seeded},
): readonly HospitalRow[] {
  const month = pad(1 + random.below(11))
  const stay = (which: number, kind: string, [started, ended]: readonly [string, string]): HospitalRow => ({
    cells: {
      id: `e${id}-${which}`,
      person: id,
      kind,
      started,
      ended,
      minutes: index % 9 === 0 ? '' : String(5 * random.below(300)),
      ward: index % 11 === 0 ? '' : random.pick(['north', 'south', 'icu']),
      discharged_to: kind === 'inpatient' ? 'home' : '',
    },
    isLeaf: which === 2,
  })
  const day = (of: number): string => `2025-${month}-${pad(of)}`
  return [
    stay(1, 'inpatient', [day(3), day(7)]),
    index % 3 === 0 ? stay(2, 'outpatient', [day(7), day(7)]) : stay(2, 'inpatient', [day(7), index % 7 === 0 ? '' : day(9)]),
  ]
}

const codes = [
  {code: '8867-4', unit: '/min', value: (random: Seeded) => random.pick(['0', '350', String(55 + random.below(50))])},
  {code: '8310-5', unit: 'Cel', value: (random: Seeded) => random.pick(['30', '45', `36,${random.below(10)}`])},
  {code: '29463-7', unit: 'kg', value: (random: Seeded) => random.pick(['20', '300', `${50 + random.below(60)},5`])},
  {code: '2345-7', unit: 'mg/dL', value: (random: Seeded) => String(70 + random.below(50))},
] as const

function measurementsOf(
  {cells: {id = '', sex: written = ''}}: HospitalRow,
  stay: HospitalRow | undefined,
  random: Seeded,
): readonly HospitalRow[] {
  const {id: encounter = '', started = ''} = stay?.cells ?? {}
  const weight = 50 + random.below(60)
  return Array.from({length: measurementsPerStay}, (_, at) => {
    const {code, unit, value} = codes[at % codes.length] ?? codes[0]
    const diastolic = 50 + random.below(40)
    const cells = {
      specimen: `s${encounter}-${at}`,
      accession: at === 5 ? '' : `a${encounter}-${at}`,
      person: id,
      encounter,
      code,
      unit: code === '2345-7' && random.below(10) === 0 ? '' : unit,
      value: random.below(20) === 0 ? '' : value(random),
      taken_at: `${started}T${pad(2 * at)}:00:00Z`,
      diagnosis: written === 'female' ? random.pick(['O80', 'J06']) : written === 'male' ? random.pick(['N40', 'J06']) : 'J06',
      pain: random.pick(['0', '10', '', '5']),
      systolic: String(diastolic + random.pick([0, 40, 210])),
      diastolic: String(diastolic),
      duration: String(20 + random.below(11)),
      weight: at === 4 ? '' : String(weight + random.pick([0, 0.5, 20])),
      height: String(150 + random.below(40)),
      mass: at === 6 ? '' : String(55 + random.below(30)),
    }
    return {cells, isLeaf: true, sex: written, isLast: at === measurementsPerStay - 1}
  })
}
