// The read-only door: everything that `hippo status`, the lists and the dashboard show. Opening it connects to the database
// and nothing more: no engine, no contracts, no lake. It owns none of the workspace's ports and closes none of them.
import type {ReadableWorkspace, Reader} from './reader.ts'

export type {AuditRecord, CheckRecord, RunProgress, RunRecord, RunStep, SnapshotRecord} from '../catalog/catalog.ts'
export type {
  Attention,
  AttentionKind,
  DatasetState,
  DatasetStatus,
  Freshness,
  LineageNode,
  LineageTree,
  Liveness,
  LiveProgress,
  Overview,
  QuarantinedRow,
  QuarantineFilter,
  QuarantineReason,
  ReadableWorkspace,
  Reader,
  RunDetail,
  RunFilter,
  RunItem,
  RunningRun,
  WaitingFile,
} from './reader.ts'

/** Opens the reader on the workspace's database; throws CATALOG_* when it cannot be reached. Each question loads its own code. */
export async function openReader(workspace: ReadableWorkspace): Promise<Reader> {
  const db = await workspace.database()
  const watching = new AbortController()
  return {
    name: workspace.config.name,
    overview: async () => (await import('./overview.ts')).readOverview(workspace, db),
    running: async () => (await import('./running.ts')).readRunning(db),
    runs: async (filter) => (await import('./runs.ts')).readRuns(db, filter),
    run: async (idPrefix) => (await import('./runs.ts')).readRun(db, idPrefix),
    snapshots: async (dataset, limit) => (await import('./snapshots.ts')).readSnapshots(db, dataset, limit),
    checks: async (filter) => (await import('./checks.ts')).readChecks(db, filter ?? {}),
    checkHistory: async (dataset, id, options) => (await import('./checks.ts')).readCheckHistory(db, dataset, id, options ?? {}),
    quarantineClusters: async (dataset) => (await import('./quarantine-clusters.ts')).readQuarantineClusters(workspace, dataset),
    quarantineReasons: async (filter = {}) =>
      filter.version === undefined && filter.asOf === undefined
        ? (await import('./quarantine-reasons.ts')).readQuarantineReasons(workspace, filter)
        : (await import('./quarantine-reasons-at.ts')).readQuarantineReasonsAt(workspace, filter),
    quarantinedRows: async (filter) => (await import('./quarantined-rows.ts')).readQuarantinedRows(workspace, filter),
    waitingFiles: async (dataset) => (await import('./waiting-files.ts')).readWaitingFiles(workspace, dataset),
    lineage: async (dataset) => (await import('./lineage.ts')).readLineage(db, dataset),
    audit: async (filter) => (await import('../catalog/reader.ts')).listAudit(db, filter),
    watch: async (onChange, {signal}) =>
      (await import('./watch.ts')).watchCatalog(db, onChange, {signal: AbortSignal.any([signal, watching.signal]), clock: workspace.clock}),
    close: async () => watching.abort(),
  }
}
