// OpenLineage run events, one a line, as HTTP and file transports take them: each judged dataset is an input with the facet
// `dataQualityAssertions`, and the run has the facet `test`, which also knows checks that came to no verdict. The job is one of its
// own, so that these events never end a run that another producer told of.

import type {StandingCheck} from '../../catalog/catalog.ts'
import {isJudged} from '../../model/check.ts'
import type {QualityReport, ReportedDataset} from '../quality-report.ts'
import type {ReportFormat} from './define-format.ts'

const producer = 'urn:hippo-data-platform'
const spec = 'https://openlineage.io/spec'

export const openlineage: ReportFormat = {
  name: 'openlineage',
  render(report) {
    const byRun = Map.groupBy(report.datasets, ({run}) => run)
    return [...byRun].map(([run, datasets]) => `${JSON.stringify(event(report, run, datasets))}\n`).join('')
  },
}

function event({workspace}: QualityReport, runId: string, datasets: readonly ReportedDataset[]): object {
  const times = datasets.map(({at}) => at).sort()
  return {
    eventType: 'COMPLETE',
    eventTime: times.at(-1),
    producer,
    schemaURL: `${spec}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
    run: {runId, facets: {test: facet('TestRunFacet', '1-0-1', {tests: datasets.flatMap(testsOf)})}},
    job: {
      namespace: workspace,
      name: 'hippo.checks',
      facets: {jobType: facet('JobTypeJobFacet', '2-0-4', {processingType: 'BATCH', integration: 'HIPPO', jobType: 'CHECKS'})},
    },
    inputs: datasets.map(input),
    outputs: [],
  }
}

function input({place, version, isGated, checks}: ReportedDataset): object {
  return {
    ...place,
    // What was gated became no version.
    facets: isGated || version < 0 ? {} : {version: facet('DatasetVersionDatasetFacet', '1-0-1', {datasetVersion: String(version)})},
    inputFacets: {
      dataQualityAssertions: facet('DataQualityAssertionsDatasetFacet', '1-1-0', {assertions: checks.filter(isJudged).map(assertion)}),
    },
  }
}

function assertion(check: StandingCheck): object {
  const {id, rule, column, severity, outcome, description, violated, threshold, percent} = check
  return {
    assertion: rule,
    success: outcome === 'passed',
    ...(column === undefined ? {} : {column}),
    severity: severity === 'error' ? 'error' : 'warn',
    name: id,
    description,
    expected: `${threshold.exclusive ? 'fewer than' : 'at most'} ${threshold.max} ${threshold.unit}`,
    actual: `${threshold.unit === 'percent' ? percent : violated} ${threshold.unit}`,
  }
}

const testsOf = ({layer, dataset, checks}: ReportedDataset): readonly object[] =>
  checks.map(({id, rule, severity, outcome}) => ({
    name: `${layer}.${dataset}.${id}`,
    status:
      outcome === 'passed'
        ? 'pass'
        : outcome === 'failed' || outcome === 'warned' || outcome === 'waived'
          ? 'fail'
          : outcome === 'errored'
            ? 'error'
            : 'skip',
    severity: severity === 'error' ? 'error' : 'warn',
    type: rule,
  }))

const facet = (name: string, version: string, fields: object): object => ({
  _producer: producer,
  _schemaURL: `${spec}/facets/${version}/${name}.json#/$defs/${name}`,
  ...fields,
})
