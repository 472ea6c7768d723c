import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {prepareCsv} from '../../../src/core/source/files/prepare-csv.ts'
import {captureOf, prepareBytes, type ReadRecord} from '../../support/prepared.ts'

interface Expected {
  readonly refused?: string
  readonly header?: readonly string[]
  readonly records?: readonly ReadRecord[]
  readonly untouched?: boolean
  readonly notes?: readonly string[]
}

const fixtures = join(import.meta.dirname, '../../fixtures/csv')
const cases = readdirSync(fixtures, {withFileTypes: true}).filter((entry) => entry.isDirectory())
const bytes = (text: string) => Buffer.from(text)

describe('prepareCsv on the fixtures', () => {
  it.each(cases.map((entry) => entry.name))('%s', async (name) => {
    const folder = join(fixtures, name)
    const received = readdirSync(folder).find((file) => file.startsWith('received.')) as string
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected

    const {outcome, untouched, records} = await prepareBytes(readFileSync(join(folder, received)))

    if (outcome.kind === 'refused') {
      expect({refused: outcome.reason}).toEqual({refused: expected.refused})
      return
    }
    expect({header: outcome.header, records}).toEqual({header: expected.header, records: expected.records})
    expect(untouched).toBe(expected.untouched ?? false)
    for (const note of expected.notes ?? []) expect(outcome.notes.join('\n')).toContain(note)
    expect(outcome.records).toBe(records.length)
    expect(Object.values(outcome.malformed).reduce((sum, count) => sum + count, 0)).toBe(
      records.filter((record) => record.length === 3).length,
    )
  })
})

describe('prepareCsv', () => {
  it('keeps a field of 5 MB as it is, alone and beside a malformed record', async () => {
    const large = `${'x'.repeat(5_000_000)},"quoted"\né`
    const sound = bytes(`id,note\n1,"${large.replaceAll('"', '""')}"\n2,y\n`)

    const {records} = await prepareBytes(Buffer.concat([sound, bytes('3\n')]))

    expect(records).toEqual([
      [2, ['1', large]],
      [4, ['2', 'y']],
      [5, 'csv.fieldCount', '3'],
    ])
  })

  it('counts lines and finds every fault across the blocks it reads', async () => {
    const lines = Array.from({length: 120_000}, (_, index) => `${index},${'v'.repeat(index % 97)},é`)
    const faults = new Map([
      [7, 'a,b'],
      [60_000, '"x"y,b,c'],
      [119_999, 'a,b,c,d'],
    ])
    for (const [index, text] of faults) lines[index] = text

    const {outcome, records} = await prepareBytes(bytes(`id,text,accent\r\n${lines.join('\r\n')}\r\n`))

    expect(outcome).toMatchObject({records: 120_000, malformed: {'csv.fieldCount': 2, 'csv.strayQuote': 1}})
    expect(records.map(([line]) => line)).toEqual(lines.map((_, index) => index + 2))
    expect(records.filter((record) => record.length === 3).map(([line]) => line)).toEqual([9, 60_002, 120_001])
    expect(records[60_001]).toEqual([60_003, ['60001', 'v'.repeat(60_001 % 97), 'é']])
  })

  it('finds a windows-1252 name far behind the first megabyte', async () => {
    const body = Buffer.from(`id,name\n${'1,abcdefghij\n'.repeat(150_000)}2,Zo\xeb\n`, 'latin1')

    const {outcome, records} = await prepareBytes(body)

    expect(outcome).toMatchObject({records: 150_001, malformed: {}})
    expect(records.at(-1)).toEqual([150_002, ['2', 'Zoë']])
  })

  it('does not let damaged bytes turn a UTF-8 file into windows-1252', async () => {
    const {records} = await prepareBytes(Buffer.concat([bytes('id,name\n1,é\n'), Buffer.from('2,M\xfcller\n3,Zo\xeb\n', 'latin1')]))

    expect(records.map((record) => record[1])).toEqual([['1', 'é'], 'encoding.invalid', 'encoding.invalid'])
  })

  it('does not let an unclosed quote swallow a large file', async () => {
    const rows = Array.from({length: 50_000}, (_, index) => `${index},b\n`)

    const {outcome} = await prepareBytes(bytes(`id,name\n1,"open\n${rows.join('')}`))

    expect(outcome).toMatchObject({records: 50_001, malformed: {'csv.unclosedQuote': 1}})
  })

  it('refuses a file whose size is not what was captured', async () => {
    const outcome = await prepareCsv({
      localPath: join(fixtures, 'plain/received.csv'),
      record: captureOf(1),
      stagingDirectory: fixtures,
    })

    expect(outcome).toMatchObject({kind: 'refused', reason: 'file.changed'})
  })

  it('says STORE_UNREADABLE for a captured file that is gone', async () => {
    const prepared = prepareCsv({localPath: join(fixtures, 'nothing-here'), record: captureOf(1), stagingDirectory: fixtures})

    await expect(prepared).rejects.toThrow(HippoError)
    await expect(prepared).rejects.toMatchObject({code: 'STORE_UNREADABLE'})
  })

  it('never puts what stands in a file into messages and notes', async () => {
    const secret = 'Quixote'
    for (const text of [`${secret},${secret}\n`, `1,2\n${secret}\n`, `id,name\n\n${secret}\n`, `${secret}\na,b\na,b\na,b\n`]) {
      const {outcome} = await prepareBytes(bytes(text))

      const said = outcome.kind === 'refused' ? outcome.message : outcome.notes.join(' ')
      expect(said).not.toContain(secret)
    }
  })
})
