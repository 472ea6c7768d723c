// The front door for commands: a workspace, the verbs, their results, and the one error class.
export type {RunRecord} from './catalog/catalog.ts'
export type {Config, ConfigOrigin} from './config/config.ts'
export type {ConfigFlags} from './config/load-config.ts'
export {type ErrorJson, HippoError, toErrorJson, toHippoError} from './errors/hippo-error.ts'
export {type InitResult, initWorkspace} from './init-workspace.ts'
export type {
  CapturedFile,
  DatasetPromotion,
  GoldResult,
  IngestResult,
  PipelineResult,
  PromotionResult,
  PublishResult,
  RunEvent,
  RunListener,
  RunSummary,
  ValidationResult,
} from './model/run.ts'
export {type DoctorResult, doctor, type Finding} from './pipeline/doctor.ts'
export {type IngestRequest, ingest} from './pipeline/ingest.ts'
export {type LineageResult, lineageOf} from './pipeline/lineage-of.ts'
export {type LintResult, lintContracts} from './pipeline/lint-contracts.ts'
export type {RunOptions, Workspace} from './pipeline/ports.ts'
export {type PromoteGoldRequest, promoteGold} from './pipeline/promote-gold.ts'
export {type PromoteSilverRequest, promoteSilver} from './pipeline/promote-silver.ts'
export {type PublishRequest, publish, type RollbackRequest, rollback} from './pipeline/publish.ts'
export {queryWarehouse} from './pipeline/query-warehouse.ts'
export {type PipelineRequest, runPipeline} from './pipeline/run-pipeline.ts'
export {tableHistory} from './pipeline/table-history.ts'
export {type ValidateRequest, validate} from './pipeline/validate.ts'
export {type DemoRequest, type DemoResult, runDemo} from './run-demo.ts'
export {downDatabase, upDatabase} from './services.ts'
export {type OpenWorkspaceOptions, openWorkspace} from './workspace.ts'
