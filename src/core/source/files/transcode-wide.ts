// UTF-16 to UTF-8, whole or as a stream. A lone surrogate or a cut last unit is no text: it becomes one byte that is no
// UTF-8 either (0xff), so that the record holding it is found malformed like any other.
import {createWriteStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {writeFailure} from './file-failures.ts'
import {FileWindow} from './file-window.ts'
import type {FoundEncoding} from './sniff-encoding.ts'

const notUtf8 = Buffer.of(0xff)
/** In a pattern with the u flag only surrogates without their partner match. */
const loneSurrogate = /([\ud800-\udfff])/u

/** UTF-8 of UTF-16 bytes, without their byte order mark. */
export function wideToUtf8(bytes: Uint8Array, found: FoundEncoding): Buffer {
  const from = found.byteOrderMark ? 2 : 0
  const even = bytes.length - ((bytes.length - from) % 2)
  const text = toUtf8(unitsOf(bytes.subarray(from, even), found))
  return even === bytes.length ? text : Buffer.concat([text, notUtf8])
}

/** Writes the UTF-8 text of a UTF-16 file to `target`. */
export async function transcodeWideFile(source: string, target: string, found: FoundEncoding, signal?: AbortSignal): Promise<void> {
  await FileWindow.over(source, {signal}, async (window) => {
    await pipeline(transcodedChunks(window, found), createWriteStream(target, {mode: 0o600}), {...(signal ? {signal} : {})}).catch(
      (cause: unknown) => {
        throw writeFailure(cause)
      },
    )
  })
}

async function* transcodedChunks(window: FileWindow, found: FoundEncoding): AsyncGenerator<Buffer> {
  await window.more()
  if (found.byteOrderMark) window.from += 2
  for (;;) {
    const even = window.to - ((window.to - window.from) % 2)
    const units = unitsOf(window.bytes.subarray(window.from, even), found)
    const last = units.charCodeAt(units.length - 1)
    // A pair of surrogates may be cut by the read; its first half waits for the next one.
    const cut = !window.atEnd && last >= 0xd800 && last <= 0xdbff ? 1 : 0
    yield toUtf8(cut === 0 ? units : units.slice(0, -1))
    window.from = even - cut * 2
    if (window.atEnd) break
    await window.more()
  }
  if (window.from < window.to) yield notUtf8
}

function unitsOf(bytes: Uint8Array, found: FoundEncoding): string {
  const littleEndian = Buffer.from(bytes)
  if (found.encoding === 'utf-16be') littleEndian.swap16()
  return littleEndian.toString('utf16le')
}

function toUtf8(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  // Splitting by a group yields text and lone surrogates in turn.
  return Buffer.concat(text.split(loneSurrogate).map((part, index) => (index % 2 === 1 ? notUtf8 : Buffer.from(part, 'utf8'))))
}
