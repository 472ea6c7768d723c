// The report as Markdown, for a person: a sentence, scores, what is broken and what was not judged, and every check at the end.
import type {StandingCheck} from '../../catalog/catalog.ts'
import type {QualityReport, ReportedDataset} from '../quality-report.ts'
import type {ReportFormat} from './define-format.ts'

export const markdown: ReportFormat = {
  name: 'md',
  render(report) {
    const {workspace, run, datasets, generatedAt} = report
    const of =
      run === undefined ? 'The newest judgement of every dataset' : `Run ${run.id} (${run.verb}, ${run.state}), started ${run.startedAt}`
    return [
      `# Quality of ${text(workspace)}`,
      '',
      `${headline(report)} ${of}. Written ${generatedAt}.`,
      '',
      ...table(['dataset', 'layer', 'version', 'score', 'judged', 'broken', 'not judged'], datasets.map(datasetRow)),
      '',
      ...section('Broken', ['dataset', 'check', 'outcome', 'rows', 'percent', 'rule'], rowsOf(datasets, isBroken, brokenRow)),
      ...section('Not judged', ['dataset', 'check', 'outcome', 'why'], rowsOf(datasets, isUnjudged, unjudgedRow)),
      ...section(
        'Every check',
        ['dataset', 'check', 'outcome', 'severity', 'violated', 'of', 'rule'],
        rowsOf(datasets, () => true, wholeRow),
      ),
    ].join('\n')
  },
}

const isBroken = ({outcome}: StandingCheck): boolean => outcome === 'failed' || outcome === 'warned' || outcome === 'waived'
const isUnjudged = (check: StandingCheck): boolean => check.outcome !== 'passed' && !isBroken(check)

function headline({datasets}: QualityReport): string {
  const checks = datasets.flatMap((dataset) => dataset.checks)
  const [failed, errored] = [
    checks.filter(({outcome}) => outcome === 'failed').length,
    checks.filter(({outcome}) => outcome === 'errored').length,
  ]
  if (failed + errored === 0) return `No check of ${checks.length} failed.`
  return `${failed} of ${checks.length} checks failed${errored > 0 ? `, and ${errored} could not be run` : ''}.`
}

const nameOf = ({layer, dataset}: ReportedDataset): string => `${layer}.${dataset}`

function datasetRow(dataset: ReportedDataset): readonly string[] {
  const {layer, version, score, checks, isGated} = dataset
  const broken = checks.filter(isBroken).length
  const unjudged = checks.filter(isUnjudged).length
  const at = isGated ? 'gated' : version < 0 ? '—' : String(version)
  return [
    dataset.dataset,
    layer,
    at,
    score === undefined ? '—' : score.toFixed(2),
    String(checks.length - unjudged),
    String(broken),
    String(unjudged),
  ]
}

type Row = (check: StandingCheck) => readonly string[]

const rowsOf = (
  datasets: readonly ReportedDataset[],
  wanted: (check: StandingCheck) => boolean,
  row: Row,
): readonly (readonly string[])[] =>
  datasets.flatMap((dataset) => dataset.checks.filter(wanted).map((check) => [nameOf(dataset), ...row(check)]))

const brokenRow: Row = ({id, outcome, violated, denominator, percent, description, reason}) => [
  id,
  outcome,
  `${violated} of ${denominator}`,
  `${percent.toFixed(2)} %`,
  reason === undefined ? description : `${description} (${reason})`,
]
const unjudgedRow: Row = ({id, outcome, reason = ''}) => [id, outcome, reason]
const wholeRow: Row = ({id, outcome, severity, violated, denominator, description}) => [
  id,
  outcome,
  severity,
  String(violated),
  String(denominator),
  description,
]

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [`## ${title}`, '', ...table(head, rows), '']
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(text)))]
}

/** Text that no Markdown reader takes for markup or for the end of a cell. */
const text = (given: string): string => given.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\\`*_{}[\]<>|#]/g, '\\$&')
