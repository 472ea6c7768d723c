// Deliveries of what replaces its table each time: a roster of beds, of a size that its contract promises, and a census. Nothing in
// them is wrong, and the beds stay the same.
import type {Seeded} from '../seeded.ts'
import type {HospitalRow} from './fault.ts'

export const rosterColumns = ['entry', 'bed', 'name', 'born', 'zip', 'ward', 'status', 'seen_at', 'kept_since'] as const
export const rosterRows = 2000
export const bedCount = 1900

export interface RosterOptions {
  readonly number: number
  readonly random: Seeded
  /** The time of the delivery, ISO 8601. */
  readonly at: string
}

const syllables = [
  'ka',
  'lo',
  'mi',
  'ven',
  'tus',
  'ra',
  'bel',
  'dor',
  'fin',
  'gus',
  'hal',
  'jun',
  'pek',
  'sor',
  'wim',
  'zet',
  'qui',
  'nax',
] as const
const word = (random: Seeded): string => Array.from({length: 4}, () => random.pick(syllables)).join('')

export const cleanBeds = (): readonly HospitalRow[] =>
  Array.from({length: bedCount}, (_, index) => ({cells: {id: `b${index}`}, isLeaf: true}))

export const cleanRoster = (options: RosterOptions): readonly HospitalRow[] =>
  Array.from({length: rosterRows}, (_, index) => rosterRow(index, options))

export function rosterRow(index: number, {number, random, at}: RosterOptions): HospitalRow {
  const day = String(1 + random.below(28)).padStart(2, '0')
  const month = String(1 + random.below(12)).padStart(2, '0')
  return {
    isLeaf: true,
    cells: {
      entry: `r${number}-${index}`,
      bed: `b${index % bedCount}`,
      name: `${word(random)} ${word(random)}`,
      born: `${1930 + random.below(80)}-${month}-${day}`,
      zip: String(10_000 + random.below(500)),
      ward: random.pick(['north', 'south', 'icu']),
      status: random.pick(['occupied', 'free', 'cleaning']),
      seen_at: at,
      kept_since: '2024-01-01',
    },
  }
}

export const censusColumns = ['ward', 'patients'] as const

export const cleanCensus = ({number, random}: RosterOptions): readonly HospitalRow[] =>
  Array.from({length: 200}, (_, index) => ({
    isLeaf: true,
    cells: {ward: `w${number}-${index}`, patients: String(random.below(40))},
  }))
