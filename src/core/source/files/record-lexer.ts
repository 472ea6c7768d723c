// Finds where one record of a delimited file ends and where its fields are, by RFC 4180: a field that starts with the
// quote runs to the next single quote, quotes inside are doubled, and line breaks between quotes belong to the field.
// Guarantees: never looks outside [from, to); says so when it needs more bytes; a broken quote is a fault with its place,
// never a guess. What becomes of a broken record is the caller's decision. Reused for every record: it allocates nothing.
import {byte, byteClass, classTable, type TextLayout} from './text-layout.ts'

export type QuoteFault = 'none' | 'stray' | 'unclosed'

const asciiCode = (text: string): number => text.charCodeAt(0)

export class RecordLexer {
  /** The record without its line end is [from, end); the next one starts at `next`. */
  from = 0
  end = 0
  next = 0
  fields = 0
  /** True when a line end follows, false when the bytes just stop. */
  terminated = false
  /** Line breaks inside the record. */
  breaks = 0
  fault: QuoteFault = 'none'
  /** Where the fault was noticed, and where the field that has it (or the first field with a line break) starts. */
  faultAt = -1
  openedAt = -1
  /** A quote inside a field that has none around it: `10" pipe`. */
  literalQuote = false
  /** A carriage return that ends no line, outside quotes. */
  loneReturn = false
  hasHigh = false
  hasNul = false
  /** Field n is [starts[n], ends[n]), without its quotes; `quoted[n]` is 1 when it had them. */
  starts = new Int32Array(64)
  ends = new Int32Array(64)
  quoted = new Uint8Array(64)

  private readonly classes: Uint8Array
  private readonly quote: number
  private readonly padded: boolean
  private readonly returnEndsLine: boolean
  private readonly returnEndsFile: boolean
  private openField = -1

  constructor(layout: TextLayout) {
    this.quote = asciiCode(layout.quote)
    this.classes = classTable(asciiCode(layout.delimiter), this.quote, true)
    this.padded = layout.padded
    this.returnEndsLine = layout.newline === '\r'
    this.returnEndsFile = layout.newline !== '\n'
  }

  /** Reads the record at `from`; false when it does not end before `to` and more bytes may follow (`last` is false). */
  lex(bytes: Uint8Array, from: number, to: number, last: boolean): boolean {
    this.reset(from)
    let at = from
    for (;;) {
      if (this.padded && this.fields > 0 && at < to && bytes[at] === byte.space) at++
      const isQuoted = at < to && bytes[at] === this.quote
      const start = isQuoted ? at + 1 : at
      at = isQuoted ? this.skipQuoted(bytes, start, to) : this.skipPlain(bytes, start, to, last)
      if (this.fault !== 'none') return this.endFaulty(bytes, to, last)
      if (at < 0) return false
      this.push(start, isQuoted ? at - 1 : at, isQuoted)
      if (at === to) return last ? this.endRecord(at, at, false) : false
      const kind = this.classes[bytes[at] as number]
      if (kind === byteClass.delimiter) {
        at++
        continue
      }
      const breakLength = this.breakAt(bytes, at, to, last)
      if (breakLength < 0) return false
      if (breakLength > 0) return this.endRecord(at, at + breakLength, true)
      this.setFault('stray', at, start - 1)
      return this.endFaulty(bytes, to, last)
    }
  }

  /** Line breaks in [from, to), counted as `breaks` is. */
  countBreaks(bytes: Uint8Array, from: number, to: number): number {
    let count = 0
    for (let at = from; at < to; at++) if (this.isBreak(bytes, at)) count++
    return count
  }

  /** The end of the physical line that holds `at` and the start of the next, or undefined when it ends beyond `to`. */
  lineEnd(
    bytes: Uint8Array,
    at: number,
    to: number,
    last: boolean,
  ): {readonly end: number; readonly next: number; readonly terminated: boolean} | undefined {
    for (let index = at; index < to; index++) {
      const value = bytes[index]
      if (value !== byte.lineFeed && value !== byte.carriageReturn) continue
      const length = this.breakAt(bytes, index, to, last)
      if (length < 0) return undefined
      if (length > 0) return {end: index, next: index + length, terminated: true}
    }
    return last ? {end: to, next: to, terminated: false} : undefined
  }

  private reset(from: number): void {
    this.from = from
    this.end = from
    this.next = from
    this.fields = 0
    this.breaks = 0
    this.fault = 'none'
    this.faultAt = -1
    this.openedAt = -1
    this.openField = -1
    this.literalQuote = false
    this.loneReturn = false
    this.hasHigh = false
    this.hasNul = false
  }

  private endRecord(end: number, next: number, terminated: boolean): boolean {
    this.end = end
    this.next = next
    this.terminated = terminated
    return true
  }

  /** A stray quote spoils the rest of its physical line; an unclosed one everything up to `to`. */
  private endFaulty(bytes: Uint8Array, to: number, last: boolean): boolean {
    if (this.fault === 'unclosed') return last ? this.endRecord(to, to, false) : false
    const line = this.lineEnd(bytes, this.faultAt, to, last)
    if (line === undefined) return false
    return this.endRecord(line.end, line.next, line.terminated)
  }

  private setFault(fault: QuoteFault, at: number, openedAt: number): void {
    this.fault = fault
    this.faultAt = at
    this.openedAt = openedAt
  }

  /** Index after the closing quote; sets the fault `unclosed` when there is none before `to`. */
  private skipQuoted(bytes: Uint8Array, start: number, to: number): number {
    const {classes} = this
    for (let at = start; at < to; at++) {
      const kind = classes[bytes[at] as number] as number
      if (kind <= byteClass.delimiter) continue
      if (kind === byteClass.high) this.hasHigh = true
      else if (kind === byteClass.quote) {
        if (at + 1 >= to || bytes[at + 1] !== this.quote) return at + 1
        at++
      } else if (kind === byteClass.nul) this.hasNul = true
      else if (this.isBreak(bytes, at)) {
        this.breaks++
        if (this.openField < 0) this.openField = start - 1
        this.openedAt = this.openField
      }
    }
    this.setFault('unclosed', to, start - 1)
    return to
  }

  /** Index of the delimiter or line end after a field without quotes; -1 when a line end may be cut at `to`. */
  private skipPlain(bytes: Uint8Array, start: number, to: number, last: boolean): number {
    const {classes} = this
    for (let at = start; at < to; at++) {
      const kind = classes[bytes[at] as number] as number
      if (kind === byteClass.plain) continue
      if (kind === byteClass.delimiter || kind === byteClass.lineFeed) return at
      if (kind === byteClass.high) this.hasHigh = true
      else if (kind === byteClass.nul) this.hasNul = true
      else if (kind === byteClass.quote) {
        this.literalQuote = true
        if (isBlank(bytes, start, at)) {
          this.setFault('stray', at, start)
          return at
        }
      } else {
        const length = this.breakAt(bytes, at, to, last)
        if (length < 0) return -1
        if (length > 0) return at
        this.loneReturn = true
      }
    }
    return to
  }

  /** Length of the line end at `at`: 0 when there is none, -1 when that depends on bytes beyond `to`. */
  private breakAt(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    if (bytes[at] === byte.lineFeed) return 1
    if (bytes[at] !== byte.carriageReturn) return 0
    if (at + 1 < to) {
      if (bytes[at + 1] === byte.lineFeed) return 2
      return this.returnEndsLine ? 1 : 0
    }
    if (!last) return -1
    return this.returnEndsFile ? 1 : 0
  }

  private isBreak(bytes: Uint8Array, at: number): boolean {
    if (bytes[at] === byte.lineFeed) return !this.returnEndsLine || at === 0 || bytes[at - 1] !== byte.carriageReturn
    return this.returnEndsLine && bytes[at] === byte.carriageReturn
  }

  private push(start: number, end: number, isQuoted: boolean): void {
    if (this.fields === this.starts.length) this.grow()
    this.starts[this.fields] = start
    this.ends[this.fields] = end
    this.quoted[this.fields] = isQuoted ? 1 : 0
    this.fields++
  }

  private grow(): void {
    const size = this.starts.length * 2
    const {starts, ends, quoted} = this
    this.starts = new Int32Array(size)
    this.ends = new Int32Array(size)
    this.quoted = new Uint8Array(size)
    this.starts.set(starts)
    this.ends.set(ends)
    this.quoted.set(quoted)
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== byte.space && bytes[at] !== byte.tab) return false
  return true
}
