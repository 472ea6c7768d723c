// `_last_checkpoint` (PROTOCOL.md "Last Checkpoint File"): which checkpoint a reader may begin with. It is only a hint: what cannot
// be read of it counts as none, and nothing is wrong without it.
import {isMissingKey} from '../store/object-key.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {isObject} from './decode-entry.ts'
import {lastCheckpointKey} from './log-files.ts'

/** The version it names; `absent` without the object, `unreadable` when it names none. */
export async function readLastCheckpoint(store: ObjectStore, table: string): Promise<number | 'absent' | 'unreadable'> {
  try {
    const hint: unknown = JSON.parse(new TextDecoder().decode(await store.get(lastCheckpointKey(table))))
    const isReadable = isObject(hint) && typeof hint.version === 'number' && Number.isSafeInteger(hint.version) && hint.version >= 0
    return isReadable ? Number(hint.version) : 'unreadable'
  } catch (error) {
    if (error instanceof SyntaxError) return 'unreadable'
    if (isMissingKey(error)) return 'absent'
    throw error
  }
}

export interface CheckpointHint {
  readonly version: number
  /** Actions in the checkpoint. */
  readonly size: number
  readonly sizeInBytes?: number
  readonly numOfAddFiles?: number
  /** Objects it is made of, when there are several. */
  readonly parts?: number
}

/** Points it at a checkpoint. */
export async function writeLastCheckpoint(store: ObjectStore, table: string, hint: CheckpointHint): Promise<void> {
  await store.put(lastCheckpointKey(table), new TextEncoder().encode(JSON.stringify(hint)))
}
