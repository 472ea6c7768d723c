// Accepted rows, in the newest version of each table and in the files of older ones.

import type {PhiLocation} from './phi-location.ts'
import {eraseTables, findInTables} from './tables.ts'

export const silver: PhiLocation = {
  name: 'silver',
  covers: (place) => place.kind === 'object' && /^silver\/[^/]+\/(?!_delta_log\/|_change_data\/)/.test(place.key),
  find: async (search) => findInTables('silver', search),
  erase: (search) => eraseTables('silver', search),
}
