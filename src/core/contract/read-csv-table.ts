// Small delimited tables that a contract refers to: UTF-8, a header line, comma, semicolon or tab, quotes as RFC 4180 has them. Strict:
// a record with another number of fields than the header is refused, for a shifted column would judge rows by the wrong bound.

export interface TextTable {
  readonly columns: readonly string[]
  /** Text, trimmed; null where a field is empty. */
  readonly rows: readonly (readonly (string | null)[])[]
}

interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/** Reads a table; throws an Error that names the line, never a value. */
export function readCsvTable(text: string): TextTable {
  const source = text.replace(/^\ufeff/, '')
  const [head, ...others] = recordsOf(source, delimiterOf(source))
  const columns = (head?.fields ?? []).map((name) => name.trim())
  if (columns.length === 0 || columns.includes('')) throw new Error('line 1 is no header: every column needs a name')
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index)
  if (repeated !== undefined) throw new Error(`its header has ${repeated} twice`)
  const rows = others.map(({line, fields}) => {
    if (fields.length !== columns.length) throw new Error(`line ${line} has ${fields.length} fields, its header ${columns.length}`)
    return fields.map((field) => (field.trim() === '' ? null : field.trim()))
  })
  return {columns, rows}
}

/** The one that stands most often in the first line. */
function delimiterOf(source: string): string {
  const head = source.split(/\r?\n/, 1)[0] ?? ''
  const count = (delimiter: string): number => head.split(delimiter).length
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best))
}

/** Blank lines are no records. */
function recordsOf(source: string, delimiter: string): readonly CsvRecord[] {
  const records: CsvRecord[] = []
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${delimiter}\\r\\n]*))(${delimiter}|\\r?\\n|$)`, 'y')
  let [line, start, fields]: [number, number, string[]] = [1, 1, []]
  while (field.lastIndex < source.length || fields.length > 0) {
    const [match, quoted, plain = '', end] = field.exec(source) ?? []
    if (match === undefined) throw new Error(`line ${line} has a quote that does not belong there`)
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    line += match.split('\n').length - 1
    if (end === delimiter) continue
    if (fields.length > 1 || fields[0] !== '' || quoted !== undefined) records.push({line: start, fields})
    ;[start, fields] = [line, []]
  }
  return records
}
