// The date and time patterns of a contract: a strict subset of the JDK's DateTimeFormatter, read into tokens that every
// engine turns into its own parsing. A text matches when it has exactly the tokens' characters, with ASCII digits, and
// names a date and time that exist. Two-digit years, names of months, AM/PM and optional parts are refused.
import {HippoError} from '../errors/hippo-error.ts'

export type DateField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

/**
 * basic: `+HH`, `+HHMM` or `Z` (pattern X); compact: `+HHMM` or `Z` (XX); extended: `+HH:MM` or `Z` (XXX); numeric: `+HHMM`
 * (Z). Hours of an offset are 00 to 14, minutes 00 to 59.
 */
export type OffsetStyle = 'basic' | 'compact' | 'extended' | 'numeric'

export type DateFormatToken =
  | {readonly kind: 'field'; readonly field: DateField; readonly minDigits: number; readonly maxDigits: number}
  /** Exactly `digits` digits (1 to 9) of a second; what is finer than a microsecond is cut off. */
  | {readonly kind: 'fraction'; readonly digits: number}
  | {readonly kind: 'offset'; readonly style: OffsetStyle}
  | {readonly kind: 'literal'; readonly text: string}

export type DateFormatCheck =
  | {readonly ok: true; readonly tokens: readonly DateFormatToken[]}
  | {readonly ok: false; readonly error: string}

const widths: Readonly<
  Record<string, {readonly field: DateField; readonly counts: Readonly<Record<number, readonly [min: number, max: number]>>}>
> = {
  y: {field: 'year', counts: {4: [4, 4]}},
  M: {field: 'month', counts: {1: [1, 2], 2: [2, 2]}},
  d: {field: 'day', counts: {1: [1, 2], 2: [2, 2]}},
  H: {field: 'hour', counts: {1: [1, 2], 2: [2, 2]}},
  m: {field: 'minute', counts: {1: [1, 2], 2: [2, 2]}},
  s: {field: 'second', counts: {1: [1, 2], 2: [2, 2]}},
}

const offsetStyles: Readonly<Record<string, OffsetStyle>> = {
  X: 'basic',
  XX: 'compact',
  XXX: 'extended',
  Z: 'numeric',
  ZZ: 'numeric',
  ZZZ: 'numeric',
}

/**
 * Reads a pattern for a date (year, month and day; a time of day may be written and is left out) or a timestamp (time parts
 * that the pattern lacks are 0).
 */
export function checkDateFormat(pattern: string, target: 'date' | 'timestamp'): DateFormatCheck {
  const tokens = readTokens(pattern)
  const error = typeof tokens === 'string' ? tokens : problemOf(tokens, target)
  return error !== undefined ? {ok: false, error} : {ok: true, tokens: tokens as readonly DateFormatToken[]}
}

/** The tokens of a pattern; throws CONTRACT_UNSUPPORTED when it is outside the subset. */
export function readDateFormat(pattern: string, target: 'date' | 'timestamp'): readonly DateFormatToken[] {
  const check = checkDateFormat(pattern, target)
  if (!check.ok) throw new HippoError('CONTRACT_UNSUPPORTED', {message: `${target} format ${JSON.stringify(pattern)}: ${check.error}`})
  return check.tokens
}

/** Tokens in order with neighbouring literals joined, or what is wrong. */
function readTokens(pattern: string): readonly DateFormatToken[] | string {
  const tokens: DateFormatToken[] = []
  for (const [part] of pattern.matchAll(/'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']/gsu)) {
    const token = readToken(part)
    if (typeof token === 'string') return token
    const last = tokens.at(-1)
    if (token.kind === 'literal' && last?.kind === 'literal') tokens[tokens.length - 1] = {kind: 'literal', text: last.text + token.text}
    else tokens.push(token)
  }
  return tokens
}

function readToken(part: string): DateFormatToken | string {
  const letter = part.charAt(0)
  if (letter === "'") {
    if (part.length < 2 || !part.endsWith("'")) return 'a quote is not closed'
    return {kind: 'literal', text: part === "''" ? "'" : part.slice(1, -1).replaceAll("''", "'")}
  }
  if (/[[\]{}#]/.test(letter)) return `${letter} is not supported (no optional parts); put a literal in quotes`
  if (!/[A-Za-z]/.test(letter)) return {kind: 'literal', text: part}
  const offset = offsetStyles[part]
  if (offset !== undefined) return {kind: 'offset', style: offset}
  if (letter === 'S') return part.length <= 9 ? {kind: 'fraction', digits: part.length} : 'at most nine S'
  const known = widths[letter === 'u' ? 'y' : letter]
  if (known === undefined) return `${part} is not supported; use y M d H m s S X Z, and quotes around text`
  const width = known.counts[part.length]
  if (width !== undefined) return {kind: 'field', field: known.field, minDigits: width[0], maxDigits: width[1]}
  if (known.field === 'year') return `${part} is not supported; a year has four digits (yyyy)`
  return `${part} is not supported; use ${letter} or ${letter}${letter}`
}

const order: readonly DateField[] = ['hour', 'minute', 'second']

function problemOf(tokens: readonly DateFormatToken[], target: 'date' | 'timestamp'): string | undefined {
  const names = tokens.flatMap((token) => (token.kind === 'literal' ? [] : [token.kind === 'field' ? token.field : token.kind]))
  const has = new Set<string>(names)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) return `the ${repeated} occurs twice`
  const missing = ['year', 'month', 'day'].find((name) => !has.has(name))
  if (missing !== undefined) return `the ${missing} is missing`
  const gap = order.find((field, index) => index > 0 && has.has(field) && !has.has(order[index - 1] ?? ''))
  if (gap !== undefined) return `the ${gap} needs the ${order[order.indexOf(gap) - 1]}`
  if (has.has('fraction') && !has.has('second')) return 'the fraction needs the second'
  if (has.has('offset') && target === 'date') return 'a date has no offset; read it as a timestamp'
  return ambiguity(tokens)
}

/** A field of one or two digits must not touch more digits: `Md` could be read in two ways. */
function ambiguity(tokens: readonly DateFormatToken[]): string | undefined {
  const index = tokens.findIndex(
    (token, at) => token.kind === 'field' && token.minDigits !== token.maxDigits && startsWithDigit(tokens[at + 1]),
  )
  const token = tokens[index]
  return token?.kind === 'field' ? `the ${token.field} has one or two digits and digits follow; write two letters` : undefined
}

function startsWithDigit(token: DateFormatToken | undefined): boolean {
  if (token === undefined || token.kind === 'offset') return false
  return token.kind === 'literal' ? /^[0-9]/.test(token.text) : true
}
