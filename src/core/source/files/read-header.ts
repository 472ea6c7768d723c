// The header of a delimited file: the first line that is not blank. Names are taken as received; a header that cannot name
// the columns (none, duplicates, broken quotes) refuses the file. A column without a name is called after its position,
// and a delimiter that ends every line adds no column. Messages give positions, never names: a first line that is no
// header is a row.
import {isUtf8} from 'node:buffer'
import {type BrokenEnd, type RefusalReason, type RefusedFile, recordColumns} from '../source.ts'
import {fieldText} from './field-text.ts'
import {RecordLexer} from './record-lexer.ts'
import {mostCommon, type SniffedLayout} from './sniff-layout.ts'
import {type TextLayout, utf8MarkLength} from './text-layout.ts'

export interface Header {
  readonly kind: 'header'
  readonly names: readonly string[]
  /** Fields a record has in the file: one more than names when every line ends with a delimiter. */
  readonly fields: number
  /** Blank lines before the header. */
  readonly blankLines: number
  /** Position in the file of the first record. */
  readonly endsAt: number
  /** 1-based line of the first record. */
  readonly firstRecordLine: number
  /** Where the file ends inside the header: its names may be cut, and nothing says that there were no records. */
  readonly brokenEnd?: BrokenEnd
  /** Nothing about the header keeps an engine from reading the file as it is. */
  readonly isPlain: boolean
  readonly notes: readonly string[]
}

export const refuse = (reason: RefusalReason, message: string): RefusedFile => ({kind: 'refused', reason, message})

/** The header in the first bytes of a file; `whole` says that they are the whole file. */
export function readHeader(head: Uint8Array, sniffed: SniffedLayout, whole: boolean): Header | RefusedFile {
  const lexer = new RecordLexer(sniffed.layout)
  let from = utf8MarkLength(head)
  for (let line = 1; ; line++) {
    const isEnded = lexer.lex(head, from, head.length, whole)
    if (!isEnded) return refuse('file.noHeader', `line ${line} should be the header but does not end within ${head.length} bytes`)
    const isBlank = lexer.end === lexer.from
    if (!isBlank) return nameColumns(head, lexer, sniffed, line)
    if (!lexer.terminated) return refuse('file.empty', 'the file holds only blank lines')
    from = lexer.next
  }
}

function nameColumns(bytes: Uint8Array, lexer: RecordLexer, sniffed: SniffedLayout, line: number): Header | RefusedFile {
  const cells = Array.from({length: lexer.fields}, (_, field) => fieldText(bytes, lexer, field, sniffed.layout))
  const refusal = refusedHeader(bytes, lexer, sniffed, cells, line)
  if (refusal !== undefined) return refusal
  const isTrailing = sniffed.endsWithDelimiter && cells.at(-1) === ''
  const named = isTrailing ? cells.slice(0, -1) : cells
  const names = named.map((name, index) => (name.trim() === '' ? positionalName(index, named) : name))
  const clash = nameClash(names)
  if (clash !== undefined) return refuse('file.duplicateHeader', clash)
  const unnamed = names.flatMap((name, index) => (name === named[index] ? [] : [{name, position: index + 1}]))
  return {
    kind: 'header',
    names,
    fields: cells.length,
    blankLines: line - 1,
    endsAt: lexer.next,
    firstRecordLine: line + lexer.breaks + 1,
    ...(lexer.terminated ? {} : {brokenEnd: {line, reason: 'csv.tornLine' as const}}),
    isPlain: line === 1 && lexer.terminated && !isTrailing && unnamed.length === 0 && isPlainLine(lexer, names, sniffed.layout),
    notes: [
      ...(isTrailing ? ['every line ends with a delimiter, which adds no column'] : []),
      ...unnamed.map(({name, position}) => `column ${position} has no name in the header and is called ${name}`),
    ],
  }
}

function refusedHeader(
  bytes: Uint8Array,
  lexer: RecordLexer,
  {layout, fieldCounts}: SniffedLayout,
  cells: readonly string[],
  line: number,
): RefusedFile | undefined {
  const expected = `line ${line} should be the header but`
  const isText = layout.encoding === 'windows-1252' || isUtf8(bytes.subarray(lexer.from, lexer.end))
  if (lexer.hasNul) return refuse('file.binary', `${expected} it holds NUL bytes`)
  if (!isText) return refuse('file.encodingUnknown', `${expected} it is no text in UTF-8, UTF-16 or windows-1252`)
  if (lexer.fault !== 'none') return refuse('file.noHeader', `${expected} its quotes do not match`)
  if (!cells.some((name) => /\p{L}/u.test(name))) return refuse('file.noHeader', `${expected} no name in it has a letter`)
  const [header = 0, ...rest] = fieldCounts
  const [common, times] = mostCommon(rest)
  const isMisfit = rest.length >= 3 && common > 0 && times >= rest.length * 0.9 && !rest.includes(header)
  return isMisfit ? refuse('file.noHeader', `${expected} it has ${header} fields where the lines after it have ${common}`) : undefined
}

/** `column_3`, lengthened by underscores until no received name is the same. */
function positionalName(index: number, received: readonly string[]): string {
  let name = `column_${index + 1}`
  while (received.includes(name)) name += '_'
  return name
}

function nameClash(names: readonly string[]): string | undefined {
  const reserved: readonly string[] = Object.values(recordColumns)
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    if (first !== index) return `columns ${first + 1} and ${index + 1} of the header have the same name`
    if (reserved.includes(name)) return `column ${index + 1} of the header is called ${name}, a name that hippo keeps for itself`
  }
  return undefined
}

/** Engines take names as they stand between delimiters: doubled quotes and line breaks in them need a copy. */
function isPlainLine(lexer: RecordLexer, names: readonly string[], layout: TextLayout): boolean {
  return lexer.breaks === 0 && !lexer.literalQuote && !lexer.loneReturn && !names.some((name) => name.includes(layout.quote))
}
