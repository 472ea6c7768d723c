// What was captured before. Content makes a delivery known: the same bytes for the same dataset of the same source, whatever
// the file is called. A file given by hand counts as one of the source that feeds its dataset, and what came from a source
// that hippo.yaml no longer names counts for every source: it was renamed, and its files are not to come twice.
//
// A file that looks exactly as when it was captured is known without being read again, as in version control systems.
import type {Batch, CaptureRecord} from '../model/capture.ts'

/** A file by source, dataset key and content. */
export type FileContent = Pick<CaptureRecord, 'source' | 'dataset' | 'sha256' | 'standsFor'>

/** A file by its place and look. */
export type FileState = Pick<CaptureRecord, 'source' | 'path' | 'sizeBytes' | 'modifiedAt'>

export interface KnownFiles {
  /** The capture of the same content. */
  captureOf(file: FileContent): CaptureRecord | undefined
  /** The capture of a file that had not changed for a while by then and looks the same now. */
  settledCapture(file: FileState): CaptureRecord | undefined
}

/** A file younger than this when captured may have been written again within the same tick of its clock. */
const settledAfterMs = 2000

export function knownFiles(batches: readonly Batch[], configuredSources: readonly string[]): KnownFiles {
  const records = batches.flatMap((batch) => batch.files)
  const contents = new Map(records.map((record) => [contentKey(record, configuredSources), record]))
  const settled = records.filter((record) => Date.parse(record.receivedAt) - Date.parse(record.modifiedAt) > settledAfterMs)
  const states = new Map(settled.map((record) => [stateKey(record), record]))
  return {
    captureOf: (file) => contents.get(contentKey(file, configuredSources)) ?? contents.get(contentKey(file, [])),
    settledCapture: (file) => states.get(stateKey(file)),
  }
}

function contentKey({standsFor, source, dataset, sha256}: FileContent, configuredSources: readonly string[]): string {
  const place = standsFor ?? {source, dataset}
  return JSON.stringify([configuredSources.includes(place.source) ? place.source : '', place.dataset, sha256])
}

const stateKey = ({source, path, sizeBytes, modifiedAt}: FileState): string => JSON.stringify([source, path, sizeBytes, modifiedAt])
