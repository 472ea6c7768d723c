// Mends one table of the lake by what is left of it. Without `apply` it only says what it would do. Nothing is deleted: what is
// taken out of a log is set aside below the table. Rows that the log or the files lost come back by a rebuild from bronze, which
// the table then asks for; a table that was set back takes no promotion before.
import {forgetSnapshots} from '../catalog/projection.ts'
import {commit} from '../delta/commit.ts'
import {type LogRepair, planLogRepair, repairLog} from '../delta/repair-log.ts'
import {planRestore} from '../delta/restore.ts'
import type {Field} from '../delta/schema.ts'
import {assertWholeLog, readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {tableFiles} from '../delta/table-files.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import {lostFiles} from '../lake/lost-files.ts'
import {type Judgement, readJudgement} from '../lake/promotion-record.ts'
import {quarantineFields} from '../lake/quarantine-fields.ts'
import {repairAppId} from '../lake/repaired-table.ts'
import {silverFields} from '../lake/silver-fields.ts'
import type {TableRepair} from '../model/repair.ts'
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'
import {describeRepair} from './describe-repair.ts'
import {type LakeTable, lakeTable} from './lake-table.ts'
import {assertLockHeld, maintenanceInfo, type TableRequest} from './maintain-table.ts'
import type {Workspace} from './ports.ts'
import {projectCommits, promotionLock} from './project-commits.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {lookAtTable, recordedVersion, type TableLook} from './table-damage.ts'

export interface RepairRequest extends TableRequest {
  /** Does it; without it nothing changes. */
  readonly apply: boolean
}

/** What a repair consists of; none of the two when nothing can be mended. */
export interface RepairPlan {
  readonly log?: LogRepair
  /** Of a table whose log is sound and whose data files are not: the newest version whose files are all there. */
  readonly whole?: Snapshot
}

/** Mends one table, or says what would be done. */
export async function repairTable(workspace: Workspace, request: RepairRequest): Promise<TableRepair> {
  const of = await lakeTable(workspace, request.table)
  const look = await examine(workspace, of, request.signal)
  const plan = await planRepair(of, look)
  if (!request.apply || (!plan.log && !plan.whole)) return describeRepair(of, look, plan)
  return recordRun(workspace, 'repair', request, async (run) => {
    const what = `dataset ${of.dataset}`
    const lock = {waitMs: (request.waitLockSeconds ?? 0) * 1000, what, signal: run.signal}
    const body = await run.database.withLock(promotionLock(workspace.config.name, of.dataset), lock, (lost) =>
      run.step('repair', of.name, async () => {
        // Whoever held the lock before may have changed the table.
        const now = await examine(workspace, of, run.signal)
        const planned = await planRepair(of, now)
        assertLockHeld(of, lost)
        const version = await apply({workspace, run, of}, now, planned)
        return {...describeRepair(of, now, planned), state: 'repaired' as const, version}
      }),
    )
    return {state: 'succeeded', outputs: [{uri: `${of.store.uri}/${of.table}`, version: body.version, digest: ''}], body}
  })
}

async function examine(workspace: Workspace, of: LakeTable, signal: AbortSignal | undefined): Promise<TableLook> {
  const {store, table, layer, dataset} = of
  const committed = layer === 'silver' ? await recordedVersion(await workspace.database(), dataset) : undefined
  const listed = await listBelow(store, table)
  const look = await lookAtTable(store, table, {listed, signal, thorough: true, ...(committed === undefined ? {} : {committed})})
  // What opening the table refuses is no sound table, whatever the look found.
  const opened = look.damages.length === 0 ? await readSnapshot(store, table) : undefined
  if (opened) assertWholeLog(opened)
  return look
}

async function listBelow(store: ObjectStore, table: string): Promise<ReadonlyMap<string, ObjectInfo>> {
  const listed = new Map<string, ObjectInfo>()
  for await (const info of store.list(`${table}/`)) listed.set(info.key, info)
  return listed
}

async function planRepair(of: LakeTable, {log, lostFiles: lost, readable}: TableLook): Promise<RepairPlan> {
  const planned = log && planLogRepair(log)
  if (planned?.lost && planned.lost.restored === undefined && of.contract === undefined) return {}
  if (planned) return {log: planned}
  const whole = lost.length > 0 && readable ? await newestWhole(of, readable.version - 1, new Set(lost.map(({key}) => key))) : undefined
  return whole ? {whole} : {}
}

/** Back from a version to the newest one whose files are all there and none damaged; undefined when there is none. */
async function newestWhole({store, table}: LakeTable, from: number, damaged: ReadonlySet<string>): Promise<Snapshot | undefined> {
  const listed = await listBelow(store, table)
  for (let version = from; version >= 0; version--) {
    const snapshot = await readSnapshot(store, table, {version}).catch((error: unknown) => {
      if (error instanceof HippoError && ['TABLE_CORRUPT', 'TABLE_VERSION_UNKNOWN'].includes(error.code)) return undefined
      throw error
    })
    const isWhole = snapshot && lostFiles(snapshot, listed).length === 0 && tableFiles(snapshot).every(({key}) => !damaged.has(key))
    if (isWhole && snapshot.files.size > 0) return snapshot
  }
  return undefined
}

interface RepairWork {
  readonly workspace: Workspace
  readonly run: RunScope
  readonly of: LakeTable
}

/** The number of the newest version afterwards. */
async function apply(work: RepairWork, look: TableLook, {log, whole}: RepairPlan): Promise<number> {
  const {of, run, workspace} = work
  const {store, table, layer, dataset} = of
  if (log && look.log) {
    const {lost} = log
    const judgement = lost ? await judgementOf(of, lost.restored) : {}
    const restored = lost?.restored === undefined ? {} : {restored: lost.restored}
    const reached = lost && layer === 'silver' ? await reachedBefore(of, look.readable) : undefined
    await repairLog(look.log, log, {
      now: workspace.clock.now().getTime(),
      fields: fieldsOf(of),
      info: maintenanceInfo(work, {maintenance: 'repair', ...restored}, judgement),
      mark: {appId: repairAppId(table), version: lost?.to ?? 0},
      ...(reached === undefined ? {} : {reached: {appId: promotionAppId(table), version: reached}}),
    })
  } else if (whole && look.readable) {
    const info = maintenanceInfo(work, {maintenance: 'repair', restored: whole.version}, await judgementOf(of, whole.version))
    const {change} = await planRestore(look.readable, whole)
    const txn = {appId: repairAppId(table), version: look.readable.version + 1}
    await commit(store, table, look.readable, {...change, txn, info}, {signal: run.signal})
  }
  const repaired = await readSnapshot(store, table)
  if (layer === 'silver') {
    // What the catalog says of versions that were replaced is not so any more.
    await forgetSnapshots(run.database, dataset)
    await projectCommits(run.database, repaired, dataset)
  }
  return repaired?.version ?? -1
}

async function judgementOf({store, table, contract}: LakeTable, restored: number | undefined): Promise<Judgement> {
  if (restored !== undefined) return readJudgement(store, table, restored)
  return contract ? {contractVersion: contract.version, contractDigest: contract.digest} : {}
}

/** No version is left to say which columns a table has: its contract does. */
function fieldsOf({layer, contract}: LakeTable): readonly Field[] | undefined {
  if (layer === 'quarantine') return quarantineFields([])
  return contract && silverFields(contract)
}

/**
 * The newest batch that quarantine holds, when silver falls behind it: silver counts as having promoted it, so that the rebuild that
 * must follow judges every batch up to there again, and both tables are made together.
 */
async function reachedBefore({store, dataset}: LakeTable, readable: Snapshot | undefined): Promise<number | undefined> {
  const [silver, quarantine] = [layout.table('silver', dataset), layout.table('quarantine', dataset)]
  const rejected = (await readQuarantine(store, quarantine, dataset))?.txns.get(promotionAppId(quarantine))?.version ?? 0
  const promoted = readable?.txns.get(promotionAppId(silver))?.version ?? 0
  return rejected > promoted ? rejected : undefined
}

async function readQuarantine(store: ObjectStore, table: string, dataset: string): Promise<Snapshot | undefined> {
  try {
    return await readSnapshot(store, table)
  } catch (cause) {
    if (!(cause instanceof HippoError) || cause.code !== 'TABLE_CORRUPT') throw cause
    const hint = `mend it first: hippo doctor --repair quarantine.${dataset}`
    throw new HippoError('TABLE_CORRUPT', {message: `quarantine.${dataset} is damaged, too: ${cause.message}`, hint, cause})
  }
}
