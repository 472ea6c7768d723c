// How far two distributions over the same classes lie apart. Counts in, one number out; an empty side has no shares and gives 0.

/** An empty class would make the index infinite: each is taken to hold half a row more. */
const spread = 0.5

/** Population stability index: sum of (actual − expected) · ln(actual / expected) over the shares. Below 0.1 is usual, above 0.25 is another population. */
export function stabilityIndex(expected: readonly number[], actual: readonly number[]): number {
  const [before, now] = [smoothed(expected), smoothed(actual)]
  return before.reduce((sum, share, index) => {
    const other = now[index] ?? share
    return sum + (other - share) * Math.log(other / share)
  }, 0)
}

/** Kolmogorov-Smirnov: the largest distance between the two cumulative distributions, seen at the bounds of the classes, which are in order. */
export function largestDistance(expected: readonly number[], actual: readonly number[]): number {
  const [before, now] = [total(expected), total(actual)]
  if (before === 0 || now === 0) return 0
  let [left, right, distance] = [0, 0, 0]
  for (const [index, count] of expected.entries()) {
    left += count / before
    right += (actual[index] ?? 0) / now
    distance = Math.max(distance, Math.abs(left - right))
  }
  return distance
}

function smoothed(counts: readonly number[]): readonly number[] {
  const rows = total(counts) + spread * counts.length
  return counts.map((count) => (rows === 0 ? 0 : (count + spread) / rows))
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
