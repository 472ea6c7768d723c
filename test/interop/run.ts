// Delta tables across engines: `npm run test:interop [-- --with spark,trino]`. hippo writes a table for each feature and every other
// reader reads it; other writers write theirs and hippo reads them; then they append by turns to one table, hippo after each of
// them. Prints one Markdown table and exits 1 when anybody reads other rows than the writer of a table, apart from the differences
// listed below (`--tell` shows which rows; `--parts hippo,turns` compares the tables of some writers). Everything is fetched from
// package registries into the user's cache; Spark and Trino (a gigabyte) only when asked for.
import {mkdtempSync, renameSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {parseArgs} from 'node:util'
import {type Engine, Engines, type HeavyEngine, heavyEngines, type Reading} from './engines.ts'

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
  'trino sp_type_widening': 'leaves the column out that became bigint',
  'polars tr_types': 'refuses tinyint as Trino stores it',
  'clickhouse tr_lists': 'reads a null list as an empty one',
  'deltalake tr_partition_decimal': 'refuses 1.5 for decimal(10,2)',
  'polars tr_partition_decimal': 'refuses 1.5 for decimal(10,2)',
  'duckdb tr_partition_decimal': 'refuses 1.5 for decimal(10,2)',
  'clickhouse tr_partition_decimal': 'refuses 1.5 for decimal(10,2)',
  'deltalake tr_mapped_by_name': 'reads mapped columns as null',
  'polars tr_mapped_by_name': 'refuses mapped columns',
  'duckdb tr_mapped_by_name': 'reads a mapped partition column as null',
}

const {heavy, isTold, parts} = readOptions()

interface InteropOptions {
  readonly heavy: readonly HeavyEngine[]
  readonly isTold: boolean
  /** Writers whose tables are compared, and `turns`; all when absent. */
  readonly parts?: readonly string[]
}

function readOptions(): InteropOptions {
  const {values} = parseArgs({
    options: {with: {type: 'string', default: ''}, parts: {type: 'string'}, tell: {type: 'boolean', default: false}},
  })
  const wanted = values.with.split(',').filter((name) => name !== '')
  const unknown = wanted.find((name) => !heavyEngines.some((known) => known === name))
  if (unknown !== undefined) throw new Error(`there is no engine ${unknown}; --with takes ${heavyEngines.join(',')}`)
  const parts = values.parts === undefined ? {} : {parts: values.parts.split(',')}
  return {heavy: heavyEngines.filter((name) => wanted.includes(name)), isTold: values.tell, ...parts}
}

interface Cell {
  readonly text: string
  readonly isWrong: boolean
}

/** One cell: the rows both see, or how they differ. */
function compare(reader: string, name: string, truth: Reading | undefined, found: Reading | undefined): Cell {
  if (truth?.rows === undefined) return {text: `writer: ${truth?.error ?? 'nothing'}`, isWrong: true}
  for (const [how, seen] of waysToSee(reader)) {
    if (sameRows(truth.rows.map(seen), found?.rows)) return {text: `${truth.rows.length}${how}`, isWrong: false}
  }
  const known = knownDifferences[`${reader} ${name}`]
  if (known !== undefined) return {text: known, isWrong: false}
  return {text: found?.rows === undefined ? `✗ ${(found?.error ?? 'nothing').slice(0, 120)}` : '✗ other rows', isWrong: true}
}

function sameRows(wanted: readonly string[], found: readonly string[] | undefined): boolean {
  return found !== undefined && JSON.stringify(wanted.toSorted()) === JSON.stringify(found.toSorted())
}

/** Trino has no finer instants than milliseconds in Delta tables: it rounds those in files and cuts those of partitions. */
function waysToSee(reader: string): readonly (readonly [string, (row: string) => string])[] {
  const same = ['', (row: string) => row] as const
  if (reader !== 'trino') return [same]
  const inMs = (toMs: (us: number) => number) => (row: string) =>
    row.replace(/"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{4,6})Z"/g, (_, seconds: string, fraction: string) => {
      const ms = Date.parse(`${seconds}Z`) + toMs(Number(fraction.padEnd(6, '0')) / 1000)
      return JSON.stringify(new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z'))
    })
  return [same, [', instants rounded to ms', inMs(Math.round)], [', instants cut to ms', inMs(Math.floor)]]
}

/** Prints the lines of the tables of one writer; gives the number of wrong cells. */
async function report(readers: readonly Engine[], writer: string, tables: readonly string[]): Promise<number> {
  const readings = new Map<string, ReadonlyMap<string, Reading>>()
  for (const reader of readers) {
    const found = await reader.read(tables)
    readings.set(reader.name, new Map(found.map((reading) => [reading.table, reading])))
  }
  let wrong = 0
  for (const table of tables) {
    const name = basename(table)
    const of = (reader: string) => readings.get(reader)?.get(table)
    const cells = readers.map((reader) => compare(reader.name, name, of(writer), of(reader.name)))
    wrong += cells.filter(({isWrong}) => isWrong).length
    if (isTold) for (const [at, reader] of readers.entries()) if (cells[at]?.isWrong) tell(reader.name, of(writer), of(reader.name))
    const title = name.replace(/^(?:rs|sp|tr)_/, '').replaceAll('_', ' ')
    console.log(`| ${writer} | ${title} | ${cells.map(({text}) => text).join(' | ')} |`)
  }
  return wrong
}

/** Rows that break a constraint which hippo wrote, each sent by another writer; only a row of nulls may get in. Gives the wrong answers. */
async function tryConstraints(engines: readonly Engine[], table: string): Promise<number> {
  let wrong = 0
  for (const {name, tryConstraints: tried} of engines) {
    if (tried === undefined) continue
    const answers = await tried(table)
    // Safe, and known of Trino: no row gets past a condition that its writer cannot evaluate.
    if (name === 'trino' && answers.length > 0 && answers.every((answer) => answer.endsWith(' not understood'))) {
      console.log(`\nconstraints, tried by ${name}: it does not understand them and takes no row`)
      continue
    }
    const unexpected = answers.filter(
      (answer) => answer !== (answer.startsWith('flag ') ? 'flag accepted' : `${answer.split(' ')[0]} refused`),
    )
    console.log(
      `\nconstraints, tried by ${name}: ${unexpected.length === 0 ? `${answers.length - 1} rows refused` : unexpected.join('; ')}`,
    )
    wrong += unexpected.length + (answers.length > 1 ? 0 : 1)
  }
  return wrong
}

/** What differs, whole: all rows here are made up. */
function tell(reader: string, truth: Reading | undefined, found: Reading | undefined): void {
  const only = (some: Reading | undefined, other: Reading | undefined) => some?.rows?.filter((row) => !other?.rows?.includes(row)) ?? []
  console.error(JSON.stringify({reader, missing: only(truth, found), instead: only(found, truth), error: found?.error}, undefined, 1))
}

/** The others append to a table of hippo's by turns, hippo after each of them; all of them must see what the last one left. */
async function writeTurns(engines: readonly Engine[], folder: string): Promise<readonly string[]> {
  const [hippo, ...others] = engines.filter((engine) => engine.append !== undefined)
  const table = (await hippo?.make?.(folder))?.find((made) => basename(made) === 'appends') ?? ''
  for (const [turn, other] of others.entries()) {
    await other.append?.(table, 100 + turn * 4)
    await hippo?.append?.(table, 102 + turn * 4)
  }
  const named = join(folder, `appends_by_turns_of_hippo${others.map(({name}) => `_${name}`).join('')}`)
  renameSync(table, named)
  return [named]
}

const folder = mkdtempSync(join(tmpdir(), 'hippo-interop-'))
const engines = new Engines(folder)
try {
  await engines.open(heavy)
  const {all, lake} = engines
  console.log(`| written by | table | ${all.map(({name}) => name).join(' | ')} |\n|${' --- |'.repeat(all.length + 2)}`)
  let wrong = 0
  const isWanted = (part: string) => parts === undefined || parts.includes(part)
  for (const {name, make} of all) {
    if (make !== undefined && isWanted(name)) wrong += await report(all, name, await make(join(lake, name)))
  }
  if (isWanted('turns')) {
    const [table = ''] = await writeTurns(all, join(lake, 'turns'))
    wrong += await report(all, 'hippo', [table])
  }
  if (isWanted('hippo')) wrong += await tryConstraints(all, join(lake, 'hippo', 'constrained'))
  console.log(wrong === 0 ? '\nAll readers agree.' : `\n${wrong} cells differ.`)
  process.exitCode = wrong === 0 ? 0 : 1
} finally {
  await engines.close()
  rmSync(folder, {recursive: true, force: true})
}
