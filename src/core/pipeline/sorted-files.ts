// Clustering: rows sorted by some columns and cut into files of about the target size, so that the statistics of each file bound a
// narrow range of those columns, and a search for one value reads few files.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import type {Engine, WrittenFile} from '../engine/engine.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {scanFiles} from './merge-into.ts'

export interface Sorting {
  readonly engine: Engine
  readonly columns: readonly PlanColumn[]
  readonly lists: readonly string[]
  /** Files to make. */
  readonly parts: number
  /** Private folder that exists. */
  readonly staging: string
  readonly signal: AbortSignal
}

/** Cuts a sorted file into parts of as many rows each, in its order, in `directory`. */
export async function cutSorted(sorted: readonly WrittenFile[], sorting: Sorting, directory: string): Promise<readonly WrittenFile[]> {
  const {engine, columns, lists, parts, staging, signal} = sorting
  const [file] = sorted
  if (parts < 2 || file === undefined) return sorted
  const rowsPerPart = Math.ceil(file.rows / parts)
  const stagingDirectory = path.join(staging, 'cut')
  await mkdir(stagingDirectory, {recursive: true, mode: 0o700})
  const outputs = Array.from({length: Math.ceil(file.rows / rowsPerPart)}, (_, index) => {
    const plan = rowsBetween(file, columns, index * rowsPerPart, (index + 1) * rowsPerPart)
    return {name: `part ${index}`, plan, columns, format: 'parquet' as const, directory, lists}
  })
  const written = await engine.write(outputs, {signal, stagingDirectory})
  return written.outputs.flatMap((output) => output.files)
}

/** Rows of the file from `from` up to but without `to`: all others are passed over. */
function rowsBetween(file: WrittenFile, columns: readonly PlanColumn[], from: number, to: number): Plan {
  const scan = scanFiles([file], columns)
  const others = [
    {from: 0, to: from},
    {from: to, to: file.rows},
  ].filter((range) => range.from < range.to)
  return scan.kind === 'scan' ? {...scan, files: scan.files.map((one) => ({...one, deletedRows: others}))} : scan
}
