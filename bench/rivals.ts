// The rivals' side: a Python of their own with Polars and DuckDB from PyPI, and the data that the workload's generator makes.
// Both are made once and kept in the cache folder.
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, renameSync} from 'node:fs'
import path from 'node:path'
import type {Command} from './measure-process.ts'
import type {BenchOptions} from './options.ts'

const packages = ['polars', 'pyarrow', 'numpy', 'duckdb']

export interface Python {
  readonly program: string
  /** Name -> version. */
  readonly packages: Readonly<Record<string, string>>
}

// With this set Python compiles its packages anew at each start, which would flatter hippo.
const pythonEnv = {PYTHONDONTWRITEBYTECODE: undefined}

/** Python with the rivals' packages; undefined, with a printed line, when it cannot be had. */
export function openPython({cache}: BenchOptions): Python | undefined {
  const folder = path.join(cache, 'python')
  const program = path.join(folder, 'bin', 'python')
  if (!existsSync(path.join(folder, '.ready'))) {
    console.log(`making a Python for the rivals in ${folder}`)
    mkdirSync(cache, {recursive: true})
    const isMade =
      succeeds('python3', ['-m', 'venv', folder]) &&
      succeeds(program, ['-m', 'pip', 'install', '--quiet', ...packages]) &&
      succeeds(program, ['-c', `import ${packages.join(', ')}; open(${JSON.stringify(path.join(folder, '.ready'))}, 'w').close()`])
    if (!isMade) {
      console.log('skipped: no python3 with venv and pip here, so no rivals and no generated data')
      return undefined
    }
  }
  const listed = spawnSync(program, [
    '-c',
    `import ${packages.join(', ')}\nfor p in (${packages.join(', ')}): print(p.__name__, p.__version__)`,
  ])
  return {
    program,
    packages: Object.fromEntries(
      listed.stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    ),
  }
}

function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, {stdio: ['ignore', 'inherit', 'inherit'], env: {...process.env, ...pythonEnv}}).status === 0
}

export interface Truth {
  readonly rows: number
  readonly accepted: number
  readonly rejected: number
  readonly reasons: Readonly<Record<string, number>>
}

export interface WorkloadData {
  readonly folder: string
  readonly truth: Truth
}

/** The workload's files of this size, generated when they are not there yet. */
export function generateData({cache, shared, rows}: BenchOptions, python: Python): WorkloadData {
  const folder = path.join(cache, `data-${rows}`)
  if (!existsSync(folder)) {
    console.log(`generating ${rows} rows in ${folder}`)
    const unfinished = `${folder}.${process.pid}`
    if (!succeeds(python.program, [path.join(shared, 'generate.py'), String(rows), unfinished])) throw new Error('the generator failed')
    renameSync(unfinished, folder)
  }
  return {folder, truth: JSON.parse(readFileSync(path.join(folder, 'truth.json'), 'utf8')) as Truth}
}

/** A rival's promotion of the data into `out`. */
export function rivalCommand({shared}: BenchOptions, python: Python, rival: 'polars' | 'duckdb', data: WorkloadData, out: string): Command {
  return {program: python.program, args: [path.join(shared, `rival_${rival}.py`), data.folder, out], env: pythonEnv}
}

/** The workload's own verdict on what a rival wrote, as one line of JSON. */
export function checkRival({shared}: BenchOptions, python: Python, data: WorkloadData, out: string): string {
  const {stdout, status} = spawnSync(python.program, [path.join(shared, 'check.py'), data.folder, out], {
    env: {...process.env, ...pythonEnv},
  })
  if (status !== 0) throw new Error('the checker failed')
  return stdout.toString().trim()
}
