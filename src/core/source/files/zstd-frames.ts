// Where the frames of a zstd file start and end (RFC 8878 §3.1), read from frame and block headers without unpacking.
// Needed because Node's decompressor stops after the first frame without an error and, in some releases, takes a cut frame
// for a whole one; with the places known every frame is unpacked and a file cut anywhere is seen.
import type {FileHandle} from 'node:fs/promises'

export interface ZstdFrame {
  /** Position of the first byte, and of the byte after the last. */
  readonly start: number
  readonly end: number
}

const frameMagic = 0xfd2fb528
/** Sixteen magic numbers mark frames that carry no content. */
const skippableMagic = 0x184d2a5
const blockKind = {raw: 0, runLength: 1, compressed: 2} as const

/** Frames with content, in order, or undefined when the bytes up to `sizeBytes` are not whole frames. */
export async function zstdFrames(file: FileHandle, sizeBytes: number): Promise<readonly ZstdFrame[] | undefined> {
  const frames: ZstdFrame[] = []
  for (let at = 0; at < sizeBytes; ) {
    const head = await bytesAt(file, at, 18)
    if (head.length < 8) return undefined
    const magic = head.readUInt32LE(0)
    const isSkippable = magic >>> 4 === skippableMagic
    if (!isSkippable && magic !== frameMagic) return undefined
    const end = isSkippable ? at + 8 + head.readUInt32LE(4) : await frameEnd(file, at, head)
    if (end === undefined || end > sizeBytes) return undefined
    if (!isSkippable) frames.push({start: at, end})
    at = end
  }
  return frames
}

async function frameEnd(file: FileHandle, start: number, head: Buffer): Promise<number | undefined> {
  const descriptor = head.readUInt8(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  let at = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes
  for (;;) {
    const block = await bytesAt(file, at, 3)
    if (block.length < 3) return undefined
    const header = block.readUIntLE(0, 3)
    const kind = (header >> 1) & 3
    if (kind > blockKind.compressed) return undefined
    at += 3 + (kind === blockKind.runLength ? 1 : header >> 3)
    if ((header & 1) === 1) return at + ((descriptor & 4) === 0 ? 0 : 4)
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
