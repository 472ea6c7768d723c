// Ways in which a column's texts could be read, guessed from a sample. A guess is only worth making: whoever asks proves it
// on every row by `readValue`, with the very expressions that a contract compiles to.
import type {Expr} from '../expr/expr.ts'
import {integerForm, numberForm} from '../expr/parse-forms.ts'
import {typedExpr} from './scalar-type.ts'
import {timeShapes} from './time-shapes.ts'

export type ReadingType = 'integer' | 'number' | 'boolean' | 'date' | 'timestamp'

export interface Reading {
  readonly type: ReadingType
  /** Patterns of dates and times; none means ISO 8601. */
  readonly formats: readonly string[]
  readonly offsetRequired?: true
  /** Numbers with a comma where others have a point. */
  readonly decimalComma?: true
  /** Which of the readings with swapped day and month it is. */
  readonly order?: 'dayFirst' | 'monthFirst'
}

export interface Guess {
  /** In order of preference. */
  readonly readings: readonly Reading[]
  /** The samples are dates that hippo cannot read: years of two digits, names of months. */
  readonly unreadDates?: true
}

const booleanPairs = [
  ['true', 'false'],
  ['t', 'f'],
  ['yes', 'no'],
  ['y', 'n'],
] as const

const integer = new RegExp(integerForm)
const number = new RegExp(numberForm)
const decimalComma = /^[+-]?[0-9]+(,[0-9]+)?$/
/** `1,234` may be a thousand or a bit more than one: a column of nothing else stays text. */
const groupedOnly = /^[+-]?[0-9]{1,3}(,[0-9]{3})+$/
const unreadDate = /^\d{1,2}([-/.])\d{1,2}\1\d{2}$|^\d{1,2}[- ]?\p{L}{3,9}\.?[-, ]+\d{2,4}$|^\p{L}{3,9}\.? \d{1,2},? \d{4}$/u

/** Readings that nearly all samples allow; `samples` are trimmed, different and not empty. */
export function guessReadings(samples: readonly string[], hints: {readonly isTime: boolean}): Guess {
  if (samples.length === 0) return {readings: []}
  const most = (test: (text: string) => boolean): boolean => samples.filter((text) => !test(text)).length * 10 <= samples.length
  const readings: Reading[] = [...guessBoolean(samples), ...guessTimes(samples, hints.isTime)]
  if (most((text) => integer.test(text))) readings.push({type: 'integer', formats: []})
  if (most((text) => number.test(text))) readings.push({type: 'number', formats: []})
  const hasCommas = samples.some((text) => text.includes(',') && decimalComma.test(text) && !groupedOnly.test(text))
  if (hasCommas && most((text) => decimalComma.test(text))) readings.push({type: 'number', formats: [], decimalComma: true})
  return {readings, ...(most((text) => unreadDate.test(text)) ? {unreadDates: true} : {})}
}

/** Both words have to be there: a column of nothing but `No` may hold anything else tomorrow. */
function guessBoolean(samples: readonly string[]): readonly Reading[] {
  const seen = new Set(samples.map((text) => text.toLowerCase()))
  const isPair = booleanPairs.some(([yes, no]) => seen.size === 2 && seen.has(yes) && seen.has(no))
  return isPair ? [{type: 'boolean', formats: []}] : []
}

function guessTimes(samples: readonly string[], isTime: boolean): readonly Reading[] {
  const shapes = timeShapes(samples, isTime)
  if (shapes === undefined) return []
  const {kind, dayFirst, monthFirst} = shapes
  const plain: Reading = {type: kind, formats: dayFirst}
  if (kind === 'timestamp' && shapes.hasOffsets) return [{...plain, offsetRequired: true}, plain]
  if (dayFirst.join() === monthFirst.join() || shapes.isDotted) return [plain]
  return [
    {...plain, order: 'dayFirst'},
    {type: kind, formats: monthFirst, order: 'monthFirst'},
  ]
}

/** The value that a reading gives, null where the text is nothing of the kind. */
export function readValue(reading: Reading, text: Expr): Expr {
  const input: Expr = reading.decimalComma ? {kind: 'replaceText', of: text, find: ',', by: '.'} : text
  const {type, formats, offsetRequired} = reading
  return typedExpr({...columnOf(type), formats, ...(offsetRequired ? {offsetRequired} : {})}, input)
}

const columnOf = (logicalType: ReadingType) =>
  ({name: '', logicalType, required: false, sources: [], steps: [], at: {file: '', line: 1, column: 1}}) as const
