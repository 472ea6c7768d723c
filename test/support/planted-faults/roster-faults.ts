// What goes wrong with a delivery as a whole: a check of the dataset counts it, and points at no row.

import {rosterRow} from './clean-roster.ts'
import {type DeliveryFault, type HospitalRow, withCells} from './fault.ts'

const roster = (
  rule: string,
  check: string,
  rest: Pick<DeliveryFault, 'name' | 'says' | 'damage'> & Partial<Pick<DeliveryFault, 'scale' | 'violated'>>,
): DeliveryFault => ({effect: 'delivery', dataset: 'roster', scale: 'rows', rule, check, ...rest})

/** Other texts in `count` rows from the one at `from`. */
const someRows = (
  rows: readonly HospitalRow[],
  {from, count}: {readonly from: number; readonly count: number},
  cells: (index: number) => Readonly<Record<string, string>>,
): readonly HospitalRow[] => rows.map((row, index) => (index >= from && index < from + count ? withCells(row, cells(index)) : row))

const twoDaysMs = 2 * 86_400_000

export const deliveryFaults: readonly DeliveryFault[] = [
  roster('coverage', 'coverage', {
    name: 'beds without an entry',
    says: 'another bed stands in its place',
    violated: (count) => count,
    damage: (rows, {count}) => someRows(rows, {from: 500, count}, () => ({bed: 'b0'})),
  }),
  roster('nearDuplicate', 'nearDuplicate', {
    name: 'a person twice',
    says: 'under another entry, in capitals',
    violated: (count) => 2 * count,
    damage: (rows, {count}) =>
      someRows(rows, {from: 500, count}, (index) => {
        const {name = '', born = '', zip = ''} = rows[index + 500]?.cells ?? {}
        return {name: name.toUpperCase(), born, zip}
      }),
  }),
  roster('completeness', 'ward.completeness', {
    name: 'a column thins out',
    says: 'the ward is empty in more rows than promised',
    violated: () => 1,
    damage: (rows, {count}) => someRows(rows, {from: 700, count}, () => ({ward: ''})),
  }),
  roster('drift', 'status.drift', {
    name: 'a category that nobody saw before',
    says: 'a status of another software',
    damage: (rows, {count, fresh}) => someRows(rows, {from: 900, count}, () => ({status: `status ${fresh}`})),
  }),
  roster('retention', 'kept_since.retention', {
    name: 'kept too long',
    says: 'since 1990',
    violated: (count) => count,
    damage: (rows, {count}) => someRows(rows, {from: 1100, count}, () => ({kept_since: '1990-01-01'})),
  }),
  roster('freshness', 'seen_at.freshness', {
    name: 'yesterday’s news',
    says: 'all of it is two days older',
    scale: 'delivery',
    violated: () => 1,
    damage: (rows) => rows.map((row) => withCells(row, {seen_at: new Date(Date.parse(row.cells.seen_at ?? '') - twoDaysMs).toISOString()})),
  }),
  roster('rowCount', 'rowCount', {
    name: 'rows beyond the promised number',
    says: 'entries that nobody expects',
    violated: () => 1,
    damage: (rows, {count, random, fresh}) => {
      const at = rows[0]?.cells.seen_at ?? ''
      const more = Array.from({length: count}, (_, index) => rosterRow(rows.length + index, {number: 0, random, at}))
      return [...rows, ...more.map((row, index) => withCells(row, {entry: `${fresh}-${index}`, bed: 'b0'}))]
    },
  }),
  {
    effect: 'delivery',
    dataset: 'census',
    rule: 'volume',
    check: 'volume',
    name: 'most of the delivery is missing',
    says: 'three rows of five',
    scale: 'delivery',
    violated: () => 1,
    damage: (rows) => rows.slice(0, Math.round(rows.length * 0.4)),
  },
]
