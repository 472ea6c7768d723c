import {describe, expect, it} from 'vitest'
import {type DependencyColumn, findDependencies} from '../../../src/core/contract/find-dependencies.ts'
import {codeColumn} from '../../../src/core/contract/sample-table.ts'
import {seeded} from '../../support/seeded.ts'

const rows = 400
const wards = 20
const wardOf = (row: number): number => row % wards

type Texts = (row: number) => string | null
const column = (text: Texts, names: DependencyColumn['names'] = 'maybe', isMeasured = false): DependencyColumn => ({
  ...codeColumn(Array.from({length: rows}, (_, row) => text(row))),
  names,
  isMeasured,
})

const ward = column((row) => `w${wardOf(row)}`, 'thing')
/** Different for each ward, and far from each other. */
const leads = ['Abernathy', 'Bluthorn', 'Czerwinski', 'Delacroix', 'Eisenstein', 'Fitzgerald', 'Gutierrez', 'Haddington']
const leadOf: Texts = (row) => `${leads[wardOf(row) % 8]} ${'ABC'[Math.floor(wardOf(row) / 8)]}`
/** Each time in another place. */
const mistyped: Texts = (row) => {
  const text = leadOf(row) ?? ''
  const at = row % 7
  return `${text.slice(0, at)}x${text.slice(at + 1)}`
}
const found = (columns: readonly DependencyColumn[]) =>
  findDependencies(columns).map(({determinant, dependent, absentIsBad, outvoted}) => ({
    by: determinant,
    of: dependent,
    absentIsBad,
    outvoted: outvoted.length,
  }))
const ofLead = (columns: readonly DependencyColumn[]) => found(columns).filter(({of}) => of === 1)

describe('findDependencies', () => {
  it('finds what one column decides', () => {
    expect(ofLead([ward, column(leadOf)])).toEqual([{by: 0, of: 1, absentIsBad: false, outvoted: 0}])
  })

  it('finds it although some values are mistyped, and who is outvoted', () => {
    const lead = column((row) => (row % 37 === 5 ? mistyped(row) : leadOf(row)))

    expect(ofLead([ward, lead])).toEqual([{by: 0, of: 1, absentIsBad: false, outvoted: 11}])
  })

  it('does not take chance for it', () => {
    const random = seeded(7)

    expect(found([ward, column(() => `v${Math.floor(random.next() * 5)}`), column(() => (random.next() < 0.97 ? 'no' : 'yes'))])).toEqual(
      [],
    )
  })

  it('lets alone what another column explains', () => {
    const night = column((row) => (row % 25 === 3 ? 'night' : `day ${row % 3}`))
    const lead = column((row) => (row % 25 === 3 ? mistyped(row) : leadOf(row)))

    expect(ofLead([ward, lead])).toHaveLength(1)
    expect(ofLead([ward, lead, night])).toEqual([])
  })

  it('lets alone exceptions that are values of another kind, or a second way of writing one', () => {
    const other = column((row) => (row % 37 === 5 ? 'vacant' : leadOf(row)))
    const twice = column((row) => (wardOf(row) === 4 && row % 100 < 20 ? `${leadOf(row)}.` : leadOf(row)))

    expect(ofLead([ward, other])).toEqual([])
    expect(ofLead([ward, twice])).toEqual([])
  })

  it('never takes one measurement for another one mistyped', () => {
    const beds = (isMeasured: boolean) => column((row) => String(100 + wardOf(row) * 7 + (row % 37 === 5 ? 1 : 0)), 'no', isMeasured)

    expect(ofLead([ward, beds(true)])).toEqual([])
    expect(ofLead([ward, beds(false)])).toEqual([])
  })

  it('says when a missing value is a mistake too, unless another column says why it is missing', () => {
    const lead = column((row) => (row % 41 === 3 ? null : leadOf(row)))
    const reason = column((row) => (row % 41 === 3 ? 'on leave' : `shift ${row % 3}`))

    expect(ofLead([ward, lead])).toEqual([{by: 0, of: 1, absentIsBad: true, outvoted: 0}])
    expect(ofLead([ward, lead, reason])).toEqual([{by: 0, of: 1, absentIsBad: false, outvoted: 0}])
  })

  it('needs groups: a unique column and a measurement decide nothing', () => {
    const unique = column((row) => `id ${row}`, 'thing')

    expect(ofLead([unique, column(leadOf)])).toEqual([])
    expect(ofLead([column((row) => `w${wardOf(row)}`, 'no'), column(leadOf)])).toEqual([])
  })
})
