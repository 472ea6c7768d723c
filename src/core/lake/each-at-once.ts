/** Does the work for each item, at most so many at a time; throws the first failure once nothing is under way any more. */
export async function eachAtOnce<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const run = async () => {
    for (const item of rest) await work(item)
  }
  const results = await Promise.allSettled(Array.from({length: Math.min(most, items.length)}, run))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
