// A small strict reader of RFC 4180 text: what is not exactly a CSV file of the given header is an error.
import {readFileSync} from 'node:fs'
import type {CsvFormat} from '../../../src/core/expr/plan.ts'
import type {FileContent} from './run-plan.ts'

/** All fields as text; an empty field, quoted or not, is null. */
export function readCsv(path: string, format: CsvFormat): FileContent {
  const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(readFileSync(path))
  const records = splitRecords(text, format)
  if (format.headerless !== true) records.shift()
  const wrong = records.findIndex((record) => record.length !== format.header.length)
  if (wrong >= 0) throw new Error(`record ${wrong + 1} has another number of fields than the header`)
  return {
    length: records.length,
    column: (name) => {
      const index = format.header.indexOf(name)
      if (index < 0) throw new Error(`no column ${name} in the file`)
      return records.map((record) => record[index] || null)
    },
  }
}

function splitRecords(text: string, {delimiter, quote}: CsvFormat): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length) {
    const record: string[] = []
    for (let ended = false; !ended; ) {
      const field = quote !== undefined && text[at] === quote ? quotedField(text, at, quote) : plainField(text, at, delimiter, quote)
      record.push(field.value)
      at = field.end
      if (text.startsWith(delimiter, at)) at += delimiter.length
      else if (text.startsWith('\r\n', at)) [at, ended] = [at + 2, true]
      else if (text[at] === '\n') [at, ended] = [at + 1, true]
      else if (at === text.length) ended = true
      else throw new Error('text after a closing quote')
    }
    records.push(record)
  }
  return records
}

interface Field {
  readonly value: string
  readonly end: number
}

function quotedField(text: string, start: number, quote: string): Field {
  let value = ''
  for (let at = start + 1; ; ) {
    const end = text.indexOf(quote, at)
    if (end < 0) throw new Error('a quote is not closed')
    value += text.slice(at, end)
    if (text[end + 1] !== quote) return {value, end: end + 1}
    value += quote
    at = end + 2
  }
}

function plainField(text: string, start: number, delimiter: string, quote: string | undefined): Field {
  let end = start
  while (end < text.length && text[end] !== '\n' && !text.startsWith('\r\n', end) && !text.startsWith(delimiter, end)) {
    if (text[end] === quote) throw new Error('a quote inside a field')
    end++
  }
  return {value: text.slice(start, end), end}
}
