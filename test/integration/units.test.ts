import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {findUnits, initWorkspace, openWorkspace, type UnitFindings, type Workspace} from '../../src/core/index.ts'
import {sharedData} from '../support/shared-data.ts'

let folder: string
let workspace: Workspace
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hippo-units-'))
  await initWorkspace({directory: path.join(folder, 'clinic')})
  workspace = await openWorkspace({directory: path.join(folder, 'clinic'), env: {}})
})
afterAll(async () => {
  await workspace?.close()
  rmSync(folder, {recursive: true, force: true})
})

async function unitsOf(lines: readonly string[]): Promise<UnitFindings> {
  const file = path.join(folder, 'result.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  return findUnits(workspace, {dataset: 'result', files: [file]})
}

/** Numbers about a middle, evenly by ratio between its two ends. */
const spread = (low: number, high: number, count: number): readonly number[] =>
  Array.from({length: count}, (_, index) => Number((low * (high / low) ** (index / (count - 1))).toPrecision(4)))
const rowsOf = (code: string, unit: string, values: readonly number[]): readonly string[] =>
  values.map((value) => `${code},${value},${unit}`)
const header = 'code,value,unit'

describe('findUnits', () => {
  it('finds values in another unit than their row says, and proposes what the analyte asks for', async () => {
    const found = await unitsOf([
      header,
      ...rowsOf('2345-7', 'mg/dL', [...spread(70, 160, 300), ...spread(3.9, 8.9, 40)]),
      ...rowsOf('8310-5', 'Cel', [...spread(35.5, 40, 300), ...spread(96, 104, 30)]),
    ])

    expect(found.mixes.map((mix) => [mix.code, mix.kind, mix.from, mix.values])).toEqual([
      ['2345-7', 'mixed', 'mmol/L', 40],
      ['8310-5', 'mixed', '[degF]', 30],
    ])
    expect(found.patch).toMatch(/rescaleUnit.*"2345-7": \{from: "mmol\/L", to: "mg\/dL", below: \d/)
  })

  it('says what it cannot decide, and why', async () => {
    const few = await unitsOf([header, ...rowsOf('2345-7', 'mg/dL', [...spread(70, 160, 300), ...spread(4, 8, 12)])])
    const touching = await unitsOf([
      header,
      ...rowsOf('2345-7', 'mg/dL', [...spread(70, 160, 300), ...spread(3.9, 8.9, 60), ...spread(15, 35, 20)]),
    ])

    expect(few.mixes).toMatchObject([{kind: 'undecided', reason: '12 values are too few to tell a unit from mistakes'}])
    expect(touching.mixes).toMatchObject([{kind: 'undecided', reason: 'the values of both units run into each other'}])
    expect([few.patch, touching.patch]).toEqual([undefined, undefined])
  })

  it('knows spellings, and shows no text that is none', async () => {
    const found = await unitsOf([header, '718-7,13,gm/dL', '718-7,14,gm/dL', '718-7,13,Ann Smith', '718-7,12,'])

    expect(found).toMatchObject({spellings: [{spelling: 'gm/dL', unit: 'g/dL', rows: 2}], unknownUnits: 1, missingUnits: 1, mixes: []})
    expect(JSON.stringify(found)).not.toContain('Ann')
  })

  it('proposes one unit for a code whose rows say several, where all convert', async () => {
    const found = await unitsOf([
      header,
      ...rowsOf('2160-0', 'mg/dL', spread(0.6, 1.4, 30)),
      ...rowsOf('2160-0', 'umol/L', spread(53, 124, 20)),
    ])
    const enzymes = await unitsOf([header, ...rowsOf('1742-6', 'U/L', spread(9, 40, 30)), ...rowsOf('1742-6', 'g/L', spread(9, 40, 20))])

    expect(found.several[0]?.units[1]).toMatchObject({unit: 'umol/L', rows: 20, converts: true})
    expect(found.several[0]?.units[1]?.after?.[1]).toBeCloseTo(0.91, 1)
    expect(found.patch).toContain('to: {"2160-0": "mg/dL"}')
    expect(enzymes.patch).toBeUndefined()
  })

  it('proposes nothing for values that ill people have as they are written', async () => {
    const found = await unitsOf([header, ...rowsOf('2160-0', 'mg/dL', [...spread(0.6, 1.3, 100), ...spread(6, 13, 40)])])

    expect(found.mixes).toMatchObject([{kind: 'undecided', values: 40, reason: 'the values are plausible as they are written'}])
    expect(found.patch).toBeUndefined()
  })

  it('decides nothing between two units with as many values', async () => {
    const halves = await unitsOf([header, ...rowsOf('2345-7', 'mg/dL', [...spread(70, 160, 100), ...spread(3.9, 8.9, 100)])])
    const units = await unitsOf([
      header,
      ...rowsOf('2160-0', 'mg/dL', spread(0.6, 1.4, 30)),
      ...rowsOf('2160-0', 'umol/L', spread(53, 124, 30)),
    ])

    expect(halves.mixes.filter(({kind}) => kind === 'mixed')).toEqual([])
    expect(units.several).toMatchObject([{code: '2160-0', units: [{rows: 30}, {rows: 30}]}])
    expect(units.several[0]).not.toHaveProperty('to')
    expect([halves.patch, units.patch]).toEqual([undefined, undefined])
  })

  it('needs to be told columns that the header does not tell', async () => {
    await expect(unitsOf(['a,b,c', '1,2,3'])).rejects.toMatchObject({code: 'CONFIG_USAGE', hint: 'name it: --code COLUMN'})
  })
})

describe.each(['synthea-28-csv', 'synthea-51-csv'])('the measurements of %s', (name) => {
  const data = sharedData(name)
  const lines = data === undefined ? [] : readFileSync(path.join(data, 'observations.csv'), 'utf8').trim().split('\n')
  const names = (lines[0] ?? '').trim().split(',')
  const [code, value] = [names.indexOf('CODE'), names.indexOf('VALUE')]

  it.skipIf(data === undefined)('raise no alarm', async () => {
    const found = await unitsOf(lines)

    expect(found.rows).toBeGreaterThan(500)
    expect([found.mixes, found.patch]).toEqual([[], undefined])
    // One code of synthea-51 has rows per body surface and rows without: two units in truth, which nothing converts.
    expect(found.several.map(({units}) => units.map(({unit, converts}) => [unit, converts]))).toEqual(
      name === 'synthea-28-csv'
        ? []
        : [
            [
              ['mL/min/{1.73_m2}', true],
              ['mL/min', false],
            ],
          ],
    )
  })

  it.skipIf(data === undefined || name === 'synthea-28-csv')('tell a planted mix-up of calcium, in a sixth of its rows', async () => {
    let planted = 0
    const mixed = lines.map((line, index) => {
      const cells = line.split(',')
      if (cells[code] !== '17861-6' || index % 6 !== 0) return line
      planted++
      return cells.map((cell, at) => (at === value ? (Number(cell) / 4.0078).toFixed(2) : cell)).join(',')
    })

    const {mixes} = await unitsOf(mixed)

    expect(mixes).toMatchObject([{code: '17861-6', kind: 'mixed', from: 'mmol/L', values: planted}])
  })
})
