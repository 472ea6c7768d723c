// What makes a record that reads well by its quotes and field count suspect all the same.
import {isUtf8} from 'node:buffer'
import type {RecordLexer} from './record-lexer.ts'
import {classifyLine} from './sniff-encoding.ts'
import {byte, type TextLayout} from './text-layout.ts'

/**
 * Whether bytes are no text in the encoding of their file. In a windows-1252 file a line of valid multi-byte UTF-8 is none
 * either: either reading of it may be wrong.
 */
export function isNoText(bytes: Uint8Array, layout: TextLayout): boolean {
  if (layout.encoding !== 'windows-1252') return !isUtf8(bytes)
  return !['ascii', 'windows-1252'].includes(classifyLine(bytes))
}

/**
 * Whether quotes without a field of their own look like one quoted text that was cut: one stands before text in the middle
 * of a field and a later field ends with one, as in `Hat"A warm, soft hat"` after a delimiter got lost. Inch marks do not.
 */
export function cutsQuotedText(bytes: Uint8Array, {fields, starts, ends, quoted}: RecordLexer): boolean {
  let isOpen = false
  for (let field = 0; field < fields; field++) {
    if (quoted[field] === 1) continue
    const end = ends[field] as number
    if (isOpen && bytes[end - 1] === byte.quote) return true
    for (let at = starts[field] as number; at < end - 1; at++) {
      if (bytes[at] === byte.quote && bytes[at + 1] !== byte.space && bytes[at + 1] !== byte.quote) isOpen = true
    }
  }
  return false
}
