// Rejected rows, with their text as received.

import type {PhiLocation} from './phi-location.ts'
import {eraseTables, findInTables} from './tables.ts'

export const quarantine: PhiLocation = {
  name: 'quarantine',
  covers: (place) => place.kind === 'object' && /^quarantine\/[^/]+\/(?!_delta_log\/)/.test(place.key),
  find: async (search) => findInTables('quarantine', search),
  erase: (search) => eraseTables('quarantine', search),
}
