// Which table of the lake a name on the command line means: `silver.NAME`, `quarantine.NAME`, or the bare name of a dataset.
// Gold tables lie in the warehouse and have verbs of their own.
import type {Snapshot} from '../delta/snapshot.ts'
import {readSnapshotAt, type TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import {ownValueColumns, reservedNames} from '../lake/reserved-columns.ts'
import type {Column, Contract} from '../model/contract.ts'
import {isProtected} from '../model/contract.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {nameOfBoth, unknownName} from './dataset-names.ts'
import type {Workspace} from './ports.ts'
import {silverContracts} from './select-datasets.ts'

export interface LakeTable {
  readonly layer: 'silver' | 'quarantine'
  readonly dataset: string
  /** As people write it: `silver.patient`. */
  readonly name: string
  /** Key prefix in the lake. */
  readonly table: string
  readonly store: ObjectStore
  /** Today's; absent for a table whose contract was taken away. */
  readonly contract?: Contract
}

/** CONFIG_DATASET_UNKNOWN for a name that no table of the lake has, that two layers share, or that is gold's. */
export async function lakeTable(workspace: Workspace, name: string): Promise<LakeTable> {
  const [, layerName, rest = name] = /^(silver|quarantine|gold)\.(.+)$/.exec(name) ?? []
  const models = (await workspace.models()).map((model) => model.name)
  const contracts = silverContracts(await workspace.contracts())
  const store = await workspace.store()
  const isModel = models.includes(rest)
  if (layerName === 'gold' || (layerName === undefined && isModel && !contracts.some(({dataset}) => dataset === rest)))
    throw inWarehouse(rest)
  if (layerName === undefined && isModel)
    throw nameOfBoth(name, `its table in the lake is silver.${name}; what the model made is in the warehouse: hippo query`)
  const layer = layerName === 'quarantine' ? 'quarantine' : 'silver'
  const contract = contracts.find(({dataset}) => dataset === rest)
  if (contract === undefined && !(await hasTable(store, layer, rest))) throw unknownTable(rest, contracts)
  return {layer, dataset: rest, name: `${layer}.${rest}`, table: layout.table(layer, rest), store, ...(contract ? {contract} : {})}
}

/**
 * The version that is asked for, the newest when none is; TABLE_NOT_FOUND when nothing was committed. Nothing newer is read: versions
 * before a damage stay readable.
 */
export async function snapshotOf(of: LakeTable, travel: TimeTravel = {}): Promise<Snapshot> {
  const snapshot = await readSnapshotAt(of.store, of.table, travel)
  if (snapshot) return snapshot
  throw new HippoError('TABLE_NOT_FOUND', {message: `nothing was committed to ${of.name} yet`, hint: 'see what there is with hippo status'})
}

async function hasTable(store: ObjectStore, layer: LakeTable['layer'], dataset: string): Promise<boolean> {
  if (!/^[A-Za-z0-9._=-]+$/.test(dataset)) return false
  for await (const _ of store.list(`${layout.table(layer, dataset)}/_delta_log/`)) return true
  return false
}

const inWarehouse = (model: string) =>
  new HippoError('CONFIG_DATASET_UNKNOWN', {
    message: `gold.${model} is a table of the warehouse, not of the lake`,
    hint: `see its versions with hippo table history gold.${model}; go back with hippo rollback ${model}`,
  })

function unknownTable(name: string, contracts: readonly Contract[]): HippoError {
  const known = contracts.map(({dataset}) => dataset)
  return known.length > 0
    ? unknownName('There is no dataset', name, known, `datasets of this workspace: ${known.join(', ')}`)
    : unknownName('There is no dataset', name, known)
}

/**
 * Says of a column whether people, and the log, may see its values: today's contract knows it, and neither that nor any earlier
 * contract of the dataset protects it; or it is hippo's own. Of quarantine, which holds text as received, only hippo's own are open.
 */
export async function openColumns({layer, contract, store, dataset}: LakeTable): Promise<(name: string) => boolean> {
  const namesOf = (columns: readonly Column[]) => columns.map(({name}) => name.toLowerCase())
  const known = new Set(layer === 'silver' && contract ? namesOf(contract.columns) : [])
  const contracts = [...(contract ? [contract] : []), ...(known.size > 0 ? await keptContracts(store, dataset) : [])]
  const hidden = new Set(contracts.flatMap(({columns}) => namesOf(columns.filter(isProtected))))
  return (name) => (reservedNames.has(name) ? !ownValueColumns.has(name) : known.has(name.toLowerCase()) && !hidden.has(name.toLowerCase()))
}

/** Every contract that rows of the dataset were judged under. */
async function keptContracts(store: ObjectStore, dataset: string): Promise<readonly Contract[]> {
  const {readContract} = await import('../contract/read-contract.ts')
  const contracts: Contract[] = []
  for await (const {key} of store.list('contracts/')) {
    const contract = readContract(`contracts/${dataset}.odcs.yaml`, Buffer.from(await store.get(key)).toString('utf8'))
    if (contract.dataset === dataset) contracts.push(contract)
  }
  return contracts
}
