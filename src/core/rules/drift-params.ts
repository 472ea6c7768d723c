// What the rule `drift` is told.
export const driftTypes = ['numbers', 'categories'] as const
export type DriftType = (typeof driftTypes)[number]

export interface DriftParams {
  readonly of: 'delivery' | 'table'
  /** By the type of the column when absent. */
  readonly as?: DriftType
  /** The largest stability index that passes. */
  readonly psi: number
  /** The largest Kolmogorov-Smirnov distance that passes. */
  readonly ks?: number
  /** How many categories nobody has seen before pass. */
  readonly newCategories: number
  /** Upper bounds of the classes, ascending; the last class has none. */
  readonly bins?: readonly number[]
  readonly minRows: number
  readonly minRuns: number
  readonly runs: number
}
