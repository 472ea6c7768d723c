// What a sample suggests about each column: how it could be read, which texts stand for nothing, the unit its numbers carry, the
// few values or the form it has, and which columns decide it. Guesses alone; whoever asks proves them on all rows.
import {numberForm} from '../expr/parse-forms.ts'
import {codeByContent} from './code-by-content.ts'
import {missingAmongNumbers, missingMarks} from './column-profile.ts'
import {countTexts, type TextCounts} from './count-texts.ts'
import {type CommonValues, findCommonValues} from './find-common-values.ts'
import {type Dependency, type DependencyColumn, findDependencies} from './find-dependencies.ts'
import {findMissingNumbers} from './find-missing-numbers.ts'
import {type FoundPattern, findKnownForm, findPattern} from './find-pattern.ts'
import {findUnits, type UnitSpellings, withoutUnit} from './find-units.ts'
import {hintsOf, type NameHints} from './name-hints.ts'
import {phiByContent} from './phi-content.ts'
import {type ColumnPortrait, portrayColumn} from './portray-column.ts'
import {type Guess, guessReadings} from './readings.ts'
import {type CodedColumn, codeColumn, countExplained} from './sample-table.ts'

export interface SampledColumn {
  readonly name: string
  /** Every value the sample has of it; more than `rows` where it is mostly empty. */
  readonly texts: readonly string[]
  /** The sampled rows in order, the same for every column. */
  readonly rows: readonly (string | null)[]
}

export interface SampledPattern {
  readonly source: string
  /** Every sampled text matches. */
  readonly isExact: boolean
}

export interface ColumnGuess extends Guess {
  readonly name: string
  readonly index: number
  /** Texts that count as nothing: those of the sample, and others that might come. */
  readonly missing: readonly string[]
  readonly unseenMissing: readonly string[]
  readonly units?: UnitSpellings
  readonly common?: CommonValues
  readonly pattern?: SampledPattern
  readonly phiByContent?: string
  readonly codeSystem?: string
  readonly isUuid: boolean
  readonly seemsUnique: boolean
}

export interface Guesses {
  readonly columns: readonly ColumnGuess[]
  readonly portraits: readonly ColumnPortrait[]
  readonly dependencies: readonly Dependency[]
}

export const uuidForm = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'

/** Guesses about the columns of one dataset, in their order. */
export function guessColumns(columns: readonly SampledColumn[], dataset: string): Guesses {
  const texts = columns.map((column, index) => {
    const different = new Set(column.texts)
    const [content, codeSystem] = [phiByContent(different), codeByContent(different)]
    const {guess, ...found} = guessTexts(column, index, hintsOf(column.name, dataset, content))
    const told = {...(content === undefined ? {} : {phiByContent: content}), ...(codeSystem === undefined ? {} : {codeSystem})}
    return {...found, guess: {...guess, ...told}}
  })
  const coded = texts.map(({guess}, index) => codeColumn((columns[index]?.rows ?? []).map((text) => soundText(text, guess))))
  const table = texts.map(({guess, hints}, index) => ({...(coded[index] ?? codeColumn([])), ...roleOf(guess, hints)}))
  const dependencies = findDependencies(table)
  return {
    columns: texts.map(({guess, counts, hints}, index) => {
      const pattern = patternOf(guess, {counts, hints, coded})
      const outvoted = new Set(dependencies.flatMap((found) => (found.dependent === index ? found.outvoted : [])))
      const common = guess.common && withoutOutvoted(guess.common, coded[index], outvoted)
      return {...guess, ...(pattern === undefined ? {} : {pattern}), ...(common === undefined ? {} : {common})}
    }),
    portraits: texts.map(({guess, counts, hints}) => portrayColumn(counts, {hints, isUuid: guess.isUuid, isTime: isTime(guess)})),
    dependencies,
  }
}

/** A value that other columns contradict nearly wherever it stands is a mistake, however often it is made. */
function withoutOutvoted(common: CommonValues, own: CodedColumn | undefined, outvoted: ReadonlySet<number>): CommonValues {
  const isMistake = (value: string): boolean => {
    const rows = own?.rowsOf[own.texts.indexOf(value)] ?? []
    return rows.filter((row) => outvoted.has(row)).length * 10 >= rows.length * 9 && rows.length > 0
  }
  const mistakes = common.values.filter(isMistake)
  return {values: common.values.filter((value) => !mistakes.includes(value)), misspelt: [...common.misspelt, ...mistakes]}
}

interface TextGuess {
  readonly guess: ColumnGuess
  /** Texts that mean something, without units. */
  readonly counts: TextCounts
  readonly hints: NameHints
}

function guessTexts({name, texts}: SampledColumn, index: number, hints: NameHints): TextGuess {
  const given = countTexts(texts)
  const units = hints.isIdentifier || hints.isCode ? undefined : findUnits(without(given, missingAmongNumbers))
  const all = units === undefined ? given : countTexts(texts.map((text) => withoutUnit(text, units)))
  const readable = guessReadings([...without(all, missingAmongNumbers).keys()], hints)
  // Somebody may be called Null.
  const marks =
    readable.readings.length > 0 || units !== undefined
      ? missingAmongNumbers
      : hints.isName || hints.phiCategory === 'name'
        ? []
        : missingMarks
  const isMeasured = readable.readings.some(({type}) => type === 'integer' || type === 'number') && !hints.isIdentifier && !hints.isCode
  const numbers = isMeasured && units === undefined ? findMissingNumbers(without(all, marks)) : []
  const counts = without(all, [...marks, ...numbers])
  const common = findCommonValues(counts)
  const values = [...counts]
  const guess: ColumnGuess = {
    ...readable,
    name,
    index,
    missing: [...marks.filter((mark) => given.has(mark)), ...numbers],
    unseenMissing: marks.filter((mark) => !given.has(mark)),
    ...(units === undefined ? {} : {units}),
    ...(common === undefined ? {} : {common}),
    isUuid: values.length > 0 && values.every(([value]) => new RegExp(uuidForm).test(value)),
    seemsUnique: values.length > 1 && values.every(([, count]) => count === 1),
  }
  return {guess, counts, hints}
}

function without(counts: TextCounts, texts: readonly string[]): TextCounts {
  return new Map([...counts].filter(([text]) => !texts.includes(text)))
}

function soundText(text: string | null, {missing, units}: ColumnGuess): string | null {
  if (text === null || missing.includes(text)) return null
  return units === undefined ? text : withoutUnit(text, units)
}

const isTime = ({readings}: Pick<ColumnGuess, 'readings'>): boolean => readings.some(({type}) => type === 'date' || type === 'timestamp')

/** Identifiers and codes are names of things even where they are numbers; texts may be, measurements and times are not. */
function roleOf({readings}: ColumnGuess, {isIdentifier, isCode}: NameHints): Pick<DependencyColumn, 'names' | 'isMeasured'> {
  const isMeasured = readings.length > 0 && !isIdentifier && !isCode
  return {names: isMeasured || isTime({readings}) ? 'no' : isIdentifier ? 'thing' : 'maybe', isMeasured}
}

interface Surroundings {
  readonly counts: TextCounts
  readonly hints: NameHints
  readonly coded: readonly CodedColumn[]
}

/** The form of a column that is not a short list, for where not all of it can be read as a value; words that tell something are never part of it. */
function patternOf(guess: ColumnGuess, {counts, hints, coded}: Surroundings): SampledPattern | undefined {
  const {readings, common, units, isUuid, index} = guess
  if (units !== undefined) return {source: numberForm, isExact: false}
  const isTelling = hints.phiCategory !== undefined || hints.isIdentifier
  const isListed = common !== undefined && !isTelling
  if (readings.some(({type}) => type === 'boolean') || isListed || isUuid || hints.isName || hints.isConfidential) return undefined
  const own = coded[index]
  const others = coded.filter((column) => column !== own)
  const isByMistake = (found: FoundPattern): boolean => {
    const rows = found.others.flatMap((text) => own?.rowsOf[own.texts.indexOf(text)] ?? [])
    return countExplained(new Set(rows), others) * 10 <= rows.length
  }
  const isNumeric = readings.some(({type}) => type === 'number') && !hints.isIdentifier && !hints.isCode
  const candidates = [
    () => findKnownForm(counts, uuidForm, (text) => text.replace(/[0-9a-fA-F]/g, '0')),
    ...(isNumeric ? [() => findKnownForm(counts, numberForm)] : []),
    ...(isTelling ? [] : [() => findPattern(counts, {quotesWords: true})]),
    () => findPattern(counts, {quotesWords: false}),
  ]
  for (const candidate of candidates) {
    const found = candidate()
    if (found !== undefined && isByMistake(found)) return {source: found.source, isExact: found.others.length === 0}
  }
  return undefined
}
