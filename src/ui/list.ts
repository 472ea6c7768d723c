// Movement in a list and what of it is in view. Pure: a list is its keys, so that a refresh moves rows and never the selection.

export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last'

/** The key that is selected after a move; a selected row that is gone counts as the first. Undefined for an empty list. */
export function moveSelection(keys: readonly string[], selected: string | undefined, move: Move, pageSize: number): string | undefined {
  if (keys.length === 0) return undefined
  const at = selectedIndex(keys, selected)
  const page = Math.max(1, pageSize - 1)
  const targets: Readonly<Record<Move, number>> = {
    up: at - 1,
    down: at + 1,
    pageUp: at - page,
    pageDown: at + page,
    first: 0,
    last: keys.length - 1,
  }
  return keys[Math.min(keys.length - 1, Math.max(0, targets[move]))]
}

/** Where the selection is: the first row when the selected one is gone; -1 for an empty list. */
export function selectedIndex(keys: readonly string[], selected: string | undefined): number {
  return keys.length === 0 ? -1 : Math.max(0, selected === undefined ? 0 : keys.indexOf(selected))
}

/** First of `height` lines in view, the focus near the middle; it depends on nothing that was shown before. */
export function windowStart(count: number, focus: number, height: number): number {
  return Math.max(0, Math.min(count - height, focus - Math.floor(height / 2)))
}
