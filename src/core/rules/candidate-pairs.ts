// Which rows are worth comparing: those that agree in two of the columns, or in one where there are but two. A typing error in all others
// still leaves a pair among the candidates. Values that many rows share make no pairs, for they tell nobody apart; how many such
// blocks were left out is said.
import type {Records} from './link-records.ts'

/** Rows that share more than this are not compared for it. */
const maxInBlock = 50
/** More would take minutes. */
export const maxPairs = 5_000_000

export interface Candidates {
  /** First row * number of rows + second row; first < second. Beyond `maxPairs` it ends. */
  readonly pairs: ReadonlySet<number>
  readonly skippedBlocks: number
}

export function candidatePairs({columns, rows}: Records): Candidates {
  const pairs = new Set<number>()
  let skippedBlocks = 0
  for (const block of blockings(columns.length)) {
    for (const members of membersOf(rows, block)) {
      if (members.length > maxInBlock) skippedBlocks++
      else addPairs(pairs, members, rows.length)
      if (pairs.size > maxPairs) return {pairs, skippedBlocks}
    }
  }
  return {pairs, skippedBlocks}
}

/** Places of the columns that agree. */
function blockings(columns: number): readonly (readonly number[])[] {
  const places = Array.from({length: columns}, (_, place) => place)
  if (columns <= 2) return places.map((place) => [place])
  return places.flatMap((first) => places.slice(first + 1).map((second) => [first, second]))
}

function membersOf(rows: Records['rows'], block: readonly number[]): Iterable<readonly number[]> {
  const members = new Map<string, number[]>()
  for (const [index, row] of rows.entries()) {
    const values = block.map((place) => row[place] ?? null)
    if (values.includes(null)) continue
    const key = values.join('\n')
    const known = members.get(key)
    if (known === undefined) members.set(key, [index])
    else known.push(index)
  }
  return members.values()
}

function addPairs(pairs: Set<number>, members: readonly number[], rows: number): void {
  for (const [place, first] of members.entries()) for (const second of members.slice(place + 1)) pairs.add(first * rows + second)
}
