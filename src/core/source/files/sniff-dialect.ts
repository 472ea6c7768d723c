// The first look at a captured file, from its first bytes (up to 1 MiB): compression, encoding, delimiter, quote, line end
// and header names, for the capture record. A hint for people and for planning; `prepareCsv` looks again at every byte.
import {gunzipSync, constants as zlib, zstdDecompressSync} from 'node:zlib'
import type {CaptureRecord, Dialect} from '../../model/capture.ts'
import {fieldText} from './field-text.ts'
import {RecordLexer} from './record-lexer.ts'
import {sniffCompression} from './sniff-compression.ts'
import {sniffEncoding} from './sniff-encoding.ts'
import {sniffLayout} from './sniff-layout.ts'
import {utf8MarkLength} from './text-layout.ts'
import {wideToUtf8} from './transcode-wide.ts'

/** How many first bytes are worth handing to `firstLook`. */
export const firstLookBytes = 1024 * 1024

export interface FirstLook {
  readonly compression: CaptureRecord['compression']
  /** Absent when the bytes do not look like delimited text with a header. */
  readonly dialect?: Dialect
}

/** What the first bytes of a file say about it; never throws for what is in them. */
export function firstLook(head: Uint8Array): FirstLook {
  const compression = sniffCompression(head)
  const plain = compression === 'none' ? head : decompressHead(head, compression)
  const dialect = plain === undefined ? undefined : sniffDialect(plain)
  return dialect === undefined ? {compression} : {compression, dialect}
}

/** Dialect of uncompressed bytes, or undefined when there is no header line to be found in them. */
export function sniffDialect(head: Uint8Array): Dialect | undefined {
  const found = sniffEncoding(head)
  const text = found.encoding.startsWith('utf-16') ? wideToUtf8(head, found) : head
  if (text.indexOf(0) >= 0 && text.indexOf(0) < 512) return undefined
  const whole = head.length < firstLookBytes
  const {layout} = sniffLayout(text, found, whole)
  const lexer = new RecordLexer(layout)
  for (let from = utf8MarkLength(text); from < text.length; from = lexer.next) {
    if (!lexer.lex(text, from, text.length, whole) || lexer.fault !== 'none') return undefined
    if (lexer.end === lexer.from) continue
    const header = Array.from({length: lexer.fields}, (_, field) => fieldText(text, lexer, field, layout))
    const {encoding, byteOrderMark, delimiter, quote, newline} = layout
    return {encoding, byteOrderMark, delimiter, quote, newline, header}
  }
  return undefined
}

/** The text that the first compressed bytes hold; undefined when they are damaged from the start. */
function decompressHead(head: Uint8Array, compression: 'gzip' | 'zstd'): Uint8Array | undefined {
  try {
    const options = {maxOutputLength: 16 * firstLookBytes}
    const text =
      compression === 'gzip'
        ? gunzipSync(head, {...options, finishFlush: zlib.Z_SYNC_FLUSH})
        : zstdDecompressSync(head, {...options, finishFlush: zlib.ZSTD_e_continue})
    return text.subarray(0, firstLookBytes)
  } catch {
    return undefined
  }
}
