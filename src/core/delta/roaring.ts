// Decodes RoaringBitmapArray (PROTOCOL.md "Deletion Vector Format"), the set of row numbers in a deletion vector, into ranges.
// Both layouts are read: portable (each 32-bit bitmap under its key) and native (keyed by its place, with its size before
// it). Whatever does not fit the format, down to a value out of order or a byte left over, is a RangeError: a set read wrongly
// would lose rows or bring deleted ones back. Zeros at the end say nothing; Trino 476 writes four.
import type {RowRange} from '../expr/plan.ts'

const portableMagic = 1681511377
const nativeMagic = 1681511376
const cookieWithoutRuns = 12346
const cookieWithRuns = 12347
const maxArrayLength = 4096
const bitmapWords = 2048
/** Below this many containers a bitmap with runs has no table of offsets. */
const containersWithOffsets = 4
const containerSize = 2 ** 16
const bitmapSize = 2 ** 32

/** The row numbers of a serialized array as ranges, ascending and apart from each other; RangeError for anything malformed. */
export function decodeBitmapArray(bytes: Uint8Array): readonly RowRange[] {
  const reader = new Reader(bytes)
  const ranges = new Ranges()
  const magic = reader.u32()
  if (magic === portableMagic) {
    const count = reader.u64()
    for (let index = 0; index < count; index++) readBitmap(reader, ranges, reader.u32() * bitmapSize)
  } else if (magic === nativeMagic) {
    const count = reader.u32()
    for (let index = 0; index < count; index++) {
      const size = reader.u32()
      const end = reader.at + size
      if (size > 0) readBitmap(reader, ranges, index * bitmapSize)
      if (reader.at !== end) throw new RangeError('a bitmap has another size than it says')
    }
  } else throw new RangeError('it does not begin as a bitmap array')
  if (reader.rest.some((byte) => byte !== 0)) throw new RangeError('bytes are left over')
  return ranges.found
}

function readBitmap(reader: Reader, ranges: Ranges, base: number): void {
  const cookie = reader.u32()
  const hasRuns = (cookie & 0xffff) === cookieWithRuns
  if (!hasRuns && cookie !== cookieWithoutRuns) throw new RangeError('a bitmap has an unknown cookie')
  const count = hasRuns ? (cookie >>> 16) + 1 : reader.u32()
  if (count > containerSize) throw new RangeError('a bitmap has too many containers')
  const runFlags = hasRuns ? reader.take(Math.ceil(count / 8)) : new Uint8Array()
  const containers = Array.from({length: count}, (_, index) => ({
    base: base + reader.u16() * containerSize,
    cardinality: reader.u16() + 1,
    isRun: (((runFlags[index >> 3] ?? 0) >> (index & 7)) & 1) === 1,
  }))
  if (!hasRuns || count >= containersWithOffsets) reader.take(4 * count)
  for (const container of containers) readContainer(reader, ranges, container)
}

interface Container {
  readonly base: number
  readonly cardinality: number
  readonly isRun: boolean
}

function readContainer(reader: Reader, ranges: Ranges, {base, cardinality, isRun}: Container): void {
  if (isRun) {
    const runs = reader.u16()
    for (let run = 0; run < runs; run++) {
      const from = base + reader.u16()
      ranges.add(from, from + reader.u16() + 1)
    }
  } else if (cardinality <= maxArrayLength) {
    for (let index = 0; index < cardinality; index++) {
      const value = base + reader.u16()
      ranges.add(value, value + 1)
    }
  } else {
    for (let word = 0; word < bitmapWords; word++) {
      const bits = reader.u32()
      if (bits === 0) continue
      for (let bit = 0; bit < 32; bit++) if ((bits >>> bit) & 1) ranges.add(base + word * 32 + bit, base + word * 32 + bit + 1)
    }
  }
}

/** Joins ranges that touch; they must come in ascending order. */
class Ranges {
  readonly found: {from: number; to: number}[] = []

  add(from: number, to: number): void {
    const last = this.found.at(-1)
    if (last !== undefined && from < last.to) throw new RangeError('row numbers are out of order')
    if (last?.to === from) last.to = to
    else this.found.push({from, to})
  }
}

/** Little-endian numbers one after the other; RangeError past the end. */
class Reader {
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.at)
  }

  u16(): number {
    const value = this.#view.getUint16(this.at, true)
    this.at += 2
    return value
  }

  u32(): number {
    const value = this.#view.getUint32(this.at, true)
    this.at += 4
    return value
  }

  u64(): number {
    const value = this.#view.getBigUint64(this.at, true)
    this.at += 8
    return Number(value)
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.byteLength) throw new RangeError('it is cut off')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
