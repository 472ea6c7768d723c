// What every command shares: the global flags, a workspace that is closed whatever happens, progress on stderr, one report or
// one JSON document on stdout, and the exit code. A command itself is flags in, one verb, one report.

import {HippoError, openWorkspace, type Workspace, withScratchWorkspace} from '../core/index.ts'
import type {RunListener, RunSummary} from '../core/model/run.ts'
import type {Paper} from '../ui/report/paper.ts'
import {configFlags, globalFlags, type PlaceValues} from './shell/flags.ts'
import {wantsJson} from './shell/invocation.ts'
import {Command} from './shell/oclif.ts'
import {exitCodeOf, type Part, worstExitCode} from './shell/outcome.ts'
import {printDocument, printLine} from './shell/print.ts'
import {type Progress, startProgress} from './shell/progress.ts'
import {reportFailure} from './shell/report-failure.ts'
import {type Session, SessionConfig} from './shell/session.ts'
import {terminalPaper} from './shell/terminal-paper.ts'
import {toUsageError} from './shell/usage-error.ts'

export interface CommonFlags extends PlaceValues {
  readonly quiet: boolean
  readonly 'no-input': boolean
}

/** What a verb needs of the command line. */
export interface VerbContext {
  readonly signal: AbortSignal
  readonly onEvent: RunListener
}

export interface RunReport<R> {
  readonly flags: CommonFlags & {readonly 'idle-exit'?: number | undefined}
  /** Datasets, models, tables or steps: their states and errors decide the exit code. */
  readonly parts?: readonly Part[]
  /** Further exit codes to weigh in. */
  readonly codes?: readonly number[]
  readonly text: (result: R, paper: Paper) => string
}

export abstract class HippoCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = globalFlags

  /** Runs the command; never throws, the exit code is in the session. */
  async execute(): Promise<void> {
    await this._run()
  }

  protected get session(): Session {
    if (this.config instanceof SessionConfig) return this.config.session
    throw new TypeError('a command runs through main()')
  }

  /** Opens the workspace, runs `work` with progress shown, and closes the workspace whatever happens. */
  protected async withWorkspace<T>(flags: CommonFlags, work: (workspace: Workspace, context: VerbContext) => Promise<T>): Promise<T> {
    const {signal, env} = this.session
    const workspace = await openWorkspace({flags: configFlags(flags), env})
    return this.withProgress(flags, async (onEvent) => {
      let result: T
      try {
        result = await work(workspace, {signal, onEvent})
      } catch (error) {
        // The first error is the one to report; what closing says then follows from it.
        await workspace.close().catch(() => undefined)
        throw error
      }
      await workspace.close()
      return result
    })
  }

  /** The same for work on files that the user named: where there is no workspace, and none was named, in one that is gone afterwards. */
  protected async withWorkspaceOrNone<T>(flags: CommonFlags, work: (workspace: Workspace, context: VerbContext) => Promise<T>): Promise<T> {
    const {signal, env} = this.session
    return this.withWorkspace(flags, work).catch((error: unknown) => {
      if (!this.lacksWorkspace(error, flags)) throw error
      return this.withProgress(flags, (onEvent) => withScratchWorkspace(env, (workspace) => work(workspace, {signal, onEvent})))
    })
  }

  /** True when the error says that there is no workspace, and the user did not name one. */
  protected lacksWorkspace(error: unknown, flags: CommonFlags): boolean {
    const isNamed = flags.workspace !== undefined || Boolean(this.session.env.HIPPO_WORKSPACE)
    return !isNamed && error instanceof HippoError && error.code === 'CONFIG_NOT_FOUND'
  }

  /** Runs `work` with a listener that draws run events on stderr. */
  protected async withProgress<T>(flags: {readonly quiet: boolean}, work: (onEvent: RunListener) => Promise<T>): Promise<T> {
    const progress = this.#progress(flags.quiet)
    try {
      return await work(progress.listen)
    } finally {
      progress.stop()
    }
  }

  /** Reports a verb's result and sets the exit code; quiet means silent while all is well. */
  protected reportRun<R extends {readonly run: RunSummary}>(result: R, {flags, parts = [], codes = [], text}: RunReport<R>): R {
    const options = {idleExit: flags['idle-exit'], interruptCode: this.session.interruptCode()}
    const fromRun = exitCodeOf(result.run, parts, options)
    const code = codes.every((other) => other === 0) ? fromRun : worstExitCode([fromRun, ...codes])
    const isFine = code === 0 || code === flags['idle-exit']
    const said = (given: R, paper: Paper) =>
      `${given.run.repeated ? `already done: the result of run ${given.run.id}\n` : ''}${text(given, paper)}`
    return this.report(result, {exitCode: code, text: flags.quiet && isFine ? undefined : said})
  }

  /** Prints a result as text unless --json is on, which oclif prints from the returned value. */
  protected report<R>(
    result: R,
    {exitCode = 0, text}: {readonly exitCode?: number; readonly text?: ((result: R, paper: Paper) => string) | undefined},
  ): R {
    this.session.exitCode = exitCode
    process.exitCode = exitCode
    if (text && !this.jsonEnabled()) printLine(process.stdout, text(result, this.paper()))
    return result
  }

  protected paper(): Paper {
    return terminalPaper(process.stdout, this.session.env)
  }

  #progress(quiet: boolean): Progress {
    if (quiet) return {listen: () => undefined, stop: () => undefined}
    const {stderr} = process
    return startProgress({
      write: (text) => stderr.write(text),
      paper: terminalPaper(stderr, this.session.env),
      isTerminal: stderr.isTTY === true && this.session.env.TERM !== 'dumb',
      now: Date.now,
    })
  }

  override async init(): Promise<void> {}

  override jsonEnabled(): boolean {
    return wantsJson(this.session.argv)
  }

  override logJson(document: unknown): void {
    printDocument(document)
  }

  override async catch(error: unknown): Promise<void> {
    const flags = Object.keys({...this.ctor.baseFlags, ...this.ctor.flags, json: true})
    reportFailure(toUsageError(error, (this.id ?? '').replaceAll(':', ' '), flags), this.session)
  }
}
