// The promise of retention in `slaProperties`: how long rows are kept, and from which of their dates that counts.
import type {Contract, Retention} from '../model/contract.ts'
import type {MapReader} from './map-reader.ts'
import {hoursPer} from './read-freshness.ts'

const daysPerYear = 365.25

/** The first retention entry; undefined when there is none, or none that can be applied. */
export function readRetention(
  entries: readonly MapReader[],
  {dataset, columns}: Pick<Contract, 'dataset' | 'columns'>,
): Retention | undefined {
  const entry = entries.find((candidate) => candidate.text('property') === 'retention')
  if (entry === undefined) return undefined
  const value = Number(entry.raw('value'))
  const daysPerUnit = daysPer(entry.text('unit') ?? '')
  if (!entry.has('element')) return undefined
  if (daysPerUnit === undefined || !Number.isFinite(value) || value <= 0) {
    entry.report({
      message: 'retention: expected a number above 0 and a unit',
      hint: 'for example value: 10 and unit: years',
      key: daysPerUnit === undefined ? 'unit' : 'value',
    })
    return undefined
  }
  // Without a column to count from, or for another table, it is kept as a promise that nothing applies; lint says so.
  const name = (entry.text('element') ?? '').replace(`${dataset}.`, '')
  const column = columns.find((one) => one.name === name)
  if (column === undefined) return undefined
  if (!['date', 'timestamp'].includes(column.logicalType)) {
    entry.report({message: `retention: ${name} is no date or timestamp to count from`, key: 'element'})
    return undefined
  }
  return {days: value * daysPerUnit, column: name}
}

function daysPer(unit: string): number | undefined {
  if (/^(y|yr|yrs|years?)$/i.test(unit)) return daysPerYear
  if (/^(mo|months?)$/i.test(unit)) return daysPerYear / 12
  const hours = hoursPer(unit)
  return hours === undefined ? undefined : hours / 24
}
