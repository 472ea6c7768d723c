// Check results: the newest judgement of everything, ranked by harm, and one check over time.
import type {CheckRecord, StandingCheck} from '../catalog/catalog.ts'
import {checkHistory, latestChecks} from '../catalog/reader.ts'
import type {Outcome, Severity} from '../model/check.ts'
import type {CheckId, DatasetName, Layer} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'

export async function readChecks(
  db: Queryable,
  {dataset, outcome}: {readonly dataset?: DatasetName; readonly outcome?: Outcome},
): Promise<readonly StandingCheck[]> {
  const checks = await latestChecks(db, dataset)
  return checks.filter((check) => outcome === undefined || check.outcome === outcome).toSorted(byHarm)
}

const outcomes: readonly Outcome[] = ['errored', 'failed', 'warned', 'notChecked', 'waived', 'off', 'notApplicable', 'passed']
const severities: readonly Severity[] = ['error', 'warning', 'info']

/** What could not be judged or is broken first, then by severity, share of rows, and number of rows. */
export function byHarm(a: CheckRecord, b: CheckRecord): number {
  return (
    outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.percent - a.percent ||
    b.violated - a.violated ||
    compareText(a.dataset, b.dataset) ||
    compareText(a.layer, b.layer)
  )
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const defaultHistory = 50

export async function readCheckHistory(
  db: Queryable,
  dataset: DatasetName,
  id: CheckId,
  {layer, limit = defaultHistory}: {readonly layer?: Layer; readonly limit?: number},
): Promise<readonly StandingCheck[]> {
  // Silver and gold may have a dataset and a check of the same names; twice as many cover a history that alternates.
  const results = await checkHistory(db, dataset, id, layer === undefined ? limit : limit * 2)
  return results.filter((result) => layer === undefined || result.layer === layer).slice(0, limit)
}
