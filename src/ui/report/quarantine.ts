// Rejected rows: how many wait and why, and rows themselves with protected values masked before they get here.
import {formatCount, formatPlural} from './format.ts'
import {headline, nextLine, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface QuarantineReason {
  readonly dataset: string
  readonly reason: string
  readonly rows: number
  /** The rule in words. */
  readonly description?: string
}

/** Reasons ranked by rows, a block a dataset. */
export function quarantineReport(reasons: readonly QuarantineReason[], paper: Paper): string {
  if (reasons.length === 0) return `${shape(paper, 'ok')} Nothing waits in quarantine.`
  const blocks = [...Map.groupBy(reasons, ({dataset}) => dataset)].map(([dataset, own]) => [
    paint(paper, 'strong', untrusted(dataset)),
    ...table(
      paper,
      [{title: '', align: 'right'}, {title: ''}, {title: '', flexible: true}],
      own
        .toSorted((a, b) => b.rows - a.rows)
        .map((entry) => [formatCount(entry.rows), untrusted(entry.reason), plain(paper, untrusted(entry.description ?? ''))]),
    ),
  ])
  const [first] = reasons.toSorted((a, b) => b.rows - a.rows)
  return [
    ...blocks.flat(),
    ...(first ? [nextLine(paper, `hippo quarantine show ${untrusted(first.dataset)} --reason ${untrusted(first.reason)}`)] : []),
  ].join('\n')
}

export interface QuarantineCluster {
  readonly dataset: string
  readonly reasons: readonly string[]
  readonly rows: number
  readonly assigned: Readonly<Record<string, number>>
  /** Rows with a comment. */
  readonly commented: number
}

/** Combinations of reasons ranked by rows, with who looks after them. */
export function quarantineClustersReport(clusters: readonly QuarantineCluster[], paper: Paper): string {
  if (clusters.length === 0) return `${shape(paper, 'ok')} Nothing waits in quarantine.`
  const lines = clusters.map(({rows, reasons, assigned, commented}) => {
    const people = Object.entries(assigned).map(([name, count]) =>
      count === rows ? untrusted(name) : `${untrusted(name)} ${formatCount(count)}`,
    )
    const said = [...people, ...(commented > 0 ? [`${formatPlural(commented, 'row')} with comments`] : [])].join(', ')
    return [formatCount(rows), untrusted(reasons.join(' + ')), plain(paper, said)]
  })
  return table(paper, [{title: '', align: 'right'}, {title: '', flexible: true}, {title: ''}], lines).join('\n')
}

/** What a note was written beside. */
export function noteReport(
  {
    run,
    dataset,
    rows,
    assignee,
  }: {
    readonly run: {readonly durationMs?: number}
    readonly dataset: string
    readonly rows: number
    readonly assignee?: string | null
  },
  paper: Paper,
): string {
  const what =
    assignee === undefined ? 'a comment stands beside' : assignee === null ? 'nobody looks after' : `${untrusted(assignee)} looks after`
  const text =
    rows === 0 ? `No row of ${untrusted(dataset)} that waits is meant` : `${what} ${formatPlural(rows, 'row')} of ${untrusted(dataset)}`
  return headline(paper, {
    mark: rows === 0 ? 'warn' : 'ok',
    text,
    ...(run.durationMs === undefined ? {} : {durationMs: run.durationMs}),
  }).join('\n')
}

export interface QuarantinedRow {
  readonly file: string
  /** Line in the received file. */
  readonly line: number
  readonly reasons: readonly string[]
  readonly state: string
  readonly decision?: {
    readonly by: string
    readonly at: string
    readonly reason?: string
    readonly until?: string
    readonly corrected?: readonly string[]
  }
  readonly assignee?: string
  readonly comments?: readonly {readonly by: string; readonly at: string; readonly text: string}[]
  /** What the contract makes of the values. */
  readonly typed?: readonly {readonly column: string; readonly received?: string; readonly value: string | null}[]
  /** Column -> value as received, masked where protected. */
  readonly values: Readonly<Record<string, string | null>>
}

export interface QuarantineRowsProps {
  readonly dataset: string
  readonly rows: readonly QuarantinedRow[]
  /** Which rows were asked for; those that wait when absent. */
  readonly state?: string
  /** Rows in that state altogether. */
  readonly total: number
  /** Files are told by hashes for want of the workspace key. */
  readonly needsKey?: boolean
  /** Files of it that silver does not hold; asked for when there are no rows. */
  readonly waiting?: readonly {readonly file: string; readonly command: string}[]
}

/** Rows one by one: where each came from, what it broke, the values of the columns concerned first. */
export function quarantineRowsReport(
  {dataset, rows, state = 'open', total, needsKey, waiting = []}: QuarantineRowsProps,
  paper: Paper,
): string {
  if (rows.length === 0 && state !== 'open') return `${shape(paper, 'ok')} No row of ${untrusted(dataset)} is ${state}.`
  if (rows.length === 0)
    return [`${shape(paper, 'ok')} Nothing of ${untrusted(dataset)} waits in quarantine.`, ...notLetIn(waiting, paper)].join('\n')
  const blocks = rows.flatMap((row) => [
    `${shape(paper, 'warn')} ${untrusted(row.file)} line ${formatCount(row.line)}  ${paint(paper, 'warn', untrusted(row.reasons.join(', ')))}`,
    ...decided(row, paper),
    ...noted(row, paper),
    ...(row.typed ? sideBySide(row, row.typed, paper) : received(row, paper)),
  ])
  const shown = total > rows.length ? `${formatCount(rows.length)} of ${formatPlural(total, 'row')}` : formatPlural(total, 'row')
  const keyless = 'files that an erasure rewrote are told by their hash; for their names set HIPPO_KEY or HIPPO_KEY_FILE'
  return [
    ...blocks,
    ...(needsKey ? wrap(paper, plain(paper, keyless), 0, 2) : []),
    ...headline(paper, {mark: state === 'open' ? 'warn' : 'ok', text: `${shown} of ${untrusted(dataset)} in quarantine`}),
  ].join('\n')
}

function received(row: QuarantinedRow, paper: Paper): readonly string[] {
  const lines = concernedFirst(row).map(([column, value]) => [untrusted(column), said(value, paper)])
  return table(paper, [{title: ''}, {title: '', flexible: true}], lines, 4)
}

const said = (value: string | null, paper: Paper): string => (value === null ? paint(paper, 'quiet', 'null') : untrusted(value))

/** Each column of the contract with the received value it is read from, then what no column reads. */
function sideBySide({values}: QuarantinedRow, typed: NonNullable<QuarantinedRow['typed']>, paper: Paper): readonly string[] {
  const read = new Set(typed.map(({received: name}) => name))
  const lines = [
    ...typed.map(({column, received: name, value}) => [
      untrusted(column),
      name === undefined ? '' : said(values[name] ?? null, paper),
      said(value, paper),
    ]),
    ...Object.entries(values).flatMap(([name, value]) => (read.has(name) ? [] : [[untrusted(name), said(value, paper), '']])),
  ]
  return table(paper, [{title: ''}, {title: 'received', flexible: true}, {title: 'typed'}], lines, 4)
}

/** Who looks after it, and what people wrote beside it. */
function noted({assignee, comments = []}: QuarantinedRow, paper: Paper): readonly string[] {
  const lines = [
    ...(assignee === undefined ? [] : [`${untrusted(assignee)} looks after it`]),
    ...comments.map(({by, at, text}) => `${at.slice(0, 10)} ${untrusted(by)}: ${untrusted(text)}`),
  ]
  return lines.flatMap((line) => wrap(paper, plain(paper, line), 4, 6))
}

/** What became of it, or who looked at it last. */
function decided({state, decision}: QuarantinedRow, paper: Paper): readonly string[] {
  if (!decision) return []
  const {by, at, reason, until, corrected = []} = decision
  const parts = [
    `${state} by ${untrusted(by)} on ${at.slice(0, 10)}`,
    ...(until === undefined ? [] : [`until ${until.slice(0, 10)}`]),
    ...(corrected.length === 0 ? [] : [`corrected: ${corrected.map(untrusted).join(', ')}`]),
    ...(reason === undefined ? [] : [untrusted(reason)]),
  ]
  return wrap(paper, plain(paper, parts.join('; ')), 4, 6)
}

/** Rows of a delivery that was not let in are in no quarantine: its files can be judged as they are. */
function notLetIn(waiting: NonNullable<QuarantineRowsProps['waiting']>, paper: Paper): readonly string[] {
  const [first] = waiting
  if (first === undefined) return []
  const files = `${formatPlural(waiting.length, 'file')} of it ${waiting.length === 1 ? 'is' : 'are'} captured and not in silver`
  return [
    ...wrap(paper, `${shape(paper, 'warn')} ${files}: ${waiting.map(({file}) => untrusted(file)).join(', ')}`, 0, 2),
    `  ${nextLine(paper, untrusted(first.command))}`,
  ]
}

function concernedFirst({reasons, values}: QuarantinedRow): readonly (readonly [string, string | null])[] {
  const isConcerned = ([column]: readonly [string, string | null]): boolean => reasons.some((reason) => reason.startsWith(`${column}.`))
  const entries = Object.entries(values)
  return [...entries.filter(isConcerned), ...entries.filter((entry) => !isConcerned(entry))]
}
