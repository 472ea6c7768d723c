// What released legal holds on the person leave: documents under an HMAC of the id, with the id sealed. No erasure begins while
// a hold is on the person.

import {layout} from '../../lake/layout.ts'
import {holdFolder} from '../../lake/person-holds.ts'
import type {Search} from '../erasure/erasure.ts'
import type {PhiLocation} from './phi-location.ts'

export const holds: PhiLocation = {
  name: 'holds',
  covers: (place) => place.kind === 'object' && place.key.startsWith(layout.holdPrefix),
  async find(search) {
    const keys = await documentsOf(search)
    return keys.length === 0 ? [] : [{location: 'holds', places: keys.length, rows: 0}]
  },
  keys: (search) => documentsOf(search),
  async erase(search) {
    for (const key of await documentsOf(search)) await search.erasure.store.delete(key)
  },
}

async function documentsOf({erasure: {person, key, store}}: Search): Promise<readonly string[]> {
  const keys: string[] = []
  if (person && key !== '') for await (const object of store.list(holdFolder(key, person.id))) keys.push(object.key)
  return keys
}
