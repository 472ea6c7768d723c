// The switch of a rebuild. Every file of the new silver and the new quarantine is put in place first, referenced by nothing;
// silver's commit is the switch, and carries what quarantine is to become. A run that dies before it leaves the old tables; one
// that dies after it leaves quarantine one commit behind, which the next promotion makes before anything else.
import {decodePath} from '../delta/actions.ts'
import {adoptFiles} from '../delta/adopt-files.ts'
import {commit} from '../delta/commit.ts'
import {assertWritable} from '../delta/protocol.ts'
import {decodeSchema, encodeSchema} from '../delta/schema.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {type TableChange, termsAfter} from '../delta/table-change.ts'
import {tableFiles} from '../delta/table-files.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {digestOfFiles} from '../lake/digest-of-files.ts'
import {layout, rebuildAppId} from '../lake/layout.ts'
import {type BatchRecord, type PromotionRecord, type RebuildRecord, readPromotionRecord} from '../lake/promotion-record.ts'
import {silverFields} from '../lake/silver-fields.ts'
import {propertyChanges} from '../lake/table-properties.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {assertHeld} from './commit-batch-tables.ts'
import {silverReached} from './pins.ts'
import type {BatchPromotion} from './promote-batch.ts'
import type {DatasetContext} from './promote-dataset.ts'

export interface RebuiltTables {
  /** The lake aside that holds them. */
  readonly store: ObjectStore
  readonly silver: Snapshot | undefined
  readonly quarantine: Snapshot | undefined
  readonly records: readonly BatchRecord[]
  readonly references: Readonly<Record<string, number>>
  readonly outcome: BatchPromotion
}

export interface ReplacedTables {
  readonly silver: Snapshot
  /** Of the new table's files. */
  readonly digest: string
}

/** Makes the rebuilt tables the dataset's own. `silver` is the table as the rebuild found it. */
export async function replaceTables(context: DatasetContext, silver: Snapshot, rebuilt: RebuiltTables): Promise<ReplacedTables> {
  const {workspace, contract, run} = context
  const lake = await workspace.store()
  await keepContract(lake, rebuilt.store, contract.digest)
  const quarantine = await placeQuarantine(context, lake, rebuilt)
  const hadQuarantine = (await readSnapshot(lake, layout.table('quarantine', contract.dataset))) !== undefined
  const written = rebuilt.silver ? tableFiles(rebuilt.silver) : []
  const digest = await digestOfFiles(written.flatMap(({localPath}) => localPath ?? []))
  const add = rebuilt.silver ? await adoptFiles(rebuilt.silver, lake, silver.table) : []
  const appId = rebuildAppId(silver.table)
  const details = recordOf(context, silver, rebuilt, {batches: rebuilt.records, quarantine})
  assertHeld({context})
  const committed = await commit(lake, silver.table, silver, {
    mode: 'overwrite',
    add,
    ...termsOf(context, rebuilt.silver, silver),
    // Without a quarantine, before and after, nothing has to follow.
    ...(rebuilt.quarantine || hadQuarantine ? {txn: {appId, version: (silver.txns.get(appId)?.version ?? 0) + 1}} : {}),
    info: {runId: run.id, contractVersion: contract.version, digests: {accepted: digest}, details},
  })
  await finishRebuild(context, committed)
  return {silver: committed, digest}
}

/** Throws TABLE_UNSUPPORTED when the table could not be written any more once its columns are those of the rebuilt one. */
export function assertReplaceable(context: DatasetContext, silver: Snapshot, rebuilt: Snapshot | undefined): void {
  const terms = termsAfter({mode: 'overwrite', add: [], ...termsOf(context, rebuilt, silver)}, silver)
  assertWritable({...silver, ...terms}, {before: silver})
}

function termsOf({contract}: DatasetContext, rebuilt: Snapshot | undefined, silver: Snapshot): Pick<TableChange, 'fields' | 'properties'> {
  const fields = rebuilt?.fields ?? silverFields(contract)
  const properties = propertyChanges(contract, silver, fields)
  return {fields, ...(properties === undefined ? {} : {properties})}
}

/** The contract that was kept in the lake aside; none when every batch was left out. */
async function keepContract(lake: ObjectStore, aside: ObjectStore, digest: string): Promise<void> {
  const key = layout.contract(digest)
  if ((await aside.head(key)) && !(await lake.head(key))) await lake.putIfAbsent(key, await aside.get(key), {sha256: digest})
}

/** What quarantine is to become, its files in place. */
async function placeQuarantine(
  {contract}: DatasetContext,
  lake: ObjectStore,
  {quarantine}: RebuiltTables,
): Promise<RebuildRecord['quarantine']> {
  if (!quarantine) return {add: []}
  const table = layout.table('quarantine', contract.dataset)
  return {schema: encodeSchema(quarantine.fields), add: await adoptFiles(quarantine, lake, table)}
}

function recordOf(
  context: DatasetContext,
  silver: Snapshot,
  {outcome, references}: RebuiltTables,
  rebuild: RebuildRecord,
): PromotionRecord {
  const {contract, run, workspace} = context
  return {
    batch: silverReached(context, silver),
    judgedAt: run.startedAt.toISOString(),
    contractVersion: contract.version,
    contractDigest: contract.digest,
    references,
    quarantined: outcome.rows.quarantined,
    ...(outcome.settled ? {settled: outcome.settled} : {}),
    run: run.id,
    counts: outcome.rows,
    reasons: outcome.reasons,
    drift: outcome.drift,
    checks: outcome.checks,
    ...(outcome.score === undefined ? {} : {score: outcome.score}),
    actor: workspace.actor,
    rebuild,
  }
}

/** Gives quarantine what silver's newest rebuild says, unless it has it. The caller holds the dataset's lock. */
export async function finishRebuild(context: DatasetContext, silver: Snapshot): Promise<void> {
  const {workspace, contract, run} = context
  const wanted = silver.txns.get(rebuildAppId(silver.table))?.version
  if (wanted === undefined) return
  const store = await workspace.store()
  const table = layout.table('quarantine', contract.dataset)
  const quarantine = await readSnapshot(store, table)
  const appId = rebuildAppId(table)
  if ((quarantine?.txns.get(appId)?.version ?? 0) >= wanted) return
  const {version, rebuild, contractVersion} = await newestRebuild(silver)
  assertHeld({context})
  await commit(store, table, quarantine, {
    mode: 'overwrite',
    add: rebuild.quarantine.add,
    ...(rebuild.quarantine.schema === undefined ? {} : {fields: decodeSchema(rebuild.quarantine.schema, {table: silver.table, version})}),
    txn: {appId, version: wanted},
    info: {runId: run.id, contractVersion, details: {rebuiltWith: version}},
  })
}

async function newestRebuild({store, table, version: newest}: Snapshot) {
  for (let version = newest; version >= 0; version--) {
    const record = await readPromotionRecord<PromotionRecord>(store, table, version)
    if (record?.rebuild) return {version, rebuild: record.rebuild, contractVersion: record.contractVersion}
  }
  throw new HippoError('TABLE_CORRUPT', {message: `table ${table} was rebuilt, but its log does not say from what`})
}

/** Paths of quarantine files that are in place for a rebuild whose run died before quarantine's commit: only silver's log names them. */
export async function filesOfUnfinishedRebuild(store: ObjectStore, dataset: string): Promise<ReadonlySet<string>> {
  const [silver, quarantine] = [
    await readSnapshot(store, layout.table('silver', dataset)),
    await readSnapshot(store, layout.table('quarantine', dataset)),
  ]
  const wanted = silver?.txns.get(rebuildAppId(layout.table('silver', dataset)))?.version ?? 0
  const reached = quarantine?.txns.get(rebuildAppId(layout.table('quarantine', dataset)))?.version ?? 0
  if (!silver || reached >= wanted) return new Set()
  const {rebuild} = await newestRebuild(silver)
  return new Set(rebuild.quarantine.add.map(({path}) => decodePath(path)))
}
