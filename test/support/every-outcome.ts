// A quality report with a check of every outcome, a model that was gated, and text that every format must escape.
import type {StandingCheck} from '../../src/core/catalog/catalog.ts'
import type {Outcome} from '../../src/core/model/check.ts'
import type {QualityReport, ReportedDataset} from '../../src/core/query/quality-report.ts'

export const run = '0192f8a3-0000-7000-8000-000000000001'
export const at = '2026-11-20T02:15:00.123Z'
const hostile = 'is <one> of "A" & \'B\' | *c*\u0007\nnext'

const check = (id: string, outcome: Outcome, parts: Partial<StandingCheck> = {}): StandingCheck => {
  const [violated, denominator] = ['passed', 'failed', 'warned', 'waived'].includes(outcome) ? [outcome === 'passed' ? 0 : 3, 12] : [0, 0]
  return {
    ...{
      id,
      rule: 'range',
      column: 'value',
      dimension: 'accuracy',
      kahn: 'plausibility.atemporal',
      severity: 'error',
      outcome,
      violated,
      denominator,
    },
    percent: denominator === 0 ? 0 : (100 * violated) / denominator,
    threshold: {max: 0, unit: 'rows'},
    description: `value ${hostile}`,
    ...{dataset: 'lab', layer: 'silver', version: 4, run, at},
    ...parts,
  }
}

export const checks: readonly StandingCheck[] = [
  check('good', 'passed', {threshold: {max: 5, unit: 'percent', exclusive: true}}),
  check('bad', 'failed'),
  check('mild', 'warned', {severity: 'warning', threshold: {max: 10, unit: 'percent'}}),
  check('left', 'waived', {reason: 'until 2027-01-01 by keller: told'}),
  check('broken', 'errored', {reason: 'file gone.csv: it cannot be read'}),
  check('switched', 'off', {reason: 'codes change'}),
  check('nothing', 'notApplicable', {reason: 'there is no row', kahn: 'completeness'}),
  check('words', 'notChecked', {reason: 'a person has to judge it', kahn: 'conformance.relational'}),
]
const dataset: ReportedDataset = {
  ...{dataset: 'lab', layer: 'silver', version: 4, run, at, checks, contractId: 'lab-contract', contractVersion: '1.2.0', score: 75},
  dimensions: [{dimension: 'accuracy', score: 75, checks: 4}],
  place: {namespace: 's3://lake', name: 'clinic/silver/lab'},
}
const {column: _, ...whole} = check('rowCount', 'passed', {rule: 'rowCount', layer: 'gold', dataset: 'stay', version: 1})
const model: ReportedDataset = {
  ...{dataset: 'stay', layer: 'gold', version: 1, run, at, isGated: true, checks: [whole], dimensions: []},
  place: {namespace: 'postgres', name: 'gold.stay'},
}
export const everyOutcome: QualityReport = {
  workspace: 'clinic & <co>',
  generatedAt: '2026-11-20T03:00:00.000Z',
  run: {id: run, verb: 'promote silver', state: 'succeeded', startedAt: at, finishedAt: '2026-11-20T02:16:00.000Z'},
  datasets: [dataset, model],
}
