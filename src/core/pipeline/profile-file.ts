// The profile of delivered files: a sample says what could be true, one pass over all rows says what is. In that pass a column whose
// values repeat becomes a table of its different texts, and every question about it is asked of that; where nearly every row has a
// value of its own, rows are asked, and different values are counted by their hashes. Nothing here holds rows but the sample; who breaks a
// dependency is counted over the combinations of its columns. No value leaves here but the few that a draft may list.
import type {ColumnProfile, DependencyProfile} from '../contract/column-profile.ts'
import {countTexts} from '../contract/count-texts.ts'
import {type Dependency, voteTerms} from '../contract/find-dependencies.ts'
import {type ColumnGuess, guessColumns} from '../contract/guess-columns.ts'
import {hintsOf, isOwnKey} from '../contract/name-hints.ts'
import type {ColumnPortrait} from '../contract/portray-column.ts'
import type {Engine} from '../engine/engine.ts'
import {and, bool, column, isPresent, or, type ScalarValue} from '../expr/expr.ts'
import type {Aggregate, AggregatePlan, Plan} from '../expr/plan.ts'
import type {PreparedFile} from '../source/source.ts'
import {aggregatesOf, distinctValues, profileOf, readableText, rowsAlike, weighted} from './measure-column.ts'
import {rawColumn, sampleRows, textColumn, withTextOf, withTexts} from './sample-file.ts'
import {sampleOf, soundRows, stageRows} from './stage-texts.ts'

export interface FileProfile {
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  readonly dependencies: readonly DependencyProfile[]
  /** Column by column, from the sample. */
  readonly portraits: readonly ColumnPortrait[]
  /** Different values of each column over all rows, when they were asked for. */
  readonly distinct: readonly number[]
}

export interface ProfileOptions {
  /** Its name tells which column may be the key. */
  readonly dataset: string
  /** Folder for what is set down meanwhile. */
  readonly staging: string
  /** Counts the different values of every column too, which costs the engine a hash for each. */
  readonly countDistinct?: boolean
  readonly signal?: AbortSignal
}

const maxKeys = 2
/** Columns a pass looks at together, which bounds the plan of a very wide file. */
const columnsAPass = 60

/** Profiles files of one dataset as one; a column that a file lacks counts as empty there. */
export async function profileFiles(engine: Engine, files: readonly PreparedFile[], options: ProfileOptions): Promise<FileProfile> {
  const header = [...new Set(files.flatMap((file) => file.header))]
  const passOptions = options.signal === undefined ? {} : {signal: options.signal}
  const sound = soundRows(files, header)
  const plans = {rows: sound, sample: await sampleOf(files, header, options.staging)}
  const sample = await sampleRows(engine, plans, {files, columns: header.length, ...passOptions})
  const sampled = header.map((name, index) => ({name, texts: sample.texts[index] ?? [], rows: sample.rows[index] ?? []}))
  const {columns: guesses, dependencies, portraits} = guessColumns(sampled, options.dataset)
  const found = new Map<string, ScalarValue>()
  const measure = (measured: readonly AggregatePlan[]): Promise<void> => measureInto(engine, measured, {found, ...passOptions})
  const keys = keysWorthCounting(guesses, options.dataset)
  const asked = guesses.map((guess): AskedColumn => {
    const aggregates = aggregatesOf(guess, options.countDistinct === true || keys.includes(guess))
    return {index: guess.index, aggregates, isRepetitive: isRepetitive(sample.texts[guess.index] ?? [])}
  })
  for (let from = 0; from < Math.max(1, asked.length); from += columnsAPass)
    await measure(columnCounts({input: sound, columns: header.length}, asked.slice(from, from + columnsAPass)))
  if (dependencies.length > 0) {
    const used = new Set(dependencies.flatMap(({determinant, dependent}) => [determinant, dependent]))
    const raw = [...used].map((index) => ({name: rawColumn(index), type: 'string'}) as const)
    const staged = await stageRows(engine, sound, raw, {staging: options.staging, ...passOptions})
    for (const measured of outvotedCounts(staged, guesses, dependencies)) await measure([measured])
  }
  const rows = Number(found.get('rows') ?? 0)
  return {
    rows,
    columns: guesses.map((guess) => profileOf(guess, rows, found)),
    portraits,
    distinct: options.countDistinct === true ? guesses.map(({index}) => Number(found.get(distinctValues(index)) ?? 0)) : [],
    dependencies: dependencies.flatMap((dependency) => {
      const outvotedRows = Number(found.get(nameOf(dependency)) ?? 0)
      return isProven(dependency, outvotedRows) ? [{...pick(dependency), outvotedRows}] : []
    }),
  }
}

/** Counting costs memory in proportion to the rows, so only what may be a key is counted. */
function keysWorthCounting(guesses: readonly ColumnGuess[], dataset: string): readonly ColumnGuess[] {
  const candidates = guesses.filter(
    ({name, seemsUnique}) => seemsUnique && (isOwnKey(name, dataset) || hintsOf(name, dataset).isIdentifier),
  )
  return candidates.toSorted((a, b) => Number(isOwnKey(b.name, dataset)) - Number(isOwnKey(a.name, dataset))).slice(0, maxKeys)
}

/** Rows that the sample did not show may be no mistakes: what held in all of it has to hold in all rows. */
const isProven = ({outvoted, absentIsBad}: Dependency, outvotedRows: number): boolean =>
  outvotedRows === 0 || outvoted.length > 0 || absentIsBad

const pick = ({determinant, dependent, absentIsBad}: Dependency): Omit<DependencyProfile, 'outvotedRows'> => ({
  determinant,
  dependent,
  absentIsBad,
})

const nameOf = ({determinant, dependent}: Dependency): string => `${determinant} decides ${dependent}`

interface AskedColumn {
  readonly index: number
  readonly aggregates: readonly Aggregate[]
  readonly isRepetitive: boolean
}

/** The share of texts seen once estimates that of rows whose text has not been seen at all (Good and Turing). */
function isRepetitive(texts: readonly string[]): boolean {
  const single = [...countTexts(texts).values()].filter((count) => count === 1).length
  return single * 10 <= texts.length
}

/** What is asked of columns: of the rows themselves, and of the different texts of each that repeats; one pass answers all. */
function columnCounts(
  {input, columns}: {readonly input: Plan; readonly columns: number},
  asked: readonly AskedColumn[],
): readonly AggregatePlan[] {
  const ofRows = asked.flatMap(({aggregates, isRepetitive: isGrouped}) => (isGrouped ? [] : aggregates))
  const rows: AggregatePlan = {
    id: 'rows',
    input: withTexts(input, columns),
    aggregates: [{name: 'rows', function: 'count'}, ...ofRows],
  }
  const grouped = asked.filter((column) => column.isRepetitive)
  return [rows, ...grouped.map(({index, aggregates}) => textCounts(input, index, aggregates))]
}

/** The answers about one column from its different texts. */
function textCounts(input: Plan, index: number, aggregates: readonly Aggregate[]): AggregatePlan {
  const raw = rawColumn(index)
  const narrow: Plan = {kind: 'select', input, columns: [{name: raw, expr: column(raw)}]}
  const texts: Plan = {kind: 'group', input: narrow, by: [raw], aggregates: [{name: rowsAlike, function: 'count'}]}
  return {id: `texts ${index}`, input: withTextOf(texts, [index]), aggregates: weighted(aggregates)}
}

/** One pass for all columns that one column decides, narrowed to them. */
function outvotedCounts(staged: Plan, guesses: readonly ColumnGuess[], dependencies: readonly Dependency[]): readonly AggregatePlan[] {
  return [...new Set(dependencies.map(({determinant}) => determinant))].map((determinant) => {
    const own = dependencies.filter((dependency) => dependency.determinant === determinant)
    const used = [...new Set([determinant, ...own.map(({dependent}) => dependent)])]
    const columns = guesses
      .filter(({index}) => used.includes(index))
      .map((guess) => ({name: textColumn(guess.index), expr: readableText(guess)}))
    const aggregates = own.map((dependency): Aggregate => {
      const of = textColumn(dependency.dependent)
      const isOutvoted = {kind: 'isOutvoted', key: [textColumn(determinant)], of, ...voteTerms} as const
      const isJudged = or(bool(dependency.absentIsBad), isPresent(column(of)))
      return {name: nameOf(dependency), function: 'countIf', of: and(isJudged, isOutvoted)}
    })
    return {id: `decided by ${determinant}`, input: {kind: 'select', input: withTextOf(staged, used), columns}, aggregates}
  })
}

async function measureInto(
  engine: Engine,
  plans: readonly AggregatePlan[],
  {found, ...options}: {readonly found: Map<string, ScalarValue>; readonly signal?: AbortSignal},
): Promise<void> {
  for (const {values} of await engine.measure(plans, options)) for (const [name, value] of Object.entries(values)) found.set(name, value)
}
