// The hash of a file, read into two buffers that are used again: new ones for each chunk had the garbage collector work as long
// as the hash.
import {createHash} from 'node:crypto'
import type {FileHandle} from 'node:fs/promises'
import {chunkSizeBytes} from '../sized-source.ts'

/** Hex SHA-256 of what is in the file from its position on. */
export async function hashFile(file: FileHandle, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readAhead(file)) {
    signal?.throwIfAborted()
    hash.update(chunk)
  }
  return hash.digest('hex')
}

/** Reads one chunk ahead into two buffers used in turn: a chunk is valid until the next one is asked for. */
async function* readAhead(file: FileHandle): AsyncGenerator<Uint8Array> {
  let spare: Buffer = Buffer.allocUnsafeSlow(chunkSizeBytes)
  const readInto = (buffer: Buffer) => {
    const reading = file.read(buffer, 0, chunkSizeBytes).then(({bytesRead}) => ({buffer, chunk: buffer.subarray(0, bytesRead)}))
    reading.catch(() => undefined)
    return reading
  }
  let reading = readInto(Buffer.allocUnsafeSlow(chunkSizeBytes))
  try {
    while (true) {
      const {buffer, chunk} = await reading
      if (chunk.byteLength === 0) return
      reading = readInto(spare)
      yield chunk
      spare = buffer
    }
  } finally {
    await reading.catch(() => undefined)
  }
}
