// What a store may do beyond the common contract, because its caller sits on the same machine: take a body whose key
// is made of its own hash in one pass, and take over a finished file without copying it. `placeContent` and `placeFile`
// work with every store and use the short way where there is one.
import {unlink} from 'node:fs/promises'
import type {ObjectStore, PutOptions, SizedSource} from './object-store.ts'
import {fileSource, hashOfSource} from './sized-source.ts'

export interface Placed {
  readonly key: string
  /** Lower-case hex of the stored bytes. */
  readonly sha256: string
  readonly outcome: 'created' | 'exists'
}

export interface ContentPlacement {
  /** Stores the body under `keyOf(its sha256)`, hashed while it is copied. */
  placeContent(body: SizedSource, keyOf: (sha256: string) => string, options?: PutOptions): Promise<Placed>
  /** Takes over a file that nobody writes any more; the file is gone from `path` afterwards, whatever the outcome. */
  placeFile(key: string, path: string): Promise<'created' | 'exists'>
}

function hasContentPlacement(store: ObjectStore): store is ObjectStore & ContentPlacement {
  return 'placeContent' in store && 'placeFile' in store
}

/** Stores a body under a key made of its SHA-256: one pass in a local store, hash then put elsewhere. */
export async function placeContent(
  store: ObjectStore,
  body: SizedSource,
  keyOf: (sha256: string) => string,
  options: PutOptions = {},
): Promise<Placed> {
  if (hasContentPlacement(store)) return store.placeContent(body, keyOf, options)
  const sha256 = await hashOfSource(body, options.signal)
  const key = keyOf(sha256)
  return {key, sha256, outcome: await store.putIfAbsent(key, body, {...options, sha256})}
}

/** Moves a finished local file into the store, durably; it must not be written any more. The file at `path` is gone afterwards. */
export async function placeFile(store: ObjectStore, key: string, path: string): Promise<'created' | 'exists'> {
  if (hasContentPlacement(store)) return store.placeFile(key, path)
  const outcome = await store.putIfAbsent(key, await fileSource(path))
  await unlink(path)
  return outcome
}
