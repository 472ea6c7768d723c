// Text in an exact number of terminal columns. Counts what a terminal shows: wide characters take two, marks none.
import {isNarrow, textWidth} from './text-width.ts'

/** The text padded or cut to exactly `width` columns; what is cut ends in `ellipsis` (one column wide). */
export function fitText(text: string, width: number, {align = 'left', ellipsis = '…'}: FitOptions = {}): string {
  if (width <= 0) return ''
  const excess = textWidth(text) - width
  if (excess > 0) return cut(text, width, ellipsis)
  const padding = ' '.repeat(-excess)
  return align === 'right' ? padding + text : text + padding
}

export interface FitOptions {
  readonly align?: 'left' | 'right'
  readonly ellipsis?: string
}

function cut(text: string, width: number, ellipsis: string): string {
  if (isNarrow(text)) return `${text.slice(0, width - 1)}${ellipsis}`
  let kept = ''
  let used = 0
  for (const {segment} of new Intl.Segmenter('en').segment(text)) {
    const next = used + textWidth(segment)
    if (next > width - 1) break
    kept += segment
    used = next
  }
  // Half of a wide character cannot be shown: a blank stands for it.
  return `${kept}${ellipsis}${' '.repeat(width - used - 1)}`
}
