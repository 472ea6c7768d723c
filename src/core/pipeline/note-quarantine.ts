// Who looks after rejected rows, and what people have to say about them. Nothing is judged and no row changes its state. That it was done
// stands in the audit log, neither the words of a comment nor the name of an assignee do: they may tell of a patient.
import {recordAudit} from '../catalog/writer.ts'
import {readSnapshot} from '../delta/snapshot.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import {appendNote} from '../lake/row-notes.ts'
import type {CheckId, DatasetName} from '../model/names.ts'
import type {RunSummary} from '../model/run.ts'
import type {RejectedRow} from './open-rows.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {promotionLock} from './project-commits.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {chosenRows} from './review-quarantine.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

export interface NoteRequest extends RunOptions {
  readonly dataset: DatasetName
  readonly note: {readonly kind: 'assign'; readonly assignee: string | null} | {readonly kind: 'comment'; readonly text: string}
  /** Only rows that broke one of these; none: all rows that wait. */
  readonly checks: readonly CheckId[]
  /** Only rows that broke all of `checks` and nothing else. */
  readonly exactly?: boolean
  /** Only rows of this delivery. */
  readonly batch?: number
  /** Only this record of its file. */
  readonly row?: number
}

export interface NoteResult {
  readonly run: RunSummary
  readonly dataset: DatasetName
  /** Rows that the note stands beside. */
  readonly rows: number
  readonly assignee?: string | null
}

const longestComment = 4000
const longestName = 100

/** Writes a note beside the rows that wait and are meant; CONFIG_USAGE for an empty or very long one. */
export async function noteQuarantine(workspace: Workspace, request: NoteRequest): Promise<NoteResult> {
  const {dataset, note} = request
  selectDatasets(silverContracts(await workspace.contracts()), [dataset])
  refuseUnfit(request)
  const verb = note.kind === 'comment' ? 'quarantine comment' : 'quarantine assign'
  return recordRun(workspace, verb, request, async (run) => {
    // An erasure holds it, too: a comment that came between its search and its end would outlive the row.
    const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what: `dataset ${dataset}`, signal: run.signal}
    const rows = await run.database.withLock(promotionLock(workspace.config.name, dataset), lock, () =>
      writeNote(workspace, run, request, verb),
    )
    const body = {dataset, rows, ...(note.kind === 'assign' ? {assignee: note.assignee} : {})}
    return {state: rows > 0 && !request.dryRun ? ('succeeded' as const) : ('noop' as const), outputs: [], body}
  })
}

function refuseUnfit({note, idempotencyKey}: NoteRequest): void {
  const usage = (message: string) => new HippoError('CONFIG_USAGE', {message})
  if (note.kind === 'assign') {
    const {assignee} = note
    if (assignee !== null && (assignee.trim() === '' || assignee.length > longestName || /[\r\n\u0085\u2028\u2029]/.test(assignee)))
      throw usage(`the name of an assignee has 1 to ${longestName} characters in one line`)
    return
  }
  if (note.text.trim() === '' || note.text.length > longestComment) throw usage(`a comment has 1 to ${longestComment} characters`)
  // The catalog keeps a digest of a request with a key: short words could be guessed from it.
  if (idempotencyKey !== undefined) throw usage('a comment takes no idempotency key')
}

/** The number of rows that it stands beside. */
async function writeNote(workspace: Workspace, run: RunScope, request: NoteRequest, verb: string): Promise<number> {
  const {dataset, note, dryRun} = request
  const rows = await meantRows(workspace, run, request)
  if (rows.length === 0 || dryRun) return rows.length
  const by = {by: workspace.actor, at: run.startedAt.toISOString(), run: run.id}
  const said = note.kind === 'comment' ? {comment: note.text} : {assignee: note.assignee}
  await appendNote(await workspace.store(), dataset, {...by, rows: rows.map(({file, row}) => ({file, row})), ...said})
  await recordAudit(run.database, {actor: by.by, at: by.at, run: run.id, action: verb, subject: `${dataset}: ${rows.length} rows`})
  return rows.length
}

/** Of batches that silver has; the others are judged again. */
async function meantRows(workspace: Workspace, run: RunScope, request: NoteRequest): Promise<readonly RejectedRow[]> {
  const {dataset, checks, exactly = false, row} = request
  const [store, table] = [await workspace.store(), layout.table('silver', dataset)]
  const [silver, quarantine] = [await readSnapshot(store, table), await readSnapshot(store, layout.table('quarantine', dataset))]
  const committed = silver?.txns.get(promotionAppId(table))?.version
  if (!quarantine || committed === undefined) return []
  const isMeant = (one: RejectedRow) =>
    one.batch <= committed &&
    (row === undefined || one.row === row) &&
    (!exactly || (one.reasons.length === checks.length && checks.every((check) => one.reasons.includes(check))))
  return (await chosenRows({workspace, run}, quarantine, request)).filter(isMeant)
}
