// The aggregates that prove what a sample suggested of one column, and the column's profile made from their values.
import type {ColumnProfile, ProvenReading} from '../contract/column-profile.ts'
import {type ColumnGuess, uuidForm} from '../contract/guess-columns.ts'
import {readValue, unreadable} from '../contract/readings.ts'
import {and, column, compare, type Expr, isNull, isPresent, matches, not, type ScalarValue, text, when} from '../expr/expr.ts'
import type {Aggregate} from '../expr/plan.ts'
import {dropUnits} from '../steps/drop-unit.ts'
import {isAnyOf, rawColumn, textColumn} from './sample-file.ts'

const nameOf = (index: number, what: string): string => `${index} ${what}`

/** Names the count of rows whose value of a column is not the only one. */
export const repeatedRows = (index: number): string => nameOf(index, 'repeated')

/** The text that typed readings see: nothing for marks that mean nothing, numbers without their unit. */
export function readableText({index, missing, unseenMissing, units}: ColumnGuess): Expr {
  const of = column(textColumn(index))
  const marks = [...missing, ...unseenMissing]
  const present = marks.length === 0 ? of : when(isAnyOf(of, marks), text(null), of)
  return units === undefined ? present : dropUnits(units.spellings, present)
}

/** Names the count of a column's different values. */
export const distinctValues = (index: number): string => nameOf(index, 'distinct')

/** What to count of a column; expects its raw and its trimmed text in the plan. */
export function aggregatesOf(guess: ColumnGuess): readonly Aggregate[] {
  const {index, readings, common, missing, pattern} = guess
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
    ...(common === undefined
      ? []
      : [countIf('listed', isAnyOf(value, common.values)), countIf('misspelt', isAnyOf(value, common.misspelt))]),
    ...(pattern === undefined ? [] : [countIf('no match', and(isPresent(value), not(matches(value, pattern.source))))]),
  ]
}

/** The profile of a column from the values found for its aggregates. */
export function profileOf(guess: ColumnGuess, rows: number, found: ReadonlyMap<string, ScalarValue>): ColumnProfile {
  const {index, name, common, missing, pattern, seemsUnique, units} = guess
  const count = (what: string): number => Number(found.get(nameOf(index, what)) ?? 0)
  const unseen = count('unseen missing')
  const nulls = count('nulls')
  const repeated = found.get(repeatedRows(index))
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
