// `hippo contract drift`: what the newest delivery has that its contract does not expect, held against the rows that silver had before
// it: columns that came, went, or seem to have another name, values that are read no more, new categories, other units, another volume. What
// the contract could say to it is written as a patch, for a person to accept; nothing is assumed and nothing changed.
import {readFile} from 'node:fs/promises'
import {snapshotHistory} from '../../catalog/reader.ts'
import {diffContracts} from '../../contract/diff/diff-contracts.ts'
import {inferContract} from '../../contract/infer-contract.ts'
import {type ContractPatch, patchContract, type Remedy} from '../../contract/patch-contract.ts'
import {readContract} from '../../contract/read-contract.ts'
import {planColumn} from '../../contract/scalar-type.ts'
import {bindSources} from '../../contract/source-columns.ts'
import {readSnapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {column, compare, literal} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {layout} from '../../lake/layout.ts'
import {planColumnsOf, scanTable} from '../../lake/scan-table.ts'
import type {Contract} from '../../model/contract.ts'
import type {ContractChange, VersionStep} from '../../model/contract-change.ts'
import {onEngine} from '../measure-checks.ts'
import {openRelations} from '../pins.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {type FileProfile, profileFiles} from '../profile-file.ts'
import {selectDatasets, silverContracts} from '../select-datasets.ts'
import {findCategories} from './find-categories.ts'
import {findRenamed} from './find-renamed.ts'
import {findUnits, findVolume} from './find-shifts.ts'
import {findUnread} from './find-unread.ts'
import {type NewestDelivery, newestDelivery} from './newest-delivery.ts'

export type DriftKind = 'added' | 'lost' | 'renamed' | 'unread' | 'categories' | 'units' | 'volume'

export interface DriftFinding {
  readonly kind: DriftKind
  readonly column?: string
  readonly message: string
  /** Rows of the delivery that it is about. */
  readonly rows: number
  /** What the contract could say to it; absent where the answer is not the contract's. */
  readonly remedy?: Remedy
  /** The step that this remedy alone asks for. */
  readonly step?: VersionStep
}

export interface DriftRequest extends Pick<RunOptions, 'signal'> {
  readonly dataset: string
  /** Only remedies for these columns go into the patch; all when empty. */
  readonly only: readonly string[]
}

export interface DriftReport {
  readonly dataset: string
  readonly batch: number
  readonly rows: number
  readonly findings: readonly DriftFinding[]
  /** The contract with the remedies; absent when there is none. */
  readonly patch?: ContractPatch & {readonly path: string; readonly changes: readonly ContractChange[]}
}

/** What the finders look at. */
export interface Drifting {
  readonly contract: Contract
  readonly delivery: NewestDelivery
  /** Rows of silver that came before the delivery; absent where there are none. */
  readonly before?: Plan
  readonly profile: FileProfile
}

/** CONFIG_DATASET_UNKNOWN, CONFIG_USAGE or SOURCE_REFUSED when there is nothing to look at. */
export async function findDrift(
  workspace: Workspace,
  {dataset, only, signal = new AbortController().signal}: DriftRequest,
): Promise<DriftReport> {
  const contracts = silverContracts(await workspace.contracts())
  const [contract] = selectDatasets(contracts, [dataset.replace(/^silver\./, '')])
  if (contract === undefined) throw new TypeError('a selected dataset has a contract')
  const store = await workspace.store()
  const {relation} = await openRelations({store}, contracts, contract, () => 'newest')
  const delivery = await newestDelivery(workspace, {contract, relation, signal})
  const engine = await workspace.engine()
  const files = delivery.ready.map(({prepared}) => prepared)
  const profile = await profileFiles(engine, files, {dataset: contract.dataset, staging: await workspace.stagingDirectory(), signal})
  const before = await rowsBefore(workspace, contract, delivery.batch.number)
  const drifting: Drifting = {contract, delivery, profile, ...(before === undefined ? {} : {before})}
  const ports = {engine, measure: onEngine(engine, signal), signal}
  const renamed = await findRenamed(drifting, ports)
  const findings = [
    ...renamed,
    ...lostAndAdded(drifting, renamed),
    ...(await findUnread(drifting, ports)),
    ...(await findCategories(drifting, ports)),
    ...(await findUnits(drifting, ports)),
    ...findVolume(drifting, await recordsBefore(workspace, contract, delivery.batch.number)),
  ]
  const text = await readFile(contract.path, 'utf8')
  const stepped = findings.map((finding) => withStep(finding, contract, text))
  const patch = patchOf(stepped, {contract, text, only})
  return {dataset: contract.dataset, batch: delivery.batch.number, rows: delivery.records, findings: stepped, ...(patch ? {patch} : {})}
}

/** With every column of the contract: one that silver does not have yet is null in all of its rows. */
async function rowsBefore(workspace: Workspace, {dataset, columns: promised}: Contract, batch: number): Promise<Plan | undefined> {
  const silver = await readSnapshot(await workspace.store(), layout.table('silver', dataset))
  if (silver === undefined) return undefined
  const had = planColumnsOf(silver)
  const names = new Set(silver.fields.map(({name}) => name))
  const columns = [...had, ...promised.filter(({name}) => !names.has(name)).map(planColumn)]
  return {kind: 'filter', input: scanTable(silver, {columns}), where: compare(column('_batch'), '<', literal(BigInt(batch), 'int64'))}
}

const mostSnapshots = 30

/** Records of earlier deliveries, as their promotions counted them. */
async function recordsBefore(workspace: Workspace, {dataset}: Contract, batch: number): Promise<readonly number[]> {
  const snapshots = await snapshotHistory(await workspace.database(), dataset, 'silver', mostSnapshots)
  return snapshots.flatMap(({batch: number, counts, rebuilt}) =>
    number !== undefined && number < batch && counts && !rebuilt ? [counts.read] : [],
  )
}

function lostAndAdded({contract, delivery, profile}: Drifting, renamed: readonly DriftFinding[]): readonly DriftFinding[] {
  const {header, records} = delivery
  const {added, removed} = bindSources(contract, header)
  const taken = new Set(renamed.flatMap(({remedy}) => (remedy?.kind === 'addSource' ? [remedy.header, remedy.column] : [])))
  const lost = contract.columns.filter(({name, sources}) => !taken.has(name) && sources.some((source) => removed.includes(source)))
  const drafts = draftedProperties(contract.dataset, profile)
  return [
    ...lost.map(({name, required, primaryKeyPosition}): DriftFinding => {
      const remedy = required && primaryKeyPosition === undefined ? {remedy: {kind: 'makeOptional', column: name} as const} : {}
      return {
        kind: 'lost',
        column: name,
        message: `no file has ${name}${required ? ', which is required: it is refused' : ''}`,
        rows: records,
        ...remedy,
      }
    }),
    ...added
      .filter((name) => !taken.has(name))
      .map((name): DriftFinding => {
        const property = drafts.get(name)
        const clash = contract.columns.some((one) => one.name.toLowerCase() === String(property?.name).toLowerCase())
        const remedy = property === undefined || clash ? {} : {remedy: {kind: 'addColumn', property} as const}
        return {kind: 'added', column: name, message: `files have a column that the contract does not know`, rows: records, ...remedy}
      }),
  ]
}

/** Properties as a draft of the delivery has them, by header; required only what the contract's own people say. */
function draftedProperties(dataset: string, profile: FileProfile): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const {document} = readContract('draft', inferContract({dataset, profile, today: '1970-01-01'}))
  const object = (document as {readonly schema: readonly {readonly properties: readonly Readonly<Record<string, unknown>>[]}[]}).schema[0]
  return new Map(
    profile.columns.flatMap(({name}, index) => {
      const {required: _, primaryKey: __, unique: ___, ...property} = object?.properties[index] ?? {}
      return Object.keys(property).length === 0 ? [] : [[name, property] as const]
    }),
  )
}

/** A remedy that the contract does not bear is left out, and said. */
function withStep(finding: DriftFinding, contract: Contract, text: string): DriftFinding {
  const {remedy, ...rest} = finding
  if (remedy === undefined) return finding
  try {
    return {...finding, step: patchContract(contract.path, text, [remedy]).step}
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
    return {...rest, message: `${finding.message} (the contract must be changed by hand: ${error.message})`}
  }
}

function patchOf(
  findings: readonly DriftFinding[],
  {contract, text, only}: {readonly contract: Contract; readonly text: string; readonly only: readonly string[]},
): DriftReport['patch'] {
  const remedies = findings.flatMap(({remedy, column: name}) =>
    remedy && (only.length === 0 || only.includes(name ?? '')) ? [remedy] : [],
  )
  if (remedies.length === 0) return undefined
  const patch = patchContract(contract.path, text, remedies)
  return {...patch, path: contract.path, changes: diffContracts(readContract(contract.path, text), readContract(contract.path, patch.text))}
}
