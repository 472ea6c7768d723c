// What `hippo promote silver` did with every row: counts a dataset, the reasons, drift, and the balance of it all.
import type {CheckResult} from '../../core/model/check.ts'
import type {DatasetPromotion, PromotionResult, RowCounts, RowDifference, SkippedBatch} from '../../core/model/run.ts'
import {formatCount, formatPlural, formatScore} from './format.ts'
import {headline, placeOf, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {type Mark, markOf, shape} from './state-word.ts'
import {type ColumnSpec, table} from './table.ts'
import {untrusted} from './untrusted.ts'

const listedReasons = 6
const listedColumns = 6
const listedNotes = 6

/** The text report of one promotion to silver. */
export function promotionReport({run, datasets}: PromotionResult, paper: Paper): string {
  return [
    ...counts(datasets, paper),
    ...datasets.flatMap((dataset) => reasons(dataset, paper)),
    ...drift(datasets, paper),
    ...datasets.flatMap((dataset) => notes(dataset, paper)),
    ...datasets.flatMap((dataset) => settled(dataset, paper)),
    ...datasets.flatMap((dataset) => rebuilt(dataset, paper)),
    ...datasets.flatMap((dataset) => earlier(dataset, paper)),
    ...datasets.flatMap((dataset) => skipped(dataset, paper)),
    ...datasets.flatMap((dataset) => later(dataset, paper)),
    ...datasets.flatMap((dataset) => notChecked(dataset, paper)),
    ...balance(datasets, paper),
    ...datasets.flatMap((dataset) => refusal(dataset, paper)),
    ...headline(paper, {...summary(datasets), durationMs: run.durationMs}),
  ].join('\n')
}

/** A dataset's mark: a commit that left rows in quarantine needs a look. */
function markOfDataset({state, rows}: DatasetPromotion): Mark {
  return state === 'committed' && rows.quarantined > 0 ? 'warn' : markOf(state)
}

function counts(datasets: readonly DatasetPromotion[], paper: Paper): readonly string[] {
  const optional = (['duplicate', 'unchanged', 'waived'] as const).filter((name) => datasets.some(({rows}) => rows[name] > 0))
  const numbers = ['read', 'accepted', 'quarantined', ...optional] as const
  const columns: readonly ColumnSpec[] = [
    {title: '  dataset'},
    ...numbers.map((title): ColumnSpec => ({title, align: 'right'})),
    {title: 'score', align: 'right', drop: 2},
    {title: 'version', align: 'right', drop: 1},
  ]
  const rows = datasets.map((dataset) => [
    `${shape(paper, markOfDataset(dataset))} ${untrusted(dataset.dataset)}`,
    ...numbers.map((name) => formatCount(dataset.rows[name])),
    dataset.state === 'failed' ? plain(paper, '—') : plain(paper, formatScore(dataset.score)),
    plain(paper, dataset.version < 0 ? '—' : String(dataset.version)),
  ])
  return table(paper, columns, rows)
}

function reasons(dataset: DatasetPromotion, paper: Paper): readonly string[] {
  const ranked = Object.entries(dataset.reasons)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
  if (ranked.length === 0) return []
  const described = new Map(dataset.checks.map((check) => [check.id, check]))
  const rows = ranked.slice(0, listedReasons).map(([id, count]) => [formatCount(count), untrusted(id), sentence(described.get(id))])
  const rest = ranked.length - rows.length
  return [
    paint(paper, 'strong', `  ${untrusted(dataset.dataset)}`),
    ...table(paper, [{title: '', align: 'right'}, {title: ''}, {title: '', flexible: true}], rows, 4),
    ...(rest > 0 ? [paint(paper, 'quiet', plain(paper, `    … and ${formatPlural(rest, 'more reason')}`))] : []),
  ]
}

const sentence = (check: CheckResult | undefined): string => (check ? untrusted(check.description) : '')

function drift(datasets: readonly DatasetPromotion[], paper: Paper): readonly string[] {
  const signs = {added: '+', removed: '-', retyped: '~', renamed: '~'} as const
  return datasets
    .filter((dataset) => dataset.drift.length > 0)
    .flatMap((dataset) => {
      const kinds = [...Map.groupBy(dataset.drift, (change) => change.kind)].map(([kind, changes]) => {
        const names = changes.slice(0, listedColumns).map(({column}) => untrusted(column))
        const more = changes.length > listedColumns ? ['…'] : []
        return `${signs[kind]}${formatPlural(changes.length, 'column')} ${kind} (${[...names, ...more].join(', ')})`
      })
      return wrap(paper, plain(paper, `drift    ${untrusted(dataset.dataset)} ${kinds.join(', ')}`), 2, 11)
    })
}

/** A line a note, however many files it is about. */
function notes({dataset, notes: all = []}: DatasetPromotion, paper: Paper): readonly string[] {
  const byText = [...Map.groupBy(all, ({text}) => text)]
  const lines = byText.slice(0, listedNotes).map(([text, [first, ...others]]) => {
    const file = untrusted(first?.file ?? '')
    return `${untrusted(text)} (${others.length === 0 ? file : `${formatPlural(others.length + 1, 'file')}, first ${file}`})`
  })
  const rest = byText.length - lines.length
  const more = rest > 0 ? [`… and ${formatPlural(rest, 'more note')}`] : []
  return [...lines, ...more].flatMap((line) => wrap(paper, plain(paper, `note     ${untrusted(dataset)}: ${line}`), 2, 11))
}

function settled({dataset, settled: rows}: DatasetPromotion, paper: Paper): readonly string[] {
  if (!rows) return []
  const text = `settled  ${untrusted(dataset)}: ${formatPlural(rows.rows, 'row')} of earlier deliveries closed or judged again in quarantine`
  return wrap(paper, plain(paper, text), 2, 11)
}

function rebuilt({dataset, rebuild, state}: DatasetPromotion, paper: Paper): readonly string[] {
  if (!rebuild) return []
  const tables = Object.entries(rebuild).map(([layer, rows]: [string, RowDifference]) => `${layer} ${difference(rows)}`)
  const end = state === 'noop' ? '; nothing was committed' : ''
  return wrap(paper, plain(paper, `rebuild  ${untrusted(dataset)}: ${tables.join('; ')}${end}`), 2, 11)
}

function difference({before, after, added, removed, changed}: RowDifference): string {
  const sizes = `${formatCount(before)} to ${formatPlural(after, 'row')}`
  if (added === undefined || removed === undefined || changed === undefined) return sizes
  return `${sizes} (${formatCount(added)} added, ${formatCount(removed)} removed, ${formatCount(changed)} changed)`
}

function earlier({dataset, earlierBatches}: DatasetPromotion, paper: Paper): readonly string[] {
  if (!earlierBatches) return []
  const text = `earlier  ${untrusted(dataset)}: ${batchNames(earlierBatches)} still waited from before the interval and came first`
  return wrap(paper, plain(paper, text), 2, 11)
}

function later({dataset, laterBatches}: DatasetPromotion, paper: Paper): readonly string[] {
  if (!laterBatches) return []
  const wait = laterBatches.length === 1 ? 'waits' : 'wait'
  return wrap(paper, plain(paper, `later    ${untrusted(dataset)}: ${batchNames(laterBatches)} ${wait} for a later interval`), 2, 11)
}

const batchNames = (numbers: readonly number[]): string => `${numbers.length === 1 ? 'batch' : 'batches'} ${numbers.join(', ')}`

/** Checks that nobody was held to: a score says nothing of them. */
function notChecked({dataset, checks}: DatasetPromotion, paper: Paper): readonly string[] {
  const unheld = checks.filter(({outcome}) => outcome === 'notChecked')
  if (unheld.length === 0) return []
  const listed = unheld.map(({id, reason}) => untrusted(reason === undefined ? id : `${id} (${reason})`)).join(', ')
  const text = `${untrusted(dataset)}: ${formatPlural(unheld.length, 'check')} not checked: ${listed}`
  return wrap(paper, plain(paper, `${shape(paper, 'warn')} ${text}`), 0, 2)
}

function skipped({dataset, skipped: batch}: DatasetPromotion, paper: Paper): readonly string[] {
  if (!batch) return []
  return wrap(paper, plain(paper, `skipped  ${untrusted(dataset)}: ${skipSentence(batch)}`), 2, 11)
}

function skipSentence({batch, outcome, files, rows, reason}: SkippedBatch): string {
  const why = reason === undefined ? '' : `: ${untrusted(reason)}`
  const count = formatPlural(files, 'file')
  if (outcome === 'kept') return `batch ${batch} (${count}) passes its checks and was kept`
  if (outcome === 'filesLeftOut') return `${count} of batch ${batch} that cannot be read left out, the rest was kept${why}`
  return `batch ${batch} left out (${count}${rows === undefined ? '' : `, ${formatPlural(rows, 'row')}`})${why}`
}

/** Sums a balance over datasets; every row read is in exactly one of the others. */
export function sumRows(datasets: readonly {readonly rows: RowCounts}[]): Required<RowCounts> {
  const sum = (name: keyof RowCounts): number => datasets.reduce((total, {rows}) => total + (rows[name] ?? 0), 0)
  return {
    read: sum('read'),
    accepted: sum('accepted'),
    quarantined: sum('quarantined'),
    duplicate: sum('duplicate'),
    unchanged: sum('unchanged'),
    waived: sum('waived'),
    discarded: sum('discarded'),
    superseded: sum('superseded'),
  }
}

function balance(datasets: readonly DatasetPromotion[], paper: Paper): readonly string[] {
  const total = sumRows(datasets)
  if (total.read === 0) return []
  const parts = (['accepted', 'quarantined', 'duplicate', 'unchanged', 'waived', 'discarded', 'superseded'] as const).filter(
    (name) => name === 'accepted' || total[name] > 0,
  )
  const sum = parts.reduce((accounted, name) => accounted + total[name], 0)
  const text = `balance  ${formatCount(total.read)} read = ${parts.map((name) => `${formatCount(total[name])} ${name}`).join(' + ')}`
  const verdict =
    sum === total.read ? shape(paper, 'ok') : `${shape(paper, 'failed')} ${formatPlural(total.read - sum, 'row')} not accounted for`
  return wrap(paper, `${text} ${verdict}`, 2, 11)
}

function refusal(dataset: DatasetPromotion, paper: Paper): readonly string[] {
  if (dataset.state !== 'gated' && dataset.state !== 'failed') return []
  const why = dataset.error ? untrusted(dataset.error.message) : gateReason(dataset.checks)
  const hint = dataset.error?.hint
  return [
    ...wrap(paper, plain(paper, `${shape(paper, 'failed')} ${untrusted(dataset.dataset)} ${whatIsNot(dataset)}: ${why}`), 0, 2),
    ...(dataset.error?.location ? wrap(paper, `see ${placeOf(dataset.error.location).trimEnd()}`, 2, 6) : []),
    ...held(dataset).flatMap((sentence) => wrap(paper, sentence, 2, 2)),
    ...(hint === undefined ? [] : wrap(paper, `next: ${plain(paper, untrusted(hint))}`, 2, 8)),
  ]
}

/** A rebuild may be committed while a delivery behind it is not. */
const whatIsNot = ({rebuild, version}: DatasetPromotion): string =>
  rebuild === undefined ? 'was not committed' : `was rebuilt as version ${version}, but a delivery after it was not committed`

/** A gated delivery waits; of what failed otherwise (a lock, a disk, a damaged lake) that cannot be said. */
function held({version, state, rebuild}: DatasetPromotion): readonly string[] {
  const kept = version >= 0 && rebuild === undefined ? [`Silver still holds version ${version}.`] : []
  const waiting = state === 'gated' ? ['Nothing was lost: the delivery waits in bronze.'] : []
  return [[...kept, ...waiting].join(' ')].filter((sentence) => sentence !== '')
}

function gateReason(checks: readonly CheckResult[]): string {
  const failed = checks.filter(({outcome, severity}) => outcome === 'failed' && severity === 'error')
  const [worst] = failed.sort((a, b) => b.percent - a.percent)
  return worst ? `${untrusted(worst.description)} (${formatCount(worst.violated)} of ${formatCount(worst.denominator)})` : 'a check failed'
}

function summary(datasets: readonly DatasetPromotion[]): {mark: Mark; text: string; next?: string} {
  const inState = (state: DatasetPromotion['state']): readonly DatasetPromotion[] => datasets.filter((dataset) => dataset.state === state)
  const committed = inState('committed')
  const stopped = [...inState('gated'), ...inState('failed')]
  const [first] = committed.filter(({rows}) => rows.quarantined > 0).sort((a, b) => b.rows.quarantined - a.rows.quarantined)
  const waiting = sumRows(committed).quarantined
  const planned = inState('noop').filter(({wouldCommit}) => wouldCommit)
  if (stopped.length > 0) {
    const done = planned.length > 0 ? wouldBe(planned) : `${formatPlural(committed.length, 'dataset')} committed`
    return {mark: 'failed', text: `${done}, ${formatPlural(stopped.length, 'dataset')} not`}
  }
  if (planned.length > 0) return {mark: 'waiting', text: `${wouldBe(planned)}; nothing was written`}
  if (committed.length === 0) return {mark: 'waiting', text: idle(datasets)}
  const text = `${formatPlural(committed.length, 'dataset')} committed`
  if (!first) return {mark: 'ok', text, next: 'hippo promote gold'}
  return {
    mark: 'warn',
    text: `${text}, ${formatPlural(waiting, 'row')} need${waiting === 1 ? 's' : ''} a person`,
    next: `hippo quarantine list ${first.dataset}`,
  }
}

function wouldBe(planned: readonly DatasetPromotion[]): string {
  const {accepted, quarantined} = sumRows(planned)
  return `dry run: would commit ${formatPlural(planned.length, 'dataset')}, ${formatPlural(accepted, 'row')} accepted and ${formatCount(quarantined)} quarantined`
}

function idle(datasets: readonly DatasetPromotion[]): string {
  const waiting = new Set(datasets.flatMap(({laterBatches = []}) => laterBatches)).size
  if (waiting === 0) return 'nothing new to promote'
  return `${waiting === 1 ? '1 batch waits' : `${formatCount(waiting)} batches wait`} for a later interval`
}
