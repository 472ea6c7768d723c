// Results in the shape of OHDSI's Data Quality Dashboard: its field names, its four exclusive statuses, its fraction of violated rows and
// its threshold in percent. What DQD has no word for keeps to its nearest: a waived check is a failed one with a note, one that is
// off or was not checked is not applicable with its reason.

import type {StandingCheck} from '../../catalog/catalog.ts'
import {isJudged} from '../../model/check.ts'
import type {ReportedDataset} from '../quality-report.ts'
import type {ReportFormat} from './define-format.ts'

export const dqd: ReportFormat = {
  name: 'dqd',
  render({workspace, generatedAt, run, datasets}) {
    const results = datasets.flatMap((dataset) => dataset.checks.map((check) => result(check, dataset)))
    const startTimestamp = run?.startedAt ?? generatedAt
    const document = {
      startTimestamp,
      endTimestamp: run?.finishedAt ?? generatedAt,
      Metadata: [{cdmSourceName: workspace, cdmReleaseDate: startTimestamp.slice(0, 10), dqdVersion: 'hippo'}],
      CheckResults: results,
      Overview: overviewOf(results),
    }
    return `${JSON.stringify(document, null, 2)}\n`
  },
}

/** DQD's names of what rules of hippo ask; a rule it does not know keeps its own. */
const checkNames: Readonly<Record<string, string>> = {
  required: 'isRequired',
  unique: 'isPrimaryKey',
  reference: 'isForeignKey',
  type: 'cdmDatatype',
}

interface DqdResult {
  readonly [field: string]: unknown
  readonly category: string
  readonly failed: 0 | 1
  readonly passed: 0 | 1
  readonly isError: 0 | 1
  readonly notApplicable: 0 | 1
}

function result(check: StandingCheck, {dataset, layer}: ReportedDataset): DqdResult {
  const {id, rule, column, outcome, violated, denominator, description, reason, kahn} = check
  const [category = '', subcategory = ''] = kahn.split('.').map(capitalised)
  const table = `${layer}.${dataset}`
  return {
    ...{numViolatedRows: violated, pctViolatedRows: denominator === 0 ? 0 : violated / denominator, numDenominatorRows: denominator},
    checkName: checkNames[rule] ?? rule,
    checkLevel: column === undefined ? 'TABLE' : 'FIELD',
    checkDescription: description,
    cdmTableName: table,
    ...(column === undefined ? {} : {cdmFieldName: column}),
    ...{category, subcategory, context: 'Verification'},
    ...(outcome === 'errored' ? {error: reason ?? 'it could not be run'} : {}),
    checkId: `${column === undefined ? 'table' : 'field'}_${table}_${id}`.toLowerCase(),
    isError: flag(outcome === 'errored'),
    notApplicable: flag(!isJudged(check) && outcome !== 'errored'),
    failed: flag(isJudged(check) && outcome !== 'passed'),
    passed: flag(outcome === 'passed'),
    ...(isJudged(check) || outcome === 'errored' ? {} : {notApplicableReason: reason ?? outcome}),
    ...thresholdOf(check),
  }
}

/** In percent of violated rows, as DQD compares it; a tolerance in rows is told as the share that it is here. */
function thresholdOf({threshold: {max, unit}, denominator, outcome, severity, reason}: StandingCheck): object {
  const percent = unit === 'percent' ? max : denominator === 0 ? 0 : Math.min(100, (100 * max) / denominator)
  const notes = outcome === 'waived' ? `waived ${reason ?? ''}` : outcome === 'warned' ? `severity ${severity}` : undefined
  return {thresholdValue: percent, ...(notes === undefined ? {} : {notesValue: notes})}
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const flag = (value: boolean): 0 | 1 => (value ? 1 : 0)

const categories = ['Plausibility', 'Conformance', 'Completeness']

function overviewOf(results: readonly DqdResult[]): Readonly<Record<string, number>> {
  const count = (of: (one: DqdResult) => boolean): number => results.filter(of).length
  const judged = count(({failed, passed}) => failed + passed > 0)
  const share = (number: number): number => (judged === 0 ? 0 : Math.round((10_000 * number) / judged) / 100)
  const [passed, failed, errors] = [count((one) => one.passed === 1), count((one) => one.failed === 1), count((one) => one.isError === 1)]
  const inCategory = (prefix: string, of: (one: DqdResult) => boolean) =>
    Object.fromEntries(categories.map((category) => [`${prefix}${category}`, count((one) => one.category === category && of(one))]))
  return {
    countTotal: results.length,
    countPassed: passed,
    countErrorFailed: errors,
    countThresholdFailed: failed,
    countOverallFailed: failed + errors,
    percentPassed: share(passed),
    percentFailed: share(failed),
    ...inCategory('countTotal', () => true),
    ...inCategory('countFailed', (one) => one.failed === 1),
    ...inCategory('countPassed', (one) => one.passed === 1),
  }
}
