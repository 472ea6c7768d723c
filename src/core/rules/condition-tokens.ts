// The words, signs and written values that a condition is made of, each with its place.

/** What is wrong with a condition, and where. */
export class ConditionProblem extends Error {
  override readonly name = 'ConditionProblem'

  constructor(at: number, message: string) {
    super(`character ${at + 1}: ${message}`)
  }
}

export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'sign'
  readonly at: number
  readonly text: string
}

const tokenForm =
  /\s*(?:(?<word>[A-Za-z_][A-Za-z0-9_]*)|"(?<quoted>(?:[^"]|"")+)"|'(?<text>(?:[^']|'')*)'|(?<number>[0-9]+(?:\.[0-9]+)?)|(?<sign><=|>=|<>|!=|[=<>()+\-*/,]))/y

/** Reads a condition's text; throws ConditionProblem for what belongs in none. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  const form = new RegExp(tokenForm)
  const end = source.trimEnd().length
  while (form.lastIndex < end) {
    const from = form.lastIndex
    const match = form.exec(source)
    const [kind, text] = Object.entries(match?.groups ?? {}).find(([, part]) => part !== undefined) ?? []
    if (match === null || kind === undefined || text === undefined) {
      const at = from + (/^\s*/.exec(source.slice(from))?.[0].length ?? 0)
      throw new ConditionProblem(at, `${JSON.stringify(source[at])} does not belong in a condition`)
    }
    const plain = kind === 'text' ? text.replaceAll("''", "'") : kind === 'quoted' ? text.replaceAll('""', '"') : text
    tokens.push({kind: kind as Token['kind'], at: form.lastIndex - match[0].trimStart().length, text: plain})
  }
  return tokens
}
