import {gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {prepareBytes, type ReadRecord} from '../../support/prepared.ts'

const runs = {numRuns: Number(process.env.HIPPO_PROPERTY_RUNS ?? 60)}
const cell = fc.oneof(
  fc.constantFrom('', 'a', '1', 'say "hi"', 'x,y', 'one\ntwo', 'one\r\ntwo', ' padded ', 'é', '😀', '\u200f', '=1+1', "it's", '\x1b[31m'),
  fc.string({maxLength: 12}),
  fc.string({unit: 'binary', maxLength: 8}).map((text) => text.replaceAll('\0', '').toWellFormed()),
)

interface Written {
  readonly text: string
  readonly records: readonly ReadRecord[]
}

/** A file with columns c1… and the records that it holds, by a writer of our own: quotes where needed and now and then elsewhere. */
const file = (delimiter: string, newline: string): fc.Arbitrary<Written> =>
  fc.integer({min: 2, max: 5}).chain((width) =>
    fc.array(fc.array(fc.tuple(cell, fc.boolean()), {minLength: width, maxLength: width}), {maxLength: 12}).map((rows) => {
      const header = Array.from({length: width}, (_, index) => `c${index + 1}`)
      const records: ReadRecord[] = []
      let text = header.join(delimiter) + newline
      for (const row of rows) {
        const values = row.map(([value]) => value)
        records.push([text.split('\n').length, values])
        text += row.map(([value, always]) => write(value, delimiter, always)).join(delimiter) + newline
      }
      return {text, records}
    }),
  )

function write(value: string, delimiter: string, always: boolean): string {
  const needsQuotes = always || value.includes(delimiter) || /^\s+"|["\r\n]/.test(value)
  return needsQuotes ? `"${value.replaceAll('"', '""')}"` : value
}

const anyFile = fc
  .constantFrom(...[',', ';', '\t', '|'].flatMap((d) => ['\n', '\r\n'].map((n) => [d, n] as const)))
  .chain(([d, n]) => file(d, n))

/** Blank to a reader: nothing between two line ends. Rows of one delimiter each would make another layout as likely. */
const isClear = ({records}: Written) =>
  records.every(([, values]) => typeof values !== 'string' && values.every((value) => !/^[,;\t| ]|[,;\t|]/.test(value)))

describe('prepareCsv, for any file', () => {
  it('gives back exactly the records that were written, with their lines', async () => {
    await fc.assert(
      fc.asyncProperty(file(',', '\n'), async ({text, records}) => {
        const read = await prepareBytes(Buffer.from(text))

        expect(read.outcome.kind).toBe('prepared')
        expect(read.records).toEqual(records)
      }),
      runs,
    )
  })

  it('finds the delimiter and the line ends by itself, in UTF-8, UTF-16 and packed', async () => {
    const encodings = fc.constantFrom<(text: string) => Buffer>(
      (text) => Buffer.from(text),
      (text) => Buffer.from(`\ufeff${text}`),
      (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
      (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      (text) => gzipSync(text),
    )
    await fc.assert(
      fc.asyncProperty(anyFile.filter(isClear), encodings, async ({text, records}, encode) => {
        const read = await prepareBytes(encode(text))

        expect(read.outcome.kind).toBe('prepared')
        expect(read.records).toEqual(records)
      }),
      runs,
    )
  })

  it('loses no record before a damaged place and accounts for every line, whatever the damage', async () => {
    const damage = fc.record({
      share: fc.double({min: 0, max: 1, noNaN: true}),
      put: fc.uint8Array({minLength: 1, maxLength: 6}),
      drop: fc.nat(4),
    })
    await fc.assert(
      fc.asyncProperty(file(',', '\n'), damage, async ({text, records}, {share, put, drop}) => {
        const sound = Buffer.from(text)
        const headerLength = text.indexOf('\n') + 1
        const at = headerLength + Math.floor(share * (sound.length - headerLength))
        const bytes = Buffer.concat([sound.subarray(0, at), put, sound.subarray(at + drop)])

        const {outcome, records: read} = await prepareBytes(bytes)

        if (outcome.kind === 'refused') return
        const lineOfDamage = sound.subarray(0, at).toString('latin1').split('\n').length
        const before = records.filter((_, index) => (records[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= lineOfDamage)
        // A record that the damage may have joined is not one before it.
        const untouched = before
          .filter(([line], index) => (before[index + 1]?.[0] ?? lineOfDamage) > line && line < lineOfDamage)
          .slice(0, -1)
        expect(read.slice(0, untouched.length)).toEqual(untouched)
        expect(linesCovered(read, bytes)).toBe(linesIn(bytes) - 1)
      }),
      runs,
    )
  })

  it('never throws and always accounts for every line, for bytes of any kind', async () => {
    const piece = fc.oneof(
      fc
        .constantFrom('"', '""', ',', '\n', '\r\n', ',"', '",', '"\n', 'a', 'b,c', '\n\n', 'é', ' "', 'a,b\n', '"a\nb",c\n')
        .map((text) => Buffer.from(text)),
      fc.uint8Array({maxLength: 4}),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, {maxLength: 40}), async (pieces) => {
        const bytes = Buffer.concat([Buffer.from('id,name\n1,x\n2,y\n'), ...pieces])

        const {outcome, records} = await prepareBytes(bytes)

        if (outcome.kind === 'refused') return
        expect(records.slice(0, 1)).toEqual([[2, ['1', 'x']]])
        expect(linesCovered(records, bytes)).toBe(linesIn(bytes) - 1)
        expect(records.map(([line]) => line)).toEqual([...new Set(records.map(([line]) => line))].sort((a, b) => a - b))
      }),
      {numRuns: runs.numRuns * 4},
    )
  })
})

/** Physical lines behind the header that belong to a record or are blank. */
function linesCovered(records: readonly ReadRecord[], bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n')
  let covered = 0
  let next = 2
  for (const record of records) {
    const [line] = record
    for (; next < line; next++) if (/^\r?$/.test(lines[next - 1] ?? '')) covered++
    const text = record.length === 3 ? record[2] : (record[1] as readonly string[]).join('')
    const breaks = text.split('\n').length - 1
    covered += breaks + 1
    next = line + breaks + 1
  }
  for (; next <= linesIn(bytes); next++) if (/^\r?$/.test(lines[next - 1] ?? '')) covered++
  return covered
}

function linesIn(bytes: Buffer): number {
  const text = bytes.toString('latin1')
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
