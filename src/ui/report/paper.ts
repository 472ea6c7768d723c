// What a report is written on. Reports are functions of their props and a paper: they read nothing and print nothing.

export interface Paper {
  readonly columns: number
  readonly color: boolean
  /** False: shapes, rules and punctuation are ASCII. Data keeps its characters. */
  readonly unicode: boolean
  readonly now: Date
  /** IANA name; the machine's own zone when absent. */
  readonly timeZone?: string
}

/** Width of text that is not for a terminal. */
export const fallbackColumns = 72

export type Tone = 'plain' | 'ok' | 'warn' | 'failed' | 'quiet' | 'strong' | 'accent'

const codes: Readonly<Record<Exclude<Tone, 'plain'>, readonly [number, number]>> = {
  ok: [32, 39],
  warn: [33, 39],
  failed: [31, 39],
  quiet: [2, 22],
  strong: [1, 22],
  accent: [36, 39],
}

/** Colours text when the paper takes colour; red and amber are kept for what needs a person. */
export function paint(paper: Paper, tone: Tone, text: string): string {
  if (!paper.color || tone === 'plain' || text === '') return text
  const [open, close] = codes[tone]
  return `\u001b[${open}m${text}\u001b[${close}m`
}

const asciiForms: Readonly<Record<string, string>> = {
  '→': '->',
  '←': '<-',
  '…': '...',
  '—': '-',
  '–': '-',
  '·': '-',
  '│': '|',
  '─': '-',
  '≤': '<=',
  '≥': '>=',
}

/** The text of a report itself (never data) in the characters the paper can show. */
export function plain(paper: Paper, text: string): string {
  return paper.unicode ? text : text.replace(/[→←…—–·│─≤≥]/g, (character) => asciiForms[character] ?? character)
}
