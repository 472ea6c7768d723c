// The front door for commands: a workspace, the verbs, their results, and the one error class. A verb is loaded when it is
// first called: a command pays at its start only for what it runs.
import type {exportQuarantine as ExportQuarantine} from './export-quarantine.ts'
import type {initWorkspace as InitWorkspace} from './init-workspace.ts'
import type {makeFeedback as MakeFeedback} from './make-feedback.ts'
import type {findDrift as FindDrift} from './pipeline/contract-drift/find-drift.ts'
import type {contractHistory as ContractHistory} from './pipeline/contract-life/contract-history.ts'
import type {diffContract as DiffContract} from './pipeline/contract-life/diff-contract.ts'
import type {
  documentContracts as DocumentContracts,
  exportContract as ExportContract,
  importContract as ImportContract,
} from './pipeline/contract-life/exchange-contract.ts'
import type {diffTable as DiffTable} from './pipeline/diff-table.ts'
import type {doctor as Doctor} from './pipeline/doctor.ts'
import type {findUnits as FindUnits} from './pipeline/find-units.ts'
import type {fixQuarantine as FixQuarantine} from './pipeline/fix-quarantine.ts'
import type {forget as Forget} from './pipeline/forget.ts'
import type {
  legalHolds as LegalHolds,
  placeLegalHold as PlaceLegalHold,
  releaseLegalHold as ReleaseLegalHold,
} from './pipeline/hold-person.ts'
import type {draftContract as DraftContract} from './pipeline/infer-workspace.ts'
import type {ingest as Ingest} from './pipeline/ingest.ts'
import type {lineageOf as LineageOf} from './pipeline/lineage-of.ts'
import type {lintContracts as LintContracts} from './pipeline/lint-contracts.ts'
import type {listRules as ListRules} from './pipeline/list-rules.ts'
import type {noteQuarantine as NoteQuarantine} from './pipeline/note-quarantine.ts'
import type {optimizeTable as OptimizeTable} from './pipeline/optimize-table.ts'
import type {profileDelivery as ProfileDelivery} from './pipeline/profile-delivery.ts'
import type {promoteGold as PromoteGold} from './pipeline/promote-gold.ts'
import type {promoteSilver as PromoteSilver} from './pipeline/promote-silver.ts'
import type {publish as Publish, rollback as Rollback} from './pipeline/publish.ts'
import type {queryWarehouse as QueryWarehouse} from './pipeline/query-warehouse.ts'
import type {rejudgeResults as RejudgeResults} from './pipeline/rejudge.ts'
import type {repairTable as RepairTable} from './pipeline/repair-table.ts'
import type {restoreTable as RestoreTable} from './pipeline/restore-table.ts'
import type {retain as Retain} from './pipeline/retain.ts'
import type {approveWaiver as ApproveWaiver, reviewQuarantine as ReviewQuarantine} from './pipeline/review-quarantine.ts'
import type {testContract as TestContract} from './pipeline/rule-test/test-contract.ts'
import type {testRules as TestRules} from './pipeline/rule-test/test-rules.ts'
import type {tryRules as TryRules} from './pipeline/rule-try/try-rules.ts'
import type {runPipeline as RunPipeline} from './pipeline/run-pipeline.ts'
import type {showTable as ShowTable} from './pipeline/show-table.ts'
import type {tableChanges as ReadTableChanges} from './pipeline/table-changes.ts'
import type {tableHistory as TableHistory} from './pipeline/table-history.ts'
import type {trace as Trace} from './pipeline/trace/trace.ts'
import type {vacuumTable as VacuumTable} from './pipeline/vacuum-table.ts'
import type {validate as Validate} from './pipeline/validate.ts'
import type {verify as Verify} from './pipeline/verify.ts'
import type {diffRuns as DiffRuns} from './query/diff-runs.ts'
import type {readScores as ReadScores} from './query/scores.ts'
import type {runDemo as RunDemo} from './run-demo.ts'
import type {withScratchWorkspace as WithScratchWorkspace} from './scratch-workspace.ts'
import type {downDatabase as DownDatabase, upDatabase as UpDatabase} from './services.ts'
import type {withTypedValues as WithTypedValues} from './show-quarantine.ts'
import type {validateFile as ValidateFile} from './validate-file.ts'
import type {writeReport as WriteReport} from './write-report.ts'

export type {RunRecord} from './catalog/catalog.ts'
export type {Config, ConfigOrigin} from './config/config.ts'
export type {ConfigFlags} from './config/load-config.ts'
export {nameDataset} from './config/name-dataset.ts'
export {exchangeFormats} from './contract/exchange/index.ts'
export type {TimeTravel} from './delta/time-travel.ts'
export {type ErrorJson, HippoError, toErrorJson, toHippoError} from './errors/hippo-error.ts'
export type {ExportResult} from './export-quarantine.ts'
export type {InitResult} from './init-workspace.ts'
export type {FeedbackPack} from './make-feedback.ts'
export type {TableRepair} from './model/repair.ts'
export type {
  CapturedFile,
  DatasetPromotion,
  GoldResult,
  IngestResult,
  PipelineResult,
  PromotionResult,
  PublishResult,
  RejudgeResult,
  ReviewResult,
  RunEvent,
  RunListener,
  RunSummary,
  ValidationResult,
} from './model/run.ts'
export type {OptimizeResult, RestoreResult, TableChanges, TableDescription, TableDiff, VacuumResult} from './model/table.ts'
export type {TraceResult} from './model/trace.ts'
export type {DriftReport} from './pipeline/contract-drift/find-drift.ts'
export type {ContractVersion} from './pipeline/contract-life/contract-history.ts'
export type {ContractDiff} from './pipeline/contract-life/diff-contract.ts'
export type {ContractText} from './pipeline/contract-life/exchange-contract.ts'
export type {DoctorResult, Finding} from './pipeline/doctor.ts'
export type {UnitFindings} from './pipeline/find-units.ts'
export type {ErasureResult, ForgetRequest} from './pipeline/forget.ts'
export type {HoldResult, LegalHold} from './pipeline/hold-person.ts'
export type {ContractDraft} from './pipeline/infer-workspace.ts'
export type {IngestRequest} from './pipeline/ingest.ts'
export type {LineageResult} from './pipeline/lineage-of.ts'
export type {LintResult} from './pipeline/lint-contracts.ts'
export type {ListedRule} from './pipeline/list-rules.ts'
export type {NoteRequest, NoteResult} from './pipeline/note-quarantine.ts'
export type {RunOptions, Workspace} from './pipeline/ports.ts'
export type {DeliveryProfile} from './pipeline/profile-delivery.ts'
export type {PromoteGoldRequest} from './pipeline/promote-gold.ts'
export type {PromoteSilverRequest} from './pipeline/promote-silver.ts'
export type {PublishRequest, RollbackRequest} from './pipeline/publish.ts'
export type {RejudgeRequest} from './pipeline/rejudge.ts'
export type {RetainRequest} from './pipeline/retain.ts'
export type {ReviewRequest} from './pipeline/review-quarantine.ts'
export type {ContractTest} from './pipeline/rule-test/test-contract.ts'
export type {RuleTest} from './pipeline/rule-test/test-rules.ts'
export type {RuleTrial} from './pipeline/rule-try/try-rules.ts'
export type {PipelineRequest} from './pipeline/run-pipeline.ts'
export type {TraceRequest} from './pipeline/trace/trace.ts'
export type {ValidateRequest} from './pipeline/validate.ts'
export type {Sample, VerifyRequest, VerifyResult} from './pipeline/verify.ts'
export type {RunDiff} from './query/diff-runs.ts'
export type {Scores} from './query/scores.ts'
export type {DemoRequest, DemoResult} from './run-demo.ts'
export {type OpenWorkspaceOptions, openWorkspace} from './workspace.ts'
export type {WrittenReport} from './write-report.ts'

function lazily<A extends readonly unknown[], R>(load: () => Promise<(...args: A) => Promise<R>>): (...args: A) => Promise<R> {
  return async (...args) => (await load())(...args)
}

export const initWorkspace: typeof InitWorkspace = lazily(async () => (await import('./init-workspace.ts')).initWorkspace)
export const approveWaiver: typeof ApproveWaiver = lazily(async () => (await import('./pipeline/review-quarantine.ts')).approveWaiver)
export const contractHistory: typeof ContractHistory = lazily(
  async () => (await import('./pipeline/contract-life/contract-history.ts')).contractHistory,
)
export const diffContract: typeof DiffContract = lazily(
  async () => (await import('./pipeline/contract-life/diff-contract.ts')).diffContract,
)
export const findDrift: typeof FindDrift = lazily(async () => (await import('./pipeline/contract-drift/find-drift.ts')).findDrift)
export const makeFeedback: typeof MakeFeedback = lazily(async () => (await import('./make-feedback.ts')).makeFeedback)
const exchange = () => import('./pipeline/contract-life/exchange-contract.ts')
export const documentContracts: typeof DocumentContracts = lazily(async () => (await exchange()).documentContracts)
export const exportContract: typeof ExportContract = lazily(async () => (await exchange()).exportContract)
export const importContract: typeof ImportContract = lazily(async () => (await exchange()).importContract)
export const diffTable: typeof DiffTable = lazily(async () => (await import('./pipeline/diff-table.ts')).diffTable)
export const doctor: typeof Doctor = lazily(async () => (await import('./pipeline/doctor.ts')).doctor)
export const exportQuarantine: typeof ExportQuarantine = lazily(async () => (await import('./export-quarantine.ts')).exportQuarantine)
export const fixQuarantine: typeof FixQuarantine = lazily(async () => (await import('./pipeline/fix-quarantine.ts')).fixQuarantine)
export const forget: typeof Forget = lazily(async () => (await import('./pipeline/forget.ts')).forget)
export const ingest: typeof Ingest = lazily(async () => (await import('./pipeline/ingest.ts')).ingest)
export const draftContract: typeof DraftContract = lazily(async () => (await import('./pipeline/infer-workspace.ts')).draftContract)
export const lineageOf: typeof LineageOf = lazily(async () => (await import('./pipeline/lineage-of.ts')).lineageOf)
export const listRules: typeof ListRules = lazily(async () => (await import('./pipeline/list-rules.ts')).listRules)
export const lintContracts: typeof LintContracts = lazily(async () => (await import('./pipeline/lint-contracts.ts')).lintContracts)
export const findUnits: typeof FindUnits = lazily(async () => (await import('./pipeline/find-units.ts')).findUnits)
export const profileDelivery: typeof ProfileDelivery = lazily(async () => (await import('./pipeline/profile-delivery.ts')).profileDelivery)
export const promoteGold: typeof PromoteGold = lazily(async () => (await import('./pipeline/promote-gold.ts')).promoteGold)
export const promoteSilver: typeof PromoteSilver = lazily(async () => (await import('./pipeline/promote-silver.ts')).promoteSilver)
export const optimizeTable: typeof OptimizeTable = lazily(async () => (await import('./pipeline/optimize-table.ts')).optimizeTable)
export const publish: typeof Publish = lazily(async () => (await import('./pipeline/publish.ts')).publish)
export const rejudgeResults: typeof RejudgeResults = lazily(async () => (await import('./pipeline/rejudge.ts')).rejudgeResults)
export const repairTable: typeof RepairTable = lazily(async () => (await import('./pipeline/repair-table.ts')).repairTable)
export const restoreTable: typeof RestoreTable = lazily(async () => (await import('./pipeline/restore-table.ts')).restoreTable)
export const rollback: typeof Rollback = lazily(async () => (await import('./pipeline/publish.ts')).rollback)
export const queryWarehouse: typeof QueryWarehouse = lazily(async () => (await import('./pipeline/query-warehouse.ts')).queryWarehouse)
export const noteQuarantine: typeof NoteQuarantine = lazily(async () => (await import('./pipeline/note-quarantine.ts')).noteQuarantine)
export const reviewQuarantine: typeof ReviewQuarantine = lazily(
  async () => (await import('./pipeline/review-quarantine.ts')).reviewQuarantine,
)
export const placeLegalHold: typeof PlaceLegalHold = lazily(async () => (await import('./pipeline/hold-person.ts')).placeLegalHold)
export const releaseLegalHold: typeof ReleaseLegalHold = lazily(async () => (await import('./pipeline/hold-person.ts')).releaseLegalHold)
export const legalHolds: typeof LegalHolds = lazily(async () => (await import('./pipeline/hold-person.ts')).legalHolds)
export const retain: typeof Retain = lazily(async () => (await import('./pipeline/retain.ts')).retain)
export const runPipeline: typeof RunPipeline = lazily(async () => (await import('./pipeline/run-pipeline.ts')).runPipeline)
export const showTable: typeof ShowTable = lazily(async () => (await import('./pipeline/show-table.ts')).showTable)
export const tableChanges: typeof ReadTableChanges = lazily(async () => (await import('./pipeline/table-changes.ts')).tableChanges)
export const tableHistory: typeof TableHistory = lazily(async () => (await import('./pipeline/table-history.ts')).tableHistory)
export const trace: typeof Trace = lazily(async () => (await import('./pipeline/trace/trace.ts')).trace)
export const vacuumTable: typeof VacuumTable = lazily(async () => (await import('./pipeline/vacuum-table.ts')).vacuumTable)
export const testContract: typeof TestContract = lazily(async () => (await import('./pipeline/rule-test/test-contract.ts')).testContract)
export const testRules: typeof TestRules = lazily(async () => (await import('./pipeline/rule-test/test-rules.ts')).testRules)
export const tryRules: typeof TryRules = lazily(async () => (await import('./pipeline/rule-try/try-rules.ts')).tryRules)
export const validate: typeof Validate = lazily(async () => (await import('./pipeline/validate.ts')).validate)
export const withScratchWorkspace: typeof WithScratchWorkspace = async (env, use) =>
  (await import('./scratch-workspace.ts')).withScratchWorkspace(env, use)
export const validateFile: typeof ValidateFile = lazily(async () => (await import('./validate-file.ts')).validateFile)
export const withTypedValues: typeof WithTypedValues = lazily(async () => (await import('./show-quarantine.ts')).withTypedValues)
export const verify: typeof Verify = lazily(async () => (await import('./pipeline/verify.ts')).verify)
export const diffRuns: typeof DiffRuns = lazily(async () => (await import('./query/diff-runs.ts')).diffRuns)
export const scores: typeof ReadScores = lazily(async () => (await import('./query/scores.ts')).readScores)
export const writeReport: typeof WriteReport = lazily(async () => (await import('./write-report.ts')).writeReport)
export const runDemo: typeof RunDemo = lazily(async () => (await import('./run-demo.ts')).runDemo)
export const upDatabase: typeof UpDatabase = lazily(async () => (await import('./services.ts')).upDatabase)
export const downDatabase: typeof DownDatabase = lazily(async () => (await import('./services.ts')).downDatabase)
