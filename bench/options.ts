// What a benchmark run is asked for, read from its arguments, and the folders it works in.
import {existsSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {parseArgs} from 'node:util'

export const suiteNames = ['startup', 'ingest', 'promote', 'copy', 'append', 'merge', 'transfer', 'rules', 'profile'] as const
export type SuiteName = (typeof suiteNames)[number]

export interface BenchOptions {
  readonly suites: readonly SuiteName[]
  readonly rows: number
  readonly rounds: number
  /** Repeats of the start-up commands; they are short and so need more. */
  readonly starts: number
  /** Folder with generate.py and the rivals. */
  readonly shared: string
  /** Generated data, the rivals' Python and the work of a round; outside the repository. */
  readonly cache: string
  readonly root: string
}

export const usage = `usage: npm run bench -- [${suiteNames.join('] [')}] [--rows N] [--rounds N] [--starts N] [--shared DIR] [--cache DIR]`

/** Throws with the usage when an argument is not understood. */
export function readOptions(args: readonly string[]): BenchOptions {
  const {values, positionals} = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rows: {type: 'string', default: '1000000'},
      rounds: {type: 'string', default: '3'},
      starts: {type: 'string', default: '15'},
      shared: {type: 'string'},
      cache: {type: 'string'},
    },
  })
  const unknown = positionals.find((name) => !suiteNames.some((suite) => suite === name))
  if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}\n${usage}`)
  const root = path.resolve(import.meta.dirname, '..')
  const chosen = suiteNames.filter((name) => positionals.length === 0 || positionals.includes(name))
  return {
    suites: chosen,
    rows: count('rows', values.rows),
    rounds: count('rounds', values.rounds),
    starts: count('starts', values.starts),
    shared: path.resolve(values.shared ?? process.env.HIPPO_SHARED_BENCH ?? path.join(root, '..', 'shared', 'bench')),
    cache: path.resolve(values.cache ?? path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'hippo-bench')),
    root,
  }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${name} must be a whole number above 0\n${usage}`)
}

/** Whether the workload's definition is on this machine. */
export const hasWorkload = ({shared}: BenchOptions): boolean => existsSync(path.join(shared, 'generate.py'))
