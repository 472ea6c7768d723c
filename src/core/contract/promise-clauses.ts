// Service levels as clauses: what `slaProperties` promises of a column is checked like any rule under it. A promise without an `element`
// of this dataset is about no column; `hippo status` watches freshness then, by the last promotion.
import type {Contract, Retention} from '../model/contract.ts'
import type {ClauseDraft} from './draft.ts'
import type {MapReader} from './map-reader.ts'

export interface Promises {
  readonly freshnessHours: number | undefined
  readonly retention: Retention | undefined
}

/** One clause for freshness (or else latency) and one for retention, where they name a date or timestamp of the dataset. */
export function promiseClauses(
  entries: readonly MapReader[],
  {dataset, columns}: Pick<Contract, 'dataset' | 'columns'>,
  {freshnessHours, retention}: Promises,
): readonly ClauseDraft[] {
  const find = (name: string): MapReader | undefined => entries.find((entry) => entry.text('property') === name)
  const fresh = find('freshness') ?? find('latency')
  const kept = find('retention')
  const column = columns.find(({name}) => name === elementOf(fresh, dataset))
  const isDated = column?.logicalType === 'date' || column?.logicalType === 'timestamp'
  return [
    ...(fresh === undefined || freshnessHours === undefined || !isDated
      ? []
      : [{kind: 'freshness', column: column.name, params: {withinHours: freshnessHours}, path: fresh.path}]),
    ...(kept === undefined || retention === undefined
      ? []
      : [{kind: 'retention', column: retention.column, params: {days: retention.days}, path: kept.path}]),
  ]
}

const elementOf = (entry: MapReader | undefined, dataset: string): string | undefined => entry?.text('element')?.replace(`${dataset}.`, '')
