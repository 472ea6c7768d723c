// What was measured of earlier versions of a dataset, as its checks are held against it. Asked once for all checks, and only where a
// check is about the dataset as a whole.
import {pastFacts} from '../catalog/reader.ts'
import type {CompiledCheck} from '../contract/compile-contract.ts'
import type {Occasion} from '../contract/dataset-check.ts'
import type {Layer} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'

export type Past = NonNullable<Occasion['past']>

export interface PastOf {
  readonly layer: Layer
  readonly dataset: string
  readonly checks: readonly CompiledCheck[]
  /** The newest version that counts; all when absent. */
  readonly upTo?: number
}

/** More than a year of days would say nothing of what is usual. */
const keptInView = 400

export async function openPastFacts(db: Queryable, {layer, dataset, checks, upTo}: PastOf): Promise<Past> {
  const asked = checks.flatMap((check) => (check.scope === 'dataset' ? [check.clause.id] : []))
  if (asked.length === 0) return () => []
  const found = await pastFacts(db, {layer, dataset, checks: asked, ...(upTo === undefined ? {} : {upTo})}, keptInView)
  return (check, basis) => found.filter((one) => one.check === check && one.basis === basis)
}
