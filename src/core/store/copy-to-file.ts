// A local copy of an object, for readers that need a file. Stores that have a faster way than one stream say so.
import {createWriteStream} from 'node:fs'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import type {ObjectStore} from './object-store.ts'

export interface FileCopy {
  /** Writes the whole object to a new file with mode 0600; after a failure what is there is of no use. */
  copyToFile(key: string, path: string, options?: {readonly signal?: AbortSignal}): Promise<void>
}

/** Writes the whole object to a new file with mode 0600, the store's fastest way. */
export async function copyToFile(store: ObjectStore, key: string, path: string, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : {signal}
  if ('copyToFile' in store) return (store as ObjectStore & FileCopy).copyToFile(key, path, options)
  await pipeline(Readable.from(store.stream(key, options)), createWriteStream(path, {mode: 0o600}), options)
}
