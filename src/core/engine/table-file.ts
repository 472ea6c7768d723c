// A data file of a table before an engine reads it: is it the one that was committed? A file that is gone, cut off or another one
// under the same name is an error that names table, version and file, never a table with fewer rows or other values.
import {type FileHandle, open} from 'node:fs/promises'
import {HippoError} from '../errors/hippo-error.ts'
import type {FileOrigin, ScanFile} from '../expr/plan.ts'

/** Length of the footer, then the magic bytes. */
const tailBytes = 8
const magic = 'PAR1'

/** Throws TABLE_CORRUPT when the file of a table is not what the table's log says of it; looks at its size and its end only. */
export async function assertTableFile({path, origin}: ScanFile): Promise<void> {
  if (origin === undefined) return
  const file = await open(path, 'r').catch((error: unknown) => {
    throw isMissing(error) ? damagedFile(origin, 'the data file is gone', error) : error
  })
  try {
    await assertContent(file, origin)
  } finally {
    await file.close()
  }
}

async function assertContent(file: FileHandle, origin: FileOrigin): Promise<void> {
  const {size} = await file.stat()
  if (size !== origin.sizeBytes) {
    throw damagedFile(origin, `it has ${size} bytes where ${origin.sizeBytes} were committed: it is cut off, or the file of another table`)
  }
  const tail = Buffer.alloc(tailBytes)
  await file.read(tail, 0, tailBytes, Math.max(0, size - tailBytes))
  if (tail.toString('latin1', 4) !== magic || tail.readUInt32LE(0) > size - tailBytes - magic.length) {
    throw damagedFile(origin, 'its Parquet footer is damaged')
  }
}

/** The error of a data file that cannot be read. */
export function damagedFile({table, version, key}: FileOrigin, what: string, cause?: unknown): HippoError {
  return new HippoError('TABLE_CORRUPT', {
    message: `table ${table} cannot be read at version ${version}: ${key}: ${what}`,
    hint: 'versions without this file can still be read (hippo table history), and so can all other tables; bring the file back from a copy, or rebuild the dataset with hippo promote silver --full',
    details: {table, version, key},
    ...(cause === undefined ? {} : {cause}),
  })
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
