// What every compiled check carries, whatever it judges.
import type {RuleClause} from '../model/contract.ts'

export interface CheckHead {
  readonly clause: RuleClause
  readonly description: string
  readonly ruleDigest: string
  /** Set while a waiver is in force: who waived it until when, and why. */
  readonly waivedBecause?: string
}
