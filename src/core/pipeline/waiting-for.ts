// A dataset waits for the datasets it refers to. Judged while a parent's own delivery is gated or failed, good rows would be
// rejected for a reference that is only late, and stay rejected.
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {readSnapshot} from '../delta/snapshot.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import type {Batch} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import {concerns} from './feeds.ts'
import {orderByReference} from './order-datasets.ts'
import type {Workspace} from './ports.ts'
import type {DatasetContext} from './promote-dataset.ts'

export interface PendingParent {
  readonly dataset: string
  readonly batch: number
}

/** What the question needs of a dataset's promotion. */
export interface WaitingContext extends Pick<DatasetContext, 'contract' | 'contracts' | 'batches' | 'reached'> {
  readonly workspace: Pick<Workspace, 'store' | 'config'>
}

/** The first dataset this one refers to that has a batch up to `batch` still to promote; undefined when none has. */
export async function waitingFor(context: WaitingContext, batch: Batch): Promise<PendingParent | undefined> {
  const {contract, contracts, batches, reached} = context
  const referenced = new Set(referencedDatasets(contract))
  // Datasets that refer to each other in a circle cannot all wait: only what comes before in their order counts.
  const ordered = orderByReference(contracts, referencedDatasets)
  const own = ordered.findIndex((one) => one.dataset === contract.dataset)
  for (const parent of ordered.slice(0, own)) {
    if (!referenced.has(parent.dataset)) continue
    const fed = batches.filter((one) => one.number <= batch.number && concerns(one, parent))
    const pendingAfter = (number: number) => fed.find((one) => one.number > number)
    // A table never goes back: what it had reached when it was read last is enough, or it is read again.
    if (!pendingAfter(reached.get(parent.dataset) ?? 0)) continue
    const now = await readReached(context, parent)
    reached.set(parent.dataset, now)
    const pending = pendingAfter(now)
    if (pending) return {dataset: parent.dataset, batch: pending.number}
  }
  return undefined
}

async function readReached({workspace}: WaitingContext, {dataset}: Contract): Promise<number> {
  const table = layout.table('silver', dataset)
  const snapshot = await readSnapshot(await workspace.store(), table)
  return snapshot?.txns.get(promotionAppId(table))?.version ?? 0
}
