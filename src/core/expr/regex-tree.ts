// Reads a portable pattern into a tree. Everything that engines read differently is either given one meaning here
// (`\d \w \s` are ASCII, `.` is anything but a line feed, `^ $` are the ends of the text) or refused with its position.

export type RegexNode =
  | {readonly kind: 'start'}
  | {readonly kind: 'end'}
  /** One code point in (or, negated, not in) the sorted ranges. */
  | {readonly kind: 'set'; readonly ranges: readonly (readonly [from: number, to: number])[]; readonly negated: boolean}
  | {readonly kind: 'sequence'; readonly of: readonly RegexNode[]}
  | {readonly kind: 'alternatives'; readonly of: readonly RegexNode[]}
  | {readonly kind: 'repeat'; readonly of: RegexNode; readonly min: number; readonly max: number | undefined}

/** A construct outside the portable subset. */
export class RegexProblem extends Error {}

type Range = readonly [from: number, to: number]
type SetNode = Extract<RegexNode, {kind: 'set'}>

const maxRepeat = 1000
/** Code points that all repeats together may spell out; keeps compiled automata small on every engine. */
const maxExpanded = 4000
const maxDepth = 100
const maxCodePoint = 0x10ffff

const digits: readonly Range[] = [[0x30, 0x39]]
const wordCharacters: readonly Range[] = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
const whiteSpace: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
]
const classes: Readonly<Record<string, readonly Range[]>> = {d: digits, w: wordCharacters, s: whiteSpace}
const controls: Readonly<Record<string, number>> = {t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d}

/** The tree of a portable pattern; throws RegexProblem with the 1-based position of what is not portable. */
export function readRegex(pattern: string): RegexNode {
  const reader = new RegexReader(pattern)
  const node = reader.alternatives(0)
  reader.expectEnd()
  if (expandedSize(node) > maxExpanded) throw new RegexProblem(`repeats spell out more than ${maxExpanded} characters`)
  return node
}

function expandedSize(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
    case 'alternatives':
      return node.of.reduce((total, part) => total + expandedSize(part), 1)
    case 'repeat':
      return Math.max(1, node.min, node.max ?? 0) * expandedSize(node.of)
    default:
      return 1
  }
}

class RegexReader {
  readonly #characters: readonly string[]
  #at = 0

  constructor(pattern: string) {
    if (!pattern.isWellFormed()) throw new RegexProblem('is not well-formed Unicode')
    this.#characters = [...pattern]
  }

  expectEnd(): void {
    if (this.#peek() !== undefined) throw this.#problem('`)` without `(`; write \\)')
  }

  alternatives(depth: number): RegexNode {
    if (depth > maxDepth) throw this.#problem(`more than ${maxDepth} nested groups`)
    const branches = [this.#sequence(depth)]
    while (this.#accept('|')) branches.push(this.#sequence(depth))
    const [only] = branches
    return only !== undefined && branches.length === 1 ? only : {kind: 'alternatives', of: branches}
  }

  #sequence(depth: number): RegexNode {
    const parts: RegexNode[] = []
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      const start = this.#at
      const atom = this.#atom(depth)
      parts.push(this.#quantified(atom, start))
    }
    return {kind: 'sequence', of: parts}
  }

  #quantified(atom: RegexNode, start: number): RegexNode {
    const counts = this.#quantifier()
    if (counts === undefined) return atom
    if (atom.kind === 'start' || atom.kind === 'end') throw this.#problem('an anchor cannot repeat', start)
    this.#accept('?') // lazy or greedy: the same texts match
    if (this.#peek() === '+') throw this.#problem('possessive repeats are not portable')
    if (this.#quantifier() !== undefined) throw this.#problem('a repeat of a repeat needs a group: (?:…)', start)
    return {kind: 'repeat', of: atom, ...counts}
  }

  #quantifier(): {readonly min: number; readonly max: number | undefined} | undefined {
    if (this.#accept('*')) return {min: 0, max: undefined}
    if (this.#accept('+')) return {min: 1, max: undefined}
    if (this.#accept('?')) return {min: 0, max: 1}
    if (this.#peek() !== '{') return undefined
    const start = this.#at
    const end = this.#characters.indexOf('}', start)
    const counts = /^\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}$/.exec(this.#characters.slice(start, end + 1).join(''))
    if (counts === null) throw this.#problem('`{` is no repeat {n}, {n,} or {n,m}; write \\{ for a brace', start)
    const min = Number(counts[1])
    const max = counts[2] === undefined ? min : counts[3] === undefined ? undefined : Number(counts[3])
    if (min > maxRepeat || (max ?? 0) > maxRepeat) throw this.#problem(`more than ${maxRepeat} repeats`, start)
    if (max !== undefined && max < min) throw this.#problem('a repeat with its bounds the wrong way round', start)
    this.#at = end + 1
    return {min, max}
  }

  #atom(depth: number): RegexNode {
    const start = this.#at
    const character = this.#take()
    switch (character) {
      case '^':
        return {kind: 'start'}
      case '$':
        return {kind: 'end'}
      case '.':
        return {kind: 'set', ranges: [[0x0a, 0x0a]], negated: true}
      case '(':
        return this.#group(depth, start)
      case '[':
        return this.#class(start)
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
      case '{':
        throw this.#problem(`nothing to repeat before \`${character}\`; write \\${character} for the character`, start)
      default:
        return this.#single(character)
    }
  }

  #group(depth: number, start: number): RegexNode {
    if (this.#accept('?') && !this.#accept(':')) {
      throw this.#problem('only plain groups (…) and (?:…) are portable: no look-around, names or flags', start)
    }
    const inner = this.alternatives(depth + 1)
    if (!this.#accept(')')) throw this.#problem('`(` without `)`', start)
    return inner.kind === 'sequence' ? {kind: 'alternatives', of: [inner]} : inner
  }

  #escape(): RegexNode {
    const start = this.#at - 1
    const next = this.#peek()
    if (next === 'A' || next === 'z') {
      this.#at++
      return {kind: next === 'A' ? 'start' : 'end'}
    }
    const member = this.#escapedMember(start)
    return typeof member === 'number' ? this.#single(String.fromCodePoint(member)) : member
  }

  /** What follows a backslash, in a class or outside: one code point or an ASCII class. */
  #escapedMember(start: number): number | SetNode {
    const next = this.#take()
    const known = classes[next.toLowerCase()]
    if (known !== undefined) return {kind: 'set', ranges: known, negated: next !== next.toLowerCase()}
    const control = controls[next]
    if (control !== undefined) return control
    if (next === 'x' || next === 'u') return this.#hexadecimal(next, start)
    if (next === 'b' || next === 'B')
      throw this.#problem('word boundaries differ between engines; spell out what surrounds the word', start)
    if (next === 'p' || next === 'P') throw this.#problem('Unicode classes are not portable; write the ranges', start)
    if (/[0-9]/.test(next)) throw this.#problem('back-references and octal escapes are not portable', start)
    if (/[A-Za-z]/.test(next) || (next.codePointAt(0) ?? 0) > 0x7e) throw this.#problem(`\\${next} is not portable`, start)
    return next.codePointAt(0) ?? 0
  }

  #hexadecimal(letter: 'x' | 'u', start: number): number {
    const rest = this.#characters.slice(this.#at, this.#at + 10).join('')
    const found =
      letter === 'x' ? /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(rest) : /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))/.exec(rest)
    if (found === null) throw this.#problem(`\\${letter} needs hexadecimal digits`, start)
    const codePoint = Number.parseInt(found[1] ?? found[2] ?? '', 16)
    if (codePoint === 0 || codePoint > maxCodePoint || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      throw this.#problem('no such character in text', start)
    }
    this.#at += found[0].length
    return codePoint
  }

  #class(start: number): RegexNode {
    const negated = this.#accept('^')
    if (this.#peek() === ']') throw this.#problem('an empty class; write \\] for the bracket', start)
    const ranges: Range[] = []
    while (!this.#accept(']')) {
      if (this.#peek() === undefined) throw this.#problem('`[` without `]`', start)
      if (this.#peek() === '[') throw this.#problem('a bracket in a class is not portable; write \\[')
      ranges.push(...this.#classMember())
    }
    return {kind: 'set', ranges: merged(ranges), negated}
  }

  #classMember(): readonly Range[] {
    const start = this.#at
    const from = this.#member()
    if (typeof from !== 'number') return from.negated ? complement(from.ranges) : from.ranges
    const closesNext = this.#characters[this.#at + 1] === ']'
    if (this.#peek() !== '-' || closesNext) return [[from, from]]
    this.#at++
    const to = this.#member()
    if (typeof to !== 'number' || to < from) throw this.#problem('not a range of characters', start)
    return [[from, to]]
  }

  #member(): number | SetNode {
    const start = this.#at
    const character = this.#take()
    return character === '\\' ? this.#escapedMember(start) : (character.codePointAt(0) ?? 0)
  }

  #single(character: string): RegexNode {
    const codePoint = character.codePointAt(0) ?? 0
    if (codePoint === 0) throw this.#problem('no such character in text', this.#at - 1)
    return {kind: 'set', ranges: [[codePoint, codePoint]], negated: false}
  }

  #peek(): string | undefined {
    return this.#characters[this.#at]
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #take(): string {
    const character = this.#peek()
    if (character === undefined) throw this.#problem('ends too early')
    this.#at++
    return character
  }

  #problem(text: string, at: number = this.#at): RegexProblem {
    return new RegexProblem(`${text} (at character ${at + 1})`)
  }
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = []
  let next = 1 // text never holds NUL, and PostgreSQL cannot write it
  for (const [from, to] of merged(ranges)) {
    if (from > next) result.push([next, from - 1])
    next = to + 1
  }
  return next <= maxCodePoint ? [...result, [next, maxCodePoint]] : result
}
