// Reads a file record by record and writes the copy that an engine can trust. Sound records pass unchanged; a malformed
// one becomes a row with its reason, its text and its line; blank lines are counted. Guarantees: every byte behind the
// header belongs to exactly one record or blank line; line numbers are those of the received file; memory stays flat.
//
// Broken quotes. A quote that never closes must not swallow what follows: when the line after the one it opened on reads
// as a sound record by itself (or the file ends first), only the lines up to there are malformed and reading resumes on the
// next. From there until a sound record behind the place where the quotes went wrong, a quote inside an unquoted
// field may be the other half of the broken one, so such records are malformed too instead of taken literally.
//
// Broken ends. A file was cut, or its end damaged, when no sound record follows one that is torn, or that holds bytes that are
// no text where its fields should be, or on which a quote opened that nothing closes, or when its header has no line end.
import type {BrokenEnd, MalformedReason, RefusedFile} from '../source.ts'
import {fieldText, receivedText} from './field-text.ts'
import {type FileWindow, maximumRecordBytes} from './file-window.ts'
import {isHeaderAgain} from './header-again.ts'
import {type Header, refuse} from './read-header.ts'
import {cutsQuotedText, isNoText} from './record-faults.ts'
import {RecordLexer} from './record-lexer.ts'
import {byte, byteClass, classTable, type TextLayout} from './text-layout.ts'

export interface Rewritten {
  readonly kind: 'rewritten'
  readonly records: number
  readonly malformed: Readonly<Partial<Record<MalformedReason, number>>>
  readonly blankLines: number
  /** The last record is sound and ends without a line end. */
  readonly endsOpen: boolean
  readonly brokenEnd?: BrokenEnd
}

/** Where the records go: a copy for an engine, or whoever wants to know where they are. */
export interface RecordSink {
  /** A sound record whose bytes are already as a copy wants them. */
  recordBytes(bytes: Buffer, from: number, to: number, line: number): void
  /** A sound record from its values; `quoted` says which were in quotes. */
  recordValues(values: readonly string[], quoted: Uint8Array, line: number): void
  malformed(reason: MalformedReason, raw: string, line: number): void
  /** Called after each record: its bytes [start, end) in the text, its line end included, and the lines they take. */
  place?(record: {readonly start: number; readonly end: number; readonly line: number; readonly lines: number}): void
  flush(): Promise<void>
}

/** What to do with the bytes at the front of the window. */
type Step = 'done' | 'needsMore' | 'tooLong'

/** Copies the records from the window's start to the end of the file. */
export async function rewriteCsv(
  window: FileWindow,
  copy: RecordSink,
  header: Header,
  layout: TextLayout,
): Promise<Rewritten | RefusedFile> {
  const rewriter = new Rewriter(window, copy, header, layout)
  for (;;) {
    if (!rewriter.run()) return refuse('file.binary', `line ${rewriter.line} is longer than ${maximumRecordBytes} bytes`)
    await copy.flush()
    if (window.atEnd) return rewriter.result()
    await window.more()
  }
}

class Rewriter {
  line: number
  private records = 0
  private blankLines: number
  private endsOpen = false
  /** Place of the first such record since the last sound one. */
  private brokenEnd: BrokenEnd | undefined
  private readonly counts: Partial<Record<MalformedReason, number>> = {}
  /** Position in the file up to which quotes are in doubt; -1 when they are not. */
  private doubtUntil = -1
  private readonly window: FileWindow
  private readonly copy: RecordSink
  private readonly header: Header
  private readonly layout: TextLayout
  private readonly lexer: RecordLexer
  private readonly probe: RecordLexer
  private readonly delimiter: number
  private readonly classes: Uint8Array
  private readonly nameBytes: readonly Uint8Array[]
  private readonly dropsLast: boolean
  private readonly keepsBytes: boolean

  constructor(window: FileWindow, copy: RecordSink, header: Header, layout: TextLayout) {
    this.window = window
    this.copy = copy
    this.header = header
    this.layout = layout
    this.line = header.firstRecordLine
    this.blankLines = header.blankLines
    this.brokenEnd = header.brokenEnd
    this.lexer = new RecordLexer(layout)
    this.probe = new RecordLexer(layout)
    this.delimiter = layout.delimiter.charCodeAt(0)
    this.classes = classTable(this.delimiter, byte.quote, true)
    this.nameBytes = header.names.map((name) => Buffer.from(name))
    this.dropsLast = header.fields > header.names.length
    this.keepsBytes = layout.quote.charCodeAt(0) === byte.quote && !layout.padded && !this.dropsLast
  }

  /** Handles all whole records of the window; false when a record is too long to be one. */
  run(): boolean {
    const {window, lexer} = this
    while (window.from < window.to) {
      if (this.takePlainRecord()) continue
      if (!lexer.lex(window.bytes, window.from, window.to, this.isLast)) return true
      const step = this.isTooLong(lexer.next) && lexer.fault !== 'unclosed' ? 'tooLong' : this.takeRecord()
      if (step !== 'done') return step === 'needsMore'
    }
    return true
  }

  result(): Rewritten {
    const {records, counts: malformed, blankLines, endsOpen, brokenEnd} = this
    return {kind: 'rewritten', records, malformed, blankLines, endsOpen, ...(brokenEnd ? {brokenEnd} : {})}
  }

  private get isLast(): boolean {
    return this.window.atEnd || this.window.isFull
  }

  /** The window ends where the record does although the file goes on. */
  private isTooLong(end: number): boolean {
    return end === this.window.to && !this.window.atEnd && this.window.isFull
  }

  /** Takes a record of plain ASCII without quotes, as most are, without noting its fields: three times as fast as the lexer. */
  private takePlainRecord(): boolean {
    if (!this.keepsBytes || this.layout.newline === '\r') return false
    const {classes, window, header} = this
    const {bytes, from, to} = window
    let fields = 1
    let at = from
    for (; at < to; at++) {
      const kind = classes[bytes[at] as number] as number
      if (kind > byteClass.delimiter) break
      fields += kind
    }
    if (at === to || at === from || fields !== header.fields) return false
    const next = bytes[at] === byte.carriageReturn ? at + 2 : at + 1
    if (next > to || bytes[next - 1] !== byte.lineFeed) return false
    if (bytes[from] === this.nameBytes[0]?.[0] && isHeaderAgain(bytes, from, at, this.nameBytes, this.delimiter)) return false
    this.copy.recordBytes(bytes, from, at, this.line)
    this.endSound(from, next, 1, true)
    return true
  }

  private takeRecord(): Step {
    const {lexer} = this
    if (lexer.end === lexer.from) {
      this.blankLines++
      return this.advance(lexer.next, 1)
    }
    if (lexer.fault !== 'none') return this.recover()
    const fits = this.fits(lexer)
    if (lexer.breaks > 0 && (!fits || lexer.literalQuote)) {
      const line = lexer.lineEnd(this.window.bytes, lexer.openedAt, this.window.to, this.isLast)
      const isNextSound = line === undefined ? undefined : this.readsAlone(line.next)
      if (line === undefined || isNextSound === undefined) return 'needsMore'
      if (isNextSound) return this.resumeAfter(line, lexer.end)
    }
    const reason = this.reasonAgainst(fits)
    if (reason !== undefined) return this.reject(reason, lexer.end, lexer.next)
    this.accept()
    return 'done'
  }

  /** A record whose quotes do not match: finds what of it is malformed and where reading goes on. */
  private recover(): Step {
    const {lexer, window} = this
    const line = lexer.lineEnd(window.bytes, lexer.openedAt, window.to, this.isLast)
    if (line === undefined) return 'needsMore'
    const isOneLine = !line.terminated || line.next > lexer.faultAt
    if (isOneLine) {
      if (this.isTooLong(line.next)) return 'tooLong'
      return this.rejectInDoubt(lexer.fault === 'unclosed' ? 'csv.tornLine' : 'csv.strayQuote', lexer)
    }
    if (lexer.fault === 'unclosed') return this.resumeAfter(line, lexer.faultAt)
    const isNextSound = this.readsAlone(line.next)
    if (isNextSound === undefined) return 'needsMore'
    return isNextSound ? this.resumeAfter(line, lexer.faultAt) : this.rejectInDoubt('csv.strayQuote', lexer)
  }

  /** Only the lines up to the one on which the quote opened are malformed. */
  private resumeAfter(line: {readonly end: number; readonly next: number}, faultAt: number): Step {
    this.doubtUntil = this.window.base + faultAt
    return this.reject('csv.unclosedQuote', line.end, line.next)
  }

  private rejectInDoubt(reason: MalformedReason, {end, next, faultAt}: RecordLexer): Step {
    this.doubtUntil = this.window.base + faultAt
    return this.reject(reason, end, next)
  }

  private fits(lexer: RecordLexer): boolean {
    if (lexer.fields !== this.header.fields) return false
    if (!this.dropsLast) return true
    const last = lexer.fields - 1
    return lexer.starts[last] === lexer.ends[last]
  }

  /** Whether the line at `from` is a sound record by itself; undefined when that depends on bytes not yet read. */
  private readsAlone(from: number): boolean | undefined {
    const {probe, window} = this
    // Any line fits a single column: that would prove nothing.
    if (this.header.fields < 2) return false
    if (!probe.lex(window.bytes, from, window.to, this.isLast)) return undefined
    return probe.fault === 'none' && probe.breaks === 0 && !probe.literalQuote && probe.end > from && this.fits(probe)
  }

  private reasonAgainst(fits: boolean): MalformedReason | undefined {
    const {lexer} = this
    if (lexer.hasNul) return 'encoding.nul'
    if (!lexer.terminated && lexer.fields < this.header.fields) return 'csv.tornLine'
    if (lexer.hasHigh && isNoText(this.window.bytes.subarray(lexer.from, lexer.end), this.layout)) return 'encoding.invalid'
    if (lexer.literalQuote && (this.doubtUntil >= 0 || lexer.breaks > 0 || cutsQuotedText(this.window.bytes, lexer)))
      return 'csv.strayQuote'
    if (!fits) return 'csv.fieldCount'
    return this.repeatsHeader() ? 'csv.repeatedHeader' : undefined
  }

  private repeatsHeader(): boolean {
    const {names} = this.header
    if (names.length < 2 || !this.isField(0, names[0])) return false
    return names.every((name, field) => this.isField(field, name))
  }

  private isField(field: number, text: string | undefined): boolean {
    const {lexer} = this
    const size = (lexer.ends[field] as number) - (lexer.starts[field] as number)
    // A character takes one to three bytes: most fields are told apart by length alone.
    if (text === undefined || size < text.length || (size > text.length * 3 && lexer.quoted[field] === 0)) return false
    return fieldText(this.window.bytes, lexer, field, this.layout) === text
  }

  private accept(): void {
    const {lexer, window, layout, line} = this
    const isReadable = this.keepsBytes && !lexer.literalQuote && !lexer.loneReturn
    if (isReadable && (layout.encoding !== 'windows-1252' || !lexer.hasHigh)) {
      this.copy.recordBytes(window.bytes, lexer.from, lexer.end, line)
    } else {
      const values = this.header.names.map((_, field) => fieldText(window.bytes, lexer, field, layout))
      this.copy.recordValues(values, lexer.quoted, line)
    }
    this.endSound(lexer.from, lexer.next, lexer.breaks + 1, lexer.terminated)
  }

  private endSound(from: number, next: number, lines: number, isTerminated: boolean): void {
    if (this.window.base + from >= this.doubtUntil) this.doubtUntil = -1
    this.endsOpen = !isTerminated
    this.brokenEnd = undefined
    this.records++
    this.copy.place?.({start: this.window.base + from, end: this.window.base + next, line: this.line, lines})
    this.advance(next, lines)
  }

  private reject(reason: MalformedReason, end: number, next: number): Step {
    const {lexer, window} = this
    const received = window.bytes.subarray(lexer.from, end)
    const seen = this.refine(reason, received)
    this.counts[seen] = (this.counts[seen] ?? 0) + 1
    this.copy.malformed(seen, receivedText(received, this.layout), this.line)
    if (this.breaksEnd(seen, next > end)) this.brokenEnd ??= {line: this.line, reason: seen}
    this.endsOpen = false
    this.records++
    const lines = lexer.countBreaks(window.bytes, lexer.from, end) + 1
    this.copy.place?.({start: window.base + lexer.from, end: window.base + next, line: this.line, lines})
    return this.advance(next, lines)
  }

  /** Whether nothing but damage may follow a malformed record; only a sound record behind it says that it is not so. */
  private breaksEnd(reason: MalformedReason, isTerminated: boolean): boolean {
    const {lexer} = this
    if (reason === 'csv.tornLine' || lexer.fault === 'unclosed') return true
    return reason.startsWith('encoding.') && !(isTerminated && lexer.fault === 'none' && this.fits(lexer))
  }

  /** Bytes that are no text explain broken quotes and counts, not the other way round. */
  private refine(reason: MalformedReason, received: Uint8Array): MalformedReason {
    if (reason === 'csv.tornLine') return reason
    if (received.indexOf(byte.nul) >= 0) return 'encoding.nul'
    return isNoText(received, this.layout) ? 'encoding.invalid' : reason
  }

  private advance(next: number, lines: number): Step {
    this.window.from = next
    this.line += lines
    return 'done'
  }
}
