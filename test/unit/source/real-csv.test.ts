import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {prepareBytes} from '../../support/prepared.ts'
import {sharedData} from '../../support/shared-data.ts'
import {readStrictCsv} from '../../support/strict-csv.ts'

const received = sharedData('csv-torture_csv-spectrum_csvs')
const meant = sharedData('csv-torture_csv-spectrum_json')
const pollock = sharedData('pollock-dev')

describe.skipIf(received === undefined || meant === undefined)('prepareCsv on csv-spectrum', () => {
  const names = received === undefined ? [] : readdirSync(received)

  it.each(names)('reads %s as its authors meant it', async (name) => {
    const expected = JSON.parse(readFileSync(join(meant ?? '', name.replace(/csv$/, 'json')), 'utf8')) as Record<string, string>[]
    const bytes = readFileSync(join(received ?? '', name))

    const {outcome, records} = await prepareBytes(asNamed(name, bytes))

    if (outcome.kind === 'refused') throw new Error(outcome.reason)
    const rows = records.map(([, values]) =>
      Object.fromEntries(outcome.header.map((column, index) => [column, (values as string[])[index]])),
    )
    expect(rows).toEqual(expected)
  })
})

describe.skipIf(pollock === undefined)('prepareCsv on polluted files', () => {
  const folder = pollock ?? ''
  const names = pollock === undefined ? [] : readdirSync(join(folder, 'csv')).filter((name) => name.startsWith('row_'))

  it.each(names)('gives no wrong row for %s', async (name) => {
    const [, ...truth] = readStrictCsv(readFileSync(join(folder, 'clean', name), 'utf8'))
    const known = new Set(truth.map((row) => JSON.stringify(row)))

    const {outcome, records} = await prepareBytes(readFileSync(join(folder, 'csv', name)))

    if (outcome.kind === 'refused') return
    const sound = records.filter((record) => record.length === 2)
    expect(sound.filter(([, values]) => !known.has(JSON.stringify(values)))).toEqual([])
    expect(sound.length).toBeGreaterThanOrEqual(truth.length - 2)
  })
})

/** The archive holds the CRLF files with plain line feeds; they get the line ends that their names promise. */
function asNamed(name: string, received: Buffer): Buffer {
  if (!name.includes('crlf') || received.includes('\r\n')) return received
  return Buffer.from(received.toString('utf8').replaceAll('\n', '\r\n'))
}
