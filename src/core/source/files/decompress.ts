// Unpacks a gzip or zstd file beside its copy. A stream that is damaged, cut short or followed by other bytes is reported,
// never half used.
import {createReadStream, createWriteStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'
import {readFailure, writeFailure} from './file-failures.ts'
import {readBytes} from './file-window.ts'

export interface DecompressOptions {
  readonly source: string
  readonly target: string
  readonly compression: 'gzip' | 'zstd'
  readonly sizeBytes: number
  readonly signal?: AbortSignal
}

/** Writes the unpacked bytes to `target`; false when the compressed stream is not whole and sound. */
export async function decompressFile({source, target, compression, sizeBytes, signal}: DecompressOptions): Promise<boolean> {
  const unpack = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  const input = createReadStream(source, {highWaterMark: readBytes})
  const output = createWriteStream(target, {mode: 0o600})
  let inputFailure: unknown
  input.once('error', (cause) => {
    inputFailure = cause
  })
  try {
    await pipeline(input, unpack, output, {...(signal ? {signal} : {})})
  } catch (cause) {
    if (inputFailure !== undefined) throw readFailure(inputFailure)
    if (isDamage(cause)) return false
    throw writeFailure(cause)
  }
  // Node ignores what follows the last gzip member; here it is damage like any other.
  return compression === 'zstd' || unpack.bytesWritten === sizeBytes
}

function isDamage(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false
  return typeof cause.code === 'string' && /^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(cause.code)
}
