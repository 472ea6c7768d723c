// `hippo feedback SOURCE`: what is wrong with what a source sends, for whoever sends it: reasons in words, counts, and where each rejected
// row stands (file and line), with what is new and what was settled since the last pack. Holds no value of any row; the last pack is
// known by the audit log.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import {listAudit} from './catalog/reader.ts'
import {recordAudit} from './catalog/writer.ts'
import {HippoError} from './errors/hippo-error.ts'
import {nearest} from './errors/nearest.ts'
import {readBatches} from './lake/bronze.ts'
import type {RowState} from './lake/row-state.ts'
import {type Contract, layerOf} from './model/contract.ts'
import type {Workspace} from './pipeline/ports.ts'
import {openReader, type QuarantinedRow, type Reader} from './query/index.ts'
import {csvLine, writePrivate} from './write-private.ts'

export interface FeedbackRequest {
  readonly source: string
  /** Folder for `feedback.md` and `rows.csv`, as the user gave it; nothing is written, and no pack counted, when absent. */
  readonly output?: string
}

export interface FeedbackReason {
  readonly reason: string
  /** What the rule asks for. */
  readonly description?: string
  readonly rows: number
  /** Of these, rejected since the last pack. */
  readonly newRows: number
  /** A few places, as file:line. */
  readonly places: readonly string[]
}

export interface DatasetFeedback {
  readonly dataset: string
  /** Rows that wait. */
  readonly open: number
  readonly newRows: number
  readonly reasons: readonly FeedbackReason[]
  /** Rows of the last pack that no longer wait, by what became of them. */
  readonly settled: Readonly<Partial<Record<Exclude<RowState, 'open'>, number>>>
}

export interface FeedbackPack {
  readonly source: string
  readonly madeAt: string
  /** When the last pack was made. */
  readonly since?: string
  readonly datasets: readonly DatasetFeedback[]
  /** Files that could not be read at all. */
  readonly refusedFiles: readonly {readonly file: string; readonly reason: string; readonly receivedAt: string}[]
  readonly files: readonly string[]
}

const packSubject = (source: string): string => `feedback to ${source}`
const shownPlaces = 3

/** The pack, and its text. CONFIG_SOURCE_UNKNOWN for a source that is not in hippo.yaml. */
export async function makeFeedback(
  workspace: Workspace,
  {source, output}: FeedbackRequest,
): Promise<FeedbackPack & {readonly text: string}> {
  assertSource(workspace, source)
  const database = await workspace.database()
  const [last] = await listAudit(database, {limit: 1, subject: packSubject(source)})
  const madeAt = workspace.clock.now().toISOString()
  const contracts = (await workspace.contracts()).filter((one) => layerOf(one) === 'silver' && one.source?.source === source)
  const reader = await openReader(workspace)
  const read: {readonly feedback: DatasetFeedback; readonly lines: readonly string[]}[] = []
  try {
    for (const contract of contracts) read.push(await datasetFeedback(reader, contract, last?.at))
  } finally {
    await reader.close()
  }
  const pack = {
    source,
    madeAt,
    ...(last === undefined ? {} : {since: last.at}),
    datasets: read.map(({feedback}) => feedback),
    refusedFiles: await refusedFiles(workspace, source),
  }
  const text = feedbackPage(pack)
  if (output === undefined) return {...pack, files: [], text}
  const folder = path.resolve(output)
  const files = [path.join(folder, 'feedback.md'), path.join(folder, 'rows.csv')] as const
  await mkdir(folder, {recursive: true, mode: 0o700})
  const flag = '--output FOLDER'
  await writePrivate(
    files[1],
    csvLine(['dataset', 'file', 'line', 'reason', 'rejected_at', 'is_new']) + read.flatMap(({lines}) => lines).join(''),
    flag,
  )
  await writePrivate(files[0], text, flag)
  const counted = pack.datasets.reduce((sum, {open}) => sum + open, 0)
  await recordAudit(database, {
    actor: workspace.actor,
    action: 'feedback',
    subject: packSubject(source),
    reason: `${counted} rows`,
    at: madeAt,
  })
  return {...pack, files, text}
}

function assertSource({config}: Workspace, source: string): void {
  if (Object.hasOwn(config.sources, source)) return
  const names = Object.keys(config.sources)
  const close = nearest(source, names)
  throw new HippoError('CONFIG_SOURCE_UNKNOWN', {
    message: `There is no source ${source}.${close === undefined ? '' : ` Did you mean ${close}?`}`,
    hint: names.length === 0 ? 'hippo.yaml has none' : `sources of this workspace: ${names.join(', ')}`,
  })
}

async function datasetFeedback(
  reader: Reader,
  {dataset}: Contract,
  since: string | undefined,
): Promise<{readonly feedback: DatasetFeedback; readonly lines: readonly string[]}> {
  const {rows} = await reader.quarantinedRows({dataset, limit: Number.MAX_SAFE_INTEGER, state: 'all'})
  const descriptions = new Map((await reader.quarantineReasons({dataset})).map(({reason, description}) => [reason, description]))
  const isNew = ({quarantinedAt}: QuarantinedRow): boolean => since === undefined || Date.parse(quarantinedAt) > Date.parse(since)
  const open = rows.filter(({state}) => state === 'open')
  const byReason = Map.groupBy(
    open.flatMap((row) => row.reasons.map((reason) => ({reason, row}))),
    ({reason}) => reason,
  )
  const reasons = [...byReason].map(([reason, found]): FeedbackReason => {
    const description = descriptions.get(reason)
    return {
      reason,
      ...(description === undefined ? {} : {description}),
      rows: found.length,
      newRows: found.filter(({row}) => isNew(row)).length,
      places: found.slice(0, shownPlaces).map(({row}) => `${row.file}:${row.line}`),
    }
  })
  const settled: Partial<Record<Exclude<RowState, 'open'>, number>> = {}
  for (const row of rows) {
    const at = row.decision?.at
    if (row.state === 'open' || since === undefined || at === undefined || isNew(row) || Date.parse(at) <= Date.parse(since)) continue
    settled[row.state] = (settled[row.state] ?? 0) + 1
  }
  return {
    feedback: {
      dataset,
      open: open.length,
      newRows: open.filter(isNew).length,
      reasons: reasons.toSorted((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1)),
      settled,
    },
    lines: open.flatMap((row) =>
      row.reasons.map((reason) => csvLine([dataset, row.file, String(row.line), reason, row.quarantinedAt, isNew(row) ? 'yes' : 'no'])),
    ),
  }
}

async function refusedFiles(workspace: Workspace, source: string): Promise<FeedbackPack['refusedFiles']> {
  const isHidden = workspace.config.sources[source]?.pathsArePhi ?? true
  const batches = await readBatches(await workspace.store())
  return batches.flatMap(({files}) =>
    files
      .filter((file) => file.source === source && file.rejected !== undefined)
      .map(({path: name, sha256, rejected = '', receivedAt}) => ({file: isHidden ? sha256 : name, reason: rejected, receivedAt})),
  )
}

const cell = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;')

const settledWords: Readonly<Record<Exclude<RowState, 'open'>, string>> = {
  released: 'corrected or judged again, and accepted',
  superseded: 'replaced by a row that was sent since',
  waived: 'accepted for a while although they break a rule',
  discarded: 'closed without being used',
}

/** The pack as Markdown. */
function feedbackPage({source, madeAt, since, datasets, refusedFiles: refused}: Omit<FeedbackPack, 'files'>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  const isNews = since !== undefined
  return [
    `# What we found in data from ${source}`,
    '',
    `Made at ${madeAt}. ${isNews ? `New and settled: since the last pack of ${since}.` : 'This is the first pack.'} Rows are named by file and line; no value of any row is in here.`,
    '',
    ...(datasets.length === 0 ? ['No dataset takes rows from it.', ''] : []),
    ...datasets.flatMap(({dataset, open, newRows, reasons, settled}) => [
      `## ${dataset}`,
      '',
      open === 0
        ? 'No row waits.'
        : `${open} ${open === 1 ? 'row waits' : 'rows wait'}${isNews ? `, ${newRows} of them new` : ''}. A row counts under each of its reasons.`,
      '',
      ...(reasons.length === 0
        ? []
        : [
            line(['rows', ...(isNews ? ['new'] : []), 'check', 'what is expected', 'for example']),
            line(['---', ...(isNews ? ['---'] : []), '---', '---', '---']),
            ...reasons.map((one) =>
              line([String(one.rows), ...(isNews ? [String(one.newRows)] : []), one.reason, one.description ?? '', one.places.join(', ')]),
            ),
            '',
          ]),
      ...Object.entries(settled).map(([state, rows]) => `- Settled: ${rows} ${settledWords[state as keyof typeof settledWords]}.`),
      ...(Object.keys(settled).length === 0 ? [] : ['']),
    ]),
    ...(refused.length === 0
      ? []
      : [
          '## Files that could not be read',
          '',
          line(['file', 'why', 'received']),
          line(['---', '---', '---']),
          ...refused.map(({file, reason, receivedAt}) => line([file, reason, receivedAt])),
          '',
        ]),
  ].join('\n')
}
