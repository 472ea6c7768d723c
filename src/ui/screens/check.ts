// One check: the rule in words, how it went over time, and rows that broke it, masked in the core. Rows come from the engine, so
// they are read once for each judgement and the page is shown before they are there.
import type {CheckRecord, QuarantinedRow, Reader, WaitingFile} from '../../core/query/index.ts'
import {badge, type CellContent, type Page, type PageBuilder, type PageContext, type PageRow, type Section, toned} from '../page.ts'
import {formatAgo, formatCount, formatPercent, shortRunId} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'
import {checkCommand, isJudged, outcomeWord} from './check-row.ts'
import {type Fact, factSection} from './facts.ts'
import {type RowsReading, type RowsShelf, rowKey} from './rows-shelf.ts'

export interface CheckFacts {
  readonly dataset: string
  readonly id: string
  readonly layer: 'silver' | 'gold' | undefined
  /** Newest first. */
  readonly history: readonly CheckRecord[]
  /** The rule in words, for reasons that are no check. */
  readonly description: string | undefined
  readonly rows: RowsReading
  /** Files whose rows are in no table yet. */
  readonly waiting: readonly WaitingFile[]
}

export interface CheckPlace {
  readonly dataset: string
  readonly id: string
  readonly layer?: 'silver' | 'gold'
}

export async function readCheckPage(reader: Reader, shelf: RowsShelf, {dataset, id, layer}: CheckPlace): Promise<PageBuilder> {
  const history = await reader.checkHistory(dataset, id, {limit: 50, ...(layer === undefined ? {} : {layer})})
  const reason = history.length > 0 ? undefined : (await reader.quarantineReasons({dataset})).find((one) => one.reason === id)
  const facts: CheckFacts = {
    dataset,
    id,
    layer,
    history,
    description: reason?.description,
    waiting: layer === 'gold' ? [] : await reader.waitingFiles(dataset),
    rows: layer === 'gold' ? {state: 'none'} : shelf.take(dataset, id, promotionsOf(history)[0]?.run ?? ''),
  }
  return (context) => checkPage(facts, context)
}

export function checkPage(facts: CheckFacts, context: PageContext): Page {
  const {dataset, id, layer, history, rows} = facts
  const newest = promotionsOf(history)[0] ?? history[0]
  return {
    sections: [
      factSection('RULE', ruleFacts(facts, context), context),
      ...(rows.state === 'none' ? [] : [rowsSection(facts)]),
      historySection(history, context),
    ],
    command: waitingCommand(facts) ?? checkCommand({dataset, id, layer: layer ?? 'silver', outcome: newest?.outcome ?? 'failed'}),
  }
}

/** Where no row can be shown, because the delivery was not let in, its file can be judged. */
function waitingCommand({rows, waiting}: Pick<CheckFacts, 'rows' | 'waiting'>): string | undefined {
  const isEmpty = rows.state === 'ready' && rows.rows.length === 0
  return isEmpty && waiting[0] !== undefined ? untrusted(waiting[0].command) : undefined
}

/** What judged rows on their way in; a validation measures those that were let in, which is another thing. */
const promotionsOf = (history: readonly CheckRecord[]): readonly CheckRecord[] => history.filter(({isValidation}) => !isValidation)

function ruleFacts({id, history: judgements, description, rows, waiting}: CheckFacts, {now, timeZone}: PageContext): readonly Fact[] {
  const [latest] = judgements
  const history = promotionsOf(judgements)
  const newest = history[0] ?? latest
  if (newest === undefined)
    return [
      ['reason', untrusted(id)],
      ['rule', untrusted(description ?? 'no run has judged it')],
    ]
  const broken = history.findIndex(({outcome}) => outcome === 'passed')
  const since = broken === -1 ? history.length : broken
  const first = history[since - 1]
  return [
    ['rule', untrusted(newest.description)],
    ['result', history.length > 0 ? outcomeOf(newest) : toned('quiet', 'no promotion has judged it')],
    ['validated', latest?.isValidation ? outcomeOf(latest) : undefined],
    ['because', newest.reason === undefined ? undefined : untrusted(newest.reason)],
    [
      'since',
      since > 0 && first !== undefined
        ? `${formatAgo(first.at, now, timeZone)}, ${since === 1 ? '1 judgement' : `${since} judgements`}`
        : undefined,
    ],
    ['passing', history.length > 1 ? {kind: 'trend', points: history.map(({percent}) => 100 - percent).toReversed()} : undefined],
    ['not let in', waitingCommand({rows, waiting}) === undefined ? undefined : waitingWords(waiting)],
    ['kind', `${newest.rule}, ${newest.dimension}, ${newest.severity}`],
  ]
}

function waitingWords(waiting: readonly WaitingFile[]): string {
  const files = waiting.map(({file}) => untrusted(file))
  const [first = ''] = files
  const which = files.length === 1 ? first : `${first} and ${formatCount(files.length - 1)} more`
  return `${which}: in bronze, so its rows are not in quarantine. To judge it: ${untrusted(waiting[0]?.command ?? '')}`
}

function outcomeOf(check: CheckRecord): CellContent {
  return badge(check.outcome, `${outcomeWord(check.outcome)}${isJudged(check) ? `: ${resultWords(check)}` : ''}`)
}

function resultWords({violated, denominator, percent, threshold}: CheckRecord): string {
  const allowed =
    threshold.max === 0
      ? 'none allowed'
      : `allowed ${threshold.exclusive ? 'below ' : ''}${threshold.max} ${threshold.unit === 'percent' ? '%' : 'rows'}`
  return `${formatCount(violated)} of ${formatCount(denominator)} (${formatPercent(percent)}), ${allowed}`
}

function rowsSection({dataset, id, rows}: CheckFacts): Section {
  const shown = rows.state === 'ready' ? rows.rows : []
  const concerned = concernedColumn(id, shown)
  return {
    heading: 'ROWS',
    ...(rows.state === 'ready' && shown.length > 0
      ? {note: `${formatCount(shown.length)} of ${formatCount(rows.total)}, newest first`}
      : {}),
    columns: [
      {title: 'file', flexible: true},
      {title: 'line', align: 'right'},
      {title: concerned === undefined ? '' : untrusted(concerned), flexible: true},
      {title: 'also broken', flexible: true, drop: 1},
    ],
    rows: shown.map(
      (row): PageRow => ({
        key: `row ${rowKey(row)}`,
        cells: [
          untrusted(row.file),
          formatCount(row.line),
          concerned === undefined ? '' : shownValue(row.values[concerned]),
          untrusted(row.reasons.filter((reason) => reason !== id).join(', ')),
        ],
        opens: {screen: 'row', dataset, id, row: rowKey(row)},
        command: `hippo quarantine show ${untrusted(dataset)} --reason ${untrusted(id)}`,
      }),
    ),
    empty: emptyWords(rows),
  }
}

const emptyWords = (rows: RowsReading): string =>
  rows.state === 'reading'
    ? 'reading them…'
    : rows.state === 'failed'
      ? `They cannot be read: ${untrusted(rows.message)}`
      : 'No row waits in quarantine for it.'

/** The received column that a check of the form `<column>.<rule>` is about, when rows have one of that name. */
function concernedColumn(id: string, rows: readonly QuarantinedRow[]): string | undefined {
  const [row] = rows
  return Object.keys(row?.values ?? {}).find((name) => id.toLowerCase().startsWith(`${name.toLowerCase()}.`))
}

/** A field may have megabytes; nobody reads more than a line of it here. */
const longestValue = 500

function shownValue(value: string | null | undefined): CellContent {
  return value === null || value === undefined ? toned('quiet', 'null') : untrusted(value.slice(0, longestValue))
}

function historySection(history: readonly CheckRecord[], {now, timeZone}: PageContext): Section {
  return {
    heading: 'HISTORY',
    columns: [
      {title: ''},
      {title: 'rows', align: 'right'},
      {title: 'of', align: 'right'},
      {title: 'share', align: 'right'},
      {title: 'version', align: 'right'},
      {title: 'judged'},
      {title: 'by', drop: 1},
    ],
    rows: history.map((result) => ({
      key: `history ${result.run} ${result.layer} ${result.version}`,
      cells: [
        badge(result.outcome, outcomeWord(result.outcome)),
        isJudged(result) ? formatCount(result.violated) : '',
        isJudged(result) ? formatCount(result.denominator) : '',
        isJudged(result) ? formatPercent(result.percent) : '',
        `v${result.version}`,
        formatAgo(result.at, now, timeZone),
        toned('quiet', result.isValidation ? 'validate' : 'promotion'),
      ],
      opens: {screen: 'run', id: result.run},
      command: `hippo runs show ${shortRunId(result.run)}`,
    })),
    empty: 'No run has judged it.',
  }
}

/** One rejected row with every value it was received with. */
export function rowPage(row: QuarantinedRow | undefined, context: PageContext): Page {
  if (row === undefined)
    return {sections: [{heading: 'ROW', columns: [], rows: [], empty: 'It is no longer among the rows that were read.'}]}
  const {file, line, row: record, batch, reasons, quarantinedAt, contractVersion} = row
  return {
    sections: [
      factSection(
        'ROW',
        [
          ['file', untrusted(file)],
          ['place', `line ${formatCount(line)}, record ${formatCount(record)}, batch ${batch}`],
          ['broken', untrusted(reasons.join(', '))],
          ['rejected', `${formatAgo(quarantinedAt, context.now, context.timeZone)} by contract ${untrusted(contractVersion)}`],
        ],
        context,
      ),
      {
        heading: 'AS RECEIVED',
        columns: [
          {title: '', flexible: true},
          {title: '', flexible: true},
        ],
        rows: Object.entries(row.values).map(([name, value]) => ({
          key: `value ${name}`,
          cells: [toned('quiet', untrusted(name)), shownValue(value)],
        })),
        empty: 'nothing',
      },
    ],
  }
}
