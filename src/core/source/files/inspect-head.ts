// What the first bytes of a file (up to 1 MiB) tell: compression, encoding, layout and header, or why the file as a whole
// can never be read. Capture and preparation both start here, so they agree.
import {gunzipSync, constants as zlib, zstdDecompressSync} from 'node:zlib'
import type {FirstLook, RefusedFile} from '../source.ts'
import {type Header, readHeader, refuse} from './read-header.ts'
import {sniffCompression} from './sniff-compression.ts'
import {classifyLine, type FoundEncoding, sniffEncoding} from './sniff-encoding.ts'
import {type SniffedLayout, sniffLayout} from './sniff-layout.ts'
import {byte} from './text-layout.ts'
import {wideToUtf8} from './transcode-wide.ts'

/** How many first bytes are looked at. */
export const headBytes = 1024 * 1024

export interface InspectedText {
  readonly kind: 'text'
  readonly sniffed: SniffedLayout
  readonly header: Header
}

/** What the first bytes of an item, as received, say; never throws for what is in them. */
export function lookAtHead(head: Uint8Array): FirstLook {
  const compression = sniffCompression(head)
  const plain = compression === 'none' ? head : unpackHead(head, compression)
  if (plain === undefined) return {compression, rejected: 'file.compressionCorrupt'}
  const whole = head.length < (compression === 'none' ? headBytes : packedBytes) && plain.length < headBytes
  const found = sniffEncoding(plain)
  const text = found.encoding.startsWith('utf-16') ? wideToUtf8(plain, found) : plain
  const inspected = inspectText(text, found, whole)
  if (inspected.kind === 'refused') return {compression, rejected: inspected.reason}
  const {encoding, byteOrderMark, delimiter, quote, newline} = inspected.sniffed.layout
  return {compression, dialect: {encoding, byteOrderMark, delimiter, quote, newline, header: inspected.header.names}}
}

/** Layout and header of the first bytes in UTF-8 or windows-1252; `found` is the received encoding, `whole` says that they are all. */
export function inspectText(head: Uint8Array, found: FoundEncoding, whole: boolean): InspectedText | RefusedFile {
  if (whole && head.length === 0) return refuse('file.empty', 'the file holds no bytes')
  if (isBinary(head)) return refuse('file.binary', 'the file is binary from its start, not delimited text')
  const sniffed = sniffLayout(head, found, whole)
  const header = readHeader(head, sniffed, whole)
  return header.kind === 'refused' ? header : {kind: 'text', sniffed, header}
}

const binarySampleBytes = 64 * 1024

/** Most of the first lines hold NULs, or control characters beside bytes that are no UTF-8. A text with a damaged part is not binary. */
function isBinary(head: Uint8Array): boolean {
  const sample = head.subarray(0, binarySampleBytes)
  let broken = 0
  let lines = 0
  for (let from = 0; from < sample.length; lines++) {
    const found = sample.indexOf(byte.lineFeed, from)
    const line = sample.subarray(from, found < 0 ? sample.length : found)
    if (line.indexOf(byte.nul) >= 0 || classifyLine(line) === 'garbled') broken++
    from += line.length + 1
  }
  return broken * 2 > lines
}

/** So much is unpacked for a look; a hostile file grows a thousandfold at most. */
const packedBytes = 64 * 1024

/** The text that the first compressed bytes hold; undefined when they are damaged from the start. */
function unpackHead(head: Uint8Array, compression: 'gzip' | 'zstd'): Uint8Array | undefined {
  const packed = head.subarray(0, packedBytes)
  try {
    const text =
      compression === 'gzip'
        ? gunzipSync(packed, {finishFlush: zlib.Z_SYNC_FLUSH})
        : zstdDecompressSync(packed, {finishFlush: zlib.ZSTD_e_flush})
    return text.subarray(0, headBytes)
  } catch {
    return undefined
  }
}
