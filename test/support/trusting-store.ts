// A store in S3 that takes the server's word for what a probe would have tried: for tests of one operation, and of servers that
// would not pass.
import {openBucket, type S3StoreOptions} from '../../src/core/store/s3/open-s3-store.ts'
import type {ProbeResult} from '../../src/core/store/s3/probe.ts'
import {S3Store} from '../../src/core/store/s3/s3-store.ts'

export async function trustingStore(options: S3StoreOptions): Promise<S3Store> {
  const result: ProbeResult = {faults: [], isMultipartSafe: true, refusesNestedKeys: true, server: 'trusted', probedAt: ''}
  const probed = Object.assign(async () => result, {again: async () => result})
  return new S3Store(await openBucket(options), probed)
}
