// Why rows waited in quarantine at an earlier version of it: counted in the rows of that version themselves, as the catalog counts
// what waits today. Reasons are those that any contract of the dataset can give.
import type {Snapshot} from '../delta/snapshot.ts'
import {readSnapshotAt, type TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import {hasReason} from '../lake/row-state.ts'
import {layerOf} from '../model/contract.ts'
import type {DatasetName} from '../model/names.ts'
import {reasonWords} from '../source/reason-words.ts'
import {committedBatch, contractsOf, wantedRows} from './quarantined-rows.ts'
import type {QuarantineReason, ReadableWorkspace} from './reader.ts'

/** Of one dataset, or of all. A version is one of one table; a dataset that had no quarantine then is left out of a list of all. */
export async function readQuarantineReasonsAt(
  workspace: ReadableWorkspace,
  {dataset, ...travel}: TimeTravel & {readonly dataset?: DatasetName},
): Promise<readonly QuarantineReason[]> {
  if (dataset === undefined && travel.version !== undefined) {
    throw new HippoError('CONFIG_USAGE', {message: '--version is one of one table', hint: 'name the dataset, or say --as-of TIME'})
  }
  const silver = (await workspace.contracts()).filter((contract) => layerOf(contract) === 'silver').map((contract) => contract.dataset)
  const found: QuarantineReason[] = []
  for (const name of dataset === undefined ? silver : [dataset]) {
    const committed = await committedBatch(workspace, name)
    const snapshot = await quarantineAt(workspace, name, {travel, isListed: dataset === undefined})
    if (snapshot && committed !== undefined) found.push(...(await countReasons(workspace, name, {snapshot, committed})))
  }
  return found.toSorted((a, b) => b.rows - a.rows || (`${a.dataset} ${a.reason}` < `${b.dataset} ${b.reason}` ? -1 : 1))
}

async function quarantineAt(
  workspace: ReadableWorkspace,
  dataset: DatasetName,
  {travel, isListed}: {readonly travel: TimeTravel; readonly isListed: boolean},
): Promise<Snapshot | undefined> {
  try {
    return await readSnapshotAt(await workspace.store(), layout.table('quarantine', dataset), travel)
  } catch (error) {
    if (isListed && error instanceof HippoError && error.code === 'TABLE_VERSION_UNKNOWN') return undefined
    throw error
  }
}

async function countReasons(
  workspace: ReadableWorkspace,
  dataset: DatasetName,
  {snapshot, committed}: {readonly snapshot: Snapshot; readonly committed: number},
): Promise<readonly QuarantineReason[]> {
  const words = new Map<string, string | undefined>(Object.entries(reasonWords))
  for (const contract of await contractsOf(workspace, dataset)) {
    for (const {id, onFailure} of contract.rules) if (onFailure !== 'warn' && !words.has(id)) words.set(id, undefined)
  }
  const reasons = [...words.keys()]
  const aggregates = reasons.map((reason, index) => ({name: `reason ${index}`, function: 'countIf' as const, of: hasReason(reason)}))
  const engine = await workspace.engine()
  const [measured] = await engine.measure([{id: dataset, input: wantedRows(snapshot, committed, {}), aggregates}])
  return reasons.flatMap((reason, index) => {
    const rows = Number(measured?.values[`reason ${index}`] ?? 0)
    const description = words.get(reason)
    return rows === 0 ? [] : [{dataset, reason, rows, ...(description === undefined ? {} : {description})}]
  })
}
