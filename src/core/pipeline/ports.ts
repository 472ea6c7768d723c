// What a verb needs of a workspace. `workspace.ts` opens each port on first use; tests hand in their own.
import type {Config, ConfigOrigin} from '../config/config.ts'
import type {Engine} from '../engine/engine.ts'
import type {Contract} from '../model/contract.ts'
import type {Clock, RunId, SourceName} from '../model/names.ts'
import type {RunListener} from '../model/run.ts'
import type {Database} from '../postgres/database.ts'
import type {Source} from '../source/source.ts'
import type {ObjectStore} from '../store/object-store.ts'

export interface ModelFile {
  readonly name: string
  readonly path: string
  readonly sql: string
}

export interface Workspace {
  /** Absolute path of the folder with hippo.yaml. */
  readonly root: string
  readonly config: Config
  readonly origins: readonly ConfigOrigin[]
  /** HIPPO_ACTOR, else the operating system's user. */
  readonly actor: string
  readonly clock: Clock
  newRunId(): RunId
  store(): Promise<ObjectStore>
  engine(): Promise<Engine>
  /** CATALOG_OTHER_LAKE when its catalog speaks of another lake than the store's, unless any lake will do. */
  database(options?: {readonly anyLake?: boolean}): Promise<Database>
  source(name: SourceName): Promise<Source>
  /** A source of just these files, for `hippo ingest FILE… --dataset NAME`. */
  sourceOfFiles(files: readonly string[], dataset: string | undefined): Promise<Source>
  /** Silver contracts by dataset and gold contracts by model, in name order; read once. */
  contracts(): Promise<readonly Contract[]>
  models(): Promise<readonly ModelFile[]>
  /** Makes a private folder (mode 0700) under .hippo/staging; removed by `close` and, after a crash, by the next start. */
  stagingDirectory(): Promise<string>
  close(): Promise<void>
}

/** Options that every verb takes. */
export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onEvent?: RunListener
  readonly dryRun?: boolean
  /** Seconds to wait for a dataset or pipeline that another run holds; 0 gives up at once (exit 75). */
  readonly waitLockSeconds?: number
  /** A second run with the key of one that succeeded answers with its result and does nothing. */
  readonly idempotencyKey?: string
  /** Run that called this one (a pipeline's step). */
  readonly parent?: RunId
}
