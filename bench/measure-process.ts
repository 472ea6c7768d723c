// Measures one whole process with its children: wall time, processor time, memory. Memory is told in three ways, because they
// differ: the largest single process (GNU time, else sampled), the sum over the process tree, and of that sum what is not
// mapped from files (a mapped input file counts as resident although the system may drop it at any time).
import {spawn, spawnSync} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {text} from 'node:stream/consumers'
import {type TreeMemory, watchTree} from './process-tree.ts'

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Codes of a command that did what it was asked for; 0 alone when absent. */
  readonly exitCodes?: readonly number[]
}

export interface Sample {
  readonly wallMs: number
  /** User and system time of the process and its children; absent without GNU time. */
  readonly cpuMs?: number
  /** Peak of the largest process. */
  readonly peakBytes?: number
  /** Peaks of sums over the process tree, sampled; absent where there is no /proc. */
  readonly tree?: TreeMemory
}

export interface Measured extends Sample {
  readonly stdout: string
}

const gnuTime = '/usr/bin/time'

/** True where `/usr/bin/time` is GNU's. */
export function hasGnuTime(): boolean {
  return spawnSync(gnuTime, ['-f', '%M', 'true'], {stdio: 'ignore'}).status === 0
}

/** Runs the command to its end; throws with what it said on stderr when it fails. */
export async function measureProcess(command: Command): Promise<Measured> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hippo-bench-'))
  const report = path.join(folder, 'time')
  const isTimed = hasGnuTime()
  const [program, args] = isTimed
    ? [gnuTime, ['-f', '%U %S %M', '-o', report, command.program, ...command.args]]
    : [command.program, command.args]
  try {
    const {wallMs, tree, stdout} = await runToEnd({...command, program, args})
    if (!isTimed) return {wallMs, stdout, ...(tree ? {tree, peakBytes: tree.largestBytes} : {})}
    const [user = 0, system = 0, kilobytes = 0] = (await readFile(report, 'utf8')).trim().split(' ').map(Number)
    return {wallMs, cpuMs: (user + system) * 1000, peakBytes: kilobytes * 1024, stdout, ...(tree ? {tree} : {})}
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function runToEnd({program, args, cwd, env, exitCodes = [0]}: Command): Promise<Pick<Measured, 'wallMs' | 'tree' | 'stdout'>> {
  const startedAt = performance.now()
  const child = spawn(program, args, {cwd, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']})
  const exit = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  const watched = child.pid === undefined ? undefined : watchTree(child.pid)
  const [code, wallMs, stdout, stderr] = await Promise.all([
    exit,
    exit.then(() => performance.now() - startedAt),
    text(child.stdout),
    text(child.stderr),
  ])
  const tree = watched?.stop()
  if (code === null || !exitCodes.includes(code))
    throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stderr}${stdout.slice(0, 2000)}`)
  return {wallMs, stdout, ...(tree ? {tree} : {})}
}

/** Runs a command that is not measured and returns what it wrote to stdout. */
export async function runProcess(command: Command): Promise<string> {
  return (await runToEnd(command)).stdout
}
