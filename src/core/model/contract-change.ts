// What is different between two versions of a contract, and for whom. A contract has two sides: what readers may rely on, and what
// writers may send. Less for either breaks that side, and asks for a major version; words ask for a patch, everything else for a minor.
import type {Location} from '../errors/hippo-error.ts'
import type {CheckId} from './names.ts'

/** backward: whoever reads the table can go on. forward: what was accepted so far still is. full: both. none: nothing is asked. */
export type Compatibility = 'none' | 'backward' | 'forward' | 'full'

export type VersionStep = 'none' | 'patch' | 'minor' | 'major'

/** back: the version is older than before. unknown: one of them is no semantic version. */
export type StepTaken = VersionStep | 'back' | 'unknown'

export type Side = 'readers' | 'writers'

export type ChangeKind =
  | 'columnAdded'
  | 'columnRemoved'
  | 'columnRenamed'
  | 'columnRetyped'
  | 'columnChanged'
  | 'keyChanged'
  | 'ruleAdded'
  | 'ruleRemoved'
  | 'ruleRenamed'
  | 'ruleChanged'
  | 'termChanged'
  | 'wordsChanged'

export interface ContractChange {
  readonly kind: ChangeKind
  readonly column?: string
  readonly check?: CheckId
  /** A plain sentence; holds what the contracts say and no row value. */
  readonly message: string
  readonly breaks: readonly Side[]
  readonly step: VersionStep
  /** In the newer contract, where the change can be seen there. */
  readonly at?: Location
}
