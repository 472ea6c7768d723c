// Serializes row numbers as a deletion vector holds them, written from the format's description apart from src/core/delta:
// the portable layout, containers as runs or as lists and bitmaps.

export type ContainerForm = 'plain' | 'run'

const containerSize = 2 ** 16

/** Ascending row numbers; a container takes the form asked for where the format allows it there. */
export function roaringBytes(rows: readonly number[], form: ContainerForm): Uint8Array {
  const bitmaps = groupBy(rows, 2 ** 32)
  const parts = [u32(1681511377), u32(bitmaps.size), u32(0)]
  for (const [key, numbers] of bitmaps) parts.push(u32(key), bitmapBytes(numbers, form))
  return Buffer.concat(parts)
}

function bitmapBytes(numbers: readonly number[], form: ContainerForm): Buffer {
  const containers = [...groupBy(numbers, containerSize)].map(([key, values]) => ({key, values, body: containerBytes(values, form)}))
  const headers = containers.map(({key, values}) => Buffer.concat([u16(key), u16(values.length - 1)]))
  const count = containers.length
  const start = form === 'run' ? [u32(12347 | ((count - 1) << 16)), Buffer.alloc(Math.ceil(count / 8), 0xff)] : [u32(12346), u32(count)]
  // Offsets are never looked at by a reader that reads on; zeros prove that.
  const offsets = form === 'run' && count < 4 ? [] : [Buffer.alloc(4 * count)]
  return Buffer.concat([...start, ...headers, ...offsets, ...containers.map(({body}) => body)])
}

function containerBytes(values: readonly number[], form: ContainerForm): Buffer {
  if (form === 'run') {
    const runs: {from: number; length: number}[] = []
    for (const value of values) {
      const last = runs.at(-1)
      if (last && last.from + last.length === value) last.length++
      else runs.push({from: value, length: 1})
    }
    return Buffer.concat([u16(runs.length), ...runs.flatMap(({from, length}) => [u16(from), u16(length - 1)])])
  }
  if (values.length <= 4096) return Buffer.concat(values.map(u16))
  const bits = Buffer.alloc(containerSize / 8)
  for (const value of values) bits.writeUInt8(bits.readUInt8(value >> 3) | (1 << (value & 7)), value >> 3)
  return bits
}

function groupBy(numbers: readonly number[], size: number): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>()
  for (const number of numbers) {
    const key = Math.floor(number / size)
    const group = groups.get(key)
    if (group) group.push(number % size)
    else groups.set(key, [number % size])
  }
  return groups
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'

/** Bytes as Z85, zeros added to a multiple of four. */
export function z85(bytes: Uint8Array): string {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.byteLength % 4)) % 4)])
  let text = ''
  for (let at = 0; at < padded.byteLength; at += 4) {
    const value = padded.readUInt32BE(at)
    for (let power = 4; power >= 0; power--) text += alphabet[Math.floor(value / 85 ** power) % 85]
  }
  return text
}
