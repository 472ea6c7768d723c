// Clauses that a column's other values suggest: the form they have, the columns that decide them. They warn, never more: a value
// that differs from the others may be the only one that is right.
import type {ColumnProfile} from './column-profile.ts'

type Json = Readonly<Record<string, unknown>>

export interface Drafted {
  readonly clauses: readonly Json[]
  /** Comments above the property, a sentence each. */
  readonly remarks: readonly string[]
}

export interface DraftDependency {
  /** Name in the contract. */
  readonly determinedBy: string
  readonly absentIsBad: boolean
  /** Rows that most rows of their group contradict, of all rows. */
  readonly outvotedRows: number
  readonly rows: number
}

/** In percent of the rows: what more rows break is not how the data is, whatever a sample said. */
const maxOtherPercent = 10

const warning = (implementation: Json): Json => ({type: 'custom', engine: 'hippo', severity: 'warning', implementation})
const isRare = (count: number, all: number): boolean => count * 100 <= all * maxOtherPercent
const rowsText = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`

/** The form of a text column; undefined when it has none. */
export function formClauses({pattern, rows, nulls}: ColumnProfile): Drafted | undefined {
  if (pattern === undefined || !isRare(pattern.otherRows, rows - nulls)) return undefined
  const remarks = pattern.otherRows === 0 ? [] : [`${rowsText(pattern.otherRows)} with a value that does not have the form of the others.`]
  return {clauses: [warning({rule: 'pattern', pattern: pattern.source})], remarks}
}

/** What other columns decide; none where too many rows disagree. */
export function dependencyClauses(dependencies: readonly DraftDependency[]): Drafted {
  const kept = dependencies.filter(({outvotedRows, rows}) => isRare(outvotedRows, rows))
  return {
    clauses: kept.map(({determinedBy, absentIsBad}) =>
      warning({rule: 'functionalDependency', determinedBy: [determinedBy], ...(absentIsBad ? {absent: 'bad'} : {})}),
    ),
    remarks: kept
      .filter(({outvotedRows}) => outvotedRows > 0)
      .map(({determinedBy, outvotedRows}) => `${rowsText(outvotedRows)} differ from what most rows with the same ${determinedBy} say.`),
  }
}

export function unitRemarks({units}: ColumnProfile): readonly string[] {
  if (units === undefined) return []
  return [`The unit is dropped where it stands behind the number (${units.join(' and ')}): check that all numbers are in it.`]
}
