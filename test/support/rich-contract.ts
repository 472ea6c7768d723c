// A contract with everything that formats of other tools can hold, rows that it accepts, and rows that break one check each.
// What each row breaks is said here by hand and held to the reference engine, so that both judge the other tools.
import {compileContract} from '../../src/core/contract/compile-contract.ts'
import type {Contract} from '../../src/core/model/contract.ts'
import type {Relation} from '../../src/core/rules/define-rule.ts'
import {labContract} from './contract-text.ts'
import {referenceEngine} from './reference-engine.ts'
import {judgedPlan, runJudged} from './run-contract.ts'

export type RichRow = Readonly<Record<string, string | number | boolean | null>>

export interface RichCase {
  /** The one check that it breaks; absent for a row that is accepted. */
  readonly breaks?: string
  readonly row: RichRow
}

export const richContract: Contract = labContract(
  `
- {name: id, logicalType: string, primaryKey: true, required: true, logicalTypeOptions: {maxLength: 6, pattern: '^R[0-9]+$'}}
- name: status
  logicalType: string
  required: true
  description: 'How far it is; a "quoted" word, it''s Grad °C.'
  quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [final, draft, "it's"]}}]
- {name: value, logicalType: number, physicalType: "DECIMAL(8,2)", logicalTypeOptions: {minimum: 0, maximum: 100}}
- {name: ratio, logicalType: number, logicalTypeOptions: {exclusiveMinimum: 0, exclusiveMaximum: 1}}
- {name: code, logicalType: string, unique: true, logicalTypeOptions: {pattern: '[A-Z]{2}$'}}
- {name: taken_on, logicalType: date, logicalTypeOptions: {minimum: 2020-01-01}}
- {name: reported_at, logicalType: timestamp}
- {name: at_time, logicalType: time}
- {name: count, logicalType: integer, logicalTypeOptions: {minimum: 1, maximum: 5}}
- name: level
  logicalType: integer
  quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [1, 2, 3]}}]
- {name: checked, logicalType: boolean}
- {name: patient, logicalType: string, relationships: [{to: patient.id}]}
- {name: order, logicalType: string, description: A reserved word., logicalTypeOptions: {minLength: 2}}
`,
  'description: What the laboratory measured.\nquality: [{metric: rowCount, mustBeGreaterThan: 0}]',
)

/** Ids of the patients that rows may refer to. */
export const richPatients: readonly string[] = ['P1', 'P2']

const first: RichRow = {
  ...{id: 'R1', status: 'final', value: 12.5, ratio: 0.5, code: 'xAB', taken_on: '2024-02-29', reported_at: '2024-02-29T10:00:00Z'},
  ...{at_time: '08:30:00', count: 3, level: 2, checked: true, patient: 'P1', order: 'ab'},
}
const empty: RichRow = {
  ...{id: 'R2', status: "it's", value: null, ratio: null, code: null, taken_on: null, reported_at: null},
  ...{at_time: null, count: null, level: null, checked: null, patient: null, order: null},
}
const limits: RichRow = {
  ...{...first, id: 'R33333', status: 'draft', value: 100, ratio: 0.999, code: 'CD', taken_on: '2020-01-01', count: 5, level: 3},
  ...{checked: false, patient: 'P2', order: 'a much longer text'},
}

const broken = (breaks: string, change: RichRow, at: number): RichCase => ({
  breaks,
  row: {...first, id: `R${100 + at}`, code: null, ...change},
})

const faults: readonly (readonly [breaks: string, change: RichRow])[] = [
  ['id.length', {id: 'R123456'}],
  ['id.pattern', {id: 'X1'}],
  ['status.required', {status: null}],
  ['status.acceptedValues', {status: 'FINAL'}],
  ['value.range', {value: -0.5}],
  ['value.range', {value: 100.25}],
  ['ratio.range', {ratio: 0}],
  ['ratio.range', {ratio: 1}],
  ['code.pattern', {code: 'ABx'}],
  ['code.unique', {code: 'xAB'}],
  ['id.unique', {id: 'R1'}],
  ['taken_on.range', {taken_on: '2019-12-31'}],
  ['count.range', {count: 0}],
  ['count.range', {count: 6}],
  ['level.acceptedValues', {level: 4}],
  ['patient.reference', {patient: 'P9'}],
  ['order.length', {order: 'a'}],
]

/** Accepted ones first; a row that repeats a key or a value repeats that of an accepted one. */
export const richCases: readonly RichCase[] = [
  ...[first, empty, limits].map((row) => ({row})),
  ...faults.map(([breaks, change], at) => broken(breaks, change, at)),
]

/** Reasons of each case on the reference engine, judged beside the accepted rows, in the order of `richCases`. */
export async function judgeRichCases(): Promise<readonly (readonly string[])[]> {
  const patients: Relation = {
    plan: {kind: 'values', columns: [{name: 'id', type: 'string'}], rows: richPatients.map((id) => [id])},
    columns: {id: 'string'},
  }
  const relation = (dataset: string) => (dataset === 'patient' ? patients : undefined)
  const compiled = compileContract(richContract, {now: '2026-01-01T00:00:00Z', relation})
  const accepted = richCases.filter(({breaks}) => breaks === undefined)
  const judged: (readonly string[])[] = []
  for (const {row, breaks} of richCases) {
    const rows = breaks === undefined ? [row] : [...accepted.map((one) => one.row), row]
    const columns = compiled.rawColumns
    const values = rows.map((one) => columns.map(({name}) => textOf(one[name.replace('raw:', '')] ?? null)))
    const {quarantined} = await runJudged(referenceEngine(), compiled, judgedPlan(compiled, {kind: 'values', columns, rows: values}))
    judged.push([...new Set(quarantined.flatMap(({reasons}) => String(reasons).split('|')))])
  }
  return judged
}

const textOf = (value: RichRow[string]): string | null => (value === null || value === undefined ? null : String(value))
