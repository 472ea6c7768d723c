// A record that repeats the header word for word: files that were pasted together have one in the middle. Read as a row it
// would be silently wrong in text columns, so it is told apart; a one-column file is exempt, its value may be its name.
import {byte} from './text-layout.ts'

/** Whether the line [from, to) holds exactly the names, quoted or not. Names that need doubled quotes never match. */
export function isHeaderAgain(bytes: Uint8Array, from: number, to: number, names: readonly Uint8Array[], delimiter: number): boolean {
  if (names.length < 2) return false
  let at = from
  for (const [index, name] of names.entries()) {
    if (index > 0 && bytes[at++] !== delimiter) return false
    const isQuoted = bytes[at] === byte.quote
    if (isQuoted) at++
    for (const expected of name) if (bytes[at++] !== expected) return false
    if (isQuoted && bytes[at++] !== byte.quote) return false
  }
  return at === to || (at === to - 1 && bytes[at] === byte.carriageReturn)
}
