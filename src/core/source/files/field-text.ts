// The value of a field as text, and the text of a whole record for people. Bytes that are no text in the file's encoding,
// and NULs (which PostgreSQL text refuses), become U+FFFD; sound records hold neither.
import type {RecordLexer} from './record-lexer.ts'
import type {TextLayout} from './text-layout.ts'
import {windows1252Text} from './windows-1252.ts'

/** Value of field n of the record that the lexer just read, unquoted. */
export function fieldText(bytes: Uint8Array, lexer: RecordLexer, field: number, layout: TextLayout): string {
  const text = decode(bytes.subarray(lexer.starts[field], lexer.ends[field]), layout)
  return lexer.quoted[field] === 1 ? text.replaceAll(layout.quote + layout.quote, layout.quote) : text
}

/** Text of some received bytes as they stand. */
export function receivedText(bytes: Uint8Array, layout: TextLayout): string {
  return decode(bytes, layout).replaceAll('\0', '\ufffd')
}

function decode(bytes: Uint8Array, layout: TextLayout): string {
  if (layout.encoding === 'windows-1252') return windows1252Text(bytes)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
