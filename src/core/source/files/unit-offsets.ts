// Places in a UTF-16 file from places in its UTF-8 text (as `transcodeWideFile` writes it). Each character of one to three bytes
// is one unit of two bytes, each of four bytes two; 0xff stands for a unit that is no text.
import {createReadStream} from 'node:fs'

interface Range {
  readonly start: number
  readonly end: number
}

/** The ranges, in order and apart, as bytes of the UTF-16 file; `markBytes` is its byte order mark. */
export async function unitOffsets(utf8Path: string, ranges: readonly Range[], markBytes: number): Promise<readonly Range[]> {
  const wanted = ranges.flatMap(({start, end}) => [start, end])
  const found: number[] = []
  let [at, units] = [0, 0]
  for await (const chunk of createReadStream(utf8Path) as AsyncIterable<Buffer>) {
    for (const value of chunk) {
      while (wanted[found.length] === at) found.push(markBytes + units * 2)
      if (value < 0x80 || (value >= 0xc0 && value < 0xf0) || value === 0xff) units++
      else if (value >= 0xf0) units += 2
      at++
    }
  }
  while (found.length < wanted.length) found.push(markBytes + units * 2)
  return ranges.map((_, index) => ({start: found[index * 2] ?? 0, end: found[index * 2 + 1] ?? 0}))
}
