// Everything that writes to the catalog, in one place to import from.

export {recordCapturedFiles, recordChecks, recordContract, recordEdges, recordSnapshot} from './lake-writer.ts'
export {recordFacts} from './measured-facts.ts'
export {openCatalog} from './open-catalog.ts'
export {recordRejudged} from './result-writer.ts'
export {closeDeadRuns, finishRun, finishStep, startRun, startStep, updateRunProgress} from './run-writer.ts'
export {recordAudit, recordDroppedVersions, recordModelVersion, recordPublished, removeMeta, writeMeta} from './warehouse-writer.ts'
