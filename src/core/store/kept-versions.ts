// What a store may keep besides the newest version of each object: earlier versions and marks of deletion, and locks that forbid
// to remove them. Most code never sees them; an erasure must, because deleting an object there only hides it. Stores without
// versions do not have these calls.
import type {ObjectStore} from './object-store.ts'

export interface ObjectVersion {
  readonly key: string
  readonly versionId: string
  /** What a reader of the key gets, or the mark of deletion because of which there is nothing to get. */
  readonly isNewest: boolean
  /** A mark of deletion; it has no bytes. */
  readonly isMarker: boolean
  /** The server's own mark of the bytes; absent of marks of deletion. Tells equal from different, nothing more. */
  readonly etag?: string
}

export interface ObjectLock {
  /** Only `governance` can be passed by, by those who may. */
  readonly kind: 'compliance' | 'governance' | 'legalHold'
  /** ISO 8601; a legal hold has no end of its own. */
  readonly until?: string
}

export interface KeptVersions {
  /** Every version below the prefix; none where the store never kept any. */
  versions(prefix: string): AsyncIterable<ObjectVersion>
  /** What keeps this version from being removed. */
  lockOf(version: ObjectVersion): Promise<ObjectLock | undefined>
  /** For good. STORE_LOCKED under a lock; what is gone is no error. */
  removeVersion(version: ObjectVersion, options: {readonly bypassGovernance: boolean}): Promise<void>
}

/** The store's versions; undefined for a kind of store that has none. */
export function keptVersions(store: ObjectStore): KeptVersions | undefined {
  return 'removeVersion' in store ? (store as ObjectStore & KeptVersions) : undefined
}
