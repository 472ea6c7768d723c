// The promises about real Synthea deliveries: exact numbers, binding by name, drift, idempotence, names intact.
import {cpSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {IngestResult, PromotionResult} from '../../src/core/index.ts'
import {plausibleAlarms} from '../support/plausible-alarms.ts'
import {sharedData} from '../support/shared-data.ts'
import {readStrictCsvFile} from '../support/strict-csv.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const first = sharedData('synthea-28-csv')
const second = sharedData('synthea-51-csv')
const datasets = ['patient', 'encounter', 'observation', 'condition', 'medication', 'procedure'] as const
const firstRows = {patient: 27, encounter: 604, observation: 990, condition: 438, medication: 663, procedure: 249}

describe.skipIf(!first || !second)('the pipeline on Synthea deliveries', () => {
  let ward: TestWorkspace
  let after28: {readonly ingested: IngestResult; readonly promoted: PromotionResult}
  let again28: typeof after28
  let after51: typeof after28
  let again: typeof after28

  beforeAll(async () => {
    ward = await testWorkspace({from: 'examples/synthea'})
    cpSync(first ?? '', path.join(ward.root, 'inbox', 'synthea-28'), {recursive: true})
    after28 = await ward.conform()
    again28 = await ward.conform()
    cpSync(second ?? '', path.join(ward.root, 'inbox', 'synthea-51'), {recursive: true})
    after51 = await ward.conform()
    cpSync(first ?? '', path.join(ward.root, 'inbox', 'sent-again'), {recursive: true})
    again = await ward.conform()
  }, 300_000)

  afterAll(() => ward?.close())

  it('accepts every row of the first delivery and quarantines none', () => {
    const rows = Object.fromEntries(datasets.map((name) => [name, promotionOf(after28.promoted, name).rows.accepted]))

    expect(rows).toEqual(firstRows)
    for (const name of datasets) expect(promotionOf(after28.promoted, name).rows.quarantined, name).toBe(0)
    for (const name of datasets) expect(promotionOf(after28.promoted, name).drift, name).toEqual([])
  })

  it('binds the second delivery by name and reports its three added columns as drift', () => {
    const {rows, drift} = promotionOf(after51.promoted, 'patient')

    expect(rows).toMatchObject({read: 51, accepted: 51, quarantined: 0})
    expect(drift.map(({kind, column}) => `${kind} ${column}`).sort()).toEqual(['added FIPS', 'added INCOME', 'added MIDDLE'])
    expect(promotionOf(after51.promoted, 'observation').rows).toMatchObject({read: 12_310, accepted: 12_310, quarantined: 0})
    expect(promotionOf(after51.promoted, 'encounter').rows).toMatchObject({read: 910, accepted: 910, quarantined: 0})
    expect(promotionOf(after51.promoted, 'condition').rows).toMatchObject({read: 887, accepted: 887, quarantined: 0})
    for (const name of datasets) expect(promotionOf(after51.promoted, name).rows.quarantined, name).toBe(0)
  })

  it('changes nothing when either delivery comes again', () => {
    for (const {ingested, promoted} of [again28, again]) {
      expect(ingested.run.state).toBe('noop')
      expect(promoted.run.state).toBe('noop')
      expect(promoted.datasets.map((one) => one.state)).toEqual(datasets.map(() => 'noop'))
    }
    expect(versions(again28.promoted)).toEqual(versions(after28.promoted))
    expect(versions(again.promoted)).toEqual(versions(after51.promoted))
  })

  it('splits values by their type', async () => {
    const observations = await ward.rows('silver', 'observation')
    const filled = (batch: number, column: string) => observations.filter((row) => row._batch === batch && row[column] !== null).length

    expect(observations).toHaveLength(990 + 12_310)
    expect([filled(1, 'value_number'), filled(1, 'value_text')]).toEqual([599, 391])
    expect([filled(2, 'value_number'), filled(2, 'value_text')]).toEqual([7_074, 5_236])
    expect(observations.filter((row) => row.value_number !== null && row.value_text !== null)).toEqual([])
  })

  it('gives another reader the rows as they were sent, names with their accents included', async () => {
    const patients = await ward.rows('silver', 'patient')
    const sent = [...readCsv(path.join(first ?? '', 'patients.csv')), ...readCsv(path.join(second ?? '', 'patients.csv'))]
    const named = (rows: readonly Readonly<Record<string, unknown>>[], [id, given, family]: readonly [string, string, string]) =>
      rows.map((row) => [row[id], row[given], row[family]].join('|')).sort()

    expect(named(patients, ['id', 'first', 'last'])).toEqual(named(sent, ['Id', 'FIRST', 'LAST']))
    expect(patients.filter((row) => /[^ -~]/.test(`${row.first}${row.last}`) && row._batch === 2)).toHaveLength(3)
    expect(patients.map((row) => row.birth_date).sort()).toEqual(sent.map((row) => row.BIRTHDATE).sort())
  })

  it('alarms at the values that docs/clinical-pack.md explains, and at no others', () => {
    const told = readFileSync('docs/clinical-pack.md', 'utf8').matchAll(/^\| (synthea-\d+) \| (\w+) \| ([\d-]+) \| (\d+) \|/gm)
    const explained = [...told].map(([, delivery, tier, code, alarms]) => `${delivery} ${tier} ${code}: ${alarms}`)
    const deliveries = {'synthea-28': [first ?? '', after28], 'synthea-51': [second ?? '', after51]} as const
    const found = Object.entries(deliveries).flatMap(([name, [folder, {promoted}]]) => {
      const [observations, patients] = ['observations.csv', 'patients.csv'].map((file) => [...readCsv(path.join(folder, file))])
      const alarms = plausibleAlarms(observations ?? [], patients ?? [])
      const {checks} = promotionOf(promoted, 'observation')
      const violated = (id: string) => checks.find((check) => check.id === id)?.violated
      const counted = (tier: string) => Object.entries(alarms).reduce((sum, [at, rows]) => sum + (at.startsWith(tier) ? rows : 0), 0)
      expect(violated('value_number.plausibleRange'), name).toBe(counted('impossible'))
      expect(violated('value_number.plausibleRange.soft'), name).toBe(counted('unlikely'))
      return Object.entries(alarms).map(([at, rows]) => `${name} ${at}: ${rows}`)
    })

    expect(found.sort()).toEqual(explained.sort())
    expect(found).toHaveLength(4)
  })

  it('finds every reference in the table it refers to', async () => {
    const patients = new Set((await ward.rows('silver', 'patient')).map((row) => row.id))
    const encounters = new Set((await ward.rows('silver', 'encounter')).map((row) => row.id))

    for (const name of ['observation', 'condition', 'medication', 'procedure'] as const) {
      const rows = await ward.rows('silver', name)
      expect(
        rows.filter((row) => !patients.has(row.patient_id)),
        name,
      ).toEqual([])
      expect(
        rows.filter((row) => row.encounter_id !== null && !encounters.has(row.encounter_id)),
        name,
      ).toEqual([])
    }
  })
})

const uci = sharedData('uci-diabetes-130_dataset_diabetes')

describe.skipIf(!uci)('the pipeline on the UCI diabetes stays', () => {
  it('accepts every stay, with ? as null and the unknown gender as the contract says', async () => {
    const hospital = await testWorkspace({from: 'examples/uci-diabetes'})
    try {
      cpSync(uci ?? '', path.join(hospital.root, 'inbox'), {recursive: true})

      const {promoted} = await hospital.conform()
      const again = await hospital.conform()

      const {rows, state} = promotionOf(promoted, 'encounter')
      expect({state, ...rows}).toEqual({
        state: 'committed',
        read: 101_766,
        accepted: 101_766,
        quarantined: 0,
        duplicate: 0,
        unchanged: 0,
        waived: 0,
      })
      expect(again.promoted.run.state).toBe('noop')
      const stays = await hospital.rows('silver', 'encounter')
      const nulls = (column: string) => stays.filter((row) => row[column] === null).length
      expect(stays).toHaveLength(101_766)
      expect(new Set(stays.map((row) => row.encounter_id)).size).toBe(101_766)
      expect({weight: nulls('weight'), race: nulls('race'), gender: nulls('gender')}).toEqual({weight: 98_569, race: 2_273, gender: 0})
      expect({specialty: nulls('medical_specialty'), payer: nulls('payer_code')}).toEqual({specialty: 49_949, payer: 40_256})
      expect(stays.filter((row) => row.gender === 'unknown')).toHaveLength(3)
    } finally {
      await hospital.close()
    }
  }, 300_000)
})

const versions = ({datasets: all}: PromotionResult) => all.map(({dataset, version}) => `${dataset} ${version}`)

/** Records of a sound CSV file by the names of its header. */
function readCsv(file: string): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...records] = readStrictCsvFile(file)
  return records.map((record) => Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])))
}
