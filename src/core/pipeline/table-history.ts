// The versions of a dataset or model, newest first: what the catalog says of promotions, and for tables of the lake what their log
// says, so that commits of other tools and of table verbs are there, too.
import {snapshotHistory} from '../catalog/reader.ts'
import {type HistoryEntry, history} from '../delta/history.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {keptOperations} from '../lake/kept-records.ts'
import {layout} from '../lake/layout.ts'
import type {TableVersion} from '../model/table.ts'
import {type LakeTable, lakeTable, snapshotOf} from './lake-table.ts'
import {newestSnapshot} from './lineage-of.ts'
import {shownSnapshotOf} from './lost-versions.ts'
import type {Workspace} from './ports.ts'

const mostVersions = 1000

/** Versions of `name` as `lineageOf` understands it, or of `quarantine.NAME`; none newer than the version asked for. */
export async function tableHistory(workspace: Workspace, name: string, travel: TimeTravel = {}): Promise<readonly TableVersion[]> {
  if (name.startsWith('quarantine.')) {
    const of = await lakeTable(workspace, name)
    return inLake(of, await snapshotOf(of, travel))
  }
  const {layer, name: dataset} = await newestSnapshot(workspace, name)
  if (layer === 'source') return []
  const recorded = await snapshotHistory(await workspace.database(), dataset, layer, mostVersions)
  if (layer !== 'silver') return recorded.filter(upTo(travel))
  const known = new Map(recorded.map((record) => [record.version, record]))
  const of: LakeTable = {
    layer,
    dataset,
    name: `silver.${dataset}`,
    table: layout.table(layer, dataset),
    store: await workspace.store(),
  }
  const committed = await inLake(of, await shownSnapshotOf(workspace, of, travel))
  // The time stays the log's: it is what --as-of goes by.
  const merged = committed.map((entry): TableVersion => ({...entry, ...known.get(entry.version), committedAt: entry.committedAt}))
  const oldest = committed.at(-1)?.version ?? Number.POSITIVE_INFINITY
  const cleaned = recorded.filter(({version}) => version < oldest)
  const operations = cleaned.length === 0 ? new Map<number, string>() : await keptOperations(of.store, of.table)
  return [...merged, ...cleaned.map((record) => withOperation(record, operations.get(record.version)))]
}

const withOperation = (record: TableVersion, operation: string | undefined): TableVersion =>
  operation === undefined ? record : {...record, operation}

async function inLake({store, table, layer, dataset}: LakeTable, {version}: Snapshot): Promise<readonly TableVersion[]> {
  return (await history(store, table, {version, limit: mostVersions})).map((entry) => toVersion(layer, dataset, entry))
}

function toVersion(layer: 'silver' | 'quarantine', dataset: string, entry: HistoryEntry): TableVersion {
  const {version, timestamp, operation, runId, contractVersion, rows} = entry
  return {
    dataset,
    layer,
    version,
    committedAt: timestamp,
    operation,
    ...(runId === undefined ? {} : {run: runId}),
    ...(contractVersion === undefined ? {} : {contractVersion}),
    ...(rows === undefined ? {} : {rows}),
  }
}

/** Gold versions are numbers of the warehouse. */
function upTo({version, asOf}: TimeTravel): (one: {readonly version: number; readonly committedAt: string}) => boolean {
  if (version !== undefined && asOf !== undefined) {
    throw new HippoError('CONFIG_USAGE', {message: 'a version and an instant were both asked for', hint: 'say --version or --as-of'})
  }
  return (one) => (version === undefined || one.version <= version) && (asOf === undefined || one.committedAt <= asOf)
}
