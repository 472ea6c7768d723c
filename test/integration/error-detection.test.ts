// What a drafted contract finds in files of which somebody else knows what is wrong, and that it finds nothing in files that
// are right. Nobody tells hippo which is which.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type FalseAlarms, falseAlarmsOf, scoreOf} from '../../bench/suites/error-detection.ts'
import {initWorkspace, openWorkspace, type Workspace} from '../../src/core/index.ts'
import {sharedData} from '../support/shared-data.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'hippo-errors-'))
let workspace: Workspace

beforeAll(async () => {
  await initWorkspace({directory: path.join(folder, 'workspace'), name: 'errors'})
  workspace = await openWorkspace({directory: path.join(folder, 'workspace'), env: {}})
})

afterAll(async () => {
  await workspace?.close()
  rmSync(folder, {recursive: true, force: true})
})

const real = sharedData('error-detection-dev')
const synthea = sharedData('synthea-28-csv')
const alarms = async (file: string): Promise<Pick<FalseAlarms, 'flagged' | 'by'>> => {
  const {flagged, by} = await falseAlarmsOf(workspace, file)
  return {flagged, by}
}

describe('a contract drafted from a file with mistakes', {timeout: 300_000}, () => {
  it.skipIf(real === undefined).each([
    ['hospital', 0.95],
    ['beers', 0.98],
  ])('finds most of what is wrong in %s and little else', async (dataset, wanted) => {
    const file = (name: string): string => path.join(real ?? '', dataset, name)

    const {f1} = await scoreOf(workspace, {dataset, dirty: file('dirty.csv'), clean: file('clean.csv')})

    expect(f1).toBeGreaterThanOrEqual(wanted)
  })

  it.skipIf(real === undefined).each(['hospital', 'beers'])('finds nothing in %s once it is right', async (dataset) => {
    expect(await alarms(path.join(real ?? '', dataset, 'clean.csv'))).toEqual({flagged: 0, by: {}})
  })

  it.skipIf(synthea === undefined).each(['patients', 'encounters', 'conditions', 'observations'])(
    'finds nothing in sound clinical data: %s',
    async (table) => {
      expect(await alarms(path.join(synthea ?? '', `${table}.csv`))).toEqual({flagged: 0, by: {}})
    },
  )

  it('finds planted mistakes in a table of its own making, and nothing before they were planted', async () => {
    const wards = [
      'Cardiology',
      'Neurology',
      'Oncology',
      'Paediatrics',
      'Surgery',
      'Radiology',
      'Urology',
      'Geriatrics',
      'Psychiatry',
      'Maternity',
    ]
    const sound = Array.from({length: 300}, (_, n) => ({
      id: `V${1000 + n}`,
      ward_code: `W-${10 + (n % 10)}`,
      ward: wards[n % 10] ?? '',
      class: n % 3 === 0 ? 'inpatient' : 'outpatient',
      weight: `${50 + (n % 40)}`,
    }))
    const wrong = sound.map((row, n) => ({
      ...row,
      ...(n % 47 === 7 ? {ward: `${row.ward.slice(0, n % 5)}x${row.ward.slice((n % 5) + 1)}`} : {}),
      ...(n % 53 === 11 ? {ward_code: row.ward_code.replace('-', '_')} : {}),
      ...([20, 41, 62, 83].includes(n) ? {class: row.class.replace('pat', ['pta', 'pst', 'bat', 'ppa'][Math.floor(n / 21)] ?? '')} : {}),
      ...(n % 4 === 1 ? {weight: `${row.weight} kg`} : {}),
    }))
    const csv = (rows: readonly Readonly<Record<string, string>>[]): string =>
      [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))].map((fields) => `${fields.join(',')}\n`).join('')
    const [dirty, clean] = [path.join(folder, 'dirty.csv'), path.join(folder, 'clean.csv')]
    writeFileSync(dirty, csv(wrong))
    writeFileSync(clean, csv(sound))

    expect(await scoreOf(workspace, {dataset: 'visit', dirty, clean})).toEqual({dataset: 'visit', precision: 1, recall: 1, f1: 1})
    expect(await alarms(clean)).toEqual({flagged: 0, by: {}})
  })
})
