// Holds what a promotion found against what was planted, place by place: a reason counts for a kind only on a row where
// that kind was planted, and every reason that no planted fault explains is a false alarm.
import {type ClinicTruth, duplicateCheck} from './truth.ts'

/** One quarantined row. */
export interface FoundRow {
  readonly dataset: string
  /** Path below the source's folder, as captured. */
  readonly file: string
  /** 1-based data row in that file. */
  readonly row: number
  /** Ids of the checks it broke. */
  readonly reasons: readonly string[]
}

export interface Found {
  readonly rejected: Iterable<FoundRow>
  /** Rows counted as duplicates, by dataset, over all deliveries. */
  readonly duplicates: Readonly<Record<string, number>>
}

export interface TruthComparison {
  readonly truth: Readonly<Record<string, {readonly planted: number; readonly found: number}>>
  readonly falseAlarms: number
}

/** Counts per kind, and reasons or duplicates beyond what was planted. */
export function compareTruth(truth: ClinicTruth, found: Found): TruthComparison {
  const counts = new Map<string, number>()
  const open = plantedByPlace(truth)
  let falseAlarms = 0
  for (const row of found.rejected) {
    for (const reason of row.reasons) {
      const key = placeKey(row.dataset, row.file, row.row, reason)
      const kind = open.get(key)?.pop()
      if (kind === undefined) falseAlarms++
      else counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
  }
  const spare = new Map(Object.entries(found.duplicates))
  for (const [name, kind] of Object.entries(truth.kinds)) {
    if (kind.check !== duplicateCheck) continue
    const available = spare.get(kind.dataset) ?? 0
    const explained = Math.min(available, kind.planted)
    counts.set(name, explained)
    spare.set(kind.dataset, available - explained)
  }
  for (const unexplained of spare.values()) falseAlarms += unexplained
  return {
    truth: Object.fromEntries(Object.entries(truth.kinds).map(([name, {planted}]) => [name, {planted, found: counts.get(name) ?? 0}])),
    falseAlarms,
  }
}

/** Kinds still to be found at each place, by place and check. */
function plantedByPlace(truth: ClinicTruth): Map<string, string[]> {
  const byPlace = new Map<string, string[]>()
  for (const [name, kind] of Object.entries(truth.kinds)) {
    if (kind.check === duplicateCheck) continue
    for (const {file, row} of kind.places) {
      const key = placeKey(kind.dataset, file, row, kind.check)
      byPlace.set(key, [...(byPlace.get(key) ?? []), name])
    }
  }
  return byPlace
}

function placeKey(dataset: string, file: string, row: number, check: string): string {
  return `${dataset}\u0000${file}\u0000${row}\u0000${check}`
}
