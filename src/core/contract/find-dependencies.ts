// Columns that decide others: rows with one code have one display, rows of one hospital one address. Found in a sample in which
// some values are wrong, so a dependency may be broken here and there, but only as mistakes break it: rarely, spread over the
// data (no other column explains where), each in its own way, by texts that look like the right one. Strength is measured as
// μ⁺ does (Parciak et al. 2023): the share of a value's uncertainty that is gone once the other is known, corrected for what
// many small groups would take away by chance.
import {isNear} from './count-texts.ts'
import {type CodedColumn, countExplained} from './sample-table.ts'

export interface DependencyColumn extends CodedColumn {
  /** Its values name things, so that others may depend on them. */
  readonly names: 'thing' | 'maybe' | 'no'
  /** Numbers and times: two of them are never one mistyped. */
  readonly isMeasured: boolean
}

export interface Dependency {
  /** Indexes of columns. */
  readonly determinant: number
  readonly dependent: number
  /** A missing value is as wrong as another one. */
  readonly absentIsBad: boolean
  /** Sampled rows that lost the vote of their group, those with a missing value apart. */
  readonly outvoted: readonly number[]
}

export const voteTerms = {minRows: 3, percent: 66} as const

const minStrength = 0.95
const minGroups = 10
/** The rows that have a say, of all with a value. */
const minCoveredShare = 0.5
const maxWrongShare = 0.08
/** Part of the wrong rows that may speak against their being mistakes. */
const maxDoubtfulShare = 0.1
/** Part of them that another row of the group made as well: a second way of writing it. */
const maxSameMistakeShare = 0.6
const nearShare = 0.5
const maxMissingShare = 0.1
const minMissing = 5
const maxDeterminants = 2
/** A further determinant has to find so much more. */
const minFurtherShare = 0.05

/** The dependencies worth stating, at most two for a column. */
export function findDependencies(columns: readonly DependencyColumn[]): readonly Dependency[] {
  const determinants = columns.flatMap((column, index) => (canDetermine(column) ? [index] : []))
  const found = columns.flatMap((_, dependent) => {
    const candidates = determinants.flatMap((determinant) => candidateOf(columns, determinant, dependent) ?? [])
    return chosen(candidates, columns)
  })
  const wrong = new Set(found.flatMap(({dependent, vote}) => vote.outvoted.map((row) => cellOf(row, dependent))))
  return found.map(({determinant, dependent, vote}) => ({
    determinant,
    dependent,
    outvoted: vote.outvoted,
    absentIsBad: isMissingByMistake({determinant, dependent, vote}, columns, wrong),
  }))
}

/** Not unique, not a measurement, and its groups are large enough to vote. */
function canDetermine({names, texts, present}: DependencyColumn): boolean {
  return names !== 'no' && texts.length >= minGroups && texts.length * 2 <= present
}

interface Candidate {
  readonly determinant: number
  readonly dependent: number
  readonly vote: Vote
  readonly strength: number
}

function candidateOf(columns: readonly DependencyColumn[], determinant: number, dependent: number): Candidate | undefined {
  const [by, of] = [columns[determinant], columns[dependent]]
  if (by === undefined || of === undefined || by === of || of.texts.length < 2) return undefined
  const vote = takeVote(by, of)
  if (vote.groups < minGroups || vote.covered < minCoveredShare * of.present || vote.outvoted.length > maxWrongShare * of.present)
    return undefined
  const strength = strengthOf(by, vote.mended)
  const others = columns.filter((other) => other !== by && other !== of)
  return strength >= minStrength && isByMistake(vote, {by, of, others}) ? {determinant, dependent, vote, strength} : undefined
}

interface Vote {
  /** Groups with a majority, and their rows. */
  readonly groups: number
  readonly covered: number
  readonly outvoted: readonly number[]
  readonly missing: readonly number[]
  /** Codes with the majority's in the place of those outvoted. */
  readonly mended: readonly number[]
}

function takeVote({rowsOf}: CodedColumn, of: CodedColumn): Vote {
  const [outvoted, missing, mended] = [[] as number[], [] as number[], [...of.codes]]
  let [groups, covered] = [0, 0]
  for (const rows of rowsOf) {
    const winner = rows.length < voteTerms.minRows ? undefined : winnerOf(rows, of)
    if (winner === undefined) continue
    groups += 1
    covered += rows.length
    for (const row of rows) {
      if (of.codes[row] === winner) continue
      if (of.codes[row] === -1) missing.push(row)
      else {
        outvoted.push(row)
        mended[row] = winner
      }
    }
  }
  return {groups, covered, outvoted, missing, mended}
}

function winnerOf(rows: readonly number[], {codes}: CodedColumn): number | undefined {
  const votes = votesOf(rows, codes)
  return [...votes].find(([, count]) => count * 100 >= voteTerms.percent * rows.length)?.[0]
}

function votesOf(rows: readonly number[], codes: readonly number[]): ReadonlyMap<number, number> {
  const votes = new Map<number, number>()
  for (const row of rows) {
    const code = codes[row] ?? -1
    if (code >= 0) votes.set(code, (votes.get(code) ?? 0) + 1)
  }
  return votes
}

/** μ of a column given another; 1 is a dependency without exception, 0 what chance gives. */
function strengthOf({rowsOf}: CodedColumn, codes: readonly number[]): number {
  const all = new Map<number, number>()
  let [rows, groups, within] = [0, 0, 0]
  for (const group of rowsOf) {
    const votes = votesOf(group, codes)
    let [present, squares] = [0, 0]
    for (const [code, count] of votes) {
      present += count
      squares += count * count
      all.set(code, (all.get(code) ?? 0) + count)
    }
    if (present === 0) continue
    rows += present
    groups += 1
    within += squares / present
  }
  let without = 0
  for (const count of all.values()) without += (count / rows) ** 2
  if (rows <= groups || without >= 1) return 0
  return 1 - ((1 - within / rows) / (1 - without)) * ((rows - 1) / (rows - groups))
}

/** Whether those outvoted look like mistakes. */
function isByMistake(
  {outvoted, mended}: Vote,
  {by, of, others}: {readonly by: CodedColumn; readonly of: DependencyColumn; readonly others: readonly CodedColumn[]},
): boolean {
  if (outvoted.length === 0) return true
  const most = maxDoubtfulShare * outvoted.length
  if (countExplained(new Set(outvoted), others) > most) return false
  const mistakes = new Map<string, number>()
  let unlike = 0
  for (const row of outvoted) {
    const [given, right] = [of.codes[row] ?? -1, mended[row] ?? -1]
    const mistake = `${by.codes[row]} ${given}`
    mistakes.set(mistake, (mistakes.get(mistake) ?? 0) + 1)
    if (!isMistyped(of.texts[given] ?? '', of.texts[right] ?? '', of.isMeasured)) unlike += 1
  }
  const repeated = [...mistakes.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0)
  return unlike <= most && repeated <= maxSameMistakeShare * outvoted.length
}

const isNumber = (text: string): boolean => /^[+-]?[0-9]+([.,][0-9]+)?$/.test(text)

function isMistyped(given: string, right: string, isMeasured: boolean): boolean {
  const [isGivenNumber, isRightNumber] = [isNumber(given), isNumber(right)]
  if (isRightNumber && !isGivenNumber) return true
  return !isMeasured && !(isGivenNumber && isRightNumber) && isNear(given, right, nearShare)
}

/** The strongest determinants, things before what only might name one; the second only where it finds more. */
function chosen(candidates: readonly Candidate[], columns: readonly DependencyColumn[]): readonly Candidate[] {
  const best = Math.max(...candidates.map(({strength}) => strength))
  const rank = ({determinant, strength}: Candidate): number =>
    strength < best - 0.01 ? 2 : columns[determinant]?.names === 'thing' ? 0 : 1
  const found = new Set<number>()
  const taken: Candidate[] = []
  for (const candidate of candidates.toSorted((a, b) => rank(a) - rank(b) || b.vote.covered - a.vote.covered)) {
    const further = candidate.vote.outvoted.filter((row) => !found.has(row)).length
    if (taken.length === maxDeterminants || (taken.length > 0 && further <= Math.max(1, minFurtherShare * found.size))) continue
    taken.push(candidate)
    for (const row of candidate.vote.outvoted) found.add(row)
  }
  return taken
}

const cellOf = (row: number, column: number): string => `${row} ${column}`

/** Few are missing where others of the group have a value, and no sound value of another column says why. */
function isMissingByMistake(
  {determinant, dependent, vote}: Pick<Candidate, 'determinant' | 'dependent' | 'vote'>,
  columns: readonly DependencyColumn[],
  wrong: ReadonlySet<string>,
): boolean {
  const {missing, covered} = vote
  if (missing.length < minMissing || missing.length > maxMissingShare * covered) return false
  const others = columns.flatMap((column, index) => {
    if (index === determinant || index === dependent) return []
    return [{...column, codes: column.codes.map((code, row) => (wrong.has(cellOf(row, index)) ? -1 : code))}]
  })
  return countExplained(new Set(missing), others) <= maxDoubtfulShare * missing.length
}
