// The regular expressions that every engine understands alike: RE2's core without look-around, back-references, flags,
// named groups and word boundaries. A pattern is read into a small tree and written anew for each engine, with explicit
// ASCII classes and text anchors, so no engine's reading of `\d`, `.` or `$` ever matters. Rust and RE2 match in linear
// time; repeats are bounded so that they stay small. Only whether a pattern occurs is defined, not which text it takes.
import {HippoError} from '../errors/hippo-error.ts'
import {type RegexNode, RegexProblem, readRegex} from './regex-tree.ts'

export type RegexCheck = {readonly ok: true} | {readonly ok: false; readonly error: string}

/** Whether a pattern is portable; the error names the construct, its 1-based position and what to write instead. */
export function checkPortableRegex(pattern: string): RegexCheck {
  try {
    readRegex(pattern)
    return {ok: true}
  } catch (error) {
    if (error instanceof RegexProblem) return {ok: false, error: error.message}
    throw error
  }
}

/** The pattern for Rust's regex crate and for RE2; throws CONTRACT_RULE_INVALID when it is not portable. */
export function toRust(pattern: string): string {
  return write(readOrThrow(pattern), rust)
}

/** The pattern for `new RegExp(…, 'u')`: same meaning, but JavaScript backtracks, so match long text with an RE2. */
export function toJs(pattern: string): string {
  return write(readOrThrow(pattern), javascript)
}

/** The pattern for PostgreSQL's `~` (advanced regular expressions). */
export function toPostgres(pattern: string): string {
  return write(readOrThrow(pattern), postgres)
}

interface Dialect {
  readonly start: string
  readonly end: string
  readonly codePoint: (codePoint: number) => string
  /** Largest count that a single `{n,m}` may hold. */
  readonly maxCount: number
}

const hex = (codePoint: number, digits: number): string => codePoint.toString(16).padStart(digits, '0').toUpperCase()

const rust: Dialect = {start: '\\A', end: '\\z', codePoint: (c) => `\\x{${hex(c, 1)}}`, maxCount: 1000}
const javascript: Dialect = {start: '^', end: '$', codePoint: (c) => `\\u{${hex(c, 1)}}`, maxCount: 1000}
const postgres: Dialect = {
  start: '\\A',
  end: '\\Z',
  codePoint: (c) => (c > 0xffff ? `\\U${hex(c, 8)}` : `\\u${hex(c, 4)}`),
  maxCount: 255,
}

function readOrThrow(pattern: string): RegexNode {
  try {
    return readRegex(pattern)
  } catch (error) {
    if (error instanceof RegexProblem) throw new HippoError('CONTRACT_RULE_INVALID', {message: `pattern: ${error.message}`})
    throw error
  }
}

function write(node: RegexNode, dialect: Dialect): string {
  switch (node.kind) {
    case 'start':
      return dialect.start
    case 'end':
      return dialect.end
    case 'set':
      return writeSet(node.ranges, node.negated, dialect)
    case 'sequence':
      return node.of.map((part) => write(part, dialect)).join('')
    case 'alternatives':
      return `(?:${node.of.map((part) => write(part, dialect)).join('|')})`
    case 'repeat':
      return writeRepeat(writeAtom(node.of, dialect), node.min, node.max, dialect.maxCount)
  }
}

function writeAtom(node: RegexNode, dialect: Dialect): string {
  const written = write(node, dialect)
  return node.kind === 'set' || node.kind === 'alternatives' ? written : `(?:${written})`
}

type Range = readonly [from: number, to: number]

function writeSet(ranges: readonly Range[], negated: boolean, dialect: Dialect): string {
  const [only] = ranges
  if (only !== undefined && ranges.length === 1 && only[0] === only[1] && !negated) return writeCharacter(only[0], dialect)
  const parts = ranges.map(([from, to]) =>
    from === to ? writeCharacter(from, dialect) : `${writeCharacter(from, dialect)}-${writeCharacter(to, dialect)}`,
  )
  return `[${negated ? '^' : ''}${parts.join('')}]`
}

/** ASCII letters and digits stand for themselves; everything else is written by its code point, so nothing needs escaping. */
function writeCharacter(codePoint: number, dialect: Dialect): string {
  const character = String.fromCodePoint(codePoint)
  return /^[0-9A-Za-z]$/.test(character) ? character : dialect.codePoint(codePoint)
}

/** Splits counts above `limit` (PostgreSQL stops at 255) into repeats of repeats. */
function writeRepeat(atom: string, min: number, max: number | undefined, limit: number): string {
  if (max === undefined) return min <= limit ? `${atom}{${min},}` : `${exactly(atom, min, limit)}${atom}*`
  if (max <= limit) return `${atom}{${min},${max}}`
  return `${min === 0 ? '' : exactly(atom, min, limit)}${atMost(atom, max - min, limit)}`
}

function exactly(atom: string, count: number, limit: number): string {
  const whole = Math.floor(count / limit)
  const rest = count % limit
  return `${whole === 0 ? '' : `(?:${atom}{${limit}}){${whole}}`}${rest === 0 ? '' : `${atom}{${rest}}`}`
}

function atMost(atom: string, count: number, limit: number): string {
  const whole = Math.floor(count / limit)
  const rest = count % limit
  return `${whole === 0 ? '' : `(?:${atom}{0,${limit}}){${whole}}`}${rest === 0 ? '' : `${atom}{0,${rest}}`}`
}
