// The first bytes of a file as a file of its own.
import {createReadStream, createWriteStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'

/** Private (mode 0600); empty for a length of 0. */
export async function copyText(source: string, target: string, lengthBytes: number): Promise<void> {
  const output = createWriteStream(target, {flags: 'wx', mode: 0o600})
  if (lengthBytes > 0) return pipeline(createReadStream(source, {start: 0, end: lengthBytes - 1}), output)
  await pipeline([], output)
}
