// What a bucket with versions keeps of objects that were deleted or written again. Last of all, for the other places leave some.
import {erasePastVersions} from '../erasure/past-versions.ts'
import type {PhiLocation} from './phi-location.ts'

export const pastVersions: PhiLocation = {
  name: 'past versions',
  covers: (place) => place.kind === 'version',
  async find({pastVersions: {past}}) {
    return past.length === 0 ? [] : [{location: 'past versions', places: past.length, rows: 0}]
  },
  erase: (search) => erasePastVersions(search),
}
