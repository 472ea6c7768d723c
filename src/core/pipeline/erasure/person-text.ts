// A person's id where it is only text. It counts between characters that are neither letters nor digits, so that P12 is not
// found in P123; where the id is short that finds records of others too, which is why only damaged ones are looked at so. Case,
// zeros before a number, and quotes written twice (as CSV has them) make no difference: contracts may have read the id so.
import {createReadStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'
import type {PersonText} from './erasure.ts'

export function personText(id: string): PersonText {
  return {id, pattern: `(^|[^0-9A-Za-z])${escaped(id)}($|[^0-9A-Za-z])`}
}

function escaped(id: string): string {
  const parts = [...id].map((character) => {
    const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
    if (lower !== upper) return `(${[...new Set([character, lower, upper])].join('|')})`
    return character === '"' ? '""?' : character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
  })
  return `${isNumber(id) ? '0*' : ''}${parts.join('')}`
}

const isNumber = (id: string): boolean => /^[0-9]+$/.test(id)

/** Whether a name (of a file, with its folders) holds the id. One or two characters are in too many names to mean anything. */
export function isNamed({id, pattern}: PersonText, name: string): boolean {
  return id.length > 2 && new RegExp(pattern).test(name)
}

const magic = {gzip: '1f8b', zstd: '28b52ffd'} as const

/** Whether the id stands in the bytes of a local file, packed or not, in an encoding of one byte a character, UTF-8 or UTF-16. */
export async function isInFile(person: PersonText, path: string, signal?: AbortSignal): Promise<boolean> {
  const ways = waysToWrite(person.id)
  const longest = Math.max(...ways.map(({length}) => length)) + 2
  let isFound = false
  let rest = ''
  const look = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      const text = rest + lowerLetters(chunk.toString('latin1'))
      isFound ||= ways.some((way) => holds(text, way, isNumber(person.id)))
      rest = text.slice(-longest)
    }
  }
  await look(createReadStream(path) as AsyncIterable<Buffer>)
  const head = await firstBytes(path)
  const unpack = head.startsWith(magic.gzip) ? createGunzip() : head.startsWith(magic.zstd) ? createZstdDecompress() : undefined
  rest = ''
  // What comes out of a damaged stream before its damage counts.
  if (unpack && !isFound) await pipeline(createReadStream(path), unpack, look, {...(signal ? {signal} : {})}).catch(() => undefined)
  return isFound
}

/** The bytes of the id, as text of one character a byte, in each encoding and as CSV quotes it. */
function waysToWrite(id: string): readonly string[] {
  const texts = [...new Set([id, id.replaceAll('"', '""')])].flatMap((text) => [...new Set([text, text.toLowerCase(), text.toUpperCase()])])
  const encoded = texts.flatMap((text) => [
    Buffer.from(text, 'utf8'),
    Buffer.from(text, 'latin1'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
  ])
  return [...new Set(encoded.map((bytes) => lowerLetters(bytes.toString('latin1'))))]
}

/** Of ASCII alone: what lies beyond is not text of one byte a character everywhere. */
const lowerLetters = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

async function firstBytes(path: string): Promise<string> {
  for await (const chunk of createReadStream(path, {start: 0, end: 3}) as AsyncIterable<Buffer>) return chunk.toString('hex')
  return ''
}

function holds(text: string, way: string, isNumeric: boolean): boolean {
  const isNarrow = !way.includes('\0')
  for (let at = text.indexOf(way); at >= 0; at = text.indexOf(way, at + 1)) {
    let before = at - 1
    while (isNumeric && text[before] === '0') before--
    if (!isNarrow || !(isWord(text[before]) || isWord(text[at + way.length]))) return true
  }
  return false
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[0-9a-z]/.test(character)
