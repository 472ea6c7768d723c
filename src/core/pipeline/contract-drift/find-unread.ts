// Columns whose values can for the most part no longer be read as their type. Where the delivery shows how they could be, by another date
// format or as numbers instead of integers, that is the remedy; else the answer is the sender's.
import {bindSources} from '../../contract/source-columns.ts'
import type {Column} from '../../model/contract.ts'
import {measureChecks} from '../measure-checks.ts'
import type {DriftFinding, Drifting} from './find-drift.ts'
import type {FinderPorts} from './finder-ports.ts'

/** A share of values beyond which it is no longer a few faults. */
const minShare = 0.2

export async function findUnread({contract, delivery, profile}: Drifting, {measure}: FinderPorts): Promise<readonly DriftFinding[]> {
  const {compiled, rows, header} = delivery
  const types = compiled.checks.filter(({clause}) => clause.kind === 'type')
  const {violated, denominators} = await measureChecks({...compiled, checks: types}, rows, measure)
  const {binding} = bindSources(contract, header)
  return types.flatMap(({clause: {id, column: name}}): readonly DriftFinding[] => {
    const [bad, all] = [violated[id] ?? 0, denominators[id] ?? 0]
    const column = contract.columns.find((one) => one.name === name)
    if (column === undefined || all === 0 || bad < all * minShare) return []
    const alias = compiled.sources.find(({feeds}) => feeds.includes(column.name))?.alias ?? ''
    const source = profile.columns.find((one) => one.name === binding[alias])
    const remedy = source === undefined ? undefined : remedyOf(column, source)
    const share = Math.round((100 * bad) / all)
    return [
      {
        kind: 'unread',
        column: column.name,
        message: `${share} % of the values of ${column.name} cannot be read as ${column.logicalType}${remedy === undefined ? '' : `; they can as ${sayRemedy(remedy)}`}`,
        rows: bad,
        ...(remedy === undefined ? {} : {remedy}),
      },
    ]
  })
}

type Readable = Extract<NonNullable<DriftFinding['remedy']>, {kind: 'addDateFormat' | 'retype'}>

const sayRemedy = (remedy: Readable): string => (remedy.kind === 'retype' ? remedy.logicalType : remedy.format)

function remedyOf(
  {name, logicalType, formats}: Column,
  {readings, rows, nulls}: Drifting['profile']['columns'][number],
): Readable | undefined {
  // What the contract reads already may be left over: a reading counts when most values that are there can be read so.
  const good = readings
    .filter(({unreadable}) => unreadable <= (rows - nulls) * (1 - minShare))
    .toSorted((a, b) => a.unreadable - b.unreadable)
  for (const {reading} of good) {
    const [format] = reading.formats
    const isNew = format !== undefined && !formats.includes(format) && reading.formats.length === 1
    if (logicalType === 'date' && reading.type === 'date' && isNew) return {kind: 'addDateFormat', column: name, format}
    if (logicalType === 'integer' && reading.type === 'number' && !reading.decimalComma)
      return {kind: 'retype', column: name, logicalType: 'number'}
  }
  return undefined
}
