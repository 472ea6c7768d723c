// Scores as bars. The scale is fixed, so that lines compare with each other: full is 100, the lowest bar is 50 or less (a score
// below half is bad whatever it is), and 100 is full only when it is exactly that.

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const asciiBars = ['_', '.', ':', '-', '=', '+', '*', '#']
const floor = 50

/** The newest points in at most `width` columns, the newest last. */
export function sparkline(points: readonly number[], width: number, unicode: boolean): string {
  const scale = unicode ? bars : asciiBars
  if (width <= 0) return ''
  return points
    .slice(-width)
    .map((point) => scale[level(point, scale.length)] ?? ' ')
    .join('')
}

function level(point: number, levels: number): number {
  if (point >= 100) return levels - 1
  const above = (Math.max(floor, point) - floor) / (100 - floor)
  return Math.min(levels - 2, Math.floor(above * (levels - 1)))
}
