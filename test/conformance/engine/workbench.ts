// What the suite runs on: a temporary folder, the engine under test beside the oracle, inputs written as CSV, outputs read
// back from Parquet. Values come back as ScalarValue writes them, so engines compare with `toEqual`.
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'vitest'
import type {Engine, PlanOutput, Row, WriteResult} from '../../../src/core/engine/engine.ts'
import {column, type Expr, type ParseTarget, type ScalarType, type ScalarValue} from '../../../src/core/expr/expr.ts'
import type {CsvFormat, Plan, PlanColumn, ScanFile} from '../../../src/core/expr/plan.ts'
import {planColumns} from '../../../src/core/expr/walk.ts'
import {readParquet} from '../../support/reference/read-parquet.ts'
import {toScalar} from '../../support/reference/values.ts'
import {type ReferenceEngine, referenceEngine} from '../../support/reference-engine.ts'

export interface Workbench {
  readonly engine: Engine
  readonly oracle: ReferenceEngine
  /** Writes a file and gives its absolute path. */
  file(content: string): string
  /** A fresh folder. */
  directory(): string
  /** A scan of typed rows: written as CSV text, then parsed. */
  typed(columns: Readonly<Record<string, ScalarType>>, rows: readonly (readonly ScalarValue[])[], rowNumber?: string): Plan
  /** What the engine writes for the plans, row by row, and its whole answer. */
  write(plans: Readonly<Record<string, Plan>>, on?: Engine, more?: Partial<PlanOutput>): Promise<Written>
  close(): Promise<void>
}

interface Written {
  readonly rows: Readonly<Record<string, readonly Row[]>>
  readonly result: WriteResult
}

/** The plan's rows, which the engine writes and gives as the oracle does. */
export async function rowsAsTheOracle({write, engine, oracle}: Workbench, plan: Plan): Promise<readonly Row[]> {
  const {rows} = await write({all: plan})
  expect(await oracle.rows(plan, 100_000)).toEqual(rows.all)
  expect(await engine.rows(plan, 100_000)).toEqual(rows.all)
  return rows.all ?? []
}

/** Stands for empty text in CSV, where an empty field is null. */
const emptyMark = '<empty>'

export async function openWorkbench(open: () => Promise<Engine>): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'hippo-engine-suite-'))
  const [engine, oracle] = [await open(), referenceEngine()]
  let files = 0
  const fresh = (): string => join(folder, String(++files))
  const file = (content: string): string => {
    const path = `${fresh()}.csv`
    writeFileSync(path, content)
    return path
  }
  const directory = (): string => {
    const path = fresh()
    mkdirSync(path)
    return path
  }
  return {
    engine,
    oracle,
    file,
    directory,
    typed: (columns, rows, rowNumber) => {
      const header = Object.keys(columns)
      const path = file(
        csvText(
          header,
          rows.map((row) => row.map(cellText)),
        ),
      )
      const scan = textScan([csvFile(path, header)], header, rowNumber)
      return {kind: 'derive', input: scan, columns: header.map((name) => ({name, expr: typedColumn(name, columns[name] ?? 'string')}))}
    },
    write: async (plans, on = engine, more = {}) => {
      const outputs = Object.entries(plans).map(
        ([name, plan]): PlanOutput => ({name, plan, columns: planColumns(plan), format: 'parquet', directory: directory(), ...more}),
      )
      const result = await on.write(outputs, {stagingDirectory: directory()})
      const rows = await Promise.all(
        result.outputs.map(async ({name, files: paths}) => [name, await readAll(paths.map(({path}) => path))] as const),
      )
      return {rows: Object.fromEntries(rows), result}
    },
    close: async () => {
      await engine.close()
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

function cellText(value: ScalarValue): string | null {
  return value === null ? null : value === '' ? emptyMark : Object.is(value, -0) ? '-0' : String(value)
}

/** A CSV file with a header; every field that needs it, and every second other one, is quoted. */
export function csvText(header: readonly string[], rows: readonly (readonly (string | null)[])[], newline = '\n'): string {
  const field = (value: string | null, index: number): string => {
    if (value === null) return ''
    return /[",\r\n]/.test(value) || index % 2 === 1 ? `"${value.replaceAll('"', '""')}"` : value
  }
  return [header, ...rows].map((row) => `${row.map(field).join(',')}${newline}`).join('')
}

export function csvFile(path: string, header: readonly string[], more: Partial<ScanFile> = {}, format: Partial<CsvFormat> = {}): ScanFile {
  return {
    path,
    format: {kind: 'csv', delimiter: ',', quote: '"', header, ...format},
    binding: Object.fromEntries(header.map((name) => [name, name])),
    constants: {},
    ...more,
  }
}

export function textScan(files: readonly ScanFile[], names: readonly string[], rowNumber?: string): Plan {
  const columns: readonly PlanColumn[] = names.map((name) => ({name, type: 'string'}))
  return {kind: 'scan', files, columns, ...(rowNumber === undefined ? {} : {rowNumber})}
}

function typedColumn(name: string, type: ScalarType): Expr {
  if (type === 'string') return {kind: 'mapText', of: column(name), entries: [[emptyMark, '']], otherwise: column(name)}
  return {kind: 'parse', of: column(name), as: parseTargetOf(type)}
}

function parseTargetOf(type: Exclude<ScalarType, 'string'>): ParseTarget {
  if (type === 'date' || type === 'timestamp') return {type, formats: []}
  return {type} as ParseTarget
}

/** Rows of Parquet files one after the other; lists as text joined by '|' in brackets. */
async function readAll(paths: readonly string[]): Promise<readonly Row[]> {
  const all: Row[] = []
  for (const path of paths) {
    const content = await readParquet(path)
    const columns = content.columns.map(({name, type}) => ({
      name,
      values:
        type === 'list'
          ? content.lists(name).map((list) => (list === null ? null : `[${list.join('|')}]`))
          : content.column(name).map((value) => toScalar(value, type)),
    }))
    for (let index = 0; index < content.length; index++)
      all.push(Object.fromEntries(columns.map(({name, values}) => [name, values[index] ?? null])))
  }
  return all
}

/** Types of a written file's columns, for outputs whose types matter. */
export async function writtenTypes(path: string): Promise<Readonly<Record<string, unknown>>> {
  const {columns} = await readParquet(path)
  return Object.fromEntries(columns.map(({name, type}) => [name, type]))
}

export const readText = (path: string): string => readFileSync(path, 'utf8')
