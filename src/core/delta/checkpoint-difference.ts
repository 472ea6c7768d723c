// Where a checkpoint says something else than the commits it stands for. Tombstones may have expired from it, and statistics may be
// kept in another form: neither counts.
import {type AddAction, vectorId} from './actions.ts'
import type {TableState} from './replay.ts'

/** What differs, in words without values; undefined when the checkpoint is what the commits add up to. */
export function checkpointDifference(checkpoint: TableState, commits: TableState): string | undefined {
  const differing = Object.entries(parts).filter(([, part]) => part(checkpoint, commits) !== part(commits, checkpoint))
  const files = countDiffering(checkpoint.files, commits.files)
  const all = [...differing.map(([name]) => name), ...(files > 0 ? [`${files} data files`] : [])]
  return all.length === 0 ? undefined : `it differs from the commits before it in ${all.join(', ')}`
}

const sorted = (of: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const parts: Readonly<Record<string, (state: TableState, other: TableState) => string>> = {
  protocol: ({protocol}) =>
    JSON.stringify([
      protocol?.minReaderVersion,
      protocol?.minWriterVersion,
      (protocol?.readerFeatures ?? []).toSorted(),
      (protocol?.writerFeatures ?? []).toSorted(),
    ]),
  metaData: ({metaData}) =>
    JSON.stringify([metaData?.id, metaData?.schemaString, metaData?.partitionColumns, sorted(metaData?.configuration ?? {})]),
  // A table may let them expire from its checkpoints.
  transactions: ({txns, metaData}, other) => {
    const isKept = (appId: string) =>
      other.txns.has(appId) || metaData?.configuration['delta.setTransactionRetentionDuration'] === undefined
    return sorted(Object.fromEntries([...txns].flatMap(([appId, {version}]) => (isKept(appId) ? [[appId, version]] : []))))
  },
}

function countDiffering(a: ReadonlyMap<string, AddAction>, b: ReadonlyMap<string, AddAction>): number {
  const shown = (file: AddAction | undefined) =>
    file && JSON.stringify([file.size, vectorId(file.deletionVector), sorted(file.partitionValues)])
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => shown(a.get(path)) !== shown(b.get(path))).length
}
