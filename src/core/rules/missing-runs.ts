// Why a rule that compares with earlier promotions cannot be judged yet, and for how long.
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** The UTC weekday of an instant. */
export const weekday = (at: string): string => weekdays[new Date(at).getUTCDay()] ?? ''

/** How many promotions are known and how many more it takes; `at` when only those of its weekday count. */
export function missingRuns(known: number, wanted: number, at?: string): string {
  const more = wanted - known
  const noun = at === undefined ? 'promotion' : weekday(at)
  const where = at === undefined ? '' : ` on a ${noun}`
  const are = `${known} of the ${wanted} ${noun}${wanted === 1 ? '' : 's'} that it takes ${known === 1 ? 'is' : 'are'} known`
  return `${are}: ${more} more promotion${more === 1 ? '' : 's'}${where}`
}
