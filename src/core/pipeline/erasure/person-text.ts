// A person's id where it is only text. It counts between characters that are neither letters nor digits, so that P12 is not
// found in P123; where the id is short that finds records of others too, which is why only damaged ones are looked at so.
import {createReadStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'
import type {PersonText} from './erasure.ts'

export function personText(id: string): PersonText {
  return {id, pattern: `(^|[^0-9A-Za-z])${escaped(id)}($|[^0-9A-Za-z])`}
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Whether a name (of a file, with its folders) holds the id. One or two characters are in too many names to mean anything. */
export function isNamed({id, pattern}: PersonText, name: string): boolean {
  return id.length > 2 && new RegExp(pattern).test(name)
}

const magic = {gzip: '1f8b', zstd: '28b52ffd'} as const

/** Whether the id stands in the bytes of a local file, packed or not, in an encoding of one byte a character, UTF-8 or UTF-16. */
export async function isInFile({id}: PersonText, path: string, signal?: AbortSignal): Promise<boolean> {
  const needles = [Buffer.from(id, 'utf8'), Buffer.from(id, 'latin1'), Buffer.from(id, 'utf16le'), Buffer.from(id, 'utf16le').swap16()]
  const longest = Math.max(...needles.map(({length}) => length)) + 2
  let isFound = false
  let rest: Buffer = Buffer.alloc(0)
  const look = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      const bytes = Buffer.concat([rest, chunk])
      isFound ||= needles.some((needle, index) => holds(bytes, needle, index < 2))
      rest = bytes.subarray(-longest)
    }
  }
  await look(createReadStream(path) as AsyncIterable<Buffer>)
  const head = await firstBytes(path)
  const unpack = head.startsWith(magic.gzip) ? createGunzip() : head.startsWith(magic.zstd) ? createZstdDecompress() : undefined
  rest = Buffer.alloc(0)
  // What comes out of a damaged stream before its damage counts.
  if (unpack && !isFound) await pipeline(createReadStream(path), unpack, look, {...(signal ? {signal} : {})}).catch(() => undefined)
  return isFound
}

async function firstBytes(path: string): Promise<string> {
  for await (const chunk of createReadStream(path, {start: 0, end: 3}) as AsyncIterable<Buffer>) return chunk.toString('hex')
  return ''
}

function holds(bytes: Buffer, needle: Buffer, isNarrow: boolean): boolean {
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
    if (!isNarrow || !(isWord(bytes[at - 1]) || isWord(bytes[at + needle.length]))) return true
  }
  return false
}

const isWord = (value: number | undefined): boolean => value !== undefined && /[0-9A-Za-z]/.test(String.fromCharCode(value))
