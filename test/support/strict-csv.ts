// The smallest reader of RFC 4180 that refuses everything else: what a prepared copy must satisfy. Lines end with `\n` or
// `\r\n`; every record has as many fields as the first; throws on anything that is not sound.
import {readFileSync} from 'node:fs'

/** All records of the text, header first. */
export function readStrictCsv(text: string, delimiter = ','): string[][] {
  const records: string[][] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    const record: string[] = []
    for (;;) {
      const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at, delimiter)
      record.push(field.value)
      at = field.next
      if (text[at] !== delimiter) break
      at++
    }
    if (text.startsWith('\r\n', at)) at += 2
    else if (text[at] === '\n') at += 1
    else if (at !== text.length) throw new Error(`unexpected character after field ${record.length} of record ${records.length + 1}`)
    if (record.length !== (records[0] ?? record).length) throw new Error(`record ${records.length + 1} has ${record.length} fields`)
    records.push(record)
  }
  return records
}

/** The same of a file, which must be UTF-8. */
export function readStrictCsvFile(path: string, delimiter = ','): string[][] {
  return readStrictCsv(new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(readFileSync(path)), delimiter)
}

function quotedField(text: string, from: number): {value: string; next: number} {
  let value = ''
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') value += text[at]
    else if (text[at + 1] !== '"') return {value, next: at + 1}
    else {
      value += '"'
      at++
    }
  }
  throw new Error('a quote is not closed')
}

function plainField(text: string, from: number, delimiter: string): {value: string; next: number} {
  let at = from
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && !text.startsWith('\r\n', at)) {
    if (text[at] === '"') throw new Error('a quote stands inside a field without quotes')
    at++
  }
  return {value: text.slice(from, at), next: at}
}
