// One engine process seen from the CLI: start, one task at a time, end. Whatever becomes of the process (a panic, the
// out-of-memory killer, a missing package) ends the task with an error; nothing ever waits for a dead process.
import {type ChildProcess, fork} from 'node:child_process'
import {HippoError} from '../../errors/hippo-error.ts'
import type {ChildMessage, Task, TaskResults, Work} from './messages.ts'

export interface TaskOptions {
  readonly signal?: AbortSignal
  readonly onPhase?: (phase: string) => void
}

/** How long a process may take to end after SIGTERM before SIGKILL. */
const graceMs = 2000

export class EngineProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #phase = 'start'
  #receive: ((message: ChildMessage) => void) | undefined
  #fail: ((error: HippoError) => void) | undefined
  #gone: HippoError | undefined
  #isReady = false

  constructor(environment: NodeJS.ProcessEnv) {
    this.#child = fork(childUrl(), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: environment,
    })
    // Polars writes deprecation warnings there, which may quote values: read so that the pipe never fills, and dropped.
    this.#child.stderr?.resume()
    this.#child.on('message', (message) => this.#onMessage(message as ChildMessage))
    this.#child.on('error', () => this.#end(unavailable('its process could not be started')))
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#end(this.#isReady || isFromOutside(signal) ? crashed(code, signal, this.#phase) : cannotStart(code, signal))
        resolve()
      })
      this.#child.once('error', () => resolve())
    })
    this.#rest()
  }

  get isAlive(): boolean {
    return this.#gone === undefined
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Runs a task; on abort the process is ended first and the promise then rejects with RUN_INTERRUPTED. */
  async run<K extends Work['kind']>(task: Task<K>, options: TaskOptions): Promise<TaskResults[K]> {
    const {signal} = options
    const onAbort = (): void => void this.#interrupt()
    this.#child.ref()
    this.#child.channel?.ref()
    signal?.addEventListener('abort', onAbort, {once: true})
    try {
      return await new Promise<TaskResults[K]>((resolve, reject) => this.#start(task, options, resolve, reject))
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#receive = undefined
      this.#fail = undefined
      this.#rest()
    }
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGTERM')
    await this.#exit()
  }

  /** Waits until the process is gone, and sees to it that it goes. */
  async #exit(): Promise<void> {
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs)
    await this.#exited
    clearTimeout(killer)
  }

  #start<K extends Work['kind']>(
    task: Task<K>,
    options: TaskOptions,
    resolve: (result: TaskResults[K]) => void,
    reject: (error: HippoError) => void,
  ): void {
    this.#fail = reject
    if (this.#gone !== undefined) {
      reject(this.#gone)
      return
    }
    if (options.signal?.aborted === true) {
      void this.#interrupt()
      return
    }
    this.#receive = (message) => {
      if (message.kind === 'phase') options.onPhase?.(message.phase)
      if (message.kind === 'done') resolve(message.result as TaskResults[K])
      if (message.kind === 'failed')
        reject(new HippoError(message.code, {message: message.message, ...(message.hint === undefined ? {} : {hint: message.hint})}))
    }
    // Nobody hears us: the process is on its way out, and how it ends says why.
    this.#child.send(task, (error) => {
      if (error !== null) void this.#exit()
    })
  }

  async #interrupt(): Promise<void> {
    const fail = this.#fail
    this.#fail = undefined
    await this.stop()
    fail?.(new HippoError('RUN_INTERRUPTED', {message: 'interrupted'}))
  }

  #onMessage(message: ChildMessage): void {
    if (message.kind === 'ready') this.#isReady = true
    if (message.kind === 'unavailable') this.#end(unavailable(`nodejs-polars cannot be loaded (${message.reason})`))
    if (message.kind === 'phase') this.#phase = message.phase
    this.#receive?.(message)
  }

  #end(error: HippoError): void {
    this.#gone ??= error
    this.#fail?.(this.#gone)
  }

  /** An idle process keeps nobody waiting for the CLI to end. */
  #rest(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }
}

/** The child's program: TypeScript in a clone, its bundle beside the chunks in a build. */
function childUrl(): URL {
  return import.meta.url.endsWith('.ts') ? new URL('./child.ts', import.meta.url) : new URL('./polars-child.js', import.meta.url)
}

/**
 * Whether somebody else ended it (a person, the out-of-memory killer), so that another try may go well. The other signals a
 * process brings on itself: before the engine is ready that is a package that is damaged or made for another processor.
 */
function isFromOutside(signal: NodeJS.Signals | null): boolean {
  return signal !== null && !['SIGILL', 'SIGBUS', 'SIGSEGV'].includes(signal)
}

function cannotStart(code: number | null, signal: NodeJS.Signals | null): HippoError {
  return unavailable(`its process ended ${endOf(code, signal)} while it started`)
}

function unavailable(reason: string): HippoError {
  return new HippoError('ENGINE_UNAVAILABLE', {
    message: `the polars engine is not available: ${reason}`,
    hint: 'its binary is an optional package that npm skips silently on Node below 22: run npm ci with Node 22 or newer, then hippo doctor',
  })
}

function crashed(code: number | null, signal: NodeJS.Signals | null, phase: string): HippoError {
  const hint =
    signal === 'SIGKILL'
      ? 'the system may have run out of memory: free some, or deliver smaller files, then run the same command again'
      : undefined
  return new HippoError('ENGINE_CRASHED', {
    message: `the engine process ended ${endOf(code, signal)} in phase ${phase}`,
    ...(hint === undefined ? {} : {hint}),
    details: {code, signal, phase},
  })
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`
}
