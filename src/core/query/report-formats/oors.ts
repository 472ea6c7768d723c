// The Open Observability Results Standard of Bitol (RFC 18, a draft): one message a judgement, for its contract; several as a list.
// A check that could not be run is `error`, never `fail`; what was not judged is `skip`. The draft holds no data, and neither do we.
import {createHash} from 'node:crypto'
import type {StandingCheck} from '../../catalog/catalog.ts'
import {isJudged} from '../../model/check.ts'
import type {Threshold} from '../../model/contract.ts'
import type {QualityReport, ReportedDataset} from '../quality-report.ts'
import type {ReportFormat} from './define-format.ts'

export const oors: ReportFormat = {
  name: 'oors',
  render(report) {
    const messages = report.datasets.map((dataset) => message(report, dataset))
    return `${JSON.stringify(messages.length === 1 ? messages[0] : messages, null, 2)}\n`
  },
}

function message({workspace}: QualityReport, dataset: ReportedDataset): object {
  const {layer, version, run, at, checks, contractId, contractVersion} = dataset
  const table = `${layer}.${dataset.dataset}`
  return {
    apiVersion: 'v0.1.0',
    kind: 'ObservabilityResults',
    id: idOf([run, table, version]),
    observedAt: at,
    source: {process: `${workspace}.${table}`, runID: run, vendor: 'hippo'},
    results: checks.map((check) => result(check, table)),
    ...(contractId === undefined || contractVersion === undefined
      ? {}
      : {contract: {contractID: contractId, standard: 'ODCS', version: contractVersion}}),
  }
}

/** The same judgement has the same id in every export. */
const idOf = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

const statuses: Readonly<Partial<Record<StandingCheck['outcome'], string>>> = {
  passed: 'pass',
  failed: 'fail',
  warned: 'warn',
  waived: 'warn',
  errored: 'error',
}

function result(check: StandingCheck, table: string): object {
  const {id, column, dimension, severity, outcome, description, reason, threshold, violated, percent} = check
  const target =
    column === undefined
      ? {resourceType: 'table', resourceIdentifier: table}
      : {resourceType: 'column', resourceIdentifier: `${table}.${column}`}
  return {
    id,
    type: 'check',
    name: description,
    status: statuses[outcome] ?? 'skip',
    severity,
    dimension,
    target,
    ...(isJudged(check)
      ? {
          measure: {
            metric: 'violations',
            value: threshold.unit === 'percent' ? percent : violated,
            threshold: operatorOf(threshold),
            unit: threshold.unit,
          },
        }
      : {}),
    message: messageOf(check, reason),
  }
}

/** ODCS names of the operators; the draft's examples have others for the same. */
const operatorOf = ({max, exclusive}: Threshold): object =>
  exclusive ? {mustBeLessThan: max} : max === 0 ? {mustBe: 0} : {mustBeLessOrEqualTo: max}

function messageOf(check: StandingCheck, reason: string | undefined): string {
  if (!isJudged(check)) return `${check.outcome}: ${reason ?? ''}`
  return `${check.violated} of ${check.denominator} broke it${reason === undefined ? '' : `; ${check.outcome} ${reason}`}`
}
