/** Everything an asynchronous sequence yields, in order. */
export async function collect<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of sequence) all.push(one)
  return all
}
