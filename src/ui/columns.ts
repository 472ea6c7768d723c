// How wide the columns of a table are drawn: all of them if they fit, else flexible ones give way, the widest before the others,
// and then columns are left out in the order of their `drop`. Pure.

export interface ColumnSpec {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** May be cut, but not below `narrowest` columns. */
  readonly flexible?: boolean
  readonly narrowest?: number
  /** May be left out when cutting is not enough; 1 goes first. */
  readonly drop?: number
}

export interface PlacedColumn {
  /** Index into the specs. */
  readonly index: number
  readonly width: number
}

export const columnGap = 2
const usualNarrowest = 10

/** Columns that are shown, in order; `natural` says how wide each would like to be. */
export function placeColumns(available: number, specs: readonly ColumnSpec[], natural: readonly number[]): readonly PlacedColumn[] {
  let shown = specs.map((_, index) => index)
  for (;;) {
    const widths = shrink(available, shown, specs, natural)
    if (total(widths) <= available) return shown.map((index, position) => ({index, width: widths[position] ?? 0}))
    const [first] = shown.filter((index) => specs[index]?.drop !== undefined).sort((a, b) => (specs[a]?.drop ?? 0) - (specs[b]?.drop ?? 0))
    if (first === undefined) return cutLast(available, shown, widths)
    shown = shown.filter((index) => index !== first)
  }
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + columnGap * Math.max(0, widths.length - 1)

function shrink(available: number, shown: readonly number[], specs: readonly ColumnSpec[], natural: readonly number[]): readonly number[] {
  const widths = shown.map((index) => natural[index] ?? 0)
  for (let excess = total(widths) - available; excess > 0; excess--) {
    const widest = shown.reduce<number | undefined>((best, index, position) => {
      const width = widths[position] ?? 0
      if (!specs[index]?.flexible || width <= (specs[index].narrowest ?? usualNarrowest)) return best
      return best === undefined || width > (widths[best] ?? 0) ? position : best
    }, undefined)
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** On a terminal too narrow even for that, what stands at the right edge is cut. */
function cutLast(available: number, shown: readonly number[], widths: readonly number[]): readonly PlacedColumn[] {
  let left = available
  return shown.flatMap((index, position) => {
    const width = Math.min(widths[position] ?? 0, left)
    left -= width + columnGap
    return width > 0 ? [{index, width}] : []
  })
}
