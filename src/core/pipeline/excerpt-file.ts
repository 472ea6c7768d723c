// Some records of a delimited text, at even distances, copied to a file of their own: a sample that does not read the rest. Only for
// files of which every line behind the first is one record. A record much longer than others is a little likelier to be passed over.
import {type FileHandle, open} from 'node:fs/promises'
import type {PreparedFile} from '../source/source.ts'

const pieceBytes = 4096
const lineFeed = 10

/** Whether the first line is the header and every other one a record. */
export const isRecordALine = ({firstLine}: PreparedFile): boolean => firstLine === 2

/** The file with at most so many of its records, in their order, copied to `target` without the header. */
export async function excerptFile(file: PreparedFile, wanted: number, target: string): Promise<PreparedFile> {
  const source = await open(file.path)
  const lines: Buffer[] = []
  try {
    const {size} = await source.stat()
    let end = 0
    for (let n = 0; n < wanted; n++) {
      const place = Math.floor((n * size) / wanted)
      if (place < end - 1) continue
      const line = await lineBehind(source, place)
      end = line.end
      if (line.bytes.length > 0) lines.push(line.bytes)
    }
  } finally {
    await source.close()
  }
  const excerpt = await open(target, 'wx', 0o600)
  try {
    await excerpt.writeFile(Buffer.concat(lines))
  } finally {
    await excerpt.close()
  }
  return {...file, path: target, records: lines.length, format: {...file.format, headerless: true}}
}

/** The line that begins behind the first line end at or after a place, with its own end; empty behind the last one. */
async function lineBehind(source: FileHandle, place: number): Promise<{readonly bytes: Buffer; readonly end: number}> {
  let bytes = Buffer.alloc(0)
  for (;;) {
    // Twice as much each time, so that a line of megabytes is not copied for each piece of it.
    const more = Buffer.alloc(Math.max(pieceBytes, bytes.length))
    const {bytesRead} = await source.read(more, 0, more.length, place + bytes.length)
    bytes = Buffer.concat([bytes, more.subarray(0, bytesRead)])
    const start = bytes.indexOf(lineFeed) + 1
    const stop = start === 0 ? 0 : bytes.indexOf(lineFeed, start) + 1
    if (stop > 0) return {bytes: bytes.subarray(start, stop), end: place + stop}
    if (bytesRead === 0) return {bytes: start === 0 ? Buffer.alloc(0) : bytes.subarray(start), end: place + bytes.length}
  }
}
