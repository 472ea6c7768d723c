// A small seeded generator (sfc32) and the few distributions the clinic draws from. Only integer arithmetic, addition and
// multiplication are used, so the same words give the same draws on every machine and every version of Node. Not for secrets.

export interface Random {
  /** Starts again from these words: every patient and visit has draws of its own, whoever asks for them first. */
  reseed(...words: readonly number[]): void
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform whole number, both ends included. */
  integer(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(values: readonly [T, ...T[]]): T
  /** Bell-shaped (sum of four uniforms), never further than 3.47 deviations from the mean. */
  normal(mean: number, deviation: number): number
  /** From 0 to `most`, small numbers likely: a mean of a quarter of it. */
  skewed(most: number): number
}

/** Makes a generator; words are taken as unsigned 32-bit numbers. */
export function createRandom(...words: readonly number[]): Random {
  let a = 0
  let b = 0
  let c = 0
  let counter = 1

  const next = (): number => {
    const mixed = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + mixed) | 0
    return (mixed >>> 0) / 4294967296
  }
  const reseed = (...seed: readonly number[]): void => {
    let state = 0x9e3779b9
    for (const word of seed) state = scramble(state ^ scramble(word))
    a = scramble(state + 1)
    b = scramble(state + 2)
    c = scramble(state + 3)
    counter = 1
    for (let round = 0; round < 8; round++) next()
  }

  reseed(...words)
  return {
    reseed,
    next,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
    normal: (mean, deviation) => mean + (next() + next() + next() + next() - 2) * 1.7320508075688772 * deviation,
    skewed: (most) => {
      const draw = next()
      return draw * draw * draw * most
    },
  }
}

/** Murmur3's finaliser: every bit of the input moves every bit of the result. */
function scramble(word: number): number {
  let mixed = Math.imul(word + 0x7ed55d16, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
