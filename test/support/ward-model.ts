// The ward of test/fixtures/workspaces/ward in memory: a naive judge of its deliveries, row by row, to hold the pipeline against.
import type {Seeded} from './seeded.ts'

/** Lines of a persons file without its header, and the other two files. */
export interface WardDelivery {
  readonly persons: readonly string[]
  readonly visits: readonly string[]
  readonly settings: readonly string[]
}

export interface Counts {
  readonly read: number
  readonly accepted: number
  readonly quarantined: number
  readonly duplicate: number
  readonly unchanged: number
}

export const personHeader = 'id,name,born,weight'
export const visitHeader = 'person_id,visited_on,reason'
export const settingHeader = 'key,value'
const people = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5']
const strangers = ['s0', 's1', '']

/** A delivery with every kind of row; the first one also introduces everybody. */
export function makeDelivery(random: Seeded, number: number): WardDelivery {
  const person = () => {
    if (random.below(12) === 0) return `${random.pick(people)},Ann`
    const weight = random.pick(['', '70', '70.0', '71', '900', 'abc'])
    return [
      random.pick([...people, 'q1', 'q2', '']),
      random.pick(['Ann', 'Bob', 'Ann', 'Bob', '']),
      random.pick(['1980-01-01', '', '1990-02-30']),
      weight,
    ].join(',')
  }
  const visit = () =>
    [
      random.pick([...people, ...strangers]),
      random.pick(['2020-01-01', '2020-01-02', '2020-13-01']),
      random.pick(['cough', 'fall', '']),
    ].join(',')
  const times = (count: number, make: () => string) => Array.from({length: count}, make)
  const everybody = number === 0 ? people.map((id) => `${id},First,1970-01-01,60`) : []
  return {
    persons: number === 0 ? everybody : times(random.below(10), person),
    visits: times(random.below(8), visit),
    settings: [`count,${random.below(3)}`, ...times(random.below(3), () => `s${random.below(4)},${random.below(9)}`)],
  }
}

interface Person {
  readonly id: string | null
  readonly name: string | null
  readonly born: string | null
  readonly weight: number | null
}

/** Judges deliveries one after the other. */
export class WardModel {
  readonly persons = new Map<string, Person & {readonly batch: number; readonly row: number}>()
  readonly visits: string[] = []
  settings: string[] = []
  /** `dataset batch row reasons`, reasons sorted. */
  readonly quarantine: string[] = []

  judgePersons(lines: readonly string[], batch: number): Counts {
    const rows = lines.map((line, at) => readPerson(line, at + 1))
    const sameKey = new Map<string, Set<string>>()
    for (const {person, malformed} of rows) {
      if (malformed || person.id === null) continue
      sameKey.set(person.id, (sameKey.get(person.id) ?? new Set()).add(JSON.stringify(person)))
    }
    const count = {read: rows.length, accepted: 0, quarantined: 0, duplicate: 0, unchanged: 0}
    const before = new Map(this.persons)
    const seen = new Set<string>()
    for (const {person, row, reasons} of rows) {
      if (person.id !== null && (sameKey.get(person.id)?.size ?? 0) > 1 && !reasons.includes('csv.fieldCount')) reasons.push('id.unique')
      const text = JSON.stringify(person)
      const old = before.get(person.id ?? '')
      if (reasons.length > 0 || person.id === null) {
        count.quarantined++
        this.quarantine.push(`person ${batch} ${row} ${reasons.sort().join(' ')}`)
      } else if (seen.has(text)) count.duplicate++
      else {
        seen.add(text)
        if (old && old.name === person.name && old.born === person.born && old.weight === person.weight) count.unchanged++
        else {
          count.accepted++
          this.persons.set(person.id, {...person, batch, row})
        }
      }
    }
    return count
  }

  judgeVisits(lines: readonly string[], batch: number): Counts {
    const count = {read: lines.length, accepted: 0, quarantined: 0, duplicate: 0, unchanged: 0}
    for (const [at, line] of lines.entries()) {
      const [person = '', day = '', reason = ''] = line.split(',')
      const reasons: string[] = []
      if (person === '') reasons.push('person_id.required')
      else if (!this.persons.has(person)) reasons.push('person_id.reference')
      if (day === '2020-13-01') reasons.push('visited_on.type')
      if (reasons.length > 0) {
        count.quarantined++
        this.quarantine.push(`visit ${batch} ${at + 1} ${reasons.sort().join(' ')}`)
      } else {
        count.accepted++
        this.visits.push(JSON.stringify([person, day, reason === '' ? null : reason, batch, at + 1]))
      }
    }
    return count
  }

  judgeSettings(lines: readonly string[], batch: number): Counts {
    this.settings = lines.map((line, at) => JSON.stringify([line.split(',')[0], Number(line.split(',')[1]), batch, at + 1]))
    return {read: lines.length, accepted: lines.length, quarantined: 0, duplicate: 0, unchanged: 0}
  }
}

function readPerson(line: string, row: number): {person: Person; row: number; reasons: string[]; malformed: boolean} {
  const fields = line.split(',')
  if (fields.length !== 4)
    return {person: {id: null, name: null, born: null, weight: null}, row, reasons: ['csv.fieldCount'], malformed: true}
  const [id = '', name = '', born = '', weight = ''] = fields
  const reasons: string[] = []
  if (id === '') reasons.push('id.required')
  if (name === '') reasons.push('name.required')
  if (born === '1990-02-30') reasons.push('born.type')
  if (weight === 'abc') reasons.push('weight.type')
  if (weight === '900') reasons.push('weight.range')
  const person = {
    id: id === '' ? null : id,
    name: name === '' ? null : name,
    born: born === '' || born === '1990-02-30' ? null : born,
    weight: weight === '' || weight === 'abc' ? null : Number(weight),
  }
  return {person, row, reasons, malformed: false}
}
