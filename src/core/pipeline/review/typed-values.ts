// What today's contract makes of rejected rows, value by value beside what was received: the steps and types of a promotion, with
// the corrections of people, judged by nobody. Protected columns are masked. Files that the contract cannot read give nothing.
import {mkdtemp, rm} from 'node:fs/promises'
import path from 'node:path'
import {compileContract} from '../../contract/compile-contract.ts'
import {bindSources} from '../../contract/source-columns.ts'
import {column} from '../../expr/expr.ts'
import {readBatches} from '../../lake/bronze.ts'
import {safeColumnNames} from '../../lake/reserved-columns.ts'
import {type Contract, isProtected} from '../../model/contract.ts'
import {masked} from '../../model/masked.ts'
import type {RejectedRow} from '../open-rows.ts'
import {openRelations} from '../pins.ts'
import {headersOf, type PromotionInput, typedRows} from '../plan-promotion.ts'
import type {Workspace} from '../ports.ts'
import {prepareBatch} from '../prepare-batch.ts'
import {selectDatasets, silverContracts} from '../select-datasets.ts'
import {withRecords} from './reviewed-rows.ts'

export interface TypedValue {
  readonly column: string
  /** Quarantine's name of the received column that it is read from; absent when the file has none. */
  readonly received?: string
  /** Null when there is none, or none that can be read. */
  readonly value: string | null
}

interface TypedWork {
  readonly workspace: Workspace
  readonly contract: Contract
  readonly rows: readonly RejectedRow[]
  readonly staging: string
  readonly signal: AbortSignal
}

/** By `batch file row`, as quarantine names the row. */
export async function typedValues(
  workspace: Workspace,
  {dataset, rows, signal}: {readonly dataset: string; readonly rows: readonly RejectedRow[]; readonly signal: AbortSignal},
): Promise<ReadonlyMap<string, readonly TypedValue[]>> {
  const [contract] = selectDatasets(silverContracts(await workspace.contracts()), [dataset])
  const found = new Map<string, readonly TypedValue[]>()
  if (!contract) return found
  const staging = await workspace.stagingDirectory()
  try {
    for (const [batch, own] of Map.groupBy(rows, (row) => row.batch)) {
      const work = {workspace, contract, rows: own, signal, staging: await mkdtemp(path.join(staging, 'batch-'))}
      for (const [name, values] of await typedOfBatch(work, batch)) found.set(name, values)
    }
    return found
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

async function typedOfBatch(work: TypedWork, batch: number): Promise<ReadonlyMap<string, readonly TypedValue[]>> {
  const {workspace, contract, rows, staging, signal} = work
  const batches = await readBatches(await workspace.store())
  const delivery = batches.find((one) => one.number === batch)
  if (!delivery) return new Map()
  const of = {number: Number.MAX_SAFE_INTEGER, review: {dataset: contract.dataset, of: batch}}
  const records = await withRecords({workspace, batches}, of, rows)
  const {ready} = await prepareBatch(workspace, delivery, contract, {staging, signal, refuseIncomplete: false})
  const chosen = records.flatMap(({now, file, row, corrections}) =>
    now && ready.some(({record}) => record.sha256 === now.file) ? [{now, place: {file, row}, ...(corrections ? {corrections} : {})}] : [],
  )
  if (chosen.length === 0) return new Map()
  const headers = headersOf(ready)
  const input = {...(await inputOf(work, batch, headers)), ready, chosen}
  const names = [...contract.columns.map(({name}) => name), '_file', '_row']
  const plan = {kind: 'select' as const, input: typedRows(input, headers), columns: names.map((name) => ({name, expr: column(name)}))}
  const engine = await workspace.engine()
  const found = await engine.rows(plan, chosen.length, {signal})
  const received = receivedNames(contract, headers)
  return new Map(
    found.map((row) => {
      const values = contract.columns.map((one): TypedValue => {
        const value = row[one.name] ?? null
        const from = received.get(one.name)
        return {
          column: one.name,
          ...(from ? {received: from} : {}),
          value: value === null ? null : isProtected(one) ? masked : String(value),
        }
      })
      return [`${batch} ${row._file} ${row._row}`, values]
    }),
  )
}

async function inputOf(
  {workspace, contract}: TypedWork,
  batch: number,
  headers: readonly string[],
): Promise<Omit<PromotionInput, 'ready'>> {
  const judgedAt = workspace.clock.now().toISOString()
  const relations = await openRelations(
    {store: await workspace.store(), database: await workspace.database()},
    await workspace.contracts(),
    contract,
    () => 'newest',
  )
  const compiled = compileContract(contract, {now: judgedAt, relation: relations.relation, sourceColumns: headers})
  return {contract, compiled, batch, run: '', judgedAt, headers}
}

/** Contract column -> quarantine's name of the received column that feeds it first. */
function receivedNames(contract: Contract, headers: readonly string[]): ReadonlyMap<string, string> {
  const safe = safeColumnNames(headers)
  const {binding} = bindSources(contract, headers)
  const names = new Map<string, string>()
  for (const {name, sources} of contract.columns) {
    const header = Object.entries(binding).find(([alias]) => alias === `raw:${sources[0]}`)?.[1]
    const found = header === undefined ? undefined : safe.get(header)
    if (found !== undefined) names.set(name, found)
  }
  return names
}
