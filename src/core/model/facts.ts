// What a check of a dataset measured, kept for each version so that later ones can be held against it, and so that it can be judged
// again by other thresholds. Counts, shares and ages only: never a value of a row; categories stand as hashes.
export type Facts = Readonly<Record<string, number | readonly number[] | Readonly<Record<string, number>>>>

export interface MeasuredFacts {
  /** What was measured and how; facts of another basis are not comparable. */
  readonly basis: string
  /** When what was measured came in, ISO 8601. */
  readonly at: string
  readonly facts: Facts
  /** They tell of what came in, not of the table as a whole. */
  readonly isOfDelivery?: true
}

/** Facts of an earlier version of the same dataset. */
export interface PastFacts {
  readonly at: string
  readonly version: number
  readonly facts: Facts
}
