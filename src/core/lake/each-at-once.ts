/** Does the work for each item, at most so many at a time; begins nothing more after a failure, and throws the first once nothing is under way. */
export async function eachAtOnce<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]()
  let failure: {readonly error: unknown} | undefined
  const run = async () => {
    for (let next = rest.next(); !next.done && failure === undefined; next = rest.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failure ??= {error}
      }
    }
  }
  await Promise.all(Array.from({length: most}, run))
  if (failure !== undefined) throw failure.error
}
