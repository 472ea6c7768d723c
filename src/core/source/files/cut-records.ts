// A received delimited file without some of its records, for erasure. Records are found by the code that prepares files, so that
// their numbers mean the same; what is kept is copied byte for byte from the received text, and packed again as it came
// (the packed bytes differ, the text does not). A file that would read differently afterwards is refused, never written.
import {createReadStream, createWriteStream} from 'node:fs'
import {mkdir, mkdtemp, stat} from 'node:fs/promises'
import path from 'node:path'
import {PassThrough, Readable, type Transform} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {createGzip, createZstdCompress} from 'node:zlib'
import {HippoError} from '../../errors/hippo-error.ts'
import type {CutFile, CutOptions} from '../source.ts'
import {writeFailure} from './file-failures.ts'
import {FileWindow, readBytes, readHead} from './file-window.ts'
import {headBytes} from './inspect-head.ts'
import {type PlainText, plainText, settleText} from './prepare-csv.ts'
import {type RecordSink, rewriteCsv} from './rewrite-csv.ts'
import {sniffCompression} from './sniff-compression.ts'
import {unitOffsets} from './unit-offsets.ts'

/** Bytes of a text that stay or go. */
interface TextRange {
  readonly start: number
  readonly end: number
}

/** Writes the file without the records; SOURCE_UNREADABLE when it cannot be read, or would not read the same without them. */
export async function cutRecords(options: CutOptions): Promise<CutFile> {
  const {localPath, stagingDirectory, signal, records} = options
  const staging = await mkdtemp(path.join(stagingDirectory, 'cut-')).catch((cause: unknown) => {
    throw writeFailure(cause)
  })
  const before = await readStructure(localPath, path.join(staging, 'before'), records, signal)
  if (before.found.length !== records.size) throw unreadable('its records are not those that were found before')
  const {text, found} = before
  const compression = sniffCompression(await readHead(localPath, headBytes))
  const received = compression === 'none' ? localPath : path.join(staging, 'before', 'unpacked')
  const isWide = text.found.encoding.startsWith('utf-16')
  const removed = isWide ? await unitOffsets(text.path, found, text.found.byteOrderMark ? 2 : 0) : found
  const target = path.join(staging, 'cut')
  const pack: Transform = compression === 'gzip' ? createGzip() : compression === 'zstd' ? createZstdCompress() : new PassThrough()
  const kept = Readable.from(keptBytes(received, removed), {objectMode: false})
  await pipeline(kept, pack, createWriteStream(target, {mode: 0o600}), {...(signal ? {signal} : {})})
  const after = await readStructure(target, path.join(staging, 'after'), new Set(), signal)
  if (after.header !== before.header || after.kept.join('\n') !== before.kept.join('\n'))
    throw unreadable('without the erased records the others would read differently')
  return {path: target, removed: found.map(({row, line, lines}) => ({row, line, lines}))}
}

interface FoundRecord extends TextRange {
  readonly row: number
  readonly line: number
  readonly lines: number
}

/** How the records of a file read: what must be the same once some of them are gone. */
interface Structure {
  readonly text: PlainText
  readonly header: string
  /** Number of records that stay, then the malformed ones of them, each by its number among them and its reason. */
  readonly kept: readonly string[]
  /** The records asked for. */
  readonly found: readonly FoundRecord[]
}

async function readStructure(file: string, staging: string, wanted: ReadonlySet<number>, signal?: AbortSignal): Promise<Structure> {
  await mkdir(staging, {mode: 0o700})
  const {size} = await stat(file)
  const text = await plainText(file, size, staging, signal)
  const settled = 'kind' in text ? text : await settleText(text, signal)
  if ('kind' in text || settled.kind === 'refused') throw unreadable('it cannot be read as a whole')
  const found: FoundRecord[] = []
  const malformed: string[] = []
  let [row, kept] = [0, 0]
  const nothing = () => undefined
  const sink: RecordSink = {
    recordBytes: nothing,
    recordValues: nothing,
    malformed: (reason) => {
      if (!wanted.has(row + 1)) malformed.push(`${kept + 1} ${reason}`)
    },
    place: (at) => {
      row++
      if (wanted.has(row)) found.push({...at, row})
      else kept++
    },
    flush: async () => undefined,
  }
  const {sniffed, header} = settled
  await FileWindow.over(text.path, {from: header.endsAt, signal}, (window) => rewriteCsv(window, sink, header, sniffed.layout))
  return {text, header: [sniffed.layout.delimiter, ...header.names].join('\n'), kept: [String(kept), ...malformed], found}
}

async function* keptBytes(file: string, removed: readonly TextRange[]): AsyncGenerator<Buffer> {
  let start = 0
  const {size} = await stat(file)
  for (const range of [...removed, {start: size, end: size}]) {
    if (range.start > start) yield* createReadStream(file, {start, end: range.start - 1, highWaterMark: readBytes})
    start = range.end
  }
}

const unreadable = (why: string) =>
  new HippoError('SOURCE_UNREADABLE', {message: `records cannot be cut from a captured file: ${why}`, hint: 'nothing of it was changed'})
