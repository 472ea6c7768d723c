// Runs the built command line as a user would: a process, its two streams, its exit code.
import {type ChildProcess, spawn} from 'node:child_process'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

export interface HippoOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What standard input holds; closed at once when absent. */
  readonly input?: string
  /** Other program than bin/run.js, and arguments of node before it. */
  readonly script?: string
  readonly nodeArguments?: readonly string[]
  /** Called once the process is there; may send signals or close its streams. */
  readonly onStart?: (child: ChildProcess) => void
  /** Leaves standard input open. */
  readonly keepInput?: boolean
}

export interface HippoEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `hippo …` to its end. No variable of the caller's that configures hippo or colours is passed on. */
export function runHippo(argv: readonly string[], options: HippoOptions = {}): Promise<HippoEnd> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HIPPO_|NO_COLOR|FORCE_COLOR|LC_|LANG|VITEST|NODE_ENV)/.test(name))
  const script = options.script ?? path.join(projectRoot, 'bin', 'run.js')
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), script, ...argv], {
    cwd: options.cwd ?? projectRoot,
    env: {...Object.fromEntries(inherited), ...options.env},
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => undefined)
  if (!options.keepInput) child.stdin.end(options.input ?? '')
  options.onStart?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      child.stdin.destroy()
      resolve({code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString()})
    })
  })
}
