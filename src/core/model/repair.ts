// What `hippo doctor --repair` answers. Names, versions and counts; no row values.
import type {RunSummary} from './run.ts'

export interface TableRepair {
  /** `silver.NAME` or `quarantine.NAME`. */
  readonly table: string
  /** sound: nothing to mend. planned: what `--yes` would do. repaired: done. beyond: nothing here can mend it; `next` says what can. */
  readonly state: 'sound' | 'planned' | 'repaired' | 'beyond'
  readonly damages: readonly {readonly key: string; readonly version?: number; readonly what: string}[]
  /** The newest version that can be read whole, as it is before the repair; absent when none can. */
  readonly readable?: number
  /** What is, or would be, done; in this order. */
  readonly steps: readonly string[]
  /** What a person does after it. */
  readonly next: readonly string[]
  /** After the repair. */
  readonly version?: number
  readonly run?: RunSummary
}
