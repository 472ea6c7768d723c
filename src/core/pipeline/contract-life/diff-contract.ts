// `hippo contract diff`: a contract against the one its table was last committed under, against an earlier version, or a file against
// a file. Says whom each change breaks, who they are, the step of the version that the change asks for, and what the rows of silver
// would come to under it. Reads only.
import path from 'node:path'
import {withDefaultSource} from '../../contract/default-source.ts'
import {diffContracts, judgeVersion, type VersionVerdict} from '../../contract/diff/diff-contracts.ts'
import {readContractFile} from '../../contract/read-contract.ts'
import {readSnapshot} from '../../delta/snapshot.ts'
import {layout} from '../../lake/layout.ts'
import {type Contract, layerOf} from '../../model/contract.ts'
import type {Compatibility, ContractChange} from '../../model/contract-change.ts'
import {onEngine} from '../measure-checks.ts'
import {openRelations} from '../pins.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {selectDatasets, silverContracts} from '../select-datasets.ts'
import {type DatasetReader, findReaders} from './find-readers.ts'
import {type DataImpact, measureImpact} from './measure-impact.ts'
import {contractOfVersion, recordedContract} from './recorded-contract.ts'

export interface DiffContractRequest extends Pick<RunOptions, 'signal'> {
  /** A dataset, or a contract's file; every contract of the workspace when absent. */
  readonly of?: string
  /** A file, or a version that a run used, to hold it against; what its table was last committed under when absent. */
  readonly other?: string
  /** Judge the rows of silver by the newer contract. */
  readonly data: boolean
}

export interface ContractDiff extends Partial<VersionVerdict> {
  readonly dataset: string
  readonly layer: 'silver' | 'gold'
  /** Absent when no table was committed under the contract yet. */
  readonly before?: {readonly version: string; readonly digest: string; readonly tableVersion?: number}
  readonly after: {readonly version: string; readonly digest: string}
  readonly compatibility?: Compatibility
  readonly changes: readonly ContractChange[]
  /** Who reads the dataset; `columns` are those of the changes that they name. */
  readonly readers: readonly DatasetReader[]
  /** Where its rows come from: source and dataset key. */
  readonly writer?: string
  readonly impact?: DataImpact
}

/** One entry a contract that was asked for, in name order. CONFIG_DATASET_UNKNOWN or CONTRACT_NOT_FOUND for what is not there. */
export async function diffContract(workspace: Workspace, request: DiffContractRequest): Promise<{readonly items: readonly ContractDiff[]}> {
  const chosen = await chooseContracts(workspace, request)
  const items: ContractDiff[] = []
  for (const {after, before} of chosen) items.push(await diffOne(workspace, request, {after, ...(before ? {before} : {})}))
  return {items}
}

interface Pair {
  readonly after: Contract
  readonly before?: {readonly contract: Contract; readonly tableVersion?: number} | undefined
}

async function chooseContracts(workspace: Workspace, {of, other}: DiffContractRequest): Promise<readonly Pair[]> {
  const given = await givenContracts(workspace, of)
  return Promise.all(given.map(async (contract) => pairOf(workspace, contract, other)))
}

async function pairOf(workspace: Workspace, contract: Contract, other: string | undefined): Promise<Pair> {
  if (other === undefined) return {after: contract, before: await recordedContract(workspace, contract)}
  // Of two files the second is the newer one, as with diff.
  if (isFile(other)) return {after: await fileContract(workspace, other), before: {contract}}
  return {after: contract, before: {contract: await contractOfVersion(await workspace.database(), contract, other)}}
}

const isFile = (name: string): boolean => /\.ya?ml$/i.test(name)

/** The contracts of the workspace, those of that dataset (`silver.NAME` or `gold.NAME` where both layers have it), or that of a file. */
export async function givenContracts(workspace: Workspace, of: string | undefined): Promise<readonly Contract[]> {
  if (of !== undefined && isFile(of)) return [await fileContract(workspace, of)]
  const contracts = await workspace.contracts()
  const [, layer, name = of] = /^(silver|gold)\.(.+)$/.exec(of ?? '') ?? []
  const candidates = layer === undefined ? contracts : contracts.filter((one) => layerOf(one) === layer)
  return selectDatasets(candidates, name === undefined ? [] : [name])
}

async function fileContract({config}: Workspace, file: string): Promise<Contract> {
  return withDefaultSource(await readContractFile(path.resolve(file)), config.sources)
}

async function diffOne(workspace: Workspace, {data, signal}: DiffContractRequest, {after, before}: Pair): Promise<ContractDiff> {
  const writer = after.source === undefined ? undefined : `${after.source.source}.${after.source.dataset}`
  const base = {
    dataset: after.dataset,
    layer: layerOf(after),
    after: {version: after.version, digest: after.digest},
    ...(after.compatibility === undefined ? {} : {compatibility: after.compatibility}),
    ...(writer === undefined ? {} : {writer}),
  }
  if (before === undefined) return {...base, changes: [], readers: await readersOf(workspace, after, [])}
  const {contract, tableVersion} = before
  const changes = diffContracts(contract, after)
  const impact = data && changes.length > 0 ? await impactOf(workspace, {before: contract, after}, signal) : undefined
  return {
    ...base,
    before: {version: contract.version, digest: contract.digest, ...(tableVersion === undefined ? {} : {tableVersion})},
    ...judgeVersion(contract, after, changes),
    changes,
    readers: await readersOf(workspace, after, changes),
    ...(impact === undefined ? {} : {impact}),
  }
}

async function readersOf(workspace: Workspace, contract: Contract, changes: readonly ContractChange[]): Promise<readonly DatasetReader[]> {
  const broken = changes.filter(({breaks}) => breaks.includes('readers')).flatMap(({column}) => column ?? [])
  return findReaders(contract, [...new Set(broken)], {contracts: await workspace.contracts(), models: await workspace.models()})
}

/** undefined for gold, which is judged when it is built, and where silver has no table. */
async function impactOf(
  workspace: Workspace,
  {before, after}: {readonly before: Contract; readonly after: Contract},
  signal = new AbortController().signal,
): Promise<DataImpact | undefined> {
  if (layerOf(after) === 'gold') return undefined
  const store = await workspace.store()
  const silver = await readSnapshot(store, layout.table('silver', after.dataset))
  if (silver === undefined) return undefined
  const contracts = silverContracts(await workspace.contracts())
  const open = (contract: Contract) => openRelations({store}, contracts, contract, () => 'newest')
  const [old, next] = [await open(before), await open(after)]
  return measureImpact({
    silver,
    before,
    after,
    now: workspace.clock.now().toISOString(),
    relation: (dataset) => next.relation(dataset) ?? old.relation(dataset),
    measure: onEngine(await workspace.engine(), signal),
  })
}
