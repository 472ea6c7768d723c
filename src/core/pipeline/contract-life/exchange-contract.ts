// Contracts to and from the formats of other tools, and as pages for people. What a format cannot hold is listed, never dropped in silence.
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {contractPage} from '../../contract/contract-page.ts'
import {asContractHasIt, fromPortable} from '../../contract/exchange/from-portable.ts'
import {contractFormat, exchangeFormats, ownFormat} from '../../contract/exchange/index.ts'
import type {ContractFormat} from '../../contract/exchange/portable-table.ts'
import {toPortable} from '../../contract/exchange/to-portable.ts'
import {readContract} from '../../contract/read-contract.ts'
import {readTextFile} from '../../contract/read-text-file.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {nearest} from '../../errors/nearest.ts'
import {type Contract, layerOf} from '../../model/contract.ts'
import type {Workspace} from '../ports.ts'
import {givenContracts} from './diff-contract.ts'

/** A manifest of dbt has tens of megabytes. */
const largestForeignBytes = 64_000_000

export interface ContractText {
  readonly dataset: string
  readonly format: string
  readonly text: string
  /** What could not be carried over, a sentence each. */
  readonly notes: readonly string[]
}

/** The contract in another format; CONFIG_USAGE for one that nobody knows or that is only read. */
export async function exportContract(workspace: Workspace, {of, to}: {readonly of: string; readonly to: string}): Promise<ContractText> {
  const contract = await oneContract(workspace, of)
  const {dataset} = contract
  if (to === ownFormat) return {dataset, format: to, text: await readFile(contract.path, 'utf8'), notes: []}
  const format = await formatNamed(to)
  if (format.write === undefined) throw new HippoError('CONFIG_USAGE', {message: `${format.title} can be read, not written`})
  return {dataset, format: to, ...format.write(toPortable(contract))}
}

/** A draft contract from a file of another tool; the path is as the user gave it. */
export async function importContract({
  file,
  from,
  table,
}: {
  readonly file: string
  readonly from: string
  readonly table?: string
}): Promise<ContractText> {
  const text = await readTextFile(path.resolve(file), largestForeignBytes)
  if (from === ownFormat) return {dataset: readContract(file, text).dataset, format: from, text, notes: []}
  const format = await formatNamed(from)
  if (format.read === undefined) throw new HippoError('CONFIG_USAGE', {message: `${format.title} can be written, not read`})
  const carried = asContractHasIt(format.read(text, table === undefined ? {} : {table}))
  const draft = fromPortable(carried)
  // A draft that hippo itself would refuse helps nobody.
  readContract(`${carried.table.name}.odcs.yaml`, draft)
  return {dataset: carried.table.name, format: from, text: draft, notes: carried.notes}
}

async function formatNamed(name: string): Promise<ContractFormat> {
  const format = await contractFormat(name)
  if (format !== undefined) return format
  const close = nearest(name, exchangeFormats)
  throw new HippoError('CONFIG_USAGE', {
    message: `there is no format ${name}`,
    hint: close === undefined ? `known: ${exchangeFormats.join(', ')}` : `did you mean ${close}?`,
  })
}

async function oneContract(workspace: Workspace, of: string): Promise<Contract> {
  const [contract, other] = await givenContracts(workspace, of)
  if (contract !== undefined && other === undefined) return contract
  throw new HippoError('CONFIG_DATASET_UNKNOWN', {
    message: `${of} is a dataset of silver and a model of gold`,
    hint: `say which: silver.${of} or gold.${of}`,
  })
}

/** A page of Markdown for each contract that was asked for. */
export async function documentContracts(
  workspace: Workspace,
  of?: string,
): Promise<{readonly items: readonly {readonly dataset: string; readonly layer: string; readonly text: string}[]}> {
  const contracts = await givenContracts(workspace, of)
  return {items: contracts.map((contract) => ({dataset: contract.dataset, layer: layerOf(contract), text: contractPage(contract)}))}
}
