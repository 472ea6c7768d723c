// What a look at the stored bytes finds. Keys and counts only, never what the bytes say.

/** rot: bytes are not what was written. loss: they are gone. stranger: an object that nothing refers to. */
export interface LakeProblem {
  readonly kind: 'rot' | 'loss' | 'stranger'
  readonly key: string
  readonly detail: string
}

/** How much was looked at. */
export interface LakeCoverage {
  /** Objects that something refers to. */
  readonly objects: number
  /** Those whose bytes were read again. */
  readonly read: number
}

export interface LakeFindings {
  readonly coverage: LakeCoverage
  readonly problems: readonly LakeProblem[]
}
