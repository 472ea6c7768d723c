// Damaged copies of sound, unquoted ASCII CSV files with `\n`, each a way in which deliveries really arrive broken.

export interface DamagedColumns {
  /** Two columns of different types. */
  readonly swapped: readonly [string, string]
  /** A column of free text. */
  readonly text: string
}

export const damages = {
  cutInRecord: (text) => {
    const {whole, last} = split(text)
    return Buffer.from(`${whole}${last.split(',').slice(0, 3).join(',')}`)
  },
  cutInQuotes: (text) => {
    const {whole, last} = split(text)
    return Buffer.from(`${whole}${last.split(',').slice(0, 3).join(',')},"one, tw`)
  },
  binaryTail: (text) => Buffer.concat([Buffer.from(text), binaryTail]),
  empty: () => Buffer.alloc(0),
  headerOnly: (text) => Buffer.from(`${text.split('\n', 1)[0]}\n`),
  swappedColumns: (text, {swapped}) =>
    mapRecords(text, (record, header) => {
      const [a, b] = swapped.map((name) => header.indexOf(name)) as [number, number]
      return record.with(a, record[b] ?? '').with(b, record[a] ?? '')
    }),
  extraColumn: (text) =>
    Buffer.from(
      lines(text)
        .map((line, index) => line.replace(',', index === 0 ? ',EXTRA,' : `,${index},`))
        .join('\n')
        .concat('\n'),
    ),
  utf16: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  doubledHeader: (text) => {
    const [header = '', first = '', ...rest] = lines(text)
    return Buffer.from(`${[header, first, header, ...rest].join('\n')}\n`)
  },
  latin1: (text, {text: column}) => {
    const records = mapRecords(text, (record, header, index) => (index === 1 ? record.with(header.indexOf(column), 'Zoé Müller') : record))
    return Buffer.from(records.toString(), 'latin1')
  },
} as const satisfies Record<string, (text: string, columns: DamagedColumns) => Buffer>

export type Damage = keyof typeof damages

/** No line feed in it: one record. */
const binaryTail = Buffer.from(Array.from({length: 300}, (_, n) => (n * 37 + 11) % 256).filter((code) => code !== 10 && code !== 13))

const lines = (text: string): readonly string[] => text.trimEnd().split('\n')

function split(text: string): {readonly whole: string; readonly last: string} {
  const all = lines(text)
  return {whole: `${all.slice(0, -1).join('\n')}\n`, last: all.at(-1) ?? ''}
}

/** `index` is 1 for the first record. */
function mapRecords(
  text: string,
  change: (record: readonly string[], header: readonly string[], index: number) => readonly string[],
): Buffer {
  const [header = '', ...records] = lines(text)
  const names = header.split(',')
  const changed = records.map((record, at) => change(record.split(','), names, at + 1).join(','))
  return Buffer.from(`${[header, ...changed].join('\n')}\n`)
}
