// Contracts as they were: the one that a table was last committed under, from the lake for silver and from the catalog for gold, and
// earlier versions by their number.
import {contractHistory, latestModelVersions} from '../../catalog/reader.ts'
import {isMap, valueAt} from '../../contract/map-reader.ts'
import {readContract} from '../../contract/read-contract.ts'
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {layout} from '../../lake/layout.ts'
import {readJudgement} from '../../lake/promotion-record.ts'
import {type Contract, layerOf} from '../../model/contract.ts'
import type {Queryable} from '../../postgres/database.ts'
import {isMissingKey} from '../../store/object-key.ts'
import type {Workspace} from '../ports.ts'

export interface RecordedContract {
  readonly contract: Contract
  /** The version of the table that was last committed under it, where that is known. */
  readonly tableVersion?: number
}

/** The contract that the newest version of the dataset's table was made under; undefined when there is none yet. */
export async function recordedContract(workspace: Workspace, contract: Contract): Promise<RecordedContract | undefined> {
  if (layerOf(contract) === 'gold') return recordedModelContract(await workspace.database(), contract)
  const silver = await readSnapshot(await workspace.store(), layout.table('silver', contract.dataset))
  const recorded = silver && (await contractOfTable(silver))
  return recorded && silver ? {contract: recorded, tableVersion: silver.version} : undefined
}

/** The contract that a silver table's newest promotion was judged under; undefined when the lake did not keep it. */
export async function contractOfTable({store, table, version}: Snapshot): Promise<Contract | undefined> {
  const {contractDigest} = await readJudgement(store, table, version)
  if (contractDigest === undefined) return undefined
  const key = layout.contract(contractDigest)
  const bytes = await store.get(key).catch((error: unknown) => {
    if (isMissingKey(error)) return undefined
    throw error
  })
  return bytes && readContract(key, Buffer.from(bytes).toString('utf8'))
}

async function recordedModelContract(db: Queryable, {dataset}: Contract): Promise<RecordedContract | undefined> {
  const built = (await latestModelVersions(db)).find(({model}) => model === dataset)
  const record = built && (await contractHistory(db, dataset)).find(({digest}) => digest === built.contractDigest)
  return built && record ? {contract: contractOfDocument(record), tableVersion: built.version} : undefined
}

/** The newest contract of that version, of the same dataset and layer, that the catalog knows; CONTRACT_NOT_FOUND with the versions there are. */
export async function contractOfVersion(db: Queryable, of: Contract, version: string): Promise<Contract> {
  const records = (await contractHistory(db, of.dataset)).filter((record) => layerOfDocument(record.document) === layerOf(of))
  const found = records.find((record) => record.version === version)
  if (found) return contractOfDocument(found)
  const known = [...new Set(records.map((record) => record.version))]
  throw new HippoError('CONTRACT_NOT_FOUND', {
    message: `no run used version ${version} of the contract of ${of.dataset}`,
    hint: known.length === 0 ? 'none was used yet' : `used so far: ${known.join(', ')}`,
  })
}

/** The layer of a contract's document, told without reading all of it: the catalog keeps contracts of both layers under one name. */
export function layerOfDocument(document: unknown): 'silver' | 'gold' {
  const properties = valueAt(document, ['schema', 0, 'customProperties'])
  const isGold = Array.isArray(properties) && properties.some((entry: unknown) => isMap(entry) && entry.property === 'hippoMaterialization')
  return isGold ? 'gold' : 'silver'
}

/** A contract that the catalog kept as a document: its places are those of a page nobody wrote. */
export function contractOfDocument({dataset, version, digest, document}: Awaited<ReturnType<typeof contractHistory>>[number]): Contract {
  // Every JSON document is YAML.
  return {...readContract(`${dataset} ${version}`, JSON.stringify(document)), digest}
}
