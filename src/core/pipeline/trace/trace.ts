// One row back to its evidence: from silver, and from quarantine where rejected rows have the same key, to the received record and
// its checksum, the commits and the contract behind it. Reads only. The key is the user's to type: it goes into a condition and
// nowhere else; values of protected columns are masked, in quarantine all of them.
import {readContract} from '../../contract/read-contract.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {tableFiles} from '../../delta/table-files.ts'
import type {Row} from '../../engine/engine.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Expr} from '../../expr/expr.ts'
import type {AggregatePlan} from '../../expr/plan.ts'
import {readBatches} from '../../lake/bronze.ts'
import {layout} from '../../lake/layout.ts'
import {reservedNames} from '../../lake/reserved-columns.ts'
import {readableColumnsOf, scanTable} from '../../lake/scan-table.ts'
import type {Batch} from '../../model/capture.ts'
import type {Contract} from '../../model/contract.ts'
import {masked} from '../../model/masked.ts'
import type {TracedRow, TraceResult} from '../../model/trace.ts'
import {isMissingKey} from '../../store/object-key.ts'
import {type LakeTable, lakeTable, openColumns} from '../lake-table.ts'
import type {Workspace} from '../ports.ts'
import {commitsBehind} from './trace-commits.ts'
import {letInBy} from './trace-decision.ts'
import {traceColumns, traceRules} from './trace-judgement.ts'
import {isQuarantinedRow, isSilverRow, parseTraceKey, type TraceKey} from './trace-key.ts'
import {traceRecord} from './trace-record.ts'

export interface TraceRequest {
  /** A dataset; `silver.` or `quarantine.` in front looks at that table alone. */
  readonly dataset: string
  /** As `parseTraceKey` understands it. */
  readonly key: string
  readonly column?: string
  readonly signal?: AbortSignal
}

/** Rows with one key in one table; more are a table without a key. */
const mostRows = 20

/** Every row with the key. TABLE_ROW_MISSING when there is none. */
export async function trace(workspace: Workspace, {dataset: name, key: typed, column, signal}: TraceRequest): Promise<TraceResult> {
  // A model of the same name is made from the dataset: rows of it are traced there.
  const isOneTable = /^(silver|quarantine|gold)\./.test(name)
  const named = await lakeTable(workspace, isOneTable ? name : `silver.${name}`)
  const {contract, dataset} = named
  if (!contract) throw new HippoError('CONTRACT_UNSUPPORTED', {message: `no contract says what the key of ${dataset} is`})
  const key = parseTraceKey(contract, typed, column)
  const layers = isOneTable ? [named.layer] : (['silver', 'quarantine'] as const)
  const batches = await readBatches(named.store)
  const items: TracedRow[] = []
  for (const layer of layers) {
    const of = layer === named.layer ? named : await lakeTable(workspace, `${layer}.${dataset}`)
    items.push(...(await traceTable(workspace, {...of, contract}, {key, batches, ...(signal ? {signal} : {})})))
  }
  if (items.length === 0) throw missing(dataset, layers)
  return {dataset, ...(key.column === undefined ? {} : {column: key.column}), items}
}

interface Looking {
  readonly key: TraceKey
  readonly batches: readonly Batch[]
  readonly signal?: AbortSignal
}

async function traceTable(
  workspace: Workspace,
  of: LakeTable & {readonly contract: Contract},
  looking: Looking,
): Promise<readonly TracedRow[]> {
  const snapshot = await readSnapshot(of.store, of.table)
  if (!snapshot) return []
  const where = of.layer === 'silver' ? isSilverRow(looking.key) : isQuarantinedRow(looking.key, snapshot)
  if (!where) return []
  const isOpen = await openColumns(of)
  const traced: TracedRow[] = []
  for (const {path, row} of await rowsByFile(workspace, snapshot, where, looking.signal))
    traced.push(await traceRow(workspace, of, {...looking, snapshot, path, row, isOpen}))
  return traced
}

interface FoundRow {
  /** As the snapshot names the file. */
  readonly path: string
  readonly row: Row
}

/** Counted file by file first, so that it is known which file a row is in. */
async function rowsByFile(workspace: Workspace, snapshot: Snapshot, where: Expr, signal?: AbortSignal): Promise<readonly FoundRow[]> {
  const [engine, options] = [await workspace.engine(), signal ? {signal} : {}]
  const files = tableFiles(snapshot)
  const paths = [...snapshot.files.keys()]
  const input = (key: string) => scanTable(snapshot, {columns: readableColumnsOf(snapshot), onlyKeys: new Set([key])})
  const plans = files.map(
    ({key}): AggregatePlan => ({id: key, input: input(key), aggregates: [{name: 'rows', function: 'countIf', of: where}]}),
  )
  const counted = plans.length === 0 ? [] : await engine.measure(plans, options)
  const found: FoundRow[] = []
  for (const [index, {values}] of counted.entries()) {
    const [file, path] = [files[index], paths[index]]
    if (!file || path === undefined || Number(values.rows ?? 0) === 0 || found.length >= mostRows) continue
    const rows = await engine.rows({kind: 'filter', input: input(file.key), where}, mostRows - found.length, options)
    found.push(...rows.map((row) => ({path, row})))
  }
  return found
}

interface RowAtHand extends Looking, FoundRow {
  readonly snapshot: Snapshot
  readonly isOpen: (name: string) => boolean
}

async function traceRow(workspace: Workspace, of: LakeTable & {readonly contract: Contract}, at: RowAtHand): Promise<TracedRow> {
  const {snapshot, path, row, key, isOpen} = at
  const origin = {batch: Number(row._batch), file: String(row._file), row: Number(row._row), line: Number(row._line)}
  const {waived, ...decision} = (of.layer === 'silver' && (await letInBy(workspace, of.dataset, origin, at.signal))) || {waived: []}
  const {written, judged, record} = await commitsBehind(snapshot, path, 'batch' in decision ? decision.batch : origin.batch)
  const contract = (record && (await contractOf(of, record.contractDigest))) ?? of.contract
  const reasons = of.layer === 'quarantine' ? {reasons: String(row._reasons ?? '').split('|')} : {}
  const run = of.layer === 'quarantine' && row._run ? {run: String(row._run)} : {}
  return {
    layer: of.layer,
    version: snapshot.version,
    ...(written ? {written} : {}),
    ...(judged ? {judged: {...judged, ...run}} : {}),
    ...('batch' in decision ? {decision} : {}),
    record: await traceRecord(workspace, of.dataset, at.batches, origin, at.signal),
    values: Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => !reservedNames.has(name) && (key.column === undefined || name === key.column))
        .map(([name, value]) => [name, value === null ? null : isOpen(name) ? String(value) : masked]),
    ),
    columns: traceColumns(contract, key.column),
    rules: traceRules(contract, {column: key.column, checks: record?.checks, waived, ...reasons}),
    ...reasons,
  }
}

/** The contract as it was; undefined when the lake does not have it. */
async function contractOf({store}: LakeTable, digest: string): Promise<Contract | undefined> {
  const key = layout.contract(digest)
  const bytes = await store.get(key).catch((error: unknown) => {
    if (isMissingKey(error)) return undefined
    throw error
  })
  return bytes && readContract(key, Buffer.from(bytes).toString('utf8'))
}

function missing(dataset: string, layers: readonly string[]): HippoError {
  return new HippoError('TABLE_ROW_MISSING', {
    message: `no row of ${layers.map((layer) => `${layer}.${dataset}`).join(' or ')} has that key`,
    hint: `keys are compared as silver has them; see its columns with hippo table show silver.${dataset}`,
  })
}
