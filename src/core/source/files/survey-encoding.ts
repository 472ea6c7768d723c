// Reads a whole file once to decide between UTF-8 and windows-1252. One line of valid multi-byte UTF-8 outweighs twenty
// lines that are none: then the file is UTF-8 and those lines are malformed. It is windows-1252 when plausible lines of it
// dominate. When neither holds for most lines, the encoding is unknown and the file is refused. Guarantees: a binary tail
// or a few damaged bytes never turn a UTF-8 file into windows-1252.
import {isAscii, isUtf8} from 'node:buffer'
import type {FileWindow} from './file-window.ts'
import {classifyLine, cutSequenceLength, type LineEncoding} from './sniff-encoding.ts'
import {byte} from './text-layout.ts'

export interface EncodingSurvey {
  readonly encoding: 'utf-8' | 'windows-1252' | 'unknown'
  /** Lines that are text in no encoding that is read, and all lines. */
  readonly foreignLines: number
  readonly lines: number
}

export async function surveyEncoding(window: FileWindow): Promise<EncodingSurvey> {
  const counts: Record<LineEncoding, number> = {ascii: 0, 'utf-8': 0, 'windows-1252': 0, otherText: 0, garbled: 0}
  for (;;) {
    await window.more()
    const end = window.atEnd ? window.to : window.bytes.lastIndexOf(byte.lineFeed, window.to - 1) + 1
    if (end > window.from) countLines(window.bytes.subarray(window.from, end), window.atEnd, counts)
    else if (window.isFull) countLines(window.bytes.subarray(window.from, window.to), window.atEnd, counts)
    window.from = end > window.from ? end : window.isFull ? window.to : window.from
    if (window.atEnd) return verdict(counts)
  }
}

function countLines(region: Uint8Array, isLast: boolean, counts: Record<LineEncoding, number>): void {
  if (isAscii(region)) {
    counts.ascii += countByte(region, byte.lineFeed)
    return
  }
  // A character cut by the end of the file says nothing about the encoding.
  const text = isLast ? region.subarray(0, region.length - cutSequenceLength(region)) : region
  const classify = isUtf8(text) ? (line: Uint8Array) => (isAscii(line) ? 'ascii' : 'utf-8') : classifyLine
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf(byte.lineFeed, from)
    const to = found < 0 ? text.length : found
    counts[classify(text.subarray(from, to))]++
    from = to + 1
  }
}

function countByte(bytes: Uint8Array, value: number): number {
  let count = 0
  for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, at + 1)) count++
  return count
}

function verdict(counts: Readonly<Record<LineEncoding, number>>): EncodingSurvey {
  const lines = counts.ascii + counts['utf-8'] + counts['windows-1252'] + counts.otherText + counts.garbled
  const latin = counts['windows-1252']
  const isLatin = latin > 0 && latin >= counts['utf-8'] * 20 && latin >= counts.otherText * 20 && latin >= counts.garbled
  if (isLatin) return {encoding: 'windows-1252', foreignLines: 0, lines}
  const foreignLines = latin + counts.otherText + counts.garbled
  return {encoding: foreignLines * 2 > lines ? 'unknown' : 'utf-8', foreignLines, lines}
}
