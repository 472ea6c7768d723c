// One pass over the records of a file to prove that an engine can read it as it stands: UTF-8 without NUL, `\n` or `\r\n`,
// RFC 4180 quotes, no line breaks inside fields, every record as wide as the header, no blank line, no second header. Two
// bytes a step by table, and delimiters are added up without a branch: twice as fast as a byte loop that branches on them.
// It never says sound for a file that is not; what is wrong with one, `rewriteCsv` finds out.
import {isUtf8} from 'node:buffer'
import type {FileWindow} from './file-window.ts'
import {isHeaderAgain} from './header-again.ts'
import {RecordLexer} from './record-lexer.ts'
import {byte, byteClass, classTable, type TextLayout} from './text-layout.ts'

export interface SoundFile {
  readonly records: number
  /** The last line ends with a line end. */
  readonly isComplete: boolean
}

interface Expectation {
  readonly classes: Uint8Array
  /** Delimiters in each pair of bytes; `special` when one of them is neither a delimiter nor plain. */
  readonly pairs: Uint8Array
  readonly delimiter: number
  readonly names: readonly Uint8Array[]
  readonly layout: TextLayout
}

const special = 3

/** Counts the records from the window's start to the end of the file, or undefined when they are not all sound. */
export async function checkSound(window: FileWindow, header: readonly string[], layout: TextLayout): Promise<SoundFile | undefined> {
  const delimiter = layout.delimiter.charCodeAt(0)
  const classes = classTable(delimiter, byte.quote, false)
  const names = header.map((name) => Buffer.from(name))
  const expectation: Expectation = {classes, pairs: pairTable(classes), delimiter, names, layout}
  let records = 0
  for (;;) {
    const end = window.to === window.from ? window.from : window.bytes.lastIndexOf(byte.lineFeed, window.to - 1) + 1
    if (end > window.from) {
      const found = countRegion(window.bytes, window.from, end, expectation)
      if (found < 0) return undefined
      records += found
      window.from = end
    }
    if (window.atEnd) return checkRest(window, records, expectation)
    if (window.isFull) return undefined
    await window.more()
  }
}

function pairTable(classes: Uint8Array): Uint8Array {
  return Uint8Array.from({length: 65536}, (_, pair) => {
    const [first = 0, second = 0] = [classes[pair >> 8], classes[pair & 0xff]]
    return first > byteClass.delimiter || second > byteClass.delimiter ? special : first + second
  })
}

/** Records in [from, to), which ends with a line feed; -1 when one of them is not sound. */
function countRegion(bytes: Buffer, from: number, to: number, {classes, pairs, delimiter, names}: Expectation): number {
  if (!isUtf8(bytes.subarray(from, to))) return -1
  const twos = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
  const pairEnd = to >> 1
  const firstNameByte = names[0]?.[0]
  let records = 0
  let fields = 1
  let recordStart = from
  for (let at = from; at < to; at++) {
    if ((at & 1) === 0) {
      let pair = at >> 1
      for (; pair < pairEnd; pair++) {
        const found = pairs[twos[pair] as number] as number
        if (found === special) break
        fields += found
      }
      at = pair << 1
    }
    const kind = classes[bytes[at] as number] as number
    if (kind <= byteClass.delimiter) fields += kind
    else if (kind === byteClass.lineFeed) {
      const first = bytes[recordStart]
      if (fields !== names.length || at === recordStart || first === byte.carriageReturn) return -1
      if ((first === firstNameByte || first === byte.quote) && isHeaderAgain(bytes, recordStart, at, names, delimiter)) return -1
      records++
      fields = 1
      recordStart = at + 1
    } else if (kind === byteClass.quote) {
      if (at !== recordStart && bytes[at - 1] !== delimiter) return -1
      at = closingQuote(bytes, at + 1, to, classes)
      const after = classes[bytes[at + 1] as number] as number
      if (at < 0 || after < byteClass.delimiter || after > byteClass.carriageReturn) return -1
    } else if (kind !== byteClass.carriageReturn || bytes[at + 1] !== byte.lineFeed) return -1
  }
  return records
}

/** Index of the quote that closes a field, or -1 when a line break or NUL comes first. */
function closingQuote(bytes: Uint8Array, from: number, to: number, classes: Uint8Array): number {
  for (let at = from; at < to; at++) {
    const kind = classes[bytes[at] as number] as number
    if (kind <= byteClass.delimiter) continue
    if (kind !== byteClass.quote) return -1
    if (bytes[at + 1] !== byte.quote) return at
    at++
  }
  return -1
}

/** The last record may lack its line end; then its bytes are judged by the lexer. */
function checkRest(window: FileWindow, records: number, {names, layout}: Expectation): SoundFile | undefined {
  const {bytes, from, to} = window
  if (from === to) return {records, isComplete: true}
  const lexer = new RecordLexer(layout)
  lexer.lex(bytes, from, to, true)
  const isSound =
    lexer.fault === 'none' &&
    lexer.next === to &&
    lexer.end === to &&
    lexer.fields === names.length &&
    lexer.breaks === 0 &&
    !lexer.hasNul &&
    !lexer.literalQuote &&
    !lexer.loneReturn &&
    isUtf8(bytes.subarray(from, to))
  if (!isSound || isHeaderAgain(bytes, from, to, names, layout.delimiter.charCodeAt(0))) return undefined
  return {records: records + 1, isComplete: false}
}
