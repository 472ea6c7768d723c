// Cuts CSV files into blocks of whole records, so that several connections can load one file. A line feed ends a record exactly
// when the quotes before it are even in number (a quote inside a quoted field is doubled).
import {createReadStream} from 'node:fs'

const lineFeed = 0x0a
const quote = 0x22
const blockBytes = 1 << 20

/** Blocks of about 1 MB that each begin and end with a record; every file's last record is ended with a line feed. */
export async function* csvBlocks(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* blocksOf(file)
}

async function* blocksOf(file: string): AsyncGenerator<Uint8Array> {
  let rest: Buffer[] = []
  let isQuoted = false // at the end of what was read
  for await (const chunk of createReadStream(file, {highWaterMark: blockBytes}) as AsyncIterable<Buffer>) {
    isQuoted = isQuoted !== isOdd(quotesIn(chunk, 0, chunk.length))
    const end = lastRecordEnd(chunk, isQuoted)
    if (end === 0) {
      rest.push(chunk)
      continue
    }
    yield Buffer.concat([...rest, chunk.subarray(0, end)])
    rest = end < chunk.length ? [chunk.subarray(end)] : []
  }
  const last = Buffer.concat(rest)
  if (last.length > 0) yield last.at(-1) === lineFeed ? last : Buffer.concat([last, Buffer.from([lineFeed])])
}

/** Offset after the last line feed outside quotes; 0 when there is none. `isQuoted` is the state at the chunk's end. */
function lastRecordEnd(chunk: Buffer, isQuoted: boolean): number {
  let quoted = isQuoted
  for (let end = chunk.length; end > 0; ) {
    const at = chunk.lastIndexOf(lineFeed, end - 1)
    if (at < 0) return 0
    quoted = quoted !== isOdd(quotesIn(chunk, at + 1, end))
    if (!quoted) return at + 1
    end = at
  }
  return 0
}

function quotesIn(chunk: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = chunk.indexOf(quote, start); at >= 0 && at < end; at = chunk.indexOf(quote, at + 1)) count++
  return count
}

const isOdd = (count: number): boolean => count % 2 === 1
