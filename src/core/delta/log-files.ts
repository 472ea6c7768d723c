// Names of the objects below `_delta_log/` and what a listing of them says. Objects of other kinds (compacted logs)
// are passed over.
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'

const versionDigits = 20

const logFolder = (table: string): string => `${table}/_delta_log/`
const padded = (version: number): string => String(version).padStart(versionDigits, '0')
export const commitKey = (table: string, version: number): string => `${logFolder(table)}${padded(version)}.json`
export const checksumKey = (table: string, version: number): string => `${logFolder(table)}${padded(version)}.crc`
export const checkpointKey = (table: string, version: number): string => `${logFolder(table)}${padded(version)}.checkpoint.parquet`
export const lastCheckpointKey = (table: string): string => `${logFolder(table)}_last_checkpoint`

export const sidecarKey = (table: string, name: string): string => `${logFolder(table)}_sidecars/${name}`

/** A complete checkpoint: one object, all parts in order, or (feature v2Checkpoint) one under a unique name. */
export interface CheckpointFiles {
  readonly version: number
  readonly keys: readonly string[]
}

export interface LogListing {
  /** By version, ascending. */
  readonly commits: ReadonlyMap<number, ObjectInfo>
  /** Newest first. */
  readonly checkpoints: readonly CheckpointFiles[]
  /** Checkpoints in parts of which some are not there. */
  readonly incomplete: readonly CheckpointFiles[]
  /** Keys of the checksum files, by version. */
  readonly checksums: ReadonlyMap<number, string>
}

const namePattern =
  /^([0-9]{20})(?:\.(json)|\.(crc)|\.checkpoint\.parquet|\.checkpoint\.([0-9]{10})\.([0-9]{10})\.parquet|\.checkpoint\.[0-9a-f-]{36}\.(?:json|parquet))$/

/** Lists the log from a version on, in one request. */
export async function listLog(store: ObjectStore, table: string, fromVersion: number): Promise<LogListing> {
  const folder = logFolder(table)
  const commits = new Map<number, ObjectInfo>()
  const checkpoints: CheckpointFiles[] = []
  const checksums = new Map<number, string>()
  const parts = new Map<string, string[]>()
  // The bare version sorts right before everything that begins with it.
  for await (const info of store.list(folder, {startAfter: folder + padded(fromVersion)})) {
    const match = namePattern.exec(info.key.slice(folder.length))
    if (!match) continue
    const [, digits = '', isCommit, isChecksum, part, partCount] = match
    const version = Number(digits)
    if (isCommit) commits.set(version, info)
    else if (isChecksum) checksums.set(version, info.key)
    else if (part && partCount) {
      const set = `${digits}.${partCount}`
      const keys = [...(parts.get(set) ?? []), info.key]
      parts.set(set, keys)
      if (keys.length === Number(partCount)) {
        checkpoints.push({version, keys})
        parts.delete(set)
      }
    } else checkpoints.push({version, keys: [info.key]})
  }
  const incomplete = [...parts].map(([set, keys]) => ({version: Number(set.slice(0, versionDigits)), keys}))
  return {commits, checkpoints: checkpoints.toSorted((a, b) => b.version - a.version), incomplete, checksums}
}
