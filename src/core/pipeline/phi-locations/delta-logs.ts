// Bounds of values that the logs of tables keep of files whose rows were erased. Columns that identify people have none; others,
// a weight or a key that nobody marked, do.
import {layout} from '../../lake/layout.ts'
import {forgetBounds, toldBounds} from '../erasure/erase-table.ts'
import type {Found, Search} from '../erasure/erasure.ts'
import type {PhiLocation} from './phi-location.ts'

export const deltaLogs: PhiLocation = {
  name: 'delta logs',
  covers: (place) => place.kind === 'object' && /^(silver|quarantine)\/[^/]+\/_delta_log\//.test(place.key),
  async find(search) {
    const found: Found[] = []
    for (const {table, dataset} of tablesOf(search)) {
      const told = await toldBounds(search.erasure.store, table)
      if (told && told.keys.length > 0) found.push({location: 'delta logs', dataset, places: told.keys.length, rows: 0})
    }
    return found
  },
  async erase(search) {
    for (const {table} of tablesOf(search)) {
      const told = await toldBounds(search.erasure.store, table)
      if (told && told.keys.length > 0) await forgetBounds(search.erasure, told)
    }
  },
}

function tablesOf({erasure}: Search): readonly {readonly table: string; readonly dataset: string}[] {
  return erasure.datasets.flatMap(({contract: {dataset}}) =>
    (['silver', 'quarantine'] as const).map((layer) => ({table: layout.table(layer, dataset), dataset})),
  )
}
