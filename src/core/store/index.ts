// The registry of stores: a kind and how to load it. A lake is a folder or a bucket.
import {isAbsolute} from 'node:path'
import type {Config} from '../config/config.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from './object-store.ts'

export interface StoreSettings extends Pick<Config, 'lake'> {
  /** What a store outside this machine needs besides. */
  readonly remote?: {
    readonly s3: Config['s3']
    readonly env: Readonly<Record<string, string | undefined>>
    /** Absolute folder for what was found out about the server. */
    readonly probeFolder?: string
  }
}

type StoreLoader = (settings: StoreSettings) => Promise<ObjectStore>

const loaders: Readonly<Record<ObjectStore['kind'], StoreLoader>> = {
  local: async ({lake}) => (await import('./local/local-store.ts')).openLocalStore(lake),
  memory: async () => (await import('./memory/memory-store.ts')).memoryStore(),
  s3: async ({lake, remote}) => (await import('./s3/open-s3-store.ts')).openS3Store({lake, ...needed(lake, remote)}),
}

/** Opens the store of a lake: an absolute folder, `s3://bucket/prefix` or `memory:`. CONFIG_INVALID for anything else. */
export async function openStore(settings: StoreSettings): Promise<ObjectStore> {
  return loaders[kindOf(settings.lake)](settings)
}

function kindOf(lake: string): ObjectStore['kind'] {
  if (lake.startsWith('s3://')) return 's3'
  if (lake === 'memory:') return 'memory'
  if (isAbsolute(lake)) return 'local'
  throw new HippoError('CONFIG_INVALID', {message: `lake: ${lake} is neither a folder nor s3://BUCKET/PREFIX`})
}

function needed<T>(lake: string, remote: T | undefined): T {
  if (remote !== undefined) return remote
  throw new HippoError('CONFIG_INVALID', {message: `lake: ${lake} needs the settings of its server`})
}
