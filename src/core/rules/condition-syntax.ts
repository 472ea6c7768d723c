// The language of conditions over one row: comparisons, arithmetic and a few functions, written as in SQL. Read by hand into a small tree, so
// that nothing is understood that no engine could do alike; types come later (`condition-types.ts`). Names that are no plain words
// stand in double quotes, text in single ones. Length and nesting are bounded.

import {ConditionProblem, type Token, tokensOf} from './condition-tokens.ts'

export type Syntax =
  | {readonly kind: 'name'; readonly at: number; readonly name: string}
  | {readonly kind: 'number'; readonly at: number; readonly text: string}
  | {readonly kind: 'text'; readonly at: number; readonly value: string}
  | {readonly kind: 'flag'; readonly at: number; readonly value: boolean}
  | {readonly kind: 'not'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'negative'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'and' | 'or'; readonly at: number; readonly of: readonly Syntax[]}
  | {readonly kind: 'compare'; readonly at: number; readonly operator: Comparison; readonly left: Syntax; readonly right: Syntax}
  | {
      readonly kind: 'arithmetic'
      readonly at: number
      readonly operator: '+' | '-' | '*' | '/'
      readonly left: Syntax
      readonly right: Syntax
    }
  | {readonly kind: 'isNull'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'in'; readonly at: number; readonly of: Syntax; readonly values: readonly Syntax[]}
  | {readonly kind: 'matches'; readonly at: number; readonly of: Syntax; readonly pattern: string}
  | {readonly kind: 'call'; readonly at: number; readonly name: string; readonly of: readonly Syntax[]}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

const maxLength = 4000
const maxDepth = 60

/** Reads a condition; throws ConditionProblem. */
export function readCondition(source: string): Syntax {
  if (source.length > maxLength) throw new ConditionProblem(maxLength, `a condition has at most ${maxLength} characters`)
  return new Reader(tokensOf(source), source.length).read()
}

/** Columns that a condition looks at, each once. */
export function namesIn(syntax: Syntax): readonly string[] {
  const names = new Set<string>()
  const visit = (node: Syntax): void => {
    if (node.kind === 'name') names.add(node.name)
    for (const child of partsOf(node)) visit(child)
  }
  visit(syntax)
  return [...names]
}

function partsOf(node: Syntax): readonly Syntax[] {
  switch (node.kind) {
    case 'name':
    case 'number':
    case 'text':
    case 'flag':
      return []
    case 'and':
    case 'or':
    case 'call':
      return node.of
    case 'compare':
    case 'arithmetic':
      return [node.left, node.right]
    case 'in':
      return [node.of, ...node.values]
    default:
      return [node.of]
  }
}

const keywords = ['and', 'or', 'not', 'is', 'null', 'in', 'between', 'matches', 'true', 'false']

class Reader {
  readonly #tokens: readonly Token[]
  readonly #end: number
  #place = 0
  #depth = 0

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens
    this.#end = end
  }

  read(): Syntax {
    const condition = this.#either()
    if (this.#place < this.#tokens.length) this.#fail('something is left over: write and or or between two conditions')
    return condition
  }

  #either(): Syntax {
    if (++this.#depth > maxDepth) this.#fail(`more than ${maxDepth} brackets or nots inside each other`)
    const parts = this.#list('or', () => this.#list('and', () => this.#negation()))
    this.#depth--
    return parts
  }

  #list(kind: 'and' | 'or', read: () => Syntax): Syntax {
    const at = this.#at()
    const parts = [read()]
    while (this.#word(kind)) parts.push(read())
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : {kind, at, of: parts}
  }

  #negation(): Syntax {
    const at = this.#at()
    if (!this.#word('not')) return this.#predicate()
    if (++this.#depth > maxDepth) this.#fail(`more than ${maxDepth} brackets or nots inside each other`)
    const of = this.#negation()
    this.#depth--
    return {kind: 'not', at, of}
  }

  #predicate(): Syntax {
    const left = this.#sum()
    const at = this.#at()
    const operator = this.#sign('=', '!=', '<>', '<', '<=', '>', '>=')
    if (operator !== undefined)
      return {kind: 'compare', at, operator: operator === '<>' ? '!=' : (operator as Comparison), left, right: this.#sum()}
    if (this.#word('is')) {
      const isNegated = this.#word('not')
      if (!this.#word('null')) this.#fail('null is missing behind is')
      return negated(isNegated, {kind: 'isNull', at, of: left})
    }
    const isNegated = this.#word('not')
    if (this.#word('in')) return negated(isNegated, {kind: 'in', at, of: left, values: this.#arguments()})
    if (this.#word('between')) return negated(isNegated, this.#between(left, at))
    if (this.#word('matches')) {
      const pattern = this.#next()
      if (pattern?.kind !== 'text') this.#fail('a pattern in single quotes is missing', pattern)
      return negated(isNegated, {kind: 'matches', at, of: left, pattern: pattern?.text ?? ''})
    }
    if (isNegated) this.#fail('in, between or matches is missing behind not')
    return left
  }

  /** Both ends belong to it, as in SQL. */
  #between(of: Syntax, at: number): Syntax {
    const low = this.#sum()
    if (!this.#word('and')) this.#fail('and is missing between the two ends')
    return {
      kind: 'and',
      at,
      of: [
        {kind: 'compare', at, operator: '>=', left: of, right: low},
        {kind: 'compare', at, operator: '<=', left: of, right: this.#sum()},
      ],
    }
  }

  #sum(): Syntax {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#factor()))
  }

  #chain(operators: readonly ('+' | '-' | '*' | '/')[], read: () => Syntax): Syntax {
    let left = read()
    for (;;) {
      const at = this.#at()
      const sign = this.#sign(...operators)
      const operator = operators.find((one) => one === sign)
      if (operator === undefined) return left
      left = {kind: 'arithmetic', at, operator, left, right: read()}
    }
  }

  #factor(): Syntax {
    const at = this.#at()
    if (this.#sign('-') !== undefined) {
      const of = this.#factor()
      return of.kind === 'number' ? {kind: 'number', at, text: `-${of.text}`} : {kind: 'negative', at, of}
    }
    if (this.#sign('(') === undefined) return this.#atom()
    const inner = this.#either()
    if (this.#sign(')') === undefined) this.#fail('a closing bracket is missing')
    return inner
  }

  #atom(): Syntax {
    const token = this.#next()
    if (token === undefined) return this.#fail('a value is missing', token)
    const {kind, at, text} = token
    if (kind === 'number') return {kind, at, text}
    if (kind === 'text') return {kind, at, value: text}
    if (kind === 'quoted') return {kind: 'name', at, name: text}
    const word = text.toLowerCase()
    if (kind === 'sign' || (keywords.includes(word) && word !== 'true' && word !== 'false'))
      return this.#fail(`a value is missing where ${text} stands`, token)
    if (word === 'true' || word === 'false') return {kind: 'flag', at, value: word === 'true'}
    return this.#peeks('(') ? {kind: 'call', at, name: word, of: this.#arguments()} : {kind: 'name', at, name: text}
  }

  #arguments(): readonly Syntax[] {
    if (this.#sign('(') === undefined) this.#fail('an opening bracket is missing')
    if (this.#sign(')') !== undefined) return []
    const values: Syntax[] = []
    do values.push(this.#sum())
    while (this.#sign(',') !== undefined)
    if (this.#sign(')') === undefined) this.#fail('a closing bracket or a comma is missing')
    return values
  }

  #at(): number {
    return this.#tokens[this.#place]?.at ?? this.#end
  }

  #next(): Token | undefined {
    return this.#tokens[this.#place++]
  }

  #peeks(sign: string): boolean {
    const token = this.#tokens[this.#place]
    return token?.kind === 'sign' && token.text === sign
  }

  #sign(...signs: readonly string[]): string | undefined {
    const found = signs.find((sign) => this.#peeks(sign))
    if (found !== undefined) this.#place++
    return found
  }

  #word(word: string): boolean {
    const token = this.#tokens[this.#place]
    const isThere = token?.kind === 'word' && token.text.toLowerCase() === word
    if (isThere) this.#place++
    return isThere
  }

  #fail(message: string, token: Token | undefined = this.#tokens[this.#place]): never {
    throw new ConditionProblem(token?.at ?? this.#end, message)
  }
}

const negated = (isNegated: boolean, of: Syntax): Syntax => (isNegated ? {kind: 'not', at: of.at, of} : of)
