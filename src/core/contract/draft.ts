// A rule clause as it is read: what ODCS said and where, before ids are given and parameters are checked.
import type {Dimension, Kahn, Severity} from '../model/check.ts'
import type {CheckWaiver, OnFailure, Threshold} from '../model/contract.ts'
import type {Path} from './contract-file.ts'

export interface ClauseDraft {
  readonly id?: string
  /** What the default id says in place of the kind. */
  readonly as?: string
  readonly kind: string
  readonly column?: string
  readonly params: Readonly<Record<string, unknown>>
  readonly severity?: Severity
  readonly onFailure?: OnFailure
  readonly dimension?: Dimension
  readonly kahn?: Kahn
  readonly threshold?: Threshold
  /** Set for the soft tier of a clause: the parameters of its hard one. */
  readonly hard?: Readonly<Record<string, unknown>>
  /** Where the clause stands. */
  readonly path: Path
  /** Where a parameter stands; the clause itself when undefined. */
  paramPath?(param: string): Path | undefined
  readonly notCheckedBecause?: string
  readonly offBecause?: string
  readonly waiver?: CheckWaiver
}

export const onFailures: readonly OnFailure[] = ['quarantine', 'warn', 'reject', 'fail']
