// Random numbers that a printed seed brings back (mulberry32).
export interface Seeded {
  readonly seed: number
  /** In [0, 1). */
  next(): number
  /** Whole number in [0, below). */
  below(below: number): number
  pick<T>(from: readonly T[]): T
}

export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    seed,
    next,
    below,
    pick: (from) => {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
  }
}

/** HIPPO_TEST_SEED, or one of the clock; printed, so that a failure can be run again. */
export function printedSeed(what: string): number {
  const seed = process.env.HIPPO_TEST_SEED === undefined ? Date.now() % 1_000_000 : Number(process.env.HIPPO_TEST_SEED)
  console.log(`${what}: HIPPO_TEST_SEED=${seed}`)
  return seed
}
