// The profile of delivered files: a sample says what could be true, one pass over all rows says what is. Nothing here holds
// rows but the sample; counting whether one or two columns are unique costs the engine their distinct values, and counting who
// breaks a dependency the combinations of its columns. No value leaves here but the few that a draft may list.
import type {ColumnProfile, DependencyProfile} from '../contract/column-profile.ts'
import {type Dependency, voteTerms} from '../contract/find-dependencies.ts'
import {type ColumnGuess, guessColumns} from '../contract/guess-columns.ts'
import {hintsOf, isOwnKey} from '../contract/name-hints.ts'
import type {ColumnPortrait} from '../contract/portray-column.ts'
import type {Engine} from '../engine/engine.ts'
import {and, bool, column, isPresent, or, type ScalarValue} from '../expr/expr.ts'
import type {Aggregate, AggregatePlan, Plan} from '../expr/plan.ts'
import type {PreparedFile} from '../source/source.ts'
import {aggregatesOf, distinctValues, profileOf, readableText, repeatedRows} from './measure-column.ts'
import {sampleRows, textColumn, withTexts} from './sample-file.ts'
import {stageTexts} from './stage-texts.ts'

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
  /** Counts the different values of every column too, which costs the engine all of them. */
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
  const staged = await stageTexts(engine, files, {header, staging: options.staging, ...passOptions})
  const plan = withTexts(staged.rows, header.length)
  const sample = await sampleRows(engine, staged, {files, columns: header.length, ...passOptions})
  const sampled = header.map((name, index) => ({name, texts: sample.texts[index] ?? [], rows: sample.rows[index] ?? []}))
  const {columns: guesses, dependencies, portraits} = guessColumns(sampled, options.dataset)
  const found = new Map<string, ScalarValue>()
  const measure = (measured: AggregatePlan): Promise<void> => measureInto(engine, measured, {found, ...passOptions})
  for (let from = 0; from < Math.max(1, guesses.length); from += columnsAPass) {
    const aggregates = guesses.slice(from, from + columnsAPass).flatMap(aggregatesOf)
    await measure({id: `columns ${from}`, input: plan, aggregates: [{name: 'rows', function: 'count'}, ...aggregates]})
  }
  for (const guess of keysWorthCounting(guesses, options.dataset)) {
    const of = {kind: 'isDuplicated', key: [textColumn(guess.index)]} as const
    const input: Plan = {kind: 'select', input: plan, columns: [{name: textColumn(guess.index), expr: column(textColumn(guess.index))}]}
    await measure({id: `key ${guess.index}`, input, aggregates: [{name: repeatedRows(guess.index), function: 'countIf', of}]})
  }
  if (options.countDistinct === true) for (const measured of distinctCounts(plan, guesses)) await measure(measured)
  for (const measured of outvotedCounts(plan, guesses, dependencies)) await measure(measured)
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

/** A pass a column, so that one column's values are held at a time. */
function distinctCounts(plan: Plan, guesses: readonly ColumnGuess[]): readonly AggregatePlan[] {
  return guesses.map((guess) => ({
    id: `distinct ${guess.index}`,
    input: plan,
    aggregates: [{name: distinctValues(guess.index), function: 'countDistinct', of: readableText(guess)}],
  }))
}

/** One pass for all columns that one column decides, narrowed to them. */
function outvotedCounts(plan: Plan, guesses: readonly ColumnGuess[], dependencies: readonly Dependency[]): readonly AggregatePlan[] {
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
    return {id: `decided by ${determinant}`, input: {kind: 'select', input: plan, columns}, aggregates}
  })
}

async function measureInto(
  engine: Engine,
  plan: AggregatePlan,
  {found, ...options}: {readonly found: Map<string, ScalarValue>; readonly signal?: AbortSignal},
): Promise<void> {
  const [measured] = await engine.measure([plan], options)
  for (const [name, value] of Object.entries(measured?.values ?? {})) found.set(name, value)
}
