// A row and the evidence behind it, from what is stored back to what was received.
import type {BronzeState, TracedCommit, TracedDecision, TracedRecord, TracedRow, TraceResult} from '../../core/model/trace.ts'
import {textWidth} from '../text-width.ts'
import {formatAgo, formatBytes, shortRunId} from './format.ts'
import {wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {untrusted} from './untrusted.ts'

/** A block a row: silver first, then rejected rows with the same key. */
export function traceReport({dataset, items}: TraceResult, paper: Paper): string {
  return items.flatMap((row) => rowLines(dataset, row, paper)).join('\n')
}

/** Evidence is never cut short: what is too wide goes on below itself. */
function pairs(paper: Paper, rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...rows.map(([key = '']) => textWidth(key))) + 2
  return rows.flatMap(([key = '', text = '']) => wrap(paper, key + ' '.repeat(width - textWidth(key)) + text, 2, width + 2))
}

function rowLines(dataset: string, row: TracedRow, paper: Paper): readonly string[] {
  const section = (title: string, lines: readonly (readonly string[])[]) =>
    lines.length === 0 ? [] : [paint(paper, 'quiet', title), ...pairs(paper, lines)]
  return [
    paint(paper, 'strong', `${row.layer}.${untrusted(dataset)} version ${row.version}`),
    ...pairs(paper, factsOf(row, paper)),
    ...section(
      'values',
      Object.entries(row.values).map(([name, value]) => [untrusted(name), untrusted(value ?? '')]),
    ),
    ...section(
      'columns',
      row.columns.map(({column, from, steps}) => [
        untrusted(column),
        untrusted(`from ${from.join(' or ')}${steps.length === 0 ? ', as received' : `; ${steps.join('; ')}`}`),
      ]),
    ),
    ...section(
      'rules',
      row.rules.map(({state, id, description, reason}) => [
        words[state],
        untrusted(`${id}: ${description}${reason === undefined ? '' : ` (${reason})`}`),
      ]),
    ),
  ]
}

const words = {passed: 'passed', broken: 'broken', accepted: 'only warns', waived: 'waived', notJudged: 'not judged'} as const

function factsOf({written, judged, decision, record, reasons}: TracedRow, paper: Paper): readonly (readonly string[])[] {
  const commit = ({version, committedAt, operation, run, contractVersion}: TracedCommit) =>
    [
      `version ${version}`,
      ...(operation === undefined ? [] : [operation]),
      ...(committedAt === undefined ? [] : [formatAgo(committedAt, paper.now, paper.timeZone)]),
      ...(contractVersion === undefined ? [] : [`contract ${contractVersion}`]),
      ...(run === undefined ? [] : [`run ${shortRunId(run)}`]),
    ].join(', ')
  return [
    ...(reasons === undefined ? [] : [['rejected for', reasons.join(', ')]]),
    ...(written === undefined ? [] : [['written by', commit(written)]]),
    ...(judged === undefined ? [] : [['judged by', commit(judged)]]),
    ...(decision === undefined ? [] : [['let in by', letIn(decision)]]),
    ...recordFacts(record, paper),
  ].map(([key = '', text = '']) => [key, plain(paper, untrusted(text))])
}

function letIn({batch, state, by, at, reason, until}: TracedDecision): string {
  return [
    `${by} in batch ${batch}, ${state} on ${at.slice(0, 10)}`,
    ...(until === undefined ? [] : [`until ${until.slice(0, 10)}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join(', ')
}

function recordFacts(record: TracedRecord, paper: Paper): readonly (readonly string[])[] {
  const {batch, run, source, path, sha256, sizeBytes, receivedAt, encoding, row, line, bronze} = record
  const file = [
    path ?? (bronze.state === 'keyNeeded' ? 'a file whose name is told with HIPPO_KEY' : 'a file no capture record names'),
    ...(sizeBytes === undefined ? [] : [formatBytes(sizeBytes)]),
    ...(encoding ? [encoding] : []),
  ]
  const captured = [
    `batch ${batch}`,
    ...(receivedAt ? [formatAgo(receivedAt, paper.now, paper.timeZone)] : []),
    ...(run ? [`run ${shortRunId(run)}`] : []),
  ]
  return [
    ['received in', `${source === undefined ? '' : `${source}: `}${file.join(', ')}`],
    ['record', `${row}, line ${line}`],
    ['sha256', sha256],
    ['captured', captured.join(', ')],
    ['bronze', bronzeInWords(bronze)],
  ]
}

function bronzeInWords(bronze: BronzeState): string {
  switch (bronze.state) {
    case 'held':
      return 'holds these bytes; their SHA-256 is right'
    case 'rewritten':
      return `other records were erased from the file: now record ${bronze.row}, line ${bronze.line} of sha256 ${bronze.sha256}`
    case 'erased':
      return 'the record was erased'
    case 'keyNeeded':
      return `not looked at: ${bronze.reason}`
    default:
      return `${bronze.state}: ${bronze.reason}`
  }
}
