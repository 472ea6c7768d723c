// A sample of the rows of prepared files, spread over all of them, for guesses that are proved elsewhere. Texts are cut, so
// that memory depends on neither the size of the files nor of their fields.
import type {Engine, Row} from '../engine/engine.ts'
import {and, column, type Expr, isIn, isPresent, or, text, when} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import type {PreparedFile} from '../source/source.ts'

export const sampledRows = 4000
const sampledCharacters = 120
/** A column with fewer values in the sample is sampled again where it has values. */
const enoughValues = 50
export const rowNumber = 'row number'

/** Plan column with the trimmed text of the n-th header name; null when there is nothing. */
export const textColumn = (index: number): string => `text ${index}`
/** Plan column with the text as it stands in the file. */
export const rawColumn = (index: number): string => `raw ${index}`

/** Adds the trimmed text of each of so many columns. */
export function withTexts(input: Plan, columns: number): Plan {
  return withTextOf(
    input,
    Array.from({length: columns}, (_, index) => index),
  )
}

/** Adds the trimmed text of these columns. */
export function withTextOf(input: Plan, indexes: readonly number[]): Plan {
  return {kind: 'derive', input, columns: indexes.map((index) => ({name: textColumn(index), expr: trimmed(column(rawColumn(index)))}))}
}

function trimmed(of: Expr): Expr {
  const bare: Expr = {kind: 'text', function: 'trim', of}
  return when(isIn(bare, ['']), text(null), bare)
}

export interface Sample {
  /** Texts of each column, in header order, without nulls. */
  readonly texts: readonly (readonly string[])[]
  /** Column by column, the text of each sampled row. */
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Takes the sample from the rows that were set aside for it, and from all rows for columns that are nearly empty there. */
export async function sampleRows(
  engine: Engine,
  {rows: all, sample}: {readonly rows: Plan; readonly sample: Plan},
  {files, columns, signal}: {readonly files: readonly PreparedFile[]; readonly columns: number; readonly signal?: AbortSignal},
): Promise<Sample> {
  const options = signal === undefined ? {} : {signal}
  const indexes = Array.from({length: columns}, (_, index) => index)
  const taken = await engine.rows(cut(withTexts(sample, columns), indexes), sampledRows, options)
  const texts = textsOf(taken, indexes)
  const rows = indexes.map((index) => taken.map((row) => textOf(row, index)))
  const sparse = recordsOf(files) <= sampledRows ? [] : indexes.filter((index) => (texts[index]?.length ?? 0) < enoughValues)
  if (sparse.length === 0) return {texts, rows}
  const filled: Plan = {kind: 'filter', input: all, where: or(...sparse.map((index) => isPresent(column(rawColumn(index)))))}
  const more = textsOf(await engine.rows(cut(withTexts(filled, columns), sparse), sampledRows, options), sparse)
  return {texts: indexes.map((index) => more[sparse.indexOf(index)] ?? texts[index] ?? []), rows}
}

export const recordsOf = (files: readonly PreparedFile[]): number => files.reduce((sum, {records}) => sum + records, 0)

/** So many of the rows, which are numbered, that they can be looked at one by one. */
export function spreadOver(sound: Plan, files: readonly PreparedFile[]): Plan {
  const longest = Math.max(0, ...files.map(({records}) => records))
  const total = recordsOf(files)
  if (total <= sampledRows) return sound
  return {kind: 'filter', input: sound, where: isIn(column(rowNumber), spreadNumbers(longest, total), 'int64')}
}

/** Row numbers at even distances, so many that all files together give about `sampledRows`. */
function spreadNumbers(longest: number, total: number): readonly bigint[] {
  const wanted = Math.max(1, Math.floor((sampledRows * longest) / total))
  return Array.from({length: wanted}, (_, n) => BigInt(Math.floor((n * longest) / wanted) + 1))
}

function cut(input: Plan, indexes: readonly number[]): Plan {
  return {
    kind: 'select',
    input,
    columns: indexes.map((index) => ({
      name: textColumn(index),
      expr: {kind: 'substring', of: column(textColumn(index)), start: 0, length: sampledCharacters},
    })),
  }
}

function textsOf(rows: readonly Row[], indexes: readonly number[]): readonly (readonly string[])[] {
  return indexes.map((index) => rows.flatMap((row) => textOf(row, index) ?? []))
}

function textOf(row: Row, index: number): string | null {
  const text = row[textColumn(index)] ?? null
  return text === null ? null : String(text)
}

export const isAnyOf = (of: Expr, values: readonly string[]): Expr =>
  values.length === 0 ? {kind: 'literal', value: false, type: 'boolean'} : and(isPresent(of), isIn(of, values))
