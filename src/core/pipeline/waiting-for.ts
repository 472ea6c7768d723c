// A dataset waits for the datasets it refers to. Judged while a parent's own delivery is gated or failed, good rows would be
// rejected for a reference that is only late, and stay rejected.
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {readSnapshot} from '../delta/snapshot.ts'
import {layout, promotionAppId} from '../lake/layout.ts'
import type {Batch} from '../model/capture.ts'
import {feeds} from './feeds.ts'
import {orderByReference} from './order-datasets.ts'
import type {DatasetContext} from './promote-dataset.ts'

export interface PendingParent {
  readonly dataset: string
  readonly batch: number
}

/** The first dataset this one refers to that has a batch up to `batch` still to promote; undefined when none has. */
export async function waitingFor(
  {workspace, contract, contracts, batches}: DatasetContext,
  batch: Batch,
): Promise<PendingParent | undefined> {
  const store = await workspace.store()
  const referenced = new Set(referencedDatasets(contract))
  // Datasets that refer to each other in a circle cannot all wait: only what comes before in their order counts.
  const ordered = orderByReference(contracts, referencedDatasets)
  const own = ordered.findIndex((one) => one.dataset === contract.dataset)
  for (const parent of ordered.slice(0, own)) {
    if (!referenced.has(parent.dataset)) continue
    const table = layout.table('silver', parent.dataset)
    const snapshot = await readSnapshot(store, table)
    const reached = snapshot?.txns.get(promotionAppId(workspace.config.name, table))?.version ?? 0
    const pending = batches.find(
      ({number, files}) => number > reached && number <= batch.number && files.some((file) => feeds(file, parent)),
    )
    if (pending) return {dataset: parent.dataset, batch: pending.number}
  }
  return undefined
}
