// The hash of a stored object. Stores that have a faster way than one stream say so.
import {createHash} from 'node:crypto'
import type {ObjectStore} from './object-store.ts'

export interface ObjectHash {
  /** Hex SHA-256 of the bytes as they are now; STORE_KEY_MISSING when there are none. */
  hashObject(key: string, options?: {readonly signal?: AbortSignal}): Promise<string>
}

/** Hex SHA-256 of the stored bytes, read for it; STORE_KEY_MISSING when there are none. */
export async function hashObject(store: ObjectStore, key: string, signal?: AbortSignal): Promise<string> {
  const options = signal === undefined ? {} : {signal}
  if ('hashObject' in store) return (store as ObjectStore & ObjectHash).hashObject(key, options)
  const hash = createHash('sha256')
  for await (const chunk of store.stream(key, options)) hash.update(chunk)
  return hash.digest('hex')
}
