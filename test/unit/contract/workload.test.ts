import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {readContractFile} from '../../../src/core/contract/read-contract.ts'
import type {Engine} from '../../../src/core/engine/engine.ts'
import {openEngine} from '../../../src/core/engine/index.ts'
import type {ScalarType, ScalarValue} from '../../../src/core/expr/expr.ts'
import type {Relation} from '../../../src/core/rules/define-rule.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {judgedPlan, runJudged} from '../../support/run-contract.ts'

const table = (columns: Readonly<Record<string, ScalarType>>, rows: readonly (readonly ScalarValue[])[]): Relation => ({
  plan: {kind: 'values', columns: Object.entries(columns).map(([name, type]) => ({name, type})), rows},
  columns,
})

const datasets: Readonly<Record<string, Relation>> = {
  patients: table({patient_id: 'string', birth_date: 'date'}, [['p1', '2000-01-01']]),
  encounters: table({encounter_id: 'string'}, [['e1']]),
  code_rules: table({code: 'string', min: 'float64', max: 'float64'}, [['2345-7', 0, 1000]]),
  code_units: table({code: 'string', unit: 'string'}, [
    ['2345-7', 'mg/dL'],
    ['2345-7', 'mmol/L'],
  ]),
}

const sound = {
  patient_id: ' P1',
  encounter_id: 'E1 ',
  code: '2345-7',
  value: ' 98.6',
  unit: 'MG/DL',
  category: ' Laboratory',
  status: 'FINAL',
  effective: '2024-05-06T07:08:09.123+02:00',
  issued: '2024-05-06 07:08:10+0200',
}

/** What is changed in a sound row, and the reasons the workload's definition gives for it. */
const cases: readonly (readonly [change: Readonly<Record<string, string | null>>, reasons: string])[] = [
  [{}, ''],
  [{encounter_id: null, issued: null}, ''],
  [{code: '72166-2', category: 'social-history', value: 'Never smoker', unit: null}, ''],
  [{code: '72166-2', category: 'survey', value: null, unit: 'anything'}, ''],
  [{id: ' '}, 'id_missing'],
  [{id: 'Twin'}, 'id_duplicate'],
  [{id: 'twin '}, 'id_duplicate'],
  [{patient_id: null}, 'patient_missing'],
  [{patient_id: 'p9'}, 'patient_unknown'],
  [{encounter_id: 'e9'}, 'encounter_unknown'],
  [{code: null}, 'code_missing'],
  [{code: '2345'}, 'code_invalid'],
  [{status: ''}, 'status_missing'],
  [{status: 'done'}, 'status_invalid'],
  [{value: null}, 'value_missing'],
  [{value: '12,5'}, 'value_not_numeric'],
  [{value: '1e3'}, 'value_not_numeric'],
  [{value: '1000.1'}, 'value_out_of_range'],
  [{value: '1000'}, ''],
  [{unit: null}, 'unit_invalid'],
  [{unit: 'kg'}, 'unit_invalid'],
  [{effective: null}, 'effective_missing'],
  [{effective: '2024-02-30T00:00:00Z'}, 'effective_invalid'],
  [{effective: '2024-05-06T07:08:09'}, 'effective_invalid'],
  [{effective: '2026-01-01T00:00:00.001Z', issued: null}, 'effective_future'],
  [{effective: '2026-01-01T00:00:00Z', issued: null}, ''],
  [{effective: '1999-12-31T23:59:59Z'}, 'effective_before_birth'],
  [{effective: '2000-01-01T00:30:00+01:00'}, 'effective_before_birth'],
  [{issued: 'soon'}, 'issued_invalid'],
  [{issued: '2024-05-06T05:08:09.122Z'}, 'issued_before_effective'],
  [{id: null, value: '-1', unit: 'stone'}, 'id_missing|value_out_of_range|unit_invalid'],
]

describe('the workload of the benchmark', () => {
  const opened: Engine[] = []
  afterAll(() => Promise.all(opened.map((engine) => engine.close())))

  it.each([
    ['the reference engine', async () => referenceEngine()],
    ['Polars', () => openEngine('polars')],
  ] as const)('gets exactly its nineteen reasons on %s', {timeout: 60_000}, async (_, open: () => Promise<Engine>) => {
    const engine = await open()
    opened.push(engine)
    const contract = await readContractFile(join(import.meta.dirname, '../../../bench/workspace/contracts/observations.odcs.yaml'))
    const compiled = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: (dataset) => datasets[dataset]})
    const rows = cases.map(([change], index): Readonly<Record<string, string | null>> => ({id: `id-${index}`, ...sound, ...change}))
    const columns = [...compiled.rawColumns, {name: 'case', type: 'int64'} as const]
    const values = rows.map((row, index) => [...compiled.rawColumns.map(({name}) => row[name.replace('raw:', '')] || null), BigInt(index)])

    const {accepted, quarantined} = await runJudged(engine, compiled, judgedPlan(compiled, {kind: 'values', columns, rows: values}))

    const found = new Map(quarantined.map((row) => [Number(row.case), row.reasons]))
    expect(cases.map((_case, index) => found.get(index) ?? '')).toEqual(cases.map(([, reasons]) => reasons))
    expect(new Set(cases.flatMap(([, reasons]) => reasons.split('|').filter((reason) => reason !== ''))).size).toBe(19)
    expect(accepted[0]).toMatchObject({
      patient_id: 'p1',
      unit: 'mg/dL',
      category: 'laboratory',
      value: '98.6',
      value_num: 98.6,
      effective_at: '2024-05-06T05:08:09.123Z',
    })
  })
})
