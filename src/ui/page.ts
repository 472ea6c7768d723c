// What a screen shows, without how it is drawn: sections of rows. A screen makes a page from what it read; one component draws
// every page, so that movement, filter, windows and narrow terminals are solved once. Text in a page is safe for a terminal.

import type {ColumnSpec} from './columns.ts'
import type {Tone} from './report/paper.ts'
import {textWidth} from './text-width.ts'
import type {View} from './views.ts'

export type CellContent =
  | string
  | {readonly kind: 'text'; readonly text: string; readonly tone: Tone}
  /** There is no value. */
  | {readonly kind: 'none'}
  /** The shape of a state, with its word when there is one to say. */
  | {readonly kind: 'badge'; readonly state: string; readonly word?: string}
  /** Numbers 0 to 100 as a line of bars, oldest first. */
  | {readonly kind: 'trend'; readonly points: readonly number[]}
  /** 0 to 1. */
  | {readonly kind: 'bar'; readonly share: number}

export interface PageRow {
  /** Unique in the page. A row without `isFixed` can be selected. */
  readonly key: string
  readonly cells: readonly CellContent[]
  readonly opens?: View
  /** The command that does the same, or the next thing to do about it. */
  readonly command?: string
  /** Shown and never selected. */
  readonly isFixed?: true
}

export interface Section {
  readonly heading: string
  /** Beside the heading: how many, of what. */
  readonly note?: string
  readonly columns: readonly ColumnSpec[]
  readonly rows: readonly PageRow[]
  /** What stands there when there are no rows. */
  readonly empty?: string
}

export interface Page {
  readonly sections: readonly Section[]
  /** Stays in view at the bottom. */
  readonly pinned?: Section
  /** For a page without selectable rows, or before one is selected. */
  readonly command?: string
}

/** What a page is made for. */
export interface PageContext {
  readonly now: Date
  readonly timeZone?: string
  /** Columns and lines of the body. */
  readonly width: number
  readonly height: number
}

export type PageBuilder = (context: PageContext) => Page

export type PageLine =
  | {readonly kind: 'heading'; readonly section: Section}
  /** Titles of the columns, where they do not stand beside the heading. */
  | {readonly kind: 'titles'; readonly section: Section}
  | {readonly kind: 'row'; readonly section: Section; readonly row: PageRow}
  | {readonly kind: 'empty'; readonly text: string}
  | {readonly kind: 'blank'}

/** The lines of sections from top to bottom, with a blank one between. */
export function pageLines(sections: readonly Section[]): readonly PageLine[] {
  return sections.flatMap((section, index): readonly PageLine[] => [
    ...(index > 0 ? [{kind: 'blank'} as const] : []),
    {kind: 'heading', section},
    ...(hasOwnTitles(section) ? [{kind: 'titles', section} as const] : []),
    ...section.rows.map((row) => ({kind: 'row', section, row}) as const),
    ...(section.rows.length === 0 && section.empty !== undefined ? [{kind: 'empty', text: section.empty} as const] : []),
  ])
}

/** A note takes the room of the titles, and so does a title over the first column. */
function hasOwnTitles({note, columns, rows}: Section): boolean {
  return rows.length > 0 && columns.some(({title}) => title !== '') && (note !== undefined || columns[0]?.title !== '')
}

/** Rows that can be selected, top to bottom. */
export function selectableRows(page: Page): readonly PageRow[] {
  return [...page.sections, ...(page.pinned ? [page.pinned] : [])].flatMap(({rows}) => rows.filter(({isFixed}) => !isFixed))
}

/** The page with only those selectable rows whose text holds all words of the filter, ignoring case. */
export function filterPage(page: Page, filter: string): Page {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return page
  const matches = (row: PageRow): boolean => {
    const text = row.cells.map(textOf).join(' ').toLowerCase()
    return wanted.every((word) => text.includes(word))
  }
  const narrowed = (section: Section): Section => ({
    ...section,
    rows: section.rows.filter((row) => row.isFixed || matches(row)),
    empty: section.rows.length > 0 ? 'nothing here matches the filter' : (section.empty ?? ''),
  })
  return {...page, sections: page.sections.map(narrowed)}
}

export function textOf(cell: CellContent): string {
  if (typeof cell === 'string') return cell
  if (cell.kind === 'text') return cell.text
  return cell.kind === 'badge' ? `${cell.state} ${cell.word ?? ''}` : ''
}

export const barWidth = 10

/** Columns a cell would like to have; shapes are one column wide, two in ASCII. */
export function naturalWidth(cell: CellContent, shapeWidth: number): number {
  if (typeof cell === 'string') return textWidth(cell)
  switch (cell.kind) {
    case 'text':
      return textWidth(cell.text)
    case 'badge':
      return shapeWidth + (cell.word === undefined ? 0 : 1 + textWidth(cell.word))
    case 'trend':
      return cell.points.length
    case 'none':
      return 1
    case 'bar':
      return barWidth
  }
}

export const none: CellContent = {kind: 'none'}
export const toned = (tone: Tone, text: string): CellContent => ({kind: 'text', text, tone})
export const badge = (state: string, word?: string): CellContent => ({kind: 'badge', state, ...(word === undefined ? {} : {word})})
