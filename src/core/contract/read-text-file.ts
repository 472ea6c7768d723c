// The text of a file that a person or a script names: refused before it is opened when it is no plain file (a pipe would never end) or larger
// than what is asked of it, so that what it costs is bounded.
import {readFile, stat} from 'node:fs/promises'
import {HippoError} from '../errors/hippo-error.ts'

/** Contracts and drafts; a contract of 10,000 columns has 1 MB. */
export const largestContractBytes = 5_000_000

/** As UTF-8; CONTRACT_NOT_FOUND for what is not there or cannot be read, CONTRACT_INVALID for what is no file or too large. */
export async function readTextFile(path: string, largestBytes: number): Promise<string> {
  const unreadable = (cause: unknown): HippoError => new HippoError('CONTRACT_NOT_FOUND', {message: `${path} cannot be read`, cause})
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  const at = {file: path, line: 1, column: 1}
  if (info.isDirectory()) throw unreadable(new Error('it is a folder'))
  if (!info.isFile()) throw new HippoError('CONTRACT_INVALID', {message: 'this is no file that ends', at})
  if (info.size > largestBytes) throw new HippoError('CONTRACT_INVALID', {message: `the file is larger than ${largestBytes / 1e6} MB`, at})
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(cause)
  })
}
