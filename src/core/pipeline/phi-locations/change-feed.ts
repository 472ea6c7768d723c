// Rows as they were and became, in the change data feed of a silver table that keeps one.
import {purgeFiles} from '../erasure/erase-table.ts'
import type {PhiLocation} from './phi-location.ts'

export const changeFeed: PhiLocation = {
  name: 'change feed',
  covers: (place) => place.kind === 'object' && /^silver\/[^/]+\/_change_data\//.test(place.key),
  find: async ({tables}) =>
    tables
      .filter(({fed}) => fed > 0)
      .map(({dataset, fed}) => ({location: 'change feed', dataset: dataset.contract.dataset, places: fed, rows: 0})),
  async erase({erasure, tables}) {
    for (const table of tables.filter(({fed}) => fed > 0)) await purgeFiles(erasure, table)
  },
}
