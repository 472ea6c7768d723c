// Which records are probably of one person, after Fellegi and Sunter (1969): each column adds the logarithm of how much likelier its
// agreement is between records of one person than between any two. For the same value that is how rare the value is among the others; for
// close and different ones it is what a sample of pairs shows. Nothing is learned from marked examples, and every pair can be explained
// by its levels.
import {candidatePairs, maxPairs} from './candidate-pairs.ts'
import {type Comparison, type Level, levelOf, levels} from './compare-values.ts'

export interface Records {
  readonly columns: readonly {readonly name: string; readonly comparison: Comparison}[]
  /** Comparable values in the order of the columns. */
  readonly rows: readonly (readonly (string | null)[])[]
}

export interface LinkedPair {
  readonly first: number
  readonly second: number
  /** 0 to 1. */
  readonly probability: number
  /** In the order of the columns. */
  readonly levels: readonly Level[]
}

export interface Links {
  readonly pairs: readonly LinkedPair[]
  readonly compared: number
  /** Values shared by too many rows to compare those. */
  readonly skippedBlocks: number
}

/** Of records of one person: how often a column agrees, nearly agrees, differs. */
const amongSame: Readonly<Record<(typeof levels)[number], number>> = {same: 0.85, close: 0.1, differs: 0.05}
/** One record in a hundred is taken to have a twin before anything is compared. */
const expectedTwins = 0.01
const sampledPairs = 20_000
/** Steps through the rows so that a sample pairs each with rows from everywhere; prime. */
const stride = 7919

/** Pairs that are of one person with at least this probability; undefined when there are too many to compare. */
export function linkRecords(records: Records, probability: number): Links | undefined {
  const {rows} = records
  const {pairs, skippedBlocks} = candidatePairs(records)
  if (pairs.size > maxPairs) return undefined
  const weigh = weights(records)
  const prior = Math.log2((2 * expectedTwins) / Math.max(rows.length - 1, 1))
  const linked = [...pairs].flatMap((pair): readonly LinkedPair[] => {
    const [first, second] = [Math.floor(pair / rows.length), pair % rows.length]
    const found = levelsOf(records, first, second)
    const chance = 1 / (1 + 2 ** -(prior + weigh(first, found)))
    return chance >= probability ? [{first, second, probability: chance, levels: found}] : []
  })
  return {pairs: linked, compared: pairs.size, skippedBlocks}
}

function levelsOf({columns, rows}: Records, first: number, second: number): readonly Level[] {
  return columns.map(({comparison}, place) => levelOf(comparison, rows[first]?.[place] ?? null, rows[second]?.[place] ?? null))
}

/** The sum of the columns' weights for a pair, in powers of two. */
function weights(records: Records): (first: number, found: readonly Level[]) => number {
  const {columns, rows} = records
  const frequencies = columns.map((_, place) => frequenciesOf(rows, place))
  const usual = sampledShares(records)
  return (first, found) =>
    found.reduce((sum, level, place) => {
      if (level === 'missing') return sum
      const having = frequencies[place]?.get(rows[first]?.[place] ?? '') ?? 0
      // The two records themselves are left out: of the others, how many have the value?
      const share = level === 'same' ? (having - 2 + 0.5) / (rows.length - 2 + 1) : (usual[place]?.[level] ?? 1)
      return sum + Math.log2(amongSame[level] / share)
    }, 0)
}

function frequenciesOf(rows: Records['rows'], place: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const row of rows) {
    const value = row[place]
    if (value !== null && value !== undefined) found.set(value, (found.get(value) ?? 0) + 1)
  }
  return found
}

/** Of pairs of any two records: the share at each level, by column. The same records always give the same sample. */
function sampledShares(records: Records): readonly Readonly<Record<(typeof levels)[number], number>>[] {
  const {columns, rows} = records
  const counts = columns.map(() => ({same: 0.5, close: 0.5, differs: 0.5}))
  for (let step = 0; step < Math.min(sampledPairs, rows.length * 20); step++) {
    const first = step % rows.length
    const second = (first + 1 + ((step * stride) % Math.max(rows.length - 1, 1))) % rows.length
    for (const [place, level] of levelsOf(records, first, second).entries()) {
      const column = counts[place]
      if (column !== undefined && level !== 'missing') column[level]++
    }
  }
  return counts.map((column) => {
    const all = levels.reduce((sum, level) => sum + column[level], 0)
    return {same: column.same / all, close: column.close / all, differs: column.differs / all}
  })
}
