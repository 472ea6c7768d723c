// What the terminal can show, and how states and tones look on it. A state is a shape and a word; colour only repeats them.

import {type Paper, plain, type Tone} from './report/paper.ts'
import {type Mark, shape} from './report/state-word.ts'

/** Colour, characters and time zone; the rest of a report's paper belongs to a frame. */
export type Theme = Pick<Paper, 'color' | 'unicode' | 'timeZone'>

/** Properties of Ink's Text for a tone; none on a terminal without colour. */
export interface TextStyle {
  readonly color?: string
  readonly bold?: true
  readonly dimColor?: true
}

const styles: Readonly<Record<Tone, TextStyle>> = {
  plain: {},
  ok: {color: 'green'},
  warn: {color: 'yellow'},
  failed: {color: 'red'},
  quiet: {dimColor: true},
  strong: {bold: true},
  accent: {color: 'cyan'},
}

export function textStyle(theme: Theme, tone: Tone): TextStyle {
  return theme.color ? styles[tone] : {}
}

const tones: Readonly<Record<Mark, Tone>> = {ok: 'ok', warn: 'warn', failed: 'failed', waiting: 'quiet', running: 'accent'}

export const toneOf = (mark: Mark): Tone => tones[mark]

/** The shape of a mark without colour: one column, two in ASCII. */
export function glyph(theme: Theme, mark: Mark): string {
  return shape(uncoloured(theme), mark)
}

/** Text of the dashboard itself (never data) in the characters the terminal shows. */
export function words(theme: Theme, text: string): string {
  const swapped = theme.unicode ? text : text.replace(/[▸▾⏎↑↓█▁]/g, (character) => asciiForms[character] ?? character)
  return plain(uncoloured(theme), swapped)
}

const asciiForms: Readonly<Record<string, string>> = {'▸': '>', '▾': 'v', '⏎': 'Enter', '↑': '^', '↓': 'v', '█': '#', '▁': '_'}

const uncoloured = ({unicode}: Theme): Paper => ({columns: 0, color: false, unicode, now: new Date(0)})
