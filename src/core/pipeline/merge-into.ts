// Insert or update by primary key: rows whose key the batch carries leave the files they are in, copy-on-write, and only files
// that hold such a key are rewritten. The batch's own rows are already free of repeats and of rows that change nothing.
import path from 'node:path'
import type {Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {WrittenFile} from '../engine/engine.ts'
import type {Plan, PlanColumn} from '../expr/plan.ts'
import {readableColumnsOf} from '../lake/scan-table.ts'
import {primaryKey} from '../model/contract.ts'
import type {BatchWork} from './promote-batch.ts'
import {nothingReplaced, type Replaced, rowsWithoutKeys} from './rows-without-keys.ts'

/** `fields`: of the table after the merge; rows that stay keep every value, of columns that the contract has no more, too. */
export async function mergeInto(
  work: Pick<BatchWork, 'context' | 'pins' | 'staging'>,
  silver: Snapshot,
  accepted: readonly WrittenFile[],
  fields: readonly Field[],
): Promise<Replaced> {
  if (accepted.length === 0 || silver.files.size === 0) return nothingReplaced
  const key = primaryKey(work.pins.contract)
  const columns = readableColumnsOf({...silver, fields}).filter(({name}) => key.includes(name))
  return rowsWithoutKeys({
    engine: await work.context.workspace.engine(),
    snapshot: silver,
    key,
    keys: scanFiles(accepted, columns),
    fields,
    directory: path.join(work.staging, 'survivors'),
    signal: work.context.run.signal,
  })
}

/** Rows that the engine wrote, before anything refers to the files. */
export function scanFiles(files: readonly WrittenFile[], columns: readonly PlanColumn[]): Plan {
  const binding = Object.fromEntries(columns.map(({name}) => [name, name]))
  return {kind: 'scan', columns, files: files.map((file) => ({path: file.path, format: {kind: 'parquet'}, binding, constants: {}}))}
}
