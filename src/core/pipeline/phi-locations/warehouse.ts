// Versions of silver datasets and gold models in PostgreSQL, live and kept.
import {eraseWarehouse} from '../erasure/erase-warehouse.ts'
import type {PhiLocation} from './phi-location.ts'

const schemas = ['silver', 'gold', 'silver_data', 'gold_data']

export const warehouse: PhiLocation = {
  name: 'warehouse',
  covers: (place) => place.kind === 'relation' && schemas.includes(place.schema),
  async find({warehouse: stale}) {
    const byName = Map.groupBy(stale, ({layer, of}) => `${layer}.${of}`)
    return [...byName].map(([name, versions]) => ({location: 'warehouse', dataset: name, places: versions.length, rows: 0}))
  },
  erase: async ({erasure, warehouse: stale}) =>
    stale.length === 0 ? undefined : erasure.run.step('erase', 'warehouse', () => eraseWarehouse(erasure, stale)),
}
