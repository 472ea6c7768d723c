// Makes a captured delimited file safe for an engine: either the file is proved sound and returned as it is, or a copy is
// written in which every record is sound or carries the reason why it is not, or the file is refused as a whole. It closes
// the cases in which engines read wrong data without an error: encodings, NULs, ragged and torn lines, blank lines, broken
// quotes, headers. It judges structure only, never values.
import {mkdtemp, stat} from 'node:fs/promises'
import path from 'node:path'
import type {PreparedFile, PrepareOptions, RefusedFile} from '../source.ts'
import {checkSound} from './check-sound.ts'
import {withoutTrailer} from './control-totals.ts'
import {CsvCopy} from './csv-copy.ts'
import {decompressFile} from './decompress.ts'
import {readFailure, writeFailure} from './file-failures.ts'
import {FileWindow, readHead} from './file-window.ts'
import {headBytes, type InspectedText, inspectText} from './inspect-head.ts'
import {refuse} from './read-header.ts'
import {type Rewritten, rewriteCsv} from './rewrite-csv.ts'
import {sniffCompression} from './sniff-compression.ts'
import {type FoundEncoding, sniffEncoding} from './sniff-encoding.ts'
import {surveyEncoding} from './survey-encoding.ts'
import {byte, type TextLayout} from './text-layout.ts'
import {transcodeWideFile} from './transcode-wide.ts'

/** Text in UTF-8 or windows-1252 with what was done to get there. */
export interface PlainText {
  readonly path: string
  readonly found: FoundEncoding
  readonly notes: readonly string[]
}

/**
 * Prepares one captured file; copies go into a new folder below `stagingDirectory`. Data never makes it throw. `trailer`: what the
 * last line begins with that is no record.
 */
export async function prepareCsv(options: PrepareOptions, trailer?: string): Promise<PreparedFile | RefusedFile> {
  const {localPath, record, stagingDirectory, signal} = options
  const {size} = await stat(localPath).catch((cause: unknown) => {
    throw readFailure(cause)
  })
  if (size !== record.sizeBytes) return refuse('file.changed', `the file has ${size} bytes where ${record.sizeBytes} were captured`)
  const staging = await mkdtemp(path.join(stagingDirectory, 'file-')).catch((cause: unknown) => {
    throw writeFailure(cause)
  })
  const text = await plainText(localPath, size, staging, signal)
  if ('kind' in text) return text
  if (trailer === undefined) return prepareText(text, staging, signal)
  const {path: body, total} = await withoutTrailer(text.path, trailer, path.join(staging, 'records'))
  const prepared = await prepareText({...text, path: body}, staging, signal)
  return prepared.kind === 'refused' ? prepared : {...prepared, controlTotal: total}
}

/** Unpacks and transcodes where that is needed; `staging` gets the copies `unpacked` and `utf-8`. */
export async function plainText(
  received: string,
  sizeBytes: number,
  staging: string,
  signal?: AbortSignal,
): Promise<PlainText | RefusedFile> {
  const options = signal === undefined ? {} : {signal}
  const compression = sniffCompression(await readHead(received, headBytes))
  const notes: string[] = []
  let source = received
  if (compression !== 'none') {
    source = path.join(staging, 'unpacked')
    const isWhole = await decompressFile({source: received, target: source, compression, sizeBytes, ...options})
    if (!isWhole) return refuse('file.compressionCorrupt', `the ${compression} stream is damaged, cut short or followed by other bytes`)
    notes.push(`unpacked from ${compression}`)
  }
  const found = sniffEncoding(await readHead(source, headBytes))
  if (!found.encoding.startsWith('utf-16')) return {path: source, found, notes}
  const target = path.join(staging, 'utf-8')
  await transcodeWideFile(source, target, found, signal)
  return {path: target, found, notes: [...notes, `transcoded from ${found.encoding.toUpperCase()}`]}
}

async function prepareText(text: PlainText, staging: string, signal: AbortSignal | undefined): Promise<PreparedFile | RefusedFile> {
  const head = await readHead(text.path, headBytes)
  const inspected = inspectText(head, text.found, head.length < headBytes)
  if (inspected.kind === 'refused') return inspected
  const sound = await provedSound(text, inspected, signal)
  if (sound !== undefined) return sound
  const settled = await settleText(text, signal)
  if (settled.kind === 'refused') return settled
  const isLatin = settled.sniffed.layout.encoding === 'windows-1252'
  return copied({...text, notes: isLatin ? [...text.notes, 'read as windows-1252'] : text.notes}, settled, staging, signal)
}

/** Layout and header of a text whose encoding is decided by all of it. */
export async function settleText(text: PlainText, signal: AbortSignal | undefined): Promise<InspectedText | RefusedFile> {
  const survey = await FileWindow.over(text.path, {signal}, (window) => surveyEncoding(window))
  if (survey.encoding === 'unknown') {
    const expected = 'UTF-8, UTF-16 or windows-1252'
    return refuse('file.encodingUnknown', `${survey.foreignLines} of ${survey.lines} lines are no text in ${expected}`)
  }
  const isKnown = text.found.byteOrderMark || text.found.encoding.startsWith('utf-16')
  const encoding = survey.encoding === 'windows-1252' && !isKnown ? 'windows-1252' : 'utf-8'
  const head = await readHead(text.path, headBytes)
  return inspectText(head, {...text.found, encoding}, head.length < headBytes)
}

/** The file itself when every record in it is sound. */
async function provedSound(text: PlainText, {sniffed, header}: InspectedText, signal?: AbortSignal): Promise<PreparedFile | undefined> {
  const {layout} = sniffed
  const isPlain = header.isPlain && layout.quote.charCodeAt(0) === byte.quote && !layout.padded && layout.newline !== '\r'
  if (!isPlain || layout.encoding === 'windows-1252') return undefined
  const sound = await FileWindow.over(text.path, {from: header.endsAt, signal}, (window) => checkSound(window, header.names, layout))
  if (sound === undefined) return undefined
  return {
    kind: 'prepared',
    path: text.path,
    format: {kind: 'csv', delimiter: layout.delimiter, quote: layout.quote, header: header.names},
    header: header.names,
    records: sound.records,
    malformed: {},
    firstLine: header.firstRecordLine,
    notes: [...text.notes, ...(sound.isComplete ? [] : [openEnd])],
  }
}

/** A copy with the record columns. */
async function copied(
  text: PlainText,
  {sniffed: {layout}, header}: InspectedText,
  staging: string,
  signal: AbortSignal | undefined,
): Promise<PreparedFile | RefusedFile> {
  const target = path.join(staging, 'records.csv')
  const {delimiter} = layout
  return FileWindow.over(text.path, {from: header.endsAt, signal}, (window) =>
    CsvCopy.over(target, {delimiter, names: header.names}, async (copy) => {
      const rewritten = await rewriteCsv(window, copy, header, layout)
      if (rewritten.kind === 'refused') return rewritten
      const columns = copy.columnsOf(header.names)
      return {
        kind: 'prepared',
        path: target,
        format: {kind: 'csv', delimiter, quote: '"', header: columns, ...(copy.headerless ? {headerless: true} : {})},
        header: header.names,
        records: rewritten.records,
        malformed: rewritten.malformed,
        ...(rewritten.brokenEnd ? {brokenEnd: rewritten.brokenEnd} : {}),
        notes: [...text.notes, ...header.notes, ...layoutNotes(layout), ...rewriteNotes(rewritten)],
      }
    }),
  )
}

const openEnd = 'the last line has no line end: if the file was cut inside its last field, that cannot be seen'

function layoutNotes({newline, padded, quote}: TextLayout): readonly string[] {
  return [
    ...(newline === '\r' ? ['lines end with carriage returns'] : []),
    ...(padded ? ['left out the space after each delimiter'] : []),
    ...(quote.charCodeAt(0) === byte.quote ? [] : [`fields are quoted with ${quote}`]),
  ]
}

function rewriteNotes({blankLines, endsOpen}: Rewritten): readonly string[] {
  const blank = blankLines === 0 ? [] : [`skipped ${blankLines} blank ${blankLines === 1 ? 'line' : 'lines'}`]
  return endsOpen ? [...blank, openEnd] : blank
}
