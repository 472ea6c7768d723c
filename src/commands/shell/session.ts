// What one invocation of the command line shares with its command: the abort signal, the environment, and the exit code to be.
import {Config} from './oclif.ts'

export interface Session {
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  /** 130 or 143, by the signal that arrived. */
  interruptCode(): number
  exitCode: number
}

/** oclif's configuration of one invocation; commands find their session here. It needs to be loaded for help pages only. */
export class SessionConfig extends Config {
  readonly session: Session

  constructor(root: string, session: Session) {
    super({root})
    this.session = session
    this.bin = 'hippo'
  }

  /** There are no plugins, and so no hooks. */
  override async runHook(): Promise<{successes: never[]; failures: never[]}> {
    return {successes: [], failures: []}
  }
}
