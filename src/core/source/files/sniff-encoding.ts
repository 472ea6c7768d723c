// Which encoding the first bytes of a file speak for. A byte order mark decides; without one, NULs that all sit at odd or
// even places mean UTF-16; else UTF-8 unless the bytes are no UTF-8 but plausible windows-1252. A first look only: what
// the whole file is, `surveyEncoding` says. Other single-byte code pages cannot be told from windows-1252.
import {isUtf8} from 'node:buffer'
import type {Encoding} from '../../model/capture.ts'
import {byte, utf8MarkLength} from './text-layout.ts'

export interface FoundEncoding {
  readonly encoding: Encoding
  readonly byteOrderMark: boolean
}

export type LineEncoding = 'ascii' | 'utf-8' | 'windows-1252' | 'otherText' | 'garbled'

/** What the first bytes speak for; `whole` says that they are the whole file. */
export function sniffEncoding(head: Uint8Array): FoundEncoding {
  if (utf8MarkLength(head) > 0) return {encoding: 'utf-8', byteOrderMark: true}
  if (head[0] === 0xff && head[1] === 0xfe) return {encoding: 'utf-16le', byteOrderMark: true}
  if (head[0] === 0xfe && head[1] === 0xff) return {encoding: 'utf-16be', byteOrderMark: true}
  const wide = wideEncoding(head)
  if (wide !== undefined) return {encoding: wide, byteOrderMark: false}
  const sound = isUtf8(head.subarray(0, head.length - cutSequenceLength(head)))
  return {encoding: sound || classifyLine(head) !== 'windows-1252' ? 'utf-8' : 'windows-1252', byteOrderMark: false}
}

/** Bytes of a UTF-8 sequence that starts at the end of these bytes but is not finished there: 0 to 3. */
export function cutSequenceLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const value = bytes[bytes.length - back] as number
    if (value < 0x80) return 0
    if (value < 0xc0) continue
    const length = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}

/** What one line's bytes can be. NULs and control characters beside high bytes make it garbled, long runs of high letters other text. */
export function classifyLine(line: Uint8Array): LineEncoding {
  let hasHigh = false
  let hasControl = false
  let run = 0
  let longestRun = 0
  for (const value of line) {
    if (value >= 0x80) {
      hasHigh = true
      if (isUndefinedIn1252(value)) hasControl = true
      run = isLetterIn1252(value) ? run + 1 : 0
      if (run > longestRun) longestRun = run
      continue
    }
    run = 0
    if (value < 0x20 && !isTextControl(value)) hasControl = true
  }
  if (!hasHigh) return 'ascii'
  if (isUtf8(line)) return 'utf-8'
  if (hasControl) return 'garbled'
  return longestRun > longestLatinRun ? 'otherText' : 'windows-1252'
}

/** Latin words rarely hold more accented letters in a row; in Cyrillic, Greek or Asian code pages nearly all words do. */
const longestLatinRun = 3

const isTextControl = (value: number): boolean =>
  value === byte.tab || value === byte.lineFeed || value === byte.carriageReturn || value === byte.escape
const isUndefinedIn1252 = (value: number): boolean => value === 0x81 || value === 0x8d || value === 0x8f || value === 0x90 || value === 0x9d
const isLetterIn1252 = (value: number): boolean => value >= 0xc0 && value !== 0xd7 && value !== 0xf7

function wideEncoding(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  // Most files have no NUL at all, which the system finds out faster than the loops below.
  if (!head.includes(byte.nul)) return undefined
  if (looksWide(head, 1)) return 'utf-16le'
  return looksWide(head, 0) ? 'utf-16be' : undefined
}

/**
 * Whether the bytes read as two-byte units with the high byte at this place (0 or 1). Delimiters, digits and line ends are
 * ASCII in any language, so many high bytes are NUL, hardly any low byte is, and line ends are whole units. A text with a few
 * NULs in it fails that at its first line end.
 */
function looksWide(head: Uint8Array, highPlace: 0 | 1): boolean {
  const units = Math.floor(head.length / 2)
  let highNuls = 0
  let lowNuls = 0
  let breaks = 0
  let brokenBreaks = 0
  for (let at = 0; at < units * 2; at += 2) {
    const high = head[at + highPlace]
    const low = head[at + 1 - highPlace]
    if (high === byte.nul) highNuls++
    if (low === byte.nul) lowNuls++
    if (low !== byte.lineFeed && low !== byte.carriageReturn) continue
    if (high === byte.nul) breaks++
    else brokenBreaks++
  }
  const leastNuls = breaks > 0 ? units * 0.2 : units * 0.5
  return units >= 2 && highNuls >= leastNuls && lowNuls <= units * 0.01 && brokenBreaks * 10 <= breaks
}
