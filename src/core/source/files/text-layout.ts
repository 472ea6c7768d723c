// How the bytes of one delimited file are laid out, as the steps of preparing it hand it to each other, and the byte
// classes that both scanners (the quick check and the record lexer) look bytes up in.
import type {Dialect, Encoding} from '../../model/capture.ts'

export interface TextLayout {
  readonly encoding: Encoding
  readonly byteOrderMark: boolean
  readonly delimiter: string
  readonly quote: string
  readonly newline: Dialect['newline']
  /** Every delimiter is followed by one space that belongs to no field (`a, "b, c"`). */
  readonly padded: boolean
}

export const byte = {nul: 0, tab: 9, lineFeed: 10, carriageReturn: 13, escape: 27, space: 32, quote: 34} as const

/** What a byte means to a scanner; everything up to `delimiter` is harmless inside quotes. */
export const byteClass = {plain: 0, delimiter: 1, lineFeed: 2, carriageReturn: 3, quote: 4, nul: 5, high: 6} as const

/** Class of each of the 256 bytes; `markHigh` tells bytes above 127 apart from plain ones. */
export function classTable(delimiter: number, quote: number, markHigh: boolean): Uint8Array {
  const table = new Uint8Array(256)
  if (markHigh) table.fill(byteClass.high, 128)
  table[byte.nul] = byteClass.nul
  table[byte.lineFeed] = byteClass.lineFeed
  table[byte.carriageReturn] = byteClass.carriageReturn
  table[quote] = byteClass.quote
  table[delimiter] = byteClass.delimiter
  return table
}

const utf8Mark: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf)

/** Bytes a byte order mark takes at the start of these bytes (UTF-8 only: other encodings are transcoded without it). */
export function utf8MarkLength(bytes: Uint8Array): number {
  return bytes[0] === utf8Mark[0] && bytes[1] === utf8Mark[1] && bytes[2] === utf8Mark[2] ? utf8Mark.length : 0
}
