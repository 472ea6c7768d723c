// The registry of stores: a kind and how to load it. A lake is a folder, or (not yet) a bucket.
import {isAbsolute} from 'node:path'
import type {Config} from '../config/config.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from './object-store.ts'

export type StoreSettings = Pick<Config, 'lake'>

type StoreLoader = (settings: StoreSettings) => Promise<ObjectStore>

const loaders: Readonly<Record<ObjectStore['kind'], StoreLoader>> = {
  local: async ({lake}) => (await import('./local/local-store.ts')).openLocalStore(lake),
  memory: async () => (await import('./memory/memory-store.ts')).memoryStore(),
  s3: async ({lake}) => {
    throw new HippoError('CONFIG_INVALID', {
      message: `lake: ${lake} is in S3, which this version of hippo cannot use`,
      hint: 'set lake to a local folder',
    })
  },
}

/** Opens the store of a lake: an absolute folder, or `memory:`. CONFIG_INVALID for anything else. */
export async function openStore(settings: StoreSettings): Promise<ObjectStore> {
  return loaders[kindOf(settings.lake)](settings)
}

function kindOf(lake: string): ObjectStore['kind'] {
  if (lake.startsWith('s3://')) return 's3'
  if (lake === 'memory:') return 'memory'
  if (isAbsolute(lake)) return 'local'
  throw new HippoError('CONFIG_INVALID', {message: `lake: ${lake} is neither a folder nor s3://BUCKET/PREFIX`})
}
