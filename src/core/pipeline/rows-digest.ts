// One digest for the rows of a table, whatever files they are in and in whatever order: the sum of the SHA-256 of each row as
// CSV, modulo 2^256. Equal digests and counts mean the same rows, as often each.
import {hash} from 'node:crypto'
import {csvBlocks} from '../warehouse/csv-blocks.ts'

const lineFeed = 0x0a
const quote = 0x22
const modulus = 1n << 256n

export interface RowsDigest {
  readonly rows: number
  /** Hex, 64 digits. */
  readonly digest: string
}

/** The digest of the records of CSV files that the engine wrote; line feeds within quotes belong to their record. */
export async function digestOfRows(csvFiles: readonly string[], signal: AbortSignal): Promise<RowsDigest> {
  let [rows, sum] = [0, 0n]
  for await (const block of csvBlocks(csvFiles)) {
    signal.throwIfAborted()
    for (const record of recordsOf(block)) {
      sum += BigInt(`0x${hash('sha256', record)}`)
      rows++
    }
    sum %= modulus
  }
  return {rows, digest: sum.toString(16).padStart(64, '0')}
}

function* recordsOf(block: Uint8Array): Generator<Uint8Array> {
  let start = 0
  let isQuoted = false
  for (let at = 0; at < block.length; at++) {
    if (block[at] === quote) isQuoted = !isQuoted
    else if (block[at] === lineFeed && !isQuoted) {
      yield block.subarray(start, at)
      start = at + 1
    }
  }
}
