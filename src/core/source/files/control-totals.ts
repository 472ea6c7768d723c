// How many records the sender says that a file has: in a small file beside it, or in a last line that is no record. Compared with
// what was read, a total finds the file that was cut between two records, which nothing in the file itself tells.
import {open, readFile, stat} from 'node:fs/promises'
import path from 'node:path'
import type {ControlTotal} from '../../config/config.ts'
import {copyText} from './copy-text.ts'

const longestTrailer = 64 * 1024
const longestSidecar = 4 * 1024

/** Path of the file with the total of another one; undefined where its total is said elsewhere. */
export function sidecarOf(filePath: string, total: ControlTotal | undefined): string | undefined {
  if (total === undefined || !('sidecar' in total)) return undefined
  const {dir, name} = path.posix.parse(filePath)
  return total.sidecar.replaceAll('{path}', filePath).replaceAll('{stem}', path.posix.join(dir, name))
}

/** The first whole number in the file; undefined while there is none. */
export async function readSidecar(localPath: string): Promise<number | undefined> {
  const {size} = await stat(localPath)
  return size > longestSidecar ? undefined : firstNumber((await readFile(localPath)).toString('latin1'))
}

export interface WithoutTrailer {
  /** A copy that ends before the trailer; the text itself when it has none. */
  readonly path: string
  readonly total: number | 'missing'
}

/** The text without its last line, when that begins with the trailer's mark. */
export async function withoutTrailer(text: string, mark: string, copy: string): Promise<WithoutTrailer> {
  const {size} = await stat(text)
  const tail = await readTail(text, size)
  const end = tail.replace(/[\r\n]+$/, '').length
  const start = tail.lastIndexOf('\n', end - 1) + 1
  const line = tail.slice(start, end)
  const total = line.startsWith(Buffer.from(mark).toString('latin1')) ? firstNumber(line.slice(mark.length)) : undefined
  if (total === undefined || (start === 0 && size > tail.length)) return {path: text, total: 'missing'}
  await copyText(text, copy, size - tail.length + start)
  return {path: copy, total}
}

function firstNumber(text: string): number | undefined {
  const digits = /\d{1,15}/.exec(text)?.[0]
  return digits === undefined ? undefined : Number(digits)
}

/** As text of one character a byte. */
async function readTail(file: string, size: number): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const length = Math.min(size, longestTrailer)
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead).toString('latin1')
  } finally {
    await handle.close()
  }
}
