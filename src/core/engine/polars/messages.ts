// What the CLI and its engine process say to each other. Messages are structured clones: bigint passes, and a judged input
// that several outputs share is still one object on the other side.
import type {ErrorCode} from '../../errors/codes.ts'
import type {AggregatePlan, Plan} from '../../expr/plan.ts'
import type {Measurement, PlanOutput, Row, WriteResult} from '../engine.ts'
import type {WritePlace} from './write.ts'

export interface Task<K extends Work['kind'] = Work['kind']> {
  readonly work: Extract<Work, {readonly kind: K}>
  /** The input is so large that keys are compared by their hashes first. */
  readonly isLarge: boolean
  /** Of the files that its plans scan. */
  readonly inputBytes: number
}

export type Work =
  | {readonly kind: 'write'; readonly outputs: readonly PlanOutput[]; readonly place: WritePlace}
  | {readonly kind: 'measure'; readonly plans: readonly AggregatePlan[]}
  | {readonly kind: 'rows'; readonly plan: Plan; readonly limit: number}

export interface TaskResults {
  readonly write: WriteResult
  readonly measure: readonly Measurement[]
  readonly rows: readonly Row[]
}

export type ChildMessage =
  | {readonly kind: 'ready'}
  /** The engine's package cannot be loaded; `reason` is an error code of Node. */
  | {readonly kind: 'unavailable'; readonly reason: string}
  | {readonly kind: 'phase'; readonly phase: string}
  | {readonly kind: 'done'; readonly result: TaskResults[Work['kind']]}
  /** Text of our own only: an error of Polars may quote values, so just its class crosses. */
  | {readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint?: string}
