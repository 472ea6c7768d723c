// Delta tables across engines: `npm run test:interop [-- --spark]`. hippo writes a table for each feature and every other reader
// reads it; other writers write theirs and hippo reads them; then they append in turns to one table. Prints one Markdown table
// and exits 1 when anybody reads other rows than the writer of a table, apart from the differences listed below. Python packages
// come from PyPI into the user's cache; Spark (450 MB, and its Delta jars by Maven) only when asked for.
import {spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hippo-interop')
const python = join(cache, 'venv', 'bin', 'python')
const jars = join(cache, 'jars')
const packages = ['deltalake==1.6.6', 'polars==2.1.0', 'pyarrow', 'duckdb==1.5.5', 'duckdb-extension-delta==1.5.5', 'chdb==4.4.0']
const sparkPackage = 'pyspark==4.2.0'
const deltaJar = {group: 'io.delta', artifact: 'delta-spark_4.2_2.13', version: '4.4.0'}

const withSpark = process.argv.includes('--spark')
const readers = ['hippo', 'module', 'deltalake', 'polars', 'duckdb', 'clickhouse', ...(withSpark ? ['spark'] : [])]

/** Where another reader is known to read something else than the writer, and why; hippo is never among them. */
const knownDifferences: Readonly<Record<string, string>> = {
  'polars rs_partition_text': 'reads an empty partition value as empty text instead of null',
  'spark rs_partition_text': 'reads an empty partition value as empty text instead of null',
  'clickhouse lists': 'reads a null list as an empty one',
  'deltalake sp_mapped_by_name': 'reads mapped columns as null',
  'polars sp_mapped_by_name': 'refuses mapped columns',
  'duckdb sp_mapped_by_name': 'reads a mapped partition column as null',
  'polars sp_v2_checkpoint': 'refuses the feature',
  'deltalake sp_type_widening': 'refuses the feature',
  'polars sp_type_widening': 'refuses the feature',
  'polars fed#changes': 'reads no feed',
  'duckdb fed#changes': 'reads no feed',
  'clickhouse fed#changes': 'not tried',
}

interface Reading {
  readonly table: string
  readonly rows?: readonly string[]
  readonly error?: string
}

function run(command: string, args: readonly string[], triesLeft = 3): string {
  const {status, signal, stdout, error} = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, HIPPO_INTEROP_JARS: join(jars, 'delta')},
  })
  if (status === 0) return stdout
  // Native readers are seen to crash now and then; reading again harms nobody.
  if (signal !== null && triesLeft > 0) return run(command, args, triesLeft - 1)
  throw new Error(`${basename(command)} ${args.slice(0, 4).join(' ')} ended with ${status ?? signal ?? error?.message}`)
}

function install(): void {
  if (!existsSync(python)) run('python3', ['-m', 'venv', join(cache, 'venv')])
  const pip = (...wanted: readonly string[]) => run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted])
  pip(...packages)
  if (!withSpark) return
  pip(sparkPackage)
  if (!existsSync(join(jars, 'delta'))) installJars()
}

/** Spark brings most of what Delta needs; only Delta's own jars are put beside it. */
function installJars(): void {
  const {group, artifact, version} = deltaJar
  mkdirSync(jars, {recursive: true})
  writeFileSync(
    join(jars, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>hippo</groupId><artifactId>interop</artifactId><version>1</version>
<dependencies><dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>`,
  )
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  run('mvn', ['-q', '-f', join(jars, 'pom.xml'), copy, `-DoutputDirectory=${join(jars, 'all')}`])
  for (const name of readdirSync(join(jars, 'all'))) {
    if (/^(?:delta|unitycatalog)-/.test(name)) cpSync(join(jars, 'all', name), join(jars, 'delta', name))
  }
}

const hippo = (script: string, ...args: readonly string[]) => run(process.execPath, [join(here, script), ...args])
const other = (script: string, ...args: readonly string[]) => run(python, [join(here, script), ...args])
const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('/'))

function read(reader: string, tables: readonly string[]): ReadonlyMap<string, Reading> {
  const own = {hippo: [], module: ['--module']}[reader]
  const text = own ? hippo('read-with-hippo.ts', ...own, ...tables) : other('readers.py', reader, ...tables)
  const readings = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Reading] : []))
  return new Map(readings.map((reading) => [reading.table, reading]))
}

/** One cell: the rows both see, or how they differ. */
function compare(reader: string, name: string, truth: Reading | undefined, found: Reading | undefined): {cell: string; isWrong: boolean} {
  const known = knownDifferences[`${reader} ${name}`]
  if (truth?.rows === undefined) return {cell: `writer: ${truth?.error ?? 'nothing'}`, isWrong: true}
  if (found?.rows !== undefined && JSON.stringify([...found.rows].sort()) === JSON.stringify([...truth.rows].sort())) {
    return {cell: `${truth.rows.length}`, isWrong: false}
  }
  if (known !== undefined) return {cell: known, isWrong: false}
  return {cell: found?.rows === undefined ? `✗ ${(found?.error ?? 'nothing').slice(0, 80)}` : '✗ other rows', isWrong: true}
}

/** Prints the rows of the table for tables of one writer; gives the number of wrong cells. */
function report(writer: string, tables: readonly string[]): number {
  const readings = new Map(readers.map((reader) => [reader, read(reader, tables)]))
  let wrong = 0
  for (const table of tables) {
    const truth = readings.get(writer)?.get(table)
    const cells = readers.map((reader) => compare(reader, basename(table), truth, readings.get(reader)?.get(table)))
    wrong += cells.filter(({isWrong}) => isWrong).length
    console.log(
      `| ${writer} | ${basename(table)
        .replace(/^(?:rs|sp)_/, '')
        .replaceAll('_', ' ')} | ${cells.map(({cell}) => cell).join(' | ')} |`,
    )
  }
  return wrong
}

/** Rows that break a constraint which hippo wrote, each sent by another writer; only a row of nulls may get in. Gives the wrong answers. */
function tryConstraints(folder: string): number {
  let wrong = 0
  for (const writer of ['deltalake', ...(withSpark ? ['spark'] : [])]) {
    const answers = other('writers.py', writer, 'try', join(folder, 'constrained')).split('\n').filter(Boolean)
    const unexpected = answers.filter(
      (answer) => answer !== (answer.startsWith('flag ') ? 'flag accepted' : `${answer.split(' ')[0]} refused`),
    )
    console.log(
      `\nconstraints, tried by ${writer}: ${unexpected.length === 0 ? `${answers.length - 1} rows refused` : unexpected.join('; ')}`,
    )
    wrong += unexpected.length + (answers.length > 1 ? 0 : 1)
  }
  return wrong
}

/** Writers append to hippo's table in turns, hippo after each of them. */
function appendInTurns(folder: string): string {
  const table = join(folder, 'appends')
  let first = 100
  for (const writer of ['deltalake', ...(withSpark ? ['spark'] : [])]) {
    other('writers.py', writer, 'append', table, String(first))
    hippo('write-with-hippo.ts', 'append', table, String(first + 2))
    first += 4
  }
  return table
}

install()
const folder = mkdtempSync(join(tmpdir(), 'hippo-interop-'))
try {
  console.log(`| written by | table | ${readers.join(' | ')} |\n|${' --- |'.repeat(readers.length + 2)}`)
  const own = lines(hippo('write-with-hippo.ts', 'make', join(folder, 'hippo')))
  let wrong = report('hippo', own)
  wrong += report('deltalake', lines(other('writers.py', 'deltalake', 'make', join(folder, 'deltalake'))))
  if (withSpark) wrong += report('spark', lines(other('writers.py', 'spark', 'make', join(folder, 'spark'))))
  wrong += report('hippo', [appendInTurns(join(folder, 'hippo'))])
  wrong += tryConstraints(join(folder, 'hippo'))
  console.log(wrong === 0 ? '\nAll readers agree.' : `\n${wrong} cells differ.`)
  process.exitCode = wrong === 0 ? 0 : 1
} finally {
  rmSync(folder, {recursive: true})
}
