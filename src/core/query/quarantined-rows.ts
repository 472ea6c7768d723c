// Rejected rows as people look at them: where each came from, every check it broke, and its values as received, masked here.
// Rows of a batch that silver has not committed do not count: the run that rejected them died, and the next one judges again.
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {readSnapshotAt} from '../delta/time-travel.ts'
import type {Row} from '../engine/engine.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {and, column, compare, type Expr, literal, text} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {readBatches} from '../lake/bronze.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import {quarantineColumns, reservedNames} from '../lake/reserved-columns.ts'
import {keyOfRow, type NotedRow, notesByRow, readNotes} from '../lake/row-notes.ts'
import {hasReason, type RowState, stateUpTo} from '../lake/row-state.ts'
import {readableColumnsOf, scanTable} from '../lake/scan-table.ts'
import {bytesToday, openTombstones} from '../lake/tombstones.ts'
import type {Contract} from '../model/contract.ts'
import {layerOf} from '../model/contract.ts'
import {masked} from '../model/masked.ts'
import {structuralReason} from '../source/reason-words.ts'
import {visibleColumns} from './mask-received.ts'
import {keptContract, readQuarantineReasons} from './quarantine-reasons.ts'
import type {QuarantinedRow, QuarantinedRows, QuarantineFilter, ReadableWorkspace} from './reader.ts'

export async function readQuarantinedRows(workspace: ReadableWorkspace, filter: QuarantineFilter): Promise<QuarantinedRows> {
  const store = await workspace.store()
  const {version, asOf} = filter
  const quarantine = await readSnapshotAt(store, layout.table('quarantine', filter.dataset), {
    ...(version === undefined ? {} : {version}),
    ...(asOf === undefined ? {} : {asOf}),
  })
  const committed = await committedBatch(workspace, filter.dataset)
  if (filter.reason !== undefined) await refuseUnknownReason(workspace, filter.dataset, filter.reason)
  if (quarantine === undefined || committed === undefined) return {rows: [], total: 0}
  const plan = wantedRows(quarantine, committed, filter)
  const engine = await workspace.engine()
  const count = {id: 'total', input: plan, aggregates: [{name: 'rows', function: 'count'}]} as const
  const [rows, [measured]] = [await engine.rows(plan, filter.limit), await engine.measure([count])]
  const isVisible = filter.unmasked ? () => true : visibleColumns(await contractsOf(workspace, filter.dataset))
  const nameOf = await fileNames(workspace, filter.dataset, new Set(rows.map((row) => String(row._file))))
  const fileOf = (batch: number, sha256: string) => nameOf(batch, sha256) ?? sha256
  const notes = notesByRow(await readNotes(store, filter.dataset))
  const shown = rows.map((row) => toQuarantinedRow(row, {isVisible, fileOf, notes, isMasked: !filter.unmasked}))
  const isUnnamed = workspace.config.key === undefined && rows.some((row) => nameOf(Number(row._batch), String(row._file)) === undefined)
  return {rows: shown, total: Number(measured?.values.rows ?? 0), ...(isUnnamed ? {needsKey: true as const} : {})}
}

/** Number of the newest batch that silver's log holds; CONFIG_DATASET_UNKNOWN when neither lake nor contracts know the name. */
export async function committedBatch(workspace: ReadableWorkspace, dataset: string): Promise<number | undefined> {
  const table = layout.table('silver', dataset)
  const silver = await readSnapshot(await workspace.store(), table)
  if (silver !== undefined) return silver.txns.get(promotionAppId(table))?.version
  const contracts = await workspace.contracts()
  if (contracts.some((contract) => contract.dataset === dataset && layerOf(contract) === 'silver')) return undefined
  throw new HippoError('CONFIG_DATASET_UNKNOWN', {message: `There is no dataset ${dataset}.`, hint: 'see what there is with hippo status'})
}

/** CONFIG_USAGE for a reason that no row has, no rule of the contract gives and no damage is called. */
async function refuseUnknownReason(workspace: ReadableWorkspace, dataset: string, reason: string): Promise<void> {
  const found = (await readQuarantineReasons(workspace, {dataset})).map((one) => one.reason)
  if (found.includes(reason) || structuralReason(reason) !== undefined) return
  const contracts = (await workspace.contracts()).filter((one) => one.dataset === dataset && layerOf(one) === 'silver')
  const rules = contracts.flatMap((contract) => contract.rules.map(({id}) => id))
  if (rules.includes(reason)) return
  const guess = nearest(reason, [...found, ...rules])
  throw new HippoError('CONFIG_USAGE', {
    message: `No row of ${dataset} was rejected for ${reason}, and its contract has no such check.${guess ? ` Did you mean ${guess}?` : ''}`,
    hint: found.length > 0 ? `reasons there are: ${found.join(', ')}` : `no row of ${dataset} is in quarantine`,
  })
}

/** Newest delivery first: a table's files stand in the order of their commits. */
export function wantedRows(
  quarantine: Snapshot,
  committed: number,
  {reason, run, state = 'open'}: Pick<QuarantineFilter, 'reason' | 'run' | 'state'>,
): Plan {
  const received = readableColumnsOf(quarantine).filter(({name}) => !reservedNames.has(name))
  const scan = scanTable(quarantine, {columns: [...quarantineColumns, ...received]})
  const newestFirst: Plan = scan.kind === 'scan' ? {...scan, files: scan.files.toReversed()} : scan
  const conditions: Expr[] = [compare(column('_batch'), '<=', literal(BigInt(committed), 'int64'))]
  if (state !== 'all') conditions.push(compare(stateUpTo(committed), '=', text(state)))
  if (reason !== undefined) conditions.push(hasReason(reason))
  if (run !== undefined) conditions.push(compare(column('_run'), '=', text(run)))
  return {kind: 'filter', input: newestFirst, where: and(...conditions)}
}

/** Every contract the rows may have been judged under, today's included: a column is shown only if none of them protects it. */
export async function contractsOf(workspace: ReadableWorkspace, dataset: string): Promise<readonly Contract[]> {
  const db = await workspace.database()
  const today = (await workspace.contracts()).filter((contract) => contract.dataset === dataset && layerOf(contract) === 'silver')
  const {rows} = await db.query<{digest: string}>({
    text: `select distinct contract_digest as digest from hippo.snapshots where layer = 'silver' and dataset = $1`,
    values: [dataset],
  })
  const earlier = await Promise.all(
    rows.filter(({digest}) => !today.some((contract) => contract.digest === digest)).map(({digest}) => keptContract(workspace, digest)),
  )
  return [...today, ...earlier.filter((contract) => contract !== undefined)]
}

/** Rows name the bytes they came from as they were received: after an erasure others stand for them, under the same name. */
export async function fileNames(
  workspace: ReadableWorkspace,
  dataset: string,
  wanted: ReadonlySet<string>,
): Promise<(batch: number, sha256: string) => string | undefined> {
  const store = await workspace.store()
  const {key} = workspace.config
  const tombstones = key === undefined ? undefined : await openTombstones(store, key)
  const today = new Map<string, string>()
  if (tombstones) for (const sha256 of wanted) today.set(sha256, (await bytesToday(tombstones, sha256)).sha256)
  const names = new Map<string, string>()
  for (const batch of await readBatches(store)) {
    for (const file of batch.files) {
      if (file.dataset !== dataset) continue
      const settings = workspace.config.sources[file.source]
      names.set(`${batch.number} ${file.sha256}`, settings?.pathsArePhi ? file.sha256 : file.path)
    }
  }
  return (batch, sha256) => names.get(`${batch} ${today.get(sha256) ?? sha256}`)
}

interface Shown {
  readonly isVisible: (column: string) => boolean
  readonly isMasked: boolean
  readonly fileOf: (batch: number, sha256: string) => string
  readonly notes: ReadonlyMap<string, NotedRow>
}

function toQuarantinedRow(row: Row, {isVisible, isMasked, fileOf, notes}: Shown): QuarantinedRow {
  const batch = Number(row._batch)
  const {assignee, comments = []} = notes.get(keyOfRow({file: String(row._file), row: Number(row._row)})) ?? {}
  const received = Object.entries(row).filter(([name]) => !reservedNames.has(name))
  return {
    batch,
    file: fileOf(batch, String(row._file)),
    sha256: String(row._file),
    row: Number(row._row),
    line: Number(row._line),
    run: String(row._run),
    reasons: String(row._reasons ?? '').split('|'),
    quarantinedAt: String(row._quarantined_at),
    contractVersion: String(row._contract_version),
    ...decisionOf(row),
    ...(assignee === undefined ? {} : {assignee}),
    ...(comments.length === 0 ? {} : {comments}),
    // A record that could not be taken apart has no columns: what is known is where it stands.
    values:
      row._raw !== null && row._raw !== undefined
        ? {record: isMasked ? masked : String(row._raw)}
        : Object.fromEntries(received.map(([name, value]) => [name, value === null ? null : isVisible(name) ? String(value) : masked])),
  }
}

/** What became of a row that somebody decided about; nothing of one that only waits. */
function decisionOf({
  _state,
  _state_by,
  _state_reason,
  _state_at,
  _waived_until,
  _corrected,
}: Row): Pick<QuarantinedRow, 'state' | 'decision'> {
  const state = (_state ?? 'open') as RowState
  if (_state_by === null || _state_by === undefined) return {state}
  return {
    state,
    decision: {
      by: String(_state_by),
      at: String(_state_at),
      ...(_state_reason === null ? {} : {reason: String(_state_reason)}),
      ...(_waived_until === null ? {} : {until: String(_waived_until)}),
      ...(_corrected === null ? {} : {corrected: String(_corrected).split('|')}),
    },
  }
}
