// Everything that reads the catalog, in one place to import from.
export {
  capturedFiles,
  checkHistory,
  contractHistory,
  latestChecks,
  latestSnapshots,
  type QuarantineCount,
  quarantineCounts,
  runChecks,
  runSnapshots,
  snapshotHistory,
  standingSnapshots,
} from './lake-reader.ts'
export {type LineageStart, lineageEdges} from './lineage-reader.ts'
export {pastFacts, type StoredFacts} from './measured-facts.ts'
export {catalogChannel} from './notice.ts'
export {type HistoryOf, newestCounts, standingChecks} from './result-reader.ts'
export {getRun, getRunByKey, listAudit, listRuns, type RunFilter, runSteps} from './run-reader.ts'
export {latestModelVersions, liveTables, modelVersions, publishedHistory, readMeta} from './warehouse-reader.ts'
