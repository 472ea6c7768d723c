// Unpacks a gzip or zstd file beside its copy. A stream that is damaged, cut short or followed by other bytes is reported,
// never half used. All gzip members and zstd frames of a file are unpacked.
import {createReadStream, createWriteStream} from 'node:fs'
import {open} from 'node:fs/promises'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'
import {readFailure, writeFailure} from './file-failures.ts'
import {readBytes} from './file-window.ts'
import {type ZstdFrame, zstdFrames} from './zstd-frames.ts'

export interface DecompressOptions {
  readonly source: string
  readonly target: string
  readonly compression: 'gzip' | 'zstd'
  readonly sizeBytes: number
  readonly signal?: AbortSignal
}

/** Writes the unpacked bytes to `target`; false when the compressed stream is not whole and sound. */
export async function decompressFile(options: DecompressOptions): Promise<boolean> {
  const {source, compression, sizeBytes} = options
  const parts = compression === 'gzip' ? [{start: 0, end: sizeBytes}] : await framesOf(source, sizeBytes)
  if (parts === undefined || parts.length === 0) return false
  for (const part of parts) if (!(await unpackPart(options, part))) return false
  return true
}

async function unpackPart({source, target, compression, signal}: DecompressOptions, {start, end}: ZstdFrame): Promise<boolean> {
  const unpack = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  const input = createReadStream(source, {start, end: end - 1, highWaterMark: readBytes})
  const output = createWriteStream(target, {flags: 'a', mode: 0o600})
  let outputFailed = false
  output.once('error', (cause) => {
    outputFailed = !isDamage(cause)
  })
  try {
    await pipeline(input, unpack, output, {...(signal ? {signal} : {})})
  } catch (cause) {
    if (isDamage(cause)) return false
    throw outputFailed ? writeFailure(cause) : readFailure(cause)
  }
  return unpack.bytesWritten === end - start
}

async function framesOf(source: string, sizeBytes: number): Promise<readonly ZstdFrame[] | undefined> {
  const file = await open(source).catch((cause: unknown) => {
    throw readFailure(cause)
  })
  try {
    return await zstdFrames(file, sizeBytes)
  } catch (cause) {
    throw readFailure(cause)
  } finally {
    await file.close()
  }
}

function isDamage(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false
  return typeof cause.code === 'string' && /^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(cause.code)
}
