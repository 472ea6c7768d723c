// Guesses delimiter, quote and line end from the first records: every pair of delimiter and quote reads the sample
// strictly, and the one under which most records have as many fields as the header wins (more fields on a tie). Nothing
// is accepted because of the guess alone: each record of the file is judged again when it is read.
import {RecordLexer} from './record-lexer.ts'
import {byte, type TextLayout, utf8MarkLength} from './text-layout.ts'

const delimiters = [',', ';', '\t', '|'] as const
const quotes = ['"', "'"] as const
const sampleRecords = 500
const sampleBytes = 256 * 1024

/** Layout and the sample's records as that layout reads them. */
export interface SniffedLayout {
  readonly layout: TextLayout
  /** Field counts of the first complete records, header first; broken ones are 0. */
  readonly fieldCounts: readonly number[]
  /** The last field of every sound record of the sample is empty: a delimiter may just end each line. */
  readonly endsWithDelimiter: boolean
}

interface Reading extends SniffedLayout {
  /** Fields of the header, or of most records when those have more. */
  readonly columns: number
  /** 0 to 1: share of the records that fit the header; agreeing with each other but not with the header counts half. */
  readonly consistency: number
  readonly quotedFields: number
}

/** Finds the layout of UTF-8 or windows-1252 bytes; `whole` says that they are the whole file. */
export function sniffLayout(head: Uint8Array, encoding: Pick<TextLayout, 'encoding' | 'byteOrderMark'>, whole: boolean): SniffedLayout {
  const sample = head.subarray(utf8MarkLength(head), sampleBytes)
  const last = whole && head.length <= sampleBytes
  const newline = sniffNewline(sample)
  const plain = readSample(sample, last, {...encoding, delimiter: ',', quote: '"', newline, padded: false})
  return candidates(sample)
    .map((candidate) => readSample(sample, last, {...encoding, newline, ...candidate}))
    .filter(isCredible)
    .reduce((best, reading) => (isBetter(reading, best) ? reading : best), plain)
}

function candidates(sample: Uint8Array): readonly Pick<TextLayout, 'delimiter' | 'quote' | 'padded'>[] {
  return delimiters.flatMap((delimiter) => {
    const paddings = isPadded(sample, delimiter) ? [false, true] : [false]
    return quotes.flatMap((quote) => paddings.map((padded) => ({delimiter, quote, padded})))
  })
}

/** Apostrophes around a value here and there are part of it; where they quote, nearly every record has some. */
function isCredible({layout, quotedFields, fieldCounts}: Reading): boolean {
  return layout.quote !== "'" || quotedFields >= fieldCounts.length
}

/** `\r\n` or `\n` as the first line ends; `\r` when there is no line feed at all. */
function sniffNewline(sample: Uint8Array): TextLayout['newline'] {
  const lineFeed = sample.indexOf(byte.lineFeed)
  if (lineFeed > 0 && sample[lineFeed - 1] === byte.carriageReturn) return '\r\n'
  if (lineFeed >= 0) return '\n'
  return sample.indexOf(byte.carriageReturn) >= 0 ? '\r' : '\n'
}

/** Every delimiter of the header line, and nearly every one of the sample, is followed by a space. */
function isPadded(sample: Uint8Array, delimiter: string): boolean {
  const code = delimiter.charCodeAt(0)
  let seen = 0
  let padded = 0
  let inHeader = true
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] === byte.lineFeed || sample[at] === byte.carriageReturn) inHeader = inHeader && seen === 0
    if (sample[at] !== code) continue
    seen++
    if (sample[at + 1] === byte.space) padded++
    else if (inHeader) return false
  }
  return seen > 0 && padded >= seen * 0.9
}

function readSample(sample: Uint8Array, last: boolean, layout: TextLayout): Reading {
  const lexer = new RecordLexer(layout)
  const fieldCounts: number[] = []
  let quotedFields = 0
  let endsWithDelimiter = true
  for (let from = 0; from < sample.length && fieldCounts.length < sampleRecords; ) {
    if (!lexer.lex(sample, from, sample.length, last)) break
    const broken = lexer.fault !== 'none'
    const isBlank = lexer.end === lexer.from
    if (!isBlank) fieldCounts.push(broken ? 0 : lexer.fields)
    if (!broken && !isBlank && !endsEmpty(lexer)) endsWithDelimiter = false
    if (!broken) for (let field = 0; field < lexer.fields; field++) quotedFields += lexer.quoted[field] as number
    from = lexer.fault === 'unclosed' ? nextLine(lexer, sample, last) : lexer.next
  }
  return {layout, fieldCounts, quotedFields, endsWithDelimiter, ...agreement(fieldCounts)}
}

function endsEmpty({fields, starts, ends, quoted}: RecordLexer): boolean {
  return fields > 1 && starts[fields - 1] === ends[fields - 1] && quoted[fields - 1] === 0
}

function agreement(fieldCounts: readonly number[]): Pick<Reading, 'columns' | 'consistency'> {
  const [header = 0, ...rest] = fieldCounts
  if (rest.length === 0) return {columns: header, consistency: header > 0 ? 1 : 0}
  const [common, times] = mostCommon(rest)
  const fitting = rest.filter((count) => count === header).length
  return {columns: Math.max(header, common), consistency: Math.max(fitting, common > 1 ? times / 2 : 0) / rest.length}
}

/** The most common number and how often it occurs. */
export function mostCommon(numbers: readonly number[]): readonly [number, number] {
  const times = new Map<number, number>()
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1)
  return [...times].reduce<readonly [number, number]>((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])
}

function nextLine(lexer: RecordLexer, sample: Uint8Array, last: boolean): number {
  return lexer.lineEnd(sample, lexer.openedAt, sample.length, last)?.next ?? sample.length
}

/**
 * More records that fit; then more columns; then padding or another quote only where they explain what the plain reading
 * leaves in the values. One column fits anything, so a delimiter wins over none when it splits the header (a wrong one is
 * then refused, not read as one column) or enough of the records.
 */
function isBetter(a: Reading, b: Reading): boolean {
  const aSplits = a.columns > 1
  if (aSplits !== b.columns > 1) return aSplits ? isWorthSplitting(a) : !isWorthSplitting(b)
  if (a.consistency !== b.consistency) return a.consistency > b.consistency
  if (a.columns !== b.columns) return a.columns > b.columns
  if (a.layout.padded !== b.layout.padded) return a.layout.padded
  return a.quotedFields > b.quotedFields
}

const leastConsistency = 0.3

const isWorthSplitting = ({fieldCounts, consistency}: Reading): boolean => (fieldCounts[0] ?? 0) > 1 || consistency >= leastConsistency
