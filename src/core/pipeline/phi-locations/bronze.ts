// Received bytes.
import {eraseBronze} from '../erasure/erase-bronze.ts'
import type {PhiLocation} from './phi-location.ts'

export const bronze: PhiLocation = {
  name: 'bronze',
  covers: (place) => place.kind === 'object' && place.key.startsWith('bronze/objects/'),
  async find({bronze: hits}) {
    if (hits.length === 0) return []
    const rows = hits.reduce((sum, {what}) => sum + (what.kind === 'records' ? what.rows.size : 0), 0)
    return [{location: 'bronze', places: hits.length, rows}]
  },
  erase: async (search) => (search.bronze.length === 0 ? undefined : search.erasure.run.step('erase', 'bronze', () => eraseBronze(search))),
}
