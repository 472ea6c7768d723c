// The texts of delivered files: as a plan over all sound rows, as a sample of them that guesses are made from, and some columns set
// down once, so that several questions about them do not read every file again. What is set down lies in the folder that is given; who
// gives it removes it.
import {mkdir, mkdtemp} from 'node:fs/promises'
import path from 'node:path'
import type {Engine} from '../engine/engine.ts'
import {column, isNull} from '../expr/expr.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {type PreparedFile, recordColumns} from '../source/source.ts'
import {excerptFile, isRecordALine} from './excerpt-file.ts'
import {rawColumn, recordsOf, rowNumber, sampledRows, spreadOver} from './sample-file.ts'

export interface StagingOptions {
  readonly staging: string
  readonly signal?: AbortSignal
}

/** Some of the sound records, at even distances over all files; all when they are few. */
export async function sampleOf(files: readonly PreparedFile[], header: readonly string[], staging: string): Promise<Plan> {
  const total = recordsOf(files)
  if (total <= sampledRows || !files.every(isRecordALine)) return spreadOver(soundRows(files, header), files)
  const folder = await mkdtemp(path.join(staging, 'sample-'))
  const excerpts: PreparedFile[] = []
  for (const [index, file] of files.entries()) {
    const wanted = Math.ceil((sampledRows * file.records) / total)
    excerpts.push(await excerptFile(file, wanted, path.join(folder, `${index}.csv`)))
  }
  return soundRows(excerpts, header)
}

/** The rows with these columns alone, which are read once. */
export async function stageRows(engine: Engine, input: Plan, columns: readonly PlanColumn[], options: StagingOptions): Promise<Plan> {
  const {staging, signal} = options
  const directory = path.join(staging, 'texts')
  await mkdir(directory, {recursive: true})
  const plan: Plan = {kind: 'select', input, columns: columns.map(({name}) => ({name, expr: column(name)}))}
  const output = {name: 'rows', plan, columns, format: 'parquet' as const, directory}
  const written = await engine.write([output], {stagingDirectory: staging, ...(signal === undefined ? {} : {signal})})
  const binding = Object.fromEntries(columns.map(({name}) => [name, name]))
  const files = written.outputs.flatMap((one) => one.files)
  return {kind: 'scan', columns, files: files.map((file) => ({path: file.path, format: {kind: 'parquet'}, binding, constants: {}}))}
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
