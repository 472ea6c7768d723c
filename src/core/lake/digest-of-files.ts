// One digest for a set of files, whatever their names and order: the hash of their sorted hashes.
import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'

/** Lower-case hex SHA-256; of nothing when there are no files. */
export async function digestOfFiles(paths: readonly string[]): Promise<string> {
  return digestOfHashes(await Promise.all(paths.map(hashOfFile)))
}

/** The same from the SHA-256 of each file, in any order. */
export function digestOfHashes(hashes: readonly string[]): string {
  const whole = createHash('sha256')
  for (const hash of hashes.toSorted()) whole.update(hash)
  return whole.digest('hex')
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, {highWaterMark: 1 << 22})) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
