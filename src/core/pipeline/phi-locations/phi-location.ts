// A kind of place in which hippo keeps patient data. Each is a file of its own with a line in `index.ts`. What stores patient
// data anywhere else is found by the test that searches a whole workspace for planted values (test/integration/forget.test.ts).
import type {Found, Search} from '../erasure/erasure.ts'

/** Where bytes can lie: a key of the lake, an earlier version of one, a relation of the database, a path below the workspace's `.hippo`. */
export type Place =
  | {readonly kind: 'object'; readonly key: string}
  | {readonly kind: 'version'; readonly key: string}
  | {readonly kind: 'relation'; readonly schema: string; readonly name: string}
  | {readonly kind: 'file'; readonly path: string}

export interface PhiLocation {
  readonly name: string
  /** Whether a place belongs to this kind. */
  covers(place: Place): boolean
  /** What of the search lies here; only counts above 0. After an erasure this is the proof: it must be empty. */
  find(search: Search): Promise<readonly Found[]>
  /** Objects that `erase` deletes or writes again, where the hits in bronze and the tables do not tell them. */
  keys?(search: Search): Promise<readonly string[]>
  /** Removes what the search found; what is gone already is no error. */
  erase(search: Search): Promise<void>
}
