// Shifts that no rule notices: numbers that are all at a known ratio to those before (another unit), and deliveries much larger or smaller
// than those before. Neither has an answer in the contract alone: they are told, with the numbers that show them.
import {column, isPresent} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {isProtected} from '../../model/contract.ts'
import type {DriftFinding, Drifting} from './find-drift.ts'
import type {FinderPorts} from './finder-ports.ts'

/** Ratios of units that clinics mix up. */
const ratios: readonly (readonly [ratio: number, says: string])[] = [
  [2.20462, 'pounds for kilograms'],
  [0.453592, 'kilograms for pounds'],
  [2.54, 'centimetres for inches'],
  [0.393701, 'inches for centimetres'],
  [100, 'centimetres for metres, or percent for shares'],
  [0.01, 'metres for centimetres, or shares for percent'],
  [10, 'ten times as much'],
  [0.1, 'a tenth'],
  [1000, 'a thousand times as much'],
  [0.001, 'a thousandth'],
  [18.0182, 'mg/dL for mmol/L of glucose'],
  [0.0555, 'mmol/L for mg/dL of glucose'],
  [38.67, 'mg/dL for mmol/L of cholesterol'],
  [0.02586, 'mmol/L for mg/dL of cholesterol'],
  [88.42, 'µmol/L for mg/dL of creatinine'],
  [0.01131, 'mg/dL for µmol/L of creatinine'],
]
const tolerance = 0.06
const sampledRows = 4000
const minNumbers = 30

/** Columns of numbers whose quartiles all moved by one known ratio: a wider spread or another mix of cases moves them apart. */
export async function findUnits({contract, delivery, before}: Drifting, ports: FinderPorts): Promise<readonly DriftFinding[]> {
  if (before === undefined) return []
  const found: DriftFinding[] = []
  for (const {name, logicalType, ...rest} of contract.columns) {
    if ((logicalType !== 'number' && logicalType !== 'integer') || isProtected({name, logicalType, ...rest})) continue
    const [then, now] = [await quartiles(before, name, ports), await quartiles(delivery.rows, name, ports)]
    if (then === undefined || now === undefined) continue
    const moved = then.map((value, index) => (now[index] ?? 0) / value)
    const known = ratios.find(([ratio]) => moved.every((one) => Math.abs(one / ratio - 1) < tolerance))
    if (known === undefined) continue
    const [, median] = moved
    found.push({
      kind: 'units',
      column: name,
      message: `the numbers of ${name} are ${(median ?? 0).toPrecision(3)} times those before, at every quartile: ${known[1]}? Ask the sender, or convert them by a step`,
      rows: delivery.records,
    })
  }
  return found
}

/** undefined where there are too few numbers, or none but zero. */
async function quartiles(rows: Plan, name: string, {engine, signal}: FinderPorts): Promise<readonly number[] | undefined> {
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: rows, where: isPresent(column(name))},
    columns: [{name: 'value', expr: column(name)}],
  }
  const numbers = (await engine.rows(plan, sampledRows, {signal})).map(({value}) => Number(value)).toSorted((a, b) => a - b)
  if (numbers.length < minNumbers) return undefined
  const found = [0.25, 0.5, 0.75].map((share) => numbers[Math.floor(share * (numbers.length - 1))] ?? 0)
  return found.some((value) => value === 0) ? undefined : found
}

/** Deliveries before that make a habit. */
const minDeliveries = 4
const most = 2

export function findVolume({delivery}: Drifting, before: readonly number[]): readonly DriftFinding[] {
  if (before.length < minDeliveries) return []
  const sorted = before.toSorted((a, b) => a - b)
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0
  const {records} = delivery
  if (usual === 0 || (records <= usual * most && records * most >= usual)) return []
  const message = `it has ${records} rows, and the ${before.length} deliveries before it ${usual} in the middle`
  return [{kind: 'volume', message, rows: records}]
}
