// The profile of delivered files: a sample says what could be true, one pass over all rows says what is. Nothing here holds
// rows but the sample; counting whether one or two columns are unique costs the engine their distinct values. No value leaves
// here but the few that a draft may list.
import {type ColumnProfile, missingAmongNumbers, missingMarks, type ProvenReading} from '../contract/column-profile.ts'
import {hintsOf, isOwnKey} from '../contract/name-hints.ts'
import {type Guess, guessReadings, readValue, unreadable} from '../contract/readings.ts'
import type {Engine} from '../engine/engine.ts'
import {column, compare, type Expr, isNull, matches, not, type ScalarValue, text, when} from '../expr/expr.ts'
import type {Aggregate, AggregatePlan, Plan} from '../expr/plan.ts'
import type {PreparedFile} from '../source/source.ts'
import {isAnyOf, rawColumn, sampleRows, soundRows, textColumn, withTexts} from './sample-file.ts'

export interface FileProfile {
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
}

export interface ProfileOptions {
  /** Its name tells which column may be the key. */
  readonly dataset: string
  readonly signal?: AbortSignal
}

const uuidForm = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
const maxListed = 12
/** A value that fewer rows of the sample share may point at a person. */
const minSightings = 5
const maxKeys = 2
/** Columns a pass looks at together, which bounds the plan of a very wide file. */
const columnsAPass = 60

/** Profiles files of one dataset as one; a column that a file lacks counts as empty there. */
export async function profileFiles(engine: Engine, files: readonly PreparedFile[], options: ProfileOptions): Promise<FileProfile> {
  const header = [...new Set(files.flatMap((file) => file.header))]
  const sound = soundRows(files, header)
  const plan = withTexts(sound, header.length)
  const passOptions = options.signal === undefined ? {} : {signal: options.signal}
  const {texts} = await sampleRows(engine, sound, {files, columns: header.length, ...passOptions})
  const guesses = header.map((name, index) => guessColumn({name, index, dataset: options.dataset, texts: texts[index] ?? []}))
  const keys = keysWorthCounting(guesses, options.dataset)
  const found = new Map<string, ScalarValue>()
  for (let from = 0; from < Math.max(1, guesses.length); from += columnsAPass) {
    const aggregates = guesses.slice(from, from + columnsAPass).flatMap(aggregatesOf)
    await measureInto(
      engine,
      {id: `columns ${from}`, input: plan, aggregates: [{name: 'rows', function: 'count'}, ...aggregates]},
      {found, ...passOptions},
    )
  }
  for (const {index} of keys) {
    const repeated: Aggregate = {name: nameOf(index, 'repeated'), function: 'countIf', of: {kind: 'isDuplicated', key: [textColumn(index)]}}
    await measureInto(engine, {id: `key ${index}`, input: narrowed(plan, index), aggregates: [repeated]}, {found, ...passOptions})
  }
  const rows = Number(found.get('rows') ?? 0)
  return {rows, columns: guesses.map((guess) => profileOf(guess, rows, found))}
}

interface ColumnGuess extends Guess {
  readonly name: string
  readonly index: number
  /** Texts that count as nothing: those of the sample, and others that might come. */
  readonly missing: readonly string[]
  readonly unseenMissing: readonly string[]
  readonly listed: readonly string[]
  readonly isUuid: boolean
  readonly seemsUnique: boolean
}

interface GuessInput {
  readonly name: string
  readonly index: number
  readonly dataset: string
  readonly texts: readonly string[]
}

function guessColumn({name, index, dataset, texts}: GuessInput): ColumnGuess {
  const hints = hintsOf(name, dataset)
  const counts = countTexts(texts)
  const guess = guessReadings(
    [...counts.keys()].filter((value) => !missingAmongNumbers.includes(value)),
    hints,
  )
  // Somebody may be called Null.
  const marks = guess.readings.length > 0 ? missingAmongNumbers : hints.isName || hints.phiCategory === 'name' ? [] : missingMarks
  const values = [...counts].filter(([value]) => !marks.includes(value))
  return {
    ...guess,
    name,
    index,
    missing: marks.filter((mark) => counts.has(mark)),
    unseenMissing: marks.filter((mark) => !counts.has(mark)),
    listed: values.length > maxListed ? [] : values.filter(([, count]) => count >= minSightings).map(([value]) => value),
    isUuid: values.length > 0 && values.every(([value]) => new RegExp(uuidForm).test(value)),
    seemsUnique: values.length > 1 && values.every(([, count]) => count === 1),
  }
}

function countTexts(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const value of texts) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** Counting costs memory in proportion to the rows, so only what may be a key is counted. */
function keysWorthCounting(guesses: readonly ColumnGuess[], dataset: string): readonly ColumnGuess[] {
  const candidates = guesses.filter(
    ({name, seemsUnique}) => seemsUnique && (isOwnKey(name, dataset) || hintsOf(name, dataset).isIdentifier),
  )
  return candidates.toSorted((a, b) => Number(isOwnKey(b.name, dataset)) - Number(isOwnKey(a.name, dataset))).slice(0, maxKeys)
}

const nameOf = (index: number, what: string): string => `${index} ${what}`

/** The text that typed readings see. */
function readableText(guess: ColumnGuess): Expr {
  const of = column(textColumn(guess.index))
  const marks = [...guess.missing, ...guess.unseenMissing]
  return marks.length === 0 ? of : when(isAnyOf(of, marks), text(null), of)
}

function aggregatesOf(guess: ColumnGuess): readonly Aggregate[] {
  const {index, readings, listed, missing} = guess
  const given = column(textColumn(index))
  const value = readableText(guess)
  const raw = column(rawColumn(index))
  const countIf = (what: string, of: Expr): Aggregate => ({name: nameOf(index, what), function: 'countIf', of})
  const isNumeric = readings.some(({type}) => type === 'integer' || type === 'number')
  return [
    countIf('nulls', isNull(value)),
    countIf('edges', not(compare(raw, '=', {kind: 'text', function: 'trim', of: raw}))),
    countIf('missing', isAnyOf(given, missing)),
    countIf('unseen missing', isAnyOf(given, guess.unseenMissing)),
    ...readings.flatMap((reading, n) => {
      const typed = readValue(reading, value)
      const bounds = reading.type === 'boolean' ? [] : (['min', 'max'] as const)
      return [
        countIf(`unreadable ${n}`, unreadable(reading, value)),
        ...bounds.map((bound): Aggregate => ({name: nameOf(index, `${bound} ${n}`), function: bound, of: typed})),
      ]
    }),
    ...(isNumeric ? [countIf('zeros', matches(value, '^[+-]?0[0-9]')), countIf('long', matches(value, '^[+-]?(?:[0-9][.,]?){18,}'))] : []),
    ...(guess.isUuid ? [countIf('no uuid', not(matches(value, uuidForm)))] : []),
    ...(listed.length === 0 ? [] : [countIf('listed', isAnyOf(value, listed))]),
  ]
}

/** Only the column that counts, so that nothing else is held. */
function narrowed(input: Plan, index: number): Plan {
  return {kind: 'select', input, columns: [{name: textColumn(index), expr: column(textColumn(index))}]}
}

async function measureInto(
  engine: Engine,
  plan: AggregatePlan,
  {found, ...options}: {readonly found: Map<string, ScalarValue>; readonly signal?: AbortSignal},
): Promise<void> {
  const [measured] = await engine.measure([plan], options)
  for (const [name, value] of Object.entries(measured?.values ?? {})) found.set(name, value)
}

function profileOf(guess: ColumnGuess, rows: number, found: ReadonlyMap<string, ScalarValue>): ColumnProfile {
  const {index, name, listed, missing, seemsUnique} = guess
  const count = (what: string): number => Number(found.get(nameOf(index, what)) ?? 0)
  const unseen = count('unseen missing')
  const nulls = count('nulls')
  const repeated = found.get(nameOf(index, 'repeated'))
  return {
    name,
    rows,
    nulls,
    missing: unseen === 0 ? missing : [...missing, ...guess.unseenMissing],
    missingRows: count('missing') + unseen,
    hasEdges: count('edges') > 0,
    readings: guess.readings.map((reading, n): ProvenReading => {
      const min = bound(found.get(nameOf(index, `min ${n}`)))
      const max = bound(found.get(nameOf(index, `max ${n}`)))
      const bounds = min === undefined || max === undefined ? {} : {min, max}
      return {reading, unreadable: count(`unreadable ${n}`), ...bounds}
    }),
    unreadDates: guess.unreadDates ?? false,
    leadingZeros: count('zeros'),
    longNumbers: count('long'),
    isUuid: guess.isUuid && count('no uuid') === 0,
    ...(repeated === undefined ? {} : {isUnique: Number(repeated) === 0}),
    seemsUnique,
    ...(listed.length === 0 ? {} : {frequent: {values: listed.toSorted(), otherRows: rows - nulls - count('listed')}}),
  }
}

function bound(value: ScalarValue | undefined): number | string | undefined {
  if (value === null || value === undefined || typeof value === 'boolean') return undefined
  return typeof value === 'bigint' ? Number(value) : value
}
