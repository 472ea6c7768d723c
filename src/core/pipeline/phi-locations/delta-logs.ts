// Bounds of values that the logs of tables keep of files whose rows were erased. Columns that identify people have none; others,
// a weight or a key that nobody marked, do. What a repair set aside of a log goes whole: it cannot be read to be changed.
import {asideFolder} from '../../delta/set-aside.ts'
import {layout} from '../../lake/layout.ts'
import {forgetBounds, toldBounds} from '../erasure/erase-table.ts'
import type {Found, Search} from '../erasure/erasure.ts'
import type {PhiLocation} from './phi-location.ts'

export const deltaLogs: PhiLocation = {
  name: 'delta logs',
  covers: (place) => place.kind === 'object' && /^(silver|quarantine)\/[^/]+\/(_delta_log|_damaged)\//.test(place.key),
  async find(search) {
    const found: Found[] = []
    for (const {table, dataset} of tablesOf(search)) {
      const told = await toldBounds(search.erasure.store, table)
      const aside = search.tables.some((one) => one.snapshot.table === table && isHit(one)) ? await setAsideKeys(search, table) : []
      const places = (told?.keys.length ?? 0) + aside.length
      if (places > 0) found.push({location: 'delta logs', dataset, places, rows: 0})
    }
    return found
  },
  async erase(search) {
    for (const {table} of tablesOf(search)) {
      const told = await toldBounds(search.erasure.store, table)
      if (told && told.keys.length > 0) await forgetBounds(search.erasure, told)
      for (const key of await setAsideKeys(search, table)) await search.erasure.store.delete(key)
    }
  },
}

const isHit = ({current, deadWithRows}: Search['tables'][number]): boolean => current.length + deadWithRows > 0

async function setAsideKeys({erasure}: Search, table: string): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const {key} of erasure.store.list(asideFolder(table))) keys.push(key)
  return keys
}

function tablesOf({erasure}: Search): readonly {readonly table: string; readonly dataset: string}[] {
  return erasure.datasets.flatMap(({contract: {dataset}}) =>
    (['silver', 'quarantine'] as const).map((layer) => ({table: layout.table(layer, dataset), dataset})),
  )
}
