// `hippo contract history`: every version of a dataset's contract that a run used, newest first, what changed with it, and the
// versions of the table that were made under it.
import {contractHistory as recordedVersions, snapshotHistory} from '../../catalog/reader.ts'
import {diffContracts, judgeVersion} from '../../contract/diff/diff-contracts.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Contract} from '../../model/contract.ts'
import type {ContractChange, StepTaken, VersionStep} from '../../model/contract-change.ts'
import type {Instant} from '../../model/names.ts'
import type {Workspace} from '../ports.ts'
import {contractOfDocument, layerOfDocument} from './recorded-contract.ts'

export interface ContractVersion {
  readonly version: string
  readonly digest: string
  readonly firstUsed: Instant
  /** Versions of the table that were committed under it. */
  readonly table?: {readonly first: number; readonly last: number; readonly commits: number}
  /** Against the one used before it; absent for the first. */
  readonly changes?: readonly ContractChange[]
  readonly asks?: VersionStep
  readonly taken?: StepTaken
  readonly fits?: boolean
  /** Why an old document could not be compared. */
  readonly unread?: string
}

const mostSnapshots = 10_000

/** CONFIG_DATASET_UNKNOWN when no run used a contract of that dataset. */
export async function contractHistory(workspace: Workspace, name: string): Promise<{readonly items: readonly ContractVersion[]}> {
  const database = await workspace.database()
  const [, layer, dataset = name] = /^(silver|gold)\.(.+)$/.exec(name) ?? []
  const records = await recordedVersions(database, dataset)
  const layers = new Set(records.map(({document}) => layerOfDocument(document)))
  if (layer === undefined && layers.size > 1) {
    throw new HippoError('CONFIG_DATASET_UNKNOWN', {
      message: `${name} is a dataset of silver and a model of gold`,
      hint: `say which: silver.${name} or gold.${name}`,
    })
  }
  const wanted = records.filter(({document}) => layer === undefined || layerOfDocument(document) === layer)
  const read = wanted.map((record) => ({record, contract: readDocument(record)}))
  if (read.length === 0) {
    throw new HippoError('CONFIG_DATASET_UNKNOWN', {
      message: `no run has used a contract of ${name}`,
      hint: 'a contract is recorded when it is first promoted',
    })
  }
  const tables = await tablesByDigest(workspace, dataset)
  const items = read.map(({record, contract}, index): ContractVersion => {
    const table = tables.get(record.digest)
    const base = {version: record.version, digest: record.digest, firstUsed: record.firstSeen, ...(table ? {table} : {})}
    const before = read[index + 1]?.contract
    if (typeof contract === 'string') return {...base, unread: contract}
    if (before === undefined || typeof before === 'string') return base
    const changes = diffContracts(before, contract)
    const {asks, taken, fits} = judgeVersion(before, contract, changes)
    return {...base, changes, asks, taken, fits}
  })
  return {items}
}

/** Contracts were read by the hippo of their time; today's may refuse one. */
function readDocument(record: Awaited<ReturnType<typeof recordedVersions>>[number]): Contract | string {
  try {
    return contractOfDocument(record)
  } catch (error) {
    if (error instanceof HippoError) return error.message
    throw error
  }
}

async function tablesByDigest(workspace: Workspace, dataset: string): Promise<ReadonlyMap<string, NonNullable<ContractVersion['table']>>> {
  const database = await workspace.database()
  const snapshots = [
    ...(await snapshotHistory(database, dataset, 'silver', mostSnapshots)),
    ...(await snapshotHistory(database, dataset, 'gold', mostSnapshots)),
  ]
  const found = new Map<string, NonNullable<ContractVersion['table']>>()
  for (const {contractDigest, version} of snapshots) {
    const {first, last, commits} = found.get(contractDigest) ?? {first: version, last: version, commits: 0}
    found.set(contractDigest, {first: Math.min(first, version), last: Math.max(last, version), commits: commits + 1})
  }
  return found
}
