// Writes the readable copy of a file: UTF-8, `\n`, RFC 4180 quotes, and behind the file's own columns the record columns
// (line, reason, text). Bytes gather in memory and go out in blocks; `flush` is the only place that waits.
import {type FileHandle, open} from 'node:fs/promises'
import {type MalformedReason, recordColumns} from '../source.ts'
import {writeFailure} from './file-failures.ts'
import type {RecordSink} from './rewrite-csv.ts'
import {byte} from './text-layout.ts'

const blockBytes = 4 * 1024 * 1024

export interface CopyLayout {
  readonly delimiter: string
  /** Names of the file's own columns. */
  readonly names: readonly string[]
}

export class CsvCopy implements RecordSink {
  /** Engines cannot unquote names that hold quotes or line breaks: such a copy has no header line. */
  readonly headerless: boolean
  private block = Buffer.allocUnsafeSlow(blockBytes + blockBytes / 4)
  private length = 0
  private readonly file: FileHandle
  private readonly delimiter: string
  private readonly emptyFields: string

  private constructor(file: FileHandle, {delimiter, names}: CopyLayout) {
    this.file = file
    this.delimiter = delimiter
    this.emptyFields = delimiter.repeat(names.length)
    this.headerless = names.some((name) => /["\r\n]/.test(name))
    if (!this.headerless)
      this.writeText(
        `${this.columnsOf(names)
          .map((name) => this.quote(name))
          .join(delimiter)}\n`,
      )
  }

  /** Makes the file (mode 0600), hands the copy to `use`, and closes it whole. */
  static async over<T>(path: string, layout: CopyLayout, use: (copy: CsvCopy) => Promise<T>): Promise<T> {
    const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
      throw writeFailure(cause)
    })
    try {
      const copy = new CsvCopy(file, layout)
      const result = await use(copy)
      await copy.writeOut()
      return result
    } finally {
      await file.close()
    }
  }

  /** All columns of the copy, in order. */
  columnsOf(names: readonly string[]): readonly string[] {
    return [...names, recordColumns.line, recordColumns.malformed, recordColumns.raw]
  }

  /** A sound record whose bytes are already as the copy wants them. */
  recordBytes(bytes: Buffer, from: number, to: number, line: number): void {
    this.reserve(to - from)
    bytes.copy(this.block, this.length, from, to)
    this.length += to - from
    this.endSound(line)
  }

  /** A sound record from its values; `quoted` says which were in quotes and stay so. */
  recordValues(values: readonly string[], quoted: Uint8Array, line: number): void {
    for (const [index, value] of values.entries()) {
      if (index > 0) this.writeText(this.delimiter)
      this.writeText(quoted[index] === 1 ? enclose(value) : this.quote(value))
    }
    this.endSound(line)
  }

  /** A row that stands for a malformed record: its own columns are empty. */
  malformed(reason: MalformedReason, raw: string, line: number): void {
    this.writeText(`${this.emptyFields}${line}${this.delimiter}${reason}${this.delimiter}${enclose(raw)}\n`)
  }

  /** Writes out what has gathered once it is a block. */
  async flush(): Promise<void> {
    if (this.length >= blockBytes) await this.writeOut()
  }

  private endSound(line: number): void {
    this.writeText(`${this.delimiter}${line}${this.delimiter}${this.delimiter}\n`)
  }

  private quote(value: string): string {
    const isPlain = !value.includes(this.delimiter) && !/["\r\n]/.test(value)
    return isPlain ? value : enclose(value)
  }

  private writeText(text: string): void {
    if (text.length <= shortText && isShortAscii(text)) {
      this.reserve(text.length)
      for (let index = 0; index < text.length; index++) this.block[this.length + index] = text.charCodeAt(index)
      this.length += text.length
      return
    }
    this.reserve(text.length * 3)
    this.length += this.block.write(text, this.length, 'utf8')
  }

  private reserve(size: number): void {
    if (this.length + size <= this.block.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.block.length * 2, this.length + size))
    this.block.copy(grown, 0, 0, this.length)
    this.block = grown
  }

  private async writeOut(): Promise<void> {
    for (let from = 0; from < this.length; ) {
      const {bytesWritten} = await this.file.write(this.block, from, this.length - from).catch((cause: unknown) => {
        throw writeFailure(cause)
      })
      from += bytesWritten
    }
    this.length = 0
  }
}

/** Short ASCII texts are written by hand: a call into the runtime costs more than they do. */
const shortText = 24

function isShortAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

const quoteText = String.fromCharCode(byte.quote)
const enclose = (value: string): string => quoteText + value.replaceAll(quoteText, quoteText + quoteText) + quoteText
