// One batch into one dataset: write, audit, publish. Files are written first and referenced by nothing; checks judge them;
// only then quarantine commits, and silver's commit makes both count. A gated batch leaves unreferenced files and nothing else.
//
// A crash between the two commits is finished by the next run under the pins that quarantine's commit carries: the same
// contract, the same instant, the same versions of the referenced datasets, hence the same rows.
import {compileContract} from '../contract/compile-contract.ts'
import {decideGate, judgeChecks, scoreOf} from '../contract/judge-checks.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {WriteResult} from '../engine/engine.ts'
import {HippoError, toErrorJson} from '../errors/hippo-error.ts'
import {commitQuarantine, commitSilver, type PromotionRecord} from '../lake/promotion-commits.ts'
import type {Batch} from '../model/capture.ts'
import type {CheckResult} from '../model/check.ts'
import type {Contract} from '../model/contract.ts'
import type {SnapshotRef} from '../model/lineage.ts'
import type {Drift, RowCounts} from '../model/run.ts'
import type {ErrorJson} from '../errors/hippo-error.ts'
import {driftOf} from './drift-of.ts'
import {headersOf, planPromotion, refusedOutput, skipIds} from './plan-promotion.ts'
import {type PreparedBatch, prepareBatch} from './prepare-batch.ts'
import type {DatasetContext} from './promote-dataset.ts'
import {openPins, type Pins} from './pins.ts'

export interface BatchPromotion {
  readonly state: 'committed' | 'gated'
  readonly batch: number
  readonly contract: Contract
  readonly judgedAt: string
  /** After the commit; as before when gated. */
  readonly silver: Snapshot | undefined
  readonly rows: RowCounts
  readonly reasons: Readonly<Record<string, number>>
  readonly drift: readonly Drift[]
  readonly checks: readonly CheckResult[]
  readonly score?: number
  readonly error?: ErrorJson
  readonly digest?: string
  readonly inputs: readonly SnapshotRef[]
}
