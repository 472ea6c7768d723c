// The gate between judging and committing. Pure: the same checks and counts always give the same decision.
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {RowCounts} from '../model/run.ts'
import {ruleKinds} from '../rules/index.ts'

export interface GateDecision {
  /** Nothing is committed. */
  readonly gated: boolean
  /** The delivery itself is refused (`hippoOnFailure: reject`); it is gated as well. */
  readonly refused: boolean
  /** Ids of the checks that decided, `maxQuarantinePercent` and `incompleteFile`. */
  readonly because: readonly string[]
}

/**
 * Gates on checks that ask for it, on errors about the dataset as a whole, on too large a share of quarantined rows, and on files
 * whose end is missing where the contract does not put up with that.
 */
export function decideGate(
  contract: Contract,
  checks: readonly CheckResult[],
  counts: Pick<RowCounts, 'read' | 'quarantined'> & {readonly incompleteFiles?: number},
): GateDecision {
  const clauses = new Map(contract.rules.map((clause) => [clause.id, clause]))
  const broken = checks.filter(({outcome}) => outcome === 'failed' || outcome === 'warned' || outcome === 'errored')
  const deciding = broken.filter((check) => {
    const clause = clauses.get(check.id)
    if (clause === undefined || clause.onFailure === 'warn') return false
    // A check that could not be measured has not passed: what would gate on failure gates then too.
    if (clause.onFailure === 'fail' || clause.onFailure === 'reject') return true
    return check.outcome === 'errored' || (check.outcome === 'failed' && ruleKinds.get(clause.kind)?.scope === 'dataset')
  })
  const isTooMuch = counts.read > 0 && (100 * counts.quarantined) / counts.read > contract.maxQuarantinePercent
  const isIncomplete = (counts.incompleteFiles ?? 0) > 0 && contract.onIncompleteFile === 'gate'
  const because = [
    ...deciding.map(({id}) => id),
    ...(isTooMuch ? ['maxQuarantinePercent'] : []),
    ...(isIncomplete ? ['incompleteFile'] : []),
  ]
  return {gated: because.length > 0, refused: deciding.some(({id}) => clauses.get(id)?.onFailure === 'reject'), because}
}
