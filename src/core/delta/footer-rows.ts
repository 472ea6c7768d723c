// How many rows a stored Parquet file says it has: a few small reads at its end, whatever its size.
import {HippoError} from '../errors/hippo-error.ts'
import type {ObjectStore} from '../store/object-store.ts'

/** Undefined when the object is no readable Parquet; STORE_* errors of the store itself are thrown on. */
export async function rowsInFooter(
  store: ObjectStore,
  {key, sizeBytes}: {readonly key: string; readonly sizeBytes: number},
): Promise<bigint | undefined> {
  const {parquetMetadataAsync} = await import('hyparquet')
  const slice = async (start: number, end: number = sizeBytes): Promise<ArrayBuffer> =>
    new Uint8Array(await store.get(key, {range: {start, end}})).buffer
  return parquetMetadataAsync({byteLength: sizeBytes, slice}).then(
    (metadata) => metadata.num_rows,
    (error: unknown) => (error instanceof HippoError && error.code !== 'STORE_CORRUPT' ? Promise.reject(error) : undefined),
  )
}
