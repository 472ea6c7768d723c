// What changed from one version of a contract to another, whom it breaks, and the step of the version that says so. Pure: it looks
// at the two contracts alone. `diffContracts(a, a)` is empty.

import type {Contract} from '../../model/contract.ts'
import type {Compatibility, ContractChange, Side, StepTaken, VersionStep} from '../../model/contract-change.ts'
import {change, isSame} from './change.ts'
import {diffClauses} from './diff-clauses.ts'
import {diffColumns} from './diff-columns.ts'
import {diffTerms} from './diff-terms.ts'
import {nextVersion, stepRank, stepTaken} from './version-step.ts'

export interface VersionVerdict {
  /** The step that the changes ask for. */
  readonly asks: VersionStep
  readonly taken: StepTaken
  /** Words alone need no step. */
  readonly fits: boolean
  /** The lowest version that fits, when the one taken does not. */
  readonly next?: string
}

/** Every change, those that break somebody first. */
export function diffContracts(before: Contract, after: Contract): readonly ContractChange[] {
  const columns = diffColumns(before.columns, after.columns)
  const changes = [...columns.changes, ...diffClauses(before.rules, after.rules, columns), ...diffTerms(before, after)]
  const told = changes.toSorted((a, b) => stepRank[b.step] - stepRank[a.step])
  if (told.length > 0 || isSame(wordsOf(before), wordsOf(after))) return told
  return [change('wordsChanged', 'descriptions, names or other words', {isWords: true})]
}

/** The document but for its version, which is the answer and not the question. */
function wordsOf({document}: Contract): unknown {
  const {version: _, ...rest} = (document ?? {}) as Readonly<Record<string, unknown>>
  return rest
}

const covered: Readonly<Record<Compatibility, readonly Side[]>> = {
  none: [],
  backward: ['readers'],
  forward: ['writers'],
  full: ['readers', 'writers'],
}

/**
 * Whether the version's step says what the changes are. Breaking a side that the contract's compatibility does not cover asks for a
 * minor step only; with `none` nothing is asked, and where it is not written both sides count.
 */
export function judgeVersion(before: Contract, after: Contract, changes: readonly ContractChange[]): VersionVerdict {
  const taken = stepTaken(before.version, after.version)
  const {compatibility = 'full'} = after
  const asks = changes.reduce<VersionStep>((most, one) => higher(most, askedBy(one, covered[compatibility])), 'none')
  const isEnough = taken !== 'back' && taken !== 'unknown' && stepRank[taken] >= stepRank[asks]
  const fits = compatibility === 'none' || stepRank[asks] < stepRank.minor || isEnough
  const next = fits ? undefined : nextVersion(before.version, asks)
  return {asks, taken, fits, ...(next === undefined ? {} : {next})}
}

function askedBy({breaks, step}: ContractChange, sides: readonly Side[]): VersionStep {
  return step === 'major' && !breaks.some((side) => sides.includes(side)) ? 'minor' : step
}

const higher = (a: VersionStep, b: VersionStep): VersionStep => (stepRank[b] > stepRank[a] ? b : a)
