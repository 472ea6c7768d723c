// The aggregates that prove what a sample suggested of one column, and the column's profile made from their values.
import type {ColumnProfile, ProvenReading} from '../contract/column-profile.ts'
import {type ColumnGuess, uuidForm} from '../contract/guess-columns.ts'
import {type Reading, readValue} from '../contract/readings.ts'
import {and, column, compare, type Expr, isNull, isPresent, literal, matches, not, type ScalarValue, text, when} from '../expr/expr.ts'
import {isoOffsetTimestampForm} from '../expr/parse-forms.ts'
import type {Aggregate} from '../expr/plan.ts'
import {dropUnits} from '../steps/drop-unit.ts'
import {isAnyOf, rawColumn, textColumn} from './sample-file.ts'

const nameOf = (index: number, what: string): string => `${index} ${what}`

/** The text that typed readings see: nothing for marks that mean nothing, numbers without their unit. */
export function readableText(guess: ColumnGuess): Expr {
  return readableWithout(isMark(guess), guess)
}

/** Whether the text is one that means nothing. */
const isMark = ({index, missing, unseenMissing}: ColumnGuess): Expr => isAnyOf(column(textColumn(index)), [...missing, ...unseenMissing])

function readableWithout(mark: Expr, {index, units}: ColumnGuess): Expr {
  const of = column(textColumn(index))
  const present = mark.kind === 'literal' ? of : when(mark, text(null), of)
  return units === undefined ? present : dropUnits(units.spellings, present)
}

/** Plan column of a table of different texts: how many rows have this one. */
export const rowsAlike = 'rows alike'

/** The same answers, with sums for counts, over a table of different texts and their `rowsAlike`. */
export function weighted(aggregates: readonly Aggregate[]): readonly Aggregate[] {
  return aggregates.map(({name, function: kind, of}) => {
    if (kind !== 'countIf' || of === undefined) return {name, function: kind, ...(of === undefined ? {} : {of})}
    return {name, function: 'sum', of: when(of, column(rowsAlike), literal(0n, 'int64'))}
  })
}

/** Names the count of a column's different values. */
export const distinctValues = (index: number): string => nameOf(index, 'distinct')

/** What to count of a column, its different values if `countsDistinct`; expects its raw and its trimmed text in the plan. */
export function aggregatesOf(guess: ColumnGuess, countsDistinct: boolean): readonly Aggregate[] {
  const {index, readings, common, missing, pattern} = guess
  const given = column(textColumn(index))
  // One expression wherever one thing is meant: an engine computes it once.
  const mark = isMark(guess)
  const value = readableWithout(mark, guess)
  const raw = column(rawColumn(index))
  const countIf = (what: string, of: Expr): Aggregate => ({name: nameOf(index, what), function: 'countIf', of})
  const isNumeric = readings.some(({type}) => type === 'integer' || type === 'number')
  return [
    countIf('nulls', isNull(value)),
    countIf('edges', not(compare(raw, '=', {kind: 'text', function: 'trim', of: raw}))),
    countIf('missing', isAnyOf(given, missing)),
    countIf('marks', mark),
    ...(countsDistinct ? [{name: distinctValues(index), function: 'distinctHashes', of: value} as const] : []),
    ...readingCounts(guess, value),
    ...(isNumeric ? [countIf('zeros', matches(value, '^[+-]?0[0-9]')), countIf('long', matches(value, '^[+-]?(?:[0-9][.,]?){18,}'))] : []),
    ...(guess.isUuid ? [countIf('no uuid', not(matches(value, uuidForm)))] : []),
    ...(common === undefined
      ? []
      : [countIf('listed', isAnyOf(value, common.values)), countIf('misspelt', isAnyOf(value, common.misspelt))]),
    ...(pattern === undefined ? [] : [countIf('no match', and(isPresent(value), not(matches(value, pattern.source))))]),
  ]
}

function readingCounts({index, readings}: ColumnGuess, value: Expr): readonly Aggregate[] {
  return typedBy(readings, value).flatMap((typed, n) => {
    const bounds = readings[n]?.type === 'boolean' ? [] : (['min', 'max'] as const)
    return [
      {name: nameOf(index, `unreadable ${n}`), function: 'countIf', of: and(isPresent(value), isNull(typed))},
      ...bounds.map((bound): Aggregate => ({name: nameOf(index, `${bound} ${n}`), function: bound, of: typed})),
    ]
  })
}

/** The value by each reading. A time is the dearest to read: one with its offset is what it is without asking, where it has the form. */
function typedBy(readings: readonly Reading[], value: Expr): readonly Expr[] {
  const typed = readings.map((reading) => readValue(reading, value))
  return typed.map((own, n) => {
    const [strict, loose, looser] = [readings[n], readings[n + 1], typed[n + 1]]
    const isIso =
      strict?.offsetRequired === true && strict.formats.length === 0 && loose?.type === 'timestamp' && loose.formats.length === 0
    return isIso && looser !== undefined ? when(matches(value, isoOffsetTimestampForm), looser, literal(null, 'timestamp')) : own
  })
}

/** The profile of a column from the values found for its aggregates. */
export function profileOf(guess: ColumnGuess, rows: number, found: ReadonlyMap<string, ScalarValue>): ColumnProfile {
  const {index, name, common, missing, pattern, seemsUnique, units} = guess
  const count = (what: string): number => Number(found.get(nameOf(index, what)) ?? 0)
  const unseen = count('marks') - count('missing')
  const nulls = count('nulls')
  const distinct = found.get(distinctValues(index))
  return {
    name,
    rows,
    nulls,
    missing: unseen === 0 ? missing : [...missing, ...guess.unseenMissing],
    missingRows: count('marks'),
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
    ...(distinct === undefined ? {} : {isUnique: Number(distinct) === rows - nulls}),
    seemsUnique,
    ...(common === undefined
      ? {}
      : {
          frequent: {
            values: common.values.toSorted(),
            misspeltRows: count('misspelt'),
            otherRows: rows - nulls - count('listed') - count('misspelt'),
          },
        }),
    ...(guess.phiByContent === undefined ? {} : {phiByContent: guess.phiByContent}),
    ...(guess.codeSystem === undefined ? {} : {codeSystem: guess.codeSystem}),
    ...(units === undefined ? {} : {units: units.spellings}),
    ...(pattern === undefined || (pattern.isExact && count('no match') > 0)
      ? {}
      : {pattern: {source: pattern.source, otherRows: count('no match')}}),
  }
}

function bound(value: ScalarValue | undefined): number | string | undefined {
  if (value === null || value === undefined || typeof value === 'boolean') return undefined
  return typeof value === 'bigint' ? Number(value) : value
}
