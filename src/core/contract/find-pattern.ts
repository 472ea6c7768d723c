// The form that nearly all texts of a column have: runs of digits and letters between signs that stay. A form is only proposed
// when the texts that differ look like it with a few wrong characters; texts of another make are another form, not mistakes.
import {isNear, sumOf, type TextCounts} from './count-texts.ts'

export interface FormOptions {
  /** Words that nearly all texts share may stand in the pattern. */
  readonly quotesWords: boolean
}

export interface FoundPattern {
  /** A portable pattern for the whole text. */
  readonly source: string
  /** Texts that do not match it. */
  readonly others: readonly string[]
}

interface Token {
  readonly kind: 'digits' | 'letters' | 'sign'
  readonly text: string
}

type Counted = readonly [tokens: readonly Token[], count: number]

const minValues = 50
const maxForms = 3
/** A form that fewer texts have is none. */
const minFormShare = 0.03
const minFormSightings = 5
const minCovered = 0.94
/** A word that this share of a form's texts has in one place belongs to the form. */
const commonWordShare = 0.9
const maxExamples = 60
const nearShare = 0.5
const minNearShare = 0.9

/** The form of a column's texts, or undefined when they have none that says anything. */
export function findPattern(counts: TextCounts, options: FormOptions): FoundPattern | undefined {
  const total = sumOf(counts.values())
  if (total < minValues || counts.size < 2) return undefined
  const forms = commonForms(counts, total)
  if (forms === undefined) return undefined
  const parts = forms.map((form) => partOf(form, options))
  const telling = sumOf(parts.filter(({says}) => says !== 'little').map(({rows}) => rows))
  if (parts.some(({source}) => source === undefined) || !parts.some(({says}) => says === 'digits') || telling < minCovered * total)
    return undefined
  const [only, ...more] = parts.map(({source}) => source ?? '')
  const source = more.length === 0 ? `^${only}$` : `^(?:${[only, ...more].join('|')})$`
  return withMistakes(counts, source, shapeOf)
}

/** A form that is known beforehand, where nearly all texts have it. `shapeOf` makes equal what its characters may stand for. */
export function findKnownForm(counts: TextCounts, source: string, shape: (text: string) => string = shapeOf): FoundPattern | undefined {
  const total = sumOf(counts.values())
  if (total < minValues) return undefined
  const found = withMistakes(counts, source, shape)
  const wrong = sumOf((found?.others ?? []).map((text) => counts.get(text) ?? 0))
  return wrong <= (1 - minCovered) * total ? found : undefined
}

/** Texts by the order of their runs, most frequent first; undefined when there are too many forms, or none. */
function commonForms(counts: TextCounts, total: number): readonly (readonly Counted[])[] | undefined {
  const forms = new Map<string, Counted[]>()
  for (const [text, count] of counts) {
    const tokens = tokensOf(text)
    const key = tokens.map((token) => (token.kind === 'sign' ? token.text : token.kind === 'digits' ? '0' : 'a')).join('')
    const known = forms.get(key) ?? []
    known.push([tokens, count])
    forms.set(key, known)
  }
  const sized = [...forms.values()].map((texts) => ({texts, rows: rowsOf(texts)}))
  const common = sized.filter(({rows}) => rows >= Math.max(minFormSightings, minFormShare * total)).toSorted((a, b) => b.rows - a.rows)
  const isCovered = sumOf(common.map(({rows}) => rows)) >= minCovered * total
  return common.length === 0 || common.length > maxForms || !isCovered ? undefined : common.map(({texts}) => texts)
}

const rowsOf = (texts: readonly Counted[]): number => sumOf(texts.map(([, count]) => count))

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(/([0-9]+)|(\p{L}+)|[\s\S]/gu)].map(([all, digits, letters]) => ({
    kind: digits !== undefined ? 'digits' : letters !== undefined ? 'letters' : 'sign',
    text: all,
  }))
}

interface Part {
  /** Undefined when the letters are of a kind that no portable pattern names. */
  readonly source: string | undefined
  readonly says: 'digits' | 'words' | 'little'
  readonly rows: number
}

function partOf(texts: readonly Counted[], {quotesWords}: FormOptions): Part {
  const rows = rowsOf(texts)
  const [[first = []] = []] = texts
  let isOpen = false
  const pieces = first.map(({kind, text}, place) => {
    if (kind === 'sign') return literally(text)
    const seen = new Map<string, number>()
    for (const [tokens, count] of texts) {
      const key = kind === 'digits' ? String(tokens[place]?.text.length) : (tokens[place]?.text ?? '')
      seen.set(key, (seen.get(key) ?? 0) + count)
    }
    const [common = '', count = 0] = [...seen].toSorted(([, a], [, b]) => b - a)[0] ?? []
    if (kind === 'digits') return seen.size > 1 ? '[0-9]+' : common === '1' ? '[0-9]' : `[0-9]{${common}}`
    if (quotesWords && count >= commonWordShare * rows) return literally(common)
    isOpen = true
    return [...seen.keys()].every((word) => /^[A-Za-z]+$/.test(word)) ? '[A-Za-z]+' : undefined
  })
  const hasDigits = first.some(({kind}) => kind === 'digits')
  return {source: pieces.includes(undefined) ? undefined : pieces.join(''), says: hasDigits ? 'digits' : isOpen ? 'little' : 'words', rows}
}

/** Literal text as a part of a portable pattern. */
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** The pattern, if nearly all of the other texts are one of its form with a few characters wrong. */
function withMistakes(counts: TextCounts, source: string, shape: (text: string) => string): FoundPattern | undefined {
  const form = new RegExp(source, 'u')
  const others = [...counts.keys()].filter((text) => !form.test(text))
  const examples = [...new Set([...counts.keys()].filter((text) => form.test(text)).map(shape))].slice(0, maxExamples)
  const near = others.filter((text) => examples.some((example) => isNear(shape(text), example, nearShare)))
  const rows = (texts: readonly string[]): number => sumOf(texts.map((text) => counts.get(text) ?? 0))
  return rows(near) >= minNearShare * rows(others) ? {source, others} : undefined
}

const shapeOf = (text: string): string => text.replace(/[0-9]/g, '0')
