// The Polars engine as the rest of hippo sees it. Polars runs in processes of its own, because a panic in it aborts the
// process and a running query cannot be cancelled otherwise; an idle process is kept for the next task. What a failed or
// interrupted write has begun is removed here, since its process may no longer be able to.
import {randomUUID} from 'node:crypto'
import {mkdir, readdir, rm} from 'node:fs/promises'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import {HippoError} from '../../errors/hippo-error.ts'
import type {AggregatePlan, Plan, PlanColumn} from '../../expr/plan.ts'
import {planColumns, printPlan, sameType} from '../../expr/walk.ts'
import type {Capability, Engine, Measurement, PlanOutput, Row, WriteOptions, WriteResult} from '../engine.ts'
import {EngineProcess} from './engine-process.ts'
import {inputSizeBytes} from './input-size.ts'
import type {TaskResults, Work} from './messages.ts'
import {ReadingProgress} from './reading-progress.ts'

export interface PolarsOptions {
  /** Threads of each engine process; default: as many as there are cores. */
  readonly threads?: number
  /** Told the process id of every engine process that starts. */
  readonly onProcess?: (pid: number) => void
  /** From this size of its files on, an input is worked on in ways that take more time and less memory; default: 1 GiB. */
  readonly largeInputBytes?: number
}

/** Opens the engine; its first process starts with the first task. */
export function openPolarsEngine(options: PolarsOptions = {}): Promise<Engine> {
  return Promise.resolve(new PolarsEngine(options))
}

/**
 * What an engine process is told unless its user says otherwise. Files are read in pieces instead of mapped (a mapped page
 * counts as the process's memory for as long as the system leaves it there), and in small ones, which stay in the processor's
 * cache; of a Parquet file no more row groups are fetched ahead than threads can use, for each waits in memory (10 M rows
 * copied: 350 MB instead of 520, in the same time). The others are settings of glibc, ignored elsewhere: blocks of 8 MB and
 * more go back to the system when they are freed, smaller ones are kept for the next use, in as many heaps as there are
 * threads instead of eight times as many.
 */
function processSettings(threads: number): NodeJS.ProcessEnv {
  return {
    POLARS_FORCE_ASYNC: '1',
    POLARS_CSV_CHUNK_SIZE: '500000',
    POLARS_ROW_GROUP_PREFETCH_SIZE: String(Math.ceil(threads / 2)),
    MALLOC_MMAP_THRESHOLD_: String(8 << 20),
    MALLOC_TRIM_THRESHOLD_: String(64 << 20),
    MALLOC_TOP_PAD_: String(4 << 20),
    MALLOC_ARENA_MAX: String(Math.max(2, threads)),
  }
}

class PolarsEngine implements Engine {
  readonly name = 'polars'
  readonly capabilities: ReadonlySet<Capability> = new Set(['judge', 'setExpressions', 'csv', 'parquet', 'write'])
  readonly #environment: NodeJS.ProcessEnv
  readonly #processes = new Set<EngineProcess>()
  readonly #idle: EngineProcess[] = []
  readonly #onProcess: ((pid: number) => void) | undefined
  readonly #largeInputBytes: number
  #isClosed = false

  constructor({threads, onProcess, largeInputBytes = 1 << 30}: PolarsOptions) {
    this.#onProcess = onProcess
    this.#largeInputBytes = largeInputBytes
    const settings = processSettings(threads ?? availableParallelism())
    this.#environment = {...settings, ...process.env, ...(threads === undefined ? {} : {POLARS_MAX_THREADS: String(threads)})}
  }

  start(): void {
    if (this.#idle.length === 0 && !this.#isClosed) this.#idle.push(this.#fork())
  }

  async write(outputs: readonly PlanOutput[], options: WriteOptions): Promise<WriteResult> {
    for (const output of outputs) checkColumns(output)
    if (outputs.length === 0) return {outputs: []}
    const token = randomUUID()
    const stagingDirectory = join(options.stagingDirectory, token)
    await mkdir(stagingDirectory, {mode: 0o700})
    try {
      const plans = outputs.map(({plan}) => plan)
      return await this.#run({kind: 'write', outputs, place: {token, stagingDirectory}}, plans, options)
    } catch (error) {
      await Promise.all(outputs.map(({directory}) => removeBegun(directory, token)))
      throw error
    } finally {
      await rm(stagingDirectory, {recursive: true, force: true})
    }
  }

  async measure(plans: readonly AggregatePlan[], options: {readonly signal?: AbortSignal} = {}): Promise<readonly Measurement[]> {
    const inputs = plans.map(({input}) => input)
    for (const input of inputs) planColumns(input)
    return plans.length === 0 ? [] : this.#run({kind: 'measure', plans}, inputs, options)
  }

  async rows(plan: Plan, limit: number, options: {readonly signal?: AbortSignal} = {}): Promise<readonly Row[]> {
    planColumns(plan)
    return this.#run({kind: 'rows', plan, limit}, [plan], options)
  }

  explain(plan: Plan): string {
    return printPlan(plan)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#processes].map((process) => process.stop()))
  }

  async #run<K extends Work['kind']>(
    work: Extract<Work, {readonly kind: K}>,
    plans: readonly Plan[],
    {signal, onProgress}: Pick<WriteOptions, 'signal' | 'onProgress'>,
  ): Promise<TaskResults[K]> {
    const inputBytes = await inputSizeBytes(plans)
    if (this.#isClosed) throw new HippoError('ENGINE_FAILED', {message: 'the engine is closed'})
    const worker = this.#acquire()
    const progress = onProgress && worker.pid !== undefined ? new ReadingProgress(worker.pid, inputBytes, onProgress) : undefined
    try {
      return await worker.run<K>(
        {work, isLarge: inputBytes >= this.#largeInputBytes, inputBytes},
        {
          ...(signal === undefined ? {} : {signal}),
          ...(progress === undefined ? {} : {onPhase: (phase: string) => progress.enter(phase)}),
        },
      )
    } finally {
      progress?.stop()
      this.#release(worker)
    }
  }

  #acquire(): EngineProcess {
    const idle = this.#idle.pop()
    if (idle?.isAlive === true) return idle
    return idle === undefined ? this.#fork() : this.#acquire()
  }

  #fork(): EngineProcess {
    const started = new EngineProcess(this.#environment)
    this.#processes.add(started)
    if (started.pid !== undefined) this.#onProcess?.(started.pid)
    return started
  }

  /** Keeps a healthy process for the next task. */
  #release(worker: EngineProcess): void {
    if (worker.isAlive && !this.#isClosed) this.#idle.push(worker)
    else this.#processes.delete(worker)
  }
}

function checkColumns({name, plan, columns}: PlanOutput): void {
  const found = planColumns(plan)
  const areSame = found.length === columns.length && found.every((column, index) => isSame(column, columns[index]))
  if (!areSame) throw new HippoError('ENGINE_FAILED', {message: `output ${name}: its plan does not yield its columns`})
}

function isSame(a: PlanColumn, b: PlanColumn | undefined): boolean {
  return b !== undefined && a.name === b.name && sameType(a.type, b.type)
}

async function removeBegun(directory: string, token: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  const begun = names.filter((name) => name.startsWith(token) || name.startsWith(`.${token}`))
  await Promise.all(begun.map((name) => rm(join(directory, name), {recursive: true, force: true})))
}
