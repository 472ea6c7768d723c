// What was planted, as `truth.json` lists it: every faulty place by file, row and column, never a value.
import type {ClinicDataset} from './tables.ts'

/** What one planted place is: a whole row (its structure, or its likeness to another row) or one cell. */
type FaultUnit = 'rows' | 'cells'

export interface PlantedPlace {
  /** Path below the source's folder, for example `2026-03-01/patients.csv`. */
  readonly file: string
  /** 1-based data row; the header is not counted. No cell holds a newline, so its line is one more. */
  readonly row: number
  /** Column as the file names it; cells only. */
  readonly column?: string
}

interface PlantedKind {
  readonly dataset: ClinicDataset
  readonly unit: FaultUnit
  /** Id of the check that finds it, a structural reason, or `duplicate` for an exact repeat. */
  readonly check: string
  /** Number of places. */
  readonly planted: number
  readonly places: readonly PlantedPlace[]
}

export interface ClinicTruth {
  readonly seed: number
  readonly patients: number
  readonly faultRate: number
  /** Folder names of the deliveries, in order. Each must be ingested and promoted before the next is. */
  readonly deliveries: readonly string[]
  /** Data rows of each file: dataset -> delivery -> rows, faulty ones and repeats included. */
  readonly rows: Readonly<Record<ClinicDataset, Readonly<Record<string, number>>>>
  readonly kinds: Readonly<Record<string, PlantedKind>>
}

/** Check of an exact repeat: the row is counted as a duplicate, not quarantined. */
export const duplicateCheck = 'duplicate'
