// A person's id where it is only text. It counts between characters that are neither letters nor digits, so that P12 is not
// found in P123; where the id is short that finds records of others too, which is why only damaged ones are looked at so. Case,
// zeros before a number, and quotes written twice (as CSV has them) make no difference: contracts may have read the id so.
import {createReadStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'
import type {Erasure, PersonText} from './erasure.ts'

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

/** Whether a name holds the id, or a key of a row of the person's; keys that are only numbers are in too many names, too. */
export function isNamedAnyhow({person, keyTexts}: Pick<Erasure, 'person' | 'keyTexts'>, name: string): boolean {
  return person !== undefined && [person, ...keyTexts.filter(({id}) => !isNumber(id))].some((one) => isNamed(one, name))
}

const magic = {gzip: '1f8b', zstd: '28b52ffd'} as const

const idsAPattern = 200

/** Portable patterns for any of the ids, each between characters that are neither letters nor digits. */
export function anyPattern(ids: readonly string[]): readonly string[] {
  const parts = Array.from({length: Math.ceil(ids.length / idsAPattern)}, (_, index) =>
    ids.slice(index * idsAPattern).slice(0, idsAPattern),
  )
  return parts.map((some) => `(^|[^0-9A-Za-z])(${some.map(escaped).join('|')})($|[^0-9A-Za-z])`)
}

/** Whether one of the ids stands in the bytes of a local file, packed or not, in an encoding of one byte a character, UTF-8 or UTF-16. */
export async function isInFile(persons: readonly PersonText[], path: string, signal?: AbortSignal): Promise<boolean> {
  const ways = persons.flatMap(({id}) => waysToWrite(id).map((way) => ({way, isNumeric: isNumber(id)})))
  const longest = ways.reduce((most, {way}) => Math.max(most, way.length), 0) + 2
  let isFound = false
  let rest = ''
  const look = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      const text = rest + lowerLetters(chunk.toString('latin1'))
      isFound ||= ways.some(({way, isNumeric}) => holds(text, way, isNumeric))
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
