// The texts of delivered files set down once, so that each question about a column reads that column alone instead of every
// file again; and in the same pass the rows that guesses are made from. The files lie in the folder that is given; who gives it removes it.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import {column, isNull} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {type PreparedFile, recordColumns} from '../source/source.ts'
import {rawColumn, rowNumber, spreadOver} from './sample-file.ts'

export interface StagedTexts {
  /** The sound records: the text of every column as it stands in the file, null where a file lacks the column. */
  readonly rows: Plan
  /** Some of them, at even distances over all files; all when they are few. */
  readonly sample: Plan
}

/** Reads the files once. */
export async function stageTexts(
  engine: Engine,
  files: readonly PreparedFile[],
  {header, staging, signal}: {readonly header: readonly string[]; readonly staging: string; readonly signal?: AbortSignal},
): Promise<StagedTexts> {
  const columns = header.map((_, index): PlanColumn => ({name: rawColumn(index), type: 'string'}))
  const sound = soundRows(files, header)
  const directory = path.join(staging, 'texts')
  await mkdir(directory, {recursive: true})
  const plans = {rows: sound, sample: spreadOver(sound, files)}
  const outputs = Object.entries(plans).map(([name, plan]) => ({
    name,
    plan: only(plan, columns),
    columns,
    format: 'parquet' as const,
    directory,
  }))
  const written = await engine.write(outputs, {stagingDirectory: staging, ...(signal === undefined ? {} : {signal})})
  const filesOf = (name: string): readonly WrittenFile[] => written.outputs.find((output) => output.name === name)?.files ?? []
  return {rows: scanOf(filesOf('rows'), columns), sample: scanOf(filesOf('sample'), columns)}
}

/** The sound records of the files with the text of every column as it stands there. */
export function soundRows(files: readonly PreparedFile[], header: readonly string[]): Plan {
  const isBroken = files.some(({format}) => format.header.includes(recordColumns.malformed))
  const scan: Plan = {
    kind: 'scan',
    files: files.map(({path, format, header: own}) => ({
      path,
      format,
      binding: {
        ...Object.fromEntries(header.flatMap((name, index) => (own.includes(name) ? [[rawColumn(index), name]] : []))),
        ...(format.header.includes(recordColumns.malformed) ? {[recordColumns.malformed]: recordColumns.malformed} : {}),
      },
      constants: {},
    })),
    columns: [...header.map((_, index) => rawColumn(index)), recordColumns.malformed].map((name) => ({name, type: 'string'})),
    rowNumber,
  }
  return isBroken ? {kind: 'filter', input: scan, where: isNull(column(recordColumns.malformed))} : scan
}

const only = (input: Plan, columns: readonly PlanColumn[]): Plan => ({
  kind: 'select',
  input,
  columns: columns.map(({name}) => ({name, expr: column(name)})),
})

function scanOf(files: readonly WrittenFile[], columns: readonly PlanColumn[]): Plan {
  const binding = Object.fromEntries(columns.map(({name}) => [name, name]))
  return {kind: 'scan', columns, files: files.map(({path}) => ({path, format: {kind: 'parquet'}, binding, constants: {}}))}
}
