// The commits of an ingest: one batch a delivery, in the order of the deliveries. Deliveries that wait together (a missed night)
// come one after the other all the same, so that a row the second sends again is an update, not a conflict.
import {commitBatch} from '../lake/bronze.ts'
import type {Batch, CaptureRecord} from '../model/capture.ts'
import {capturedMeanwhile} from '../model/captured-meanwhile.ts'
import type {CapturedFile} from '../model/run.ts'
import type {Capture, CaptureContext} from './capture-source.ts'

/** Commits what was captured; resolves to the new batches. What another ingest captured meanwhile is in none of them. */
export async function commitDeliveries(
  {workspace, store, run}: CaptureContext,
  batches: readonly Batch[],
  captures: readonly Capture[],
): Promise<readonly Batch[]> {
  const sources = Object.keys(workspace.config.sources)
  const committed: Batch[] = []
  for (const files of deliveriesOf(captures)) {
    const draft = {run: run.id, createdAt: workspace.clock.now().toISOString(), files: onceEach(files), sources}
    const batch = await commitBatch(store, [...batches, ...committed], draft)
    if (batch) committed.push(batch)
  }
  return committed
}

function deliveriesOf(captures: readonly Capture[]): readonly (readonly CaptureRecord[])[] {
  const bySource = Map.groupBy(captures, ({file}) => file.source)
  return [...bySource].sort(inOrder).flatMap(([, own]) => {
    const deliveries = Map.groupBy(own, ({delivery}) => delivery)
    return [...deliveries].sort(inOrder).map(([, together]) => together.flatMap(({record}) => record ?? []))
  })
}

const inOrder = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1)

/** The first of files with the same bytes for the same dataset. */
function onceEach(files: readonly CaptureRecord[]): readonly CaptureRecord[] {
  const first = new Map<string, CaptureRecord>()
  for (const file of files) {
    const content = JSON.stringify([file.dataset, file.sha256])
    if (!first.has(content)) first.set(content, file)
  }
  return [...first.values()]
}

/** What is not in a committed batch was captured by another ingest, or twice in this one. */
export function settle({file, record}: Capture, committed: readonly Batch[]): CapturedFile {
  if (!record) return file
  const isCommitted = committed.some(({files}) =>
    files.some((one) => one.source === record.source && one.path === record.path && one.sha256 === record.sha256),
  )
  if (isCommitted) return file
  const {reason: _, ...rest} = file
  const isTwice = committed.some(({files}) => files.some((one) => one.dataset === record.dataset && one.sha256 === record.sha256))
  return {...rest, state: 'known', ...(isTwice ? {} : {reason: capturedMeanwhile})}
}
