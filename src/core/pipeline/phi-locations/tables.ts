// What the two layers of Delta tables share as places of patient data.
import {eraseRows, purgeFiles} from '../erasure/erase-table.ts'
import type {Found, Search} from '../erasure/erasure.ts'
import type {TableLayer, TableSearch} from '../erasure/search-table.ts'

export function findInTables(layer: TableLayer, {tables}: Search): readonly Found[] {
  return ofLayer(layer, tables).map(({dataset, current, deadWithRows}) => ({
    location: layer,
    dataset: dataset.contract.dataset,
    places: current.length + deadWithRows,
    rows: current.reduce((sum, {rows}) => sum + rows, 0),
  }))
}

export async function eraseTables(layer: TableLayer, {erasure, tables}: Search): Promise<void> {
  for (const table of ofLayer(layer, tables)) {
    await erasure.run.step('erase', `${layer}.${table.dataset.contract.dataset}`, async () => {
      await eraseRows(erasure, table)
      await purgeFiles(erasure, table)
    })
  }
}

const ofLayer = (layer: TableLayer, tables: readonly TableSearch[]): readonly TableSearch[] =>
  tables.filter((table) => table.layer === layer && table.current.length + table.deadWithRows > 0)
