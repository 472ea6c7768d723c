// How many columns a terminal gives a text: wide characters take two, marks none. Reports and dashboard measure with nothing else.
// Text of plain letters, punctuation and shapes, which is nearly all there is, is measured by its length; the tables for the
// rest of Unicode are loaded with the first text that needs them: they take 25 ms, as long as an empty program.
import {createRequire} from 'node:module'

/** All but characters of one column each, alone and beside each other; a test holds these against the tables. */
const notNarrow =
  /[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u23ce\u2500-\u25fc\u2716]/
export const colorCode = /\u001b\[\d+m/g

/** Columns that the text takes; colour codes take none. */
export function textWidth(text: string): number {
  const bare = text.replace(colorCode, '')
  return isNarrow(bare) ? bare.length : widthByTables(bare)
}

/** True when every character, taken for itself, is one column; so it may be cut anywhere. */
export const isNarrow = (text: string): boolean => !notNarrow.test(text)

function widthByTables(text: string): number {
  const {default: stringWidth} = createRequire(import.meta.url)('string-width') as typeof import('string-width')
  return stringWidth(text)
}
