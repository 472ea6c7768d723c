// The composition root: configuration in, ports out. Each port opens on first use and all close together, newest first.
import {mkdir, mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {v7 as uuid7} from 'uuid'
import type {Config, ConfigOrigin} from './config/config.ts'
import {type ConfigFlags, loadConfig} from './config/load-config.ts'
import type {Engine} from './engine/engine.ts'
import {HippoError} from './errors/hippo-error.ts'
import {assertUsable, userName} from './folder-access.ts'
import type {Contract} from './model/contract.ts'
import type {Clock, RunId, SourceName} from './model/names.ts'
import {assertOwnLake} from './pipeline/own-lake.ts'
import type {ModelFile, Workspace} from './pipeline/ports.ts'
import {isProcessAlive} from './pipeline/process-alive.ts'
import type {Database} from './postgres/database.ts'
import type {Source} from './source/source.ts'
import type {ObjectStore} from './store/object-store.ts'

export interface OpenWorkspaceOptions {
  /** Where to look for hippo.yaml, upwards; the current folder when absent. */
  readonly directory?: string
  readonly flags?: ConfigFlags
  readonly env: NodeJS.ProcessEnv
  readonly clock?: Clock
}

/** Opens the workspace that holds `directory`. Nothing but hippo.yaml is read until a port is asked for. */
export async function openWorkspace(options: OpenWorkspaceOptions): Promise<Workspace> {
  const {root, config, origins} = await loadConfig({
    directory: path.resolve(options.directory ?? process.cwd()),
    flags: options.flags ?? {},
    env: options.env,
  })
  return new OpenWorkspace(root, config, origins, options)
}

class OpenWorkspace implements Workspace {
  readonly root: string
  readonly config: Config
  readonly origins: readonly ConfigOrigin[]
  readonly actor: string
  readonly clock: Clock
  readonly #env: NodeJS.ProcessEnv
  readonly #closers: (() => Promise<void>)[] = []
  #store: Promise<ObjectStore> | undefined
  #engine: Promise<Engine> | undefined
  #database: Promise<Database> | undefined
  /** The same, once its catalog is known to be of this lake. */
  #ownDatabase: Promise<Database> | undefined
  #contracts: Promise<readonly Contract[]> | undefined
  #models: Promise<readonly ModelFile[]> | undefined
  #staging: Promise<string> | undefined

  constructor(root: string, config: Config, origins: readonly ConfigOrigin[], options: OpenWorkspaceOptions) {
    this.root = root
    this.config = config
    this.origins = origins
    this.#env = options.env
    this.clock = options.clock ?? {now: () => new Date()}
    this.actor = options.env.HIPPO_ACTOR?.trim() || userName()
  }

  newRunId(): RunId {
    // Version 7 is ordered by time, so runs sort by their ids.
    return uuid7({msecs: this.clock.now().getTime()})
  }

  store(): Promise<ObjectStore> {
    this.#store ??= this.#openStore()
    return this.#store
  }

  async #openStore(): Promise<ObjectStore> {
    const {lake, s3} = this.config
    if (!isRemote(lake)) await assertUsable(lake)
    const {openStore} = await import('./store/index.ts')
    return openStore({lake, remote: {s3, env: this.#env, probeFolder: path.join(this.root, '.hippo', 'stores')}})
  }

  engine(): Promise<Engine> {
    this.#engine ??= import('./engine/index.ts').then(async ({openEngine}) => {
      const engine = await openEngine('polars')
      this.#closers.push(() => engine.close())
      if (!isRemote(this.config.lake)) return engine
      const {stagedEngine} = await import('./lake/staged-engine.ts')
      return stagedEngine(engine, {store: () => this.store(), folder: () => this.stagingDirectory()})
    })
    return this.#engine
  }

  database({anyLake = false}: {readonly anyLake?: boolean} = {}): Promise<Database> {
    this.#database ??= this.#openDatabase()
    if (anyLake) return this.#database
    this.#ownDatabase ??= this.#database.then(async (database) => {
      await assertOwnLake(database, () => this.store())
      return database
    })
    return this.#ownDatabase
  }

  async #openDatabase(): Promise<Database> {
    const home = path.join(this.root, '.hippo', 'pg')
    if (this.config.database === 'embedded') await assertUsable(home)
    // Every verb comes by here, also one that finds nothing to stage.
    await removeLeftovers(this.#stagingParent())
    const [{connectDatabase}, {openCatalog}] = await Promise.all([import('./postgres/connect.ts'), import('./catalog/open-catalog.ts')])
    const database = await connectDatabase({
      url: this.config.database,
      home,
      idleMinutes: this.config.databaseIdleMinutes,
      env: this.#env,
    })
    this.#closers.push(() => database.close())
    await openCatalog(database)
    return database
  }

  async source(name: SourceName): Promise<Source> {
    const {givenFilesSource, openGivenFiles, openSource} = await import('./source/index.ts')
    if (name === givenFilesSource) return openGivenFiles([], name)
    const settings = this.config.sources[name]
    if (!settings) {
      throw new HippoError('CONFIG_SOURCE_UNKNOWN', {
        message: `There is no source ${name}, but captured files of it wait.`,
        hint: 'put it back into hippo.yaml',
      })
    }
    return openSource(name, settings, {root: this.root})
  }

  async sourceOfFiles(files: readonly string[], dataset: string | undefined): Promise<Source> {
    if (dataset === undefined) {
      throw new HippoError('CONFIG_VALUE_MISSING', {
        message: 'files given by hand need the dataset they belong to',
        hint: 'name it with --dataset NAME',
      })
    }
    const {openGivenFiles} = await import('./source/index.ts')
    return openGivenFiles(files, dataset)
  }

  contracts(): Promise<readonly Contract[]> {
    this.#contracts ??= readContracts(path.join(this.root, 'contracts'), this.config.sources)
    return this.#contracts
  }

  models(): Promise<readonly ModelFile[]> {
    this.#models ??= readModels(path.join(this.root, 'models'))
    return this.#models
  }

  async stagingDirectory(): Promise<string> {
    this.#staging ??= this.#openStaging()
    return mkdtemp(path.join(await this.#staging, 'work-')).catch((cause: unknown) => {
      throw stagingFailure(cause)
    })
  }

  #stagingParent(): string {
    return path.join(this.root, '.hippo', 'staging')
  }

  /** One folder a handle, named after its process, so that the next start can tell what a crash left behind. */
  async #openStaging(): Promise<string> {
    const parent = this.#stagingParent()
    let own: string
    await assertUsable(parent)
    try {
      // The database's account must be able to pass through .hippo; what lies in it is private by itself.
      await mkdir(path.join(this.root, '.hippo'), {recursive: true, mode: 0o711})
      await mkdir(parent, {recursive: true, mode: 0o700})
      await removeLeftovers(parent)
      own = await mkdtemp(path.join(parent, `${os.hostname()}.${process.pid}-`))
    } catch (cause) {
      throw stagingFailure(cause)
    }
    this.#closers.push(() => rm(own, {recursive: true, force: true}))
    return own
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}

const isRemote = (lake: string): boolean => lake.startsWith('s3://')

function stagingFailure(cause: unknown): HippoError {
  const {code} = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new HippoError('STORE_FULL', {message: 'no space left in the workspace folder .hippo', cause})
  return new HippoError('STORE_UNWRITABLE', {message: `the workspace folder .hippo cannot be written (${code})`, cause})
}

/** What cannot be listed or removed stays: it harms nothing. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const dot = name.lastIndexOf('.')
    const isOurs = name.slice(0, dot) === os.hostname()
    if (isOurs && !isProcessAlive(Number.parseInt(name.slice(dot + 1), 10)))
      await rm(path.join(parent, name), {recursive: true, force: true}).catch(() => undefined)
  }
}

async function readContracts(folder: string, sources: Config['sources']): Promise<readonly Contract[]> {
  const [{readContractFile}, {withDefaultSource}, {secondContracts, secondContractError}] = await Promise.all([
    import('./contract/read-contract.ts'),
    import('./contract/default-source.ts'),
    import('./contract/second-contracts.ts'),
  ])
  const files = await listFiles(folder, '.odcs.yaml')
  const contracts = await Promise.all(
    files.map(async (file) => withDefaultSource(await readContractFile(path.join(folder, file)), sources)),
  )
  const [second] = secondContracts(contracts)
  if (second) throw await secondContractError(second)
  return contracts.toSorted((a, b) => (a.dataset < b.dataset ? -1 : 1))
}

async function readModels(folder: string): Promise<readonly ModelFile[]> {
  const files = await listFiles(folder, '.sql')
  return Promise.all(
    files.map(async (file) => ({
      name: path.basename(file, '.sql'),
      path: path.join(folder, file),
      sql: await readFile(path.join(folder, file), 'utf8'),
    })),
  )
}

async function listFiles(folder: string, suffix: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
