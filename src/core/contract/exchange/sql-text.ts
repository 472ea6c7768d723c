// SQL as characters: where quotes end, what stands in parentheses, what commas part. Loops, for a dump has quoted texts of many megabytes,
// which a repeated group of a regular expression has no stack for.

/**
 * The place behind the quoted text that begins at `at`; the end of the text where nothing closes it. A backslash before a quote escapes it
 * in MySQL and is a plain one elsewhere: what stands next tells, as `'\', '/'` is a list of two.
 */
function endOfQuote(sql: string, at: number): number {
  const quote = sql.charAt(at)
  for (let here = at + 1; here < sql.length; here++) {
    const character = sql.charAt(here)
    if (character !== quote && character !== '\\') continue
    const next = sql.charAt(here + 1)
    if (character === '\\' && quote !== '`') {
      if (next === '\\' || (next === quote && !',);\r\n'.includes(sql.charAt(here + 2)))) here += 1
    } else if (character === quote) {
      if (next !== quote) return here + 1
      here += 1
    }
  }
  return sql.length
}

const isQuote = (character: string): boolean => character === "'" || character === '"' || character === '`'

/** Each quoted text, its quotes included, as `by` would have it. */
export function replaceQuoted(sql: string, by: (quoted: string) => string): string {
  const pieces: string[] = []
  let from = 0
  for (const begin = /['"`]/g; begin.test(sql); ) {
    const at = begin.lastIndex - 1
    const end = endOfQuote(sql, at)
    pieces.push(sql.slice(from, at), by(sql.slice(at, end)))
    from = end
    begin.lastIndex = end
  }
  return pieces.join('') + sql.slice(from)
}

/** Of the same length, with nothing to read in quotes. */
export const maskQuoted = (sql: string): string => replaceQuoted(sql, (quoted) => '_'.repeat(quoted.length))

/** The text in the quotes that `part` begins with. */
export function unquoted(part: string): string {
  const quote = part.charAt(0)
  return part.slice(1, endOfQuote(part, 0) - 1).replaceAll(quote + quote, quote)
}

/** Comments go, but for what looks like one inside quotes. */
export function withoutComments(sql: string): string {
  const pieces: string[] = []
  const begin = /['"`]|--|\/\*/g
  let from = 0
  for (let found = begin.exec(sql); found !== null; found = begin.exec(sql)) {
    if (isQuote(found[0])) {
      begin.lastIndex = endOfQuote(sql, found.index)
      continue
    }
    const [close, length] = found[0] === '--' ? ['\n', 0] : ['*/', 2]
    const end = sql.indexOf(close, found.index + 2)
    pieces.push(sql.slice(from, found.index), ' ')
    from = end < 0 ? sql.length : end + length
    begin.lastIndex = from
  }
  return pieces.join('') + sql.slice(from)
}

/** `COPY … FROM stdin` without the rows that follow it up to a line `\.`: they are no SQL, and nobody's business here. */
export function withoutCopiedRows(sql: string): string {
  const pieces: string[] = []
  const begin = /^[ \t]*copy\s[^\n]*?\bfrom\s+stdin\b[^\n]*/gim
  let from = 0
  for (let found = begin.exec(sql); found !== null; found = begin.exec(sql)) {
    const rows = found.index + found[0].length
    const close = sql.indexOf('\n\\.', rows)
    pieces.push(sql.slice(from, rows))
    from = close < 0 ? sql.length : close + 3
    begin.lastIndex = from
  }
  return pieces.join('') + sql.slice(from)
}

/** The text up to the parenthesis that closes the one before `from`. */
export function insideParentheses(sql: string, from: number): string {
  let depth = 1
  for (let at = from; at < sql.length; at++) {
    const character = sql.charAt(at)
    if (isQuote(character)) at = endOfQuote(sql, at) - 1
    else if (character === '(') depth += 1
    else if (character === ')' && --depth === 0) return sql.slice(from, at)
  }
  return sql.slice(from)
}

export function topLevelParts(list: string): readonly string[] {
  const parts: string[] = []
  let [depth, from] = [0, 0]
  for (let at = 0; at < list.length; at++) {
    const character = list.charAt(at)
    if (isQuote(character)) at = endOfQuote(list, at) - 1
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === ',' && depth === 0) {
      parts.push(list.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, list.slice(from)].filter((one) => one.trim() !== '')
}
