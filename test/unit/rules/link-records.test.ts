import {describe, expect, it} from 'vitest'
import {comparable, levelOf} from '../../../src/core/rules/compare-values.ts'
import {linkRecords, type Records} from '../../../src/core/rules/link-records.ts'
import {seeded} from '../../conformance/engine/random-expressions.ts'

const columns: Records['columns'] = [
  {name: 'family', comparison: 'name'},
  {name: 'given', comparison: 'name'},
  {name: 'born', comparison: 'date'},
  {name: 'zip', comparison: 'exact'},
]

type Person = readonly [family: string, given: string, born: string, zip: string]

/** Persons with names of uneven frequency, born over sixty years, in forty towns; the same seed gives the same ones. */
function population(size: number, seed: number): readonly Person[] {
  const random = seeded(seed)
  const below = (limit: number): number => Math.floor(random() * random() * limit)
  const syllables = ['ba', 'den', 'fri', 'gor', 'han', 'kel', 'lo', 'mei', 'nor', 'ri', 'sto', 'wen']
  const word = (number: number): string => `${syllables[number % 12]}${syllables[Math.floor(number / 12) % 12]}er`
  const two = (number: number): string => String(number).padStart(2, '0')
  return Array.from({length: size}, () => [
    word(below(144)),
    word(below(100) + 30),
    `${1940 + Math.floor(random() * 60)}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`,
    String(1000 + 20 * below(40)),
  ])
}

/** The same person once more, with one field mistyped, cut, moved or missing. */
function retyped([family, given, born, zip]: Person, kind: number): readonly (string | null)[] {
  if (kind === 0) return [`${family.slice(0, 2)}${family.slice(3)}`, given, born, zip]
  if (kind === 1) return [family, `${given} maria`, born, zip]
  if (kind === 2) return [family, given, `${born.slice(0, 3)}${(Number(born[3]) + 1) % 10}${born.slice(4)}`, zip]
  if (kind === 3) return [family, given, born, '9999']
  return [family, null, born, zip]
}

const records = (rows: readonly (readonly (string | null)[])[]): Records => ({
  columns,
  rows: rows.map((row) => row.map((value, place) => comparable(columns[place]?.comparison ?? 'exact', value))),
})

describe('linkRecords', () => {
  it('finds most planted twins among strangers with common names, and next to nobody else', () => {
    const persons = population(2000, 7)
    const twins = persons.slice(0, 50).map((person, index) => retyped(person, index % 5))

    const links = linkRecords(records([...persons, ...twins]), 0.9)

    const found = links?.pairs ?? []
    const planted = found.filter(({first, second}) => second - first === 2000)
    expect(planted.length).toBeGreaterThanOrEqual(42)
    expect(found.length - planted.length).toBeLessThanOrEqual(1)
  })

  it('gives a rare value more weight than a common one', () => {
    const strangers = population(500, 3).map(([family, given, born]) => [family, given, born, '4000'])
    const rare = ['oneofakind', 'ann', '1951-01-01', '4000']
    const common = ['wenloer', 'ann', '1951-01-01', '4000']
    const many = Array.from({length: 100}, (_, index) => [
      'wenloer',
      `a${index}xyz`,
      `19${40 + (index % 50)}-0${1 + (index % 9)}-11`,
      '4000',
    ])

    const probabilityOf = (pair: readonly string[]) =>
      linkRecords(records([pair, [pair[0] ?? '', 'other', '1951-01-01', '4000'], ...strangers, ...many]), 1e-9)?.pairs.find(
        ({first, second}) => first === 0 && second === 1,
      )?.probability ?? 0

    expect(probabilityOf(rare)).toBeGreaterThan(10 * probabilityOf(common))
  })

  it('makes no pairs of a value that many share, says so, and compares nothing with nothing', () => {
    const alike = Array.from({length: 60}, () => ['a', null, null, '1'])

    expect(linkRecords(records(alike), 0.5)).toEqual({pairs: [], compared: 0, skippedBlocks: 1})
    expect(linkRecords(records([]), 0.5)).toEqual({pairs: [], compared: 0, skippedBlocks: 0})
    expect(linkRecords(records([['a', 'b', 'c', 'd']]), 0.5)).toMatchObject({pairs: []})
  })
})

describe('levelOf', () => {
  const level = (kind: 'name' | 'date' | 'exact', a: string | null, b: string | null) =>
    levelOf(kind, comparable(kind, a), comparable(kind, b))

  it.each([
    ['name', 'Müller, Anna', 'ANNA MULLER', 'same'],
    ['name', 'Keller', 'Kellet', 'close'],
    ['name', 'Anna Maria', 'Anna', 'close'],
    ['name', 'Meier', 'Maurer', 'differs'],
    ['name', '—', 'Meier', 'missing'],
    ['name', null, null, 'missing'],
    ['date', '1980-02-01', '1980-01-02', 'close'],
    ['date', '1980-02-01', '1981-02-01', 'close'],
    ['date', '1980-02-01', '1991-02-01', 'differs'],
    ['exact', '756.1234', '7561234', 'same'],
    ['exact', '7561234', '7561235', 'close'],
    ['exact', '4051', '4052', 'differs'],
    ['exact', '', '4052', 'missing'],
  ] as const)('of %s: %s and %s: %s', (kind, a, b, expected) => {
    expect(level(kind, a, b)).toBe(expected)
    expect(level(kind, b, a)).toBe(expected)
  })
})
