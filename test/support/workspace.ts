// A temporary workspace for tests, made from an example or a fixture, with a database in the run's test server or an embedded
// server of its own. Closing it closes every handle, stops that server and removes the folder.
import {type ChildProcess, spawn} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import type {ErrorJson, IngestResult, PromotionResult, Workspace} from '../../src/core/index.ts'
import {ingest, openWorkspace, promoteSilver} from '../../src/core/index.ts'
import {stopEmbeddedServer} from '../../src/core/postgres/embedded-server.ts'
import {testDatabase} from './postgres.ts'
import {type DeltaRow, type DeltaTable, readDelta} from './read-delta.ts'

const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

export interface TestWorkspaceOptions {
  /** Folder below the repository that holds hippo.yaml, contracts and models. */
  readonly from: string
  /** `shared`: a fresh database in the test server. `embedded`: a server of the workspace's own, which can be killed. */
  readonly database?: 'shared' | 'embedded'
}

export interface Conformed {
  readonly ingested: IngestResult
  readonly promoted: PromotionResult
}

export interface VerbRequest {
  readonly verb: 'ingest' | 'promoteSilver' | 'promoteGold' | 'publish' | 'run'
  readonly [option: string]: unknown
}

export interface VerbEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly result?: Record<string, unknown>
  readonly error?: ErrorJson
  /** When it said each of its lines: its start, its events, its end. */
  readonly saidAtMs: readonly number[]
  readonly stderr: string
}

export class TestWorkspace {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  readonly #database: {close(): Promise<void>} | undefined
  readonly #open: Workspace[] = []
  #handle: Promise<Workspace> | undefined

  constructor(root: string, env: NodeJS.ProcessEnv, database: {close(): Promise<void>} | undefined) {
    this.root = root
    this.env = env
    this.#database = database
  }

  /** Another handle, with contracts and models read afresh. */
  async open(env: NodeJS.ProcessEnv = {}): Promise<Workspace> {
    const workspace = await openWorkspace({directory: this.root, env: {...this.env, ...env}})
    this.#open.push(workspace)
    return workspace
  }

  /** Opens, uses and closes one handle. */
  async use<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await openWorkspace({directory: this.root, env: this.env})
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }

  /** Ingests and promotes all datasets; `fresh` reads the contracts again, else one handle serves all calls. */
  async conform({fresh = false} = {}): Promise<Conformed> {
    if (fresh) return this.use(conform)
    this.#handle ??= this.open()
    return conform(await this.#handle)
  }

  /** Writes a file below the workspace, folders included. */
  write(file: string, content: string | Uint8Array): string {
    const target = path.join(this.root, file)
    mkdirSync(path.dirname(target), {recursive: true})
    writeFileSync(target, content)
    return target
  }

  table(layer: 'silver' | 'quarantine', dataset: string): Promise<DeltaTable | undefined> {
    return readDelta(path.join(this.root, '.hippo', 'lake', layer, dataset))
  }

  async rows(layer: 'silver' | 'quarantine', dataset: string): Promise<readonly DeltaRow[]> {
    return (await this.table(layer, dataset))?.rows ?? []
  }

  /** What lies in the staging folder. */
  staged(): readonly string[] {
    const folder = path.join(this.root, '.hippo', 'staging')
    return existsSync(folder) ? readdirSync(folder) : []
  }

  /** Starts a verb in a process of its own. */
  spawn(request: VerbRequest, env: NodeJS.ProcessEnv = {}): RunningVerb {
    return new RunningVerb(this.root, request, {...this.env, ...env})
  }

  /** Runs a verb in a process of its own to its end. */
  run(request: VerbRequest, env: NodeJS.ProcessEnv = {}): Promise<VerbEnd> {
    return this.spawn(request, env).end
  }

  async close(): Promise<void> {
    for (const workspace of this.#open) await workspace.close()
    await this.#database?.close()
    await stopEmbeddedServer({home: path.join(this.root, '.hippo', 'pg'), env: this.env})
    rmSync(this.root, {recursive: true, force: true})
  }
}

async function conform(workspace: Workspace): Promise<Conformed> {
  return {ingested: await ingest(workspace, {sources: []}), promoted: await promoteSilver(workspace, {datasets: []})}
}

/** Makes one; the caller closes it. */
export async function testWorkspace({from, database = 'shared'}: TestWorkspaceOptions): Promise<TestWorkspace> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hippo-workspace-')))
  const ours = (source: string) => !['.hippo', 'README.md'].includes(path.basename(source))
  cpSync(path.join(repositoryRoot, from), root, {recursive: true, filter: ours})
  const shared = database === 'shared' ? await testDatabase() : undefined
  const env = {
    ...cleanEnvironment(),
    HIPPO_ACTOR: 'tester',
    HIPPO_DATABASE_IDLE_MINUTES: '5',
    ...(shared ? {HIPPO_DATABASE_URL: shared.url} : {}),
  }
  return new TestWorkspace(root, env, shared)
}

/** The caller's environment without what configures hippo or the test runner. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => name === 'HIPPO_PG_BIN' || !/^(HIPPO_|VITEST|NODE_ENV)/.test(name))
  return Object.fromEntries(kept)
}

/** A verb in another process: to wait for, or to kill. */
export class RunningVerb {
  readonly child: ChildProcess
  readonly end: Promise<VerbEnd>
  readonly #saidAtMs: number[] = []
  #wake: () => void = () => undefined
  #isOver = false

  constructor(root: string, request: VerbRequest, env: NodeJS.ProcessEnv) {
    const program = fileURLToPath(new URL('./run-verb.ts', import.meta.url))
    this.child = spawn(process.execPath, [program, root, JSON.stringify(request)], {env, stdio: ['ignore', 'pipe', 'pipe']})
    const out: Buffer[] = []
    const err: Buffer[] = []
    this.child.stdout?.on('data', (chunk: Buffer) => {
      out.push(chunk)
      for (const byte of chunk) if (byte === 10) this.#saidAtMs.push(performance.now())
      this.#wake()
    })
    this.child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
    this.end = new Promise((resolve, reject) => {
      this.child.on('error', reject)
      this.child.on('close', (code, signal) => {
        this.#isOver = true
        this.#wake()
        resolve({code, signal, ...lastLine(out), saidAtMs: this.#saidAtMs, stderr: Buffer.concat(err).toString()})
      })
    })
  }

  /** Resolves once the process has said so many lines, or is over; lines are events, so they tell how far it is. */
  async said(lines: number): Promise<void> {
    while (this.#saidAtMs.length < lines && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  /** kill -9 of the process itself. */
  kill(): void {
    this.child.kill('SIGKILL')
  }
}

function lastLine(out: readonly Buffer[]): Pick<VerbEnd, 'result' | 'error'> {
  const lines = Buffer.concat(out).toString().trim().split('\n')
  try {
    const {result, error} = JSON.parse(lines.at(-1) ?? '') as Pick<VerbEnd, 'result' | 'error'>
    return {...(result ? {result} : {}), ...(error ? {error} : {})}
  } catch {
    return {}
  }
}

/** The promotion of one dataset in a result. */
export function promotionOf({datasets}: PromotionResult, dataset: string) {
  const found = datasets.find((one) => one.dataset === dataset)
  if (!found) throw new Error(`no promotion of ${dataset}`)
  return found
}
