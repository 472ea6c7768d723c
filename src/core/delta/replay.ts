// What a log adds up to (PROTOCOL.md "Action Reconciliation"): the newest protocol and metaData, the newest txn of each
// appId, and the files added and not removed since. Pure; replaying a log in pieces gives the same as replaying it whole.
import {
  type AddAction,
  decodePath,
  type LogEntry,
  type MetaDataAction,
  type ProtocolAction,
  type RemoveAction,
  type TxnAction,
  vectorId,
} from './actions.ts'

export interface TableState {
  readonly protocol?: ProtocolAction
  readonly metaData?: MetaDataAction
  /** By appId. */
  readonly txns: ReadonlyMap<string, TxnAction>
  /** By decoded path, in the order they were added. */
  readonly files: ReadonlyMap<string, AddAction>
  /** Files removed, by decoded path; kept so that vacuum knows when. */
  readonly tombstones: ReadonlyMap<string, RemoveAction>
}

export const emptyState: TableState = {txns: new Map(), files: new Map(), tombstones: new Map()}

/** The state after the entries, in order. Within an entry removes come before adds: a file replaced in place stays. */
export function replay(state: TableState, entries: Iterable<LogEntry>): TableState {
  let {protocol, metaData} = state
  const txns = new Map(state.txns)
  const files = new Map(state.files)
  const tombstones = new Map(state.tombstones)
  for (const entry of entries) {
    protocol = entry.protocol ?? protocol
    metaData = entry.metaData ?? metaData
    for (const txn of entry.txn) txns.set(txn.appId, txn)
    for (const remove of entry.remove) {
      const path = decodePath(remove.path)
      const live = files.get(path)
      // The same file with another deletion vector is another logical file.
      if (live !== undefined && vectorId(live.deletionVector) !== vectorId(remove.deletionVector)) continue
      files.delete(path)
      tombstones.set(path, remove)
    }
    for (const add of entry.add) {
      const path = decodePath(add.path)
      tombstones.delete(path)
      files.set(path, add)
    }
  }
  return {...(protocol ? {protocol} : {}), ...(metaData ? {metaData} : {}), txns, files, tombstones}
}

/** The state as one entry; replaying it onto nothing gives the state again. */
export function toEntry(state: TableState): LogEntry {
  return {
    ...(state.protocol ? {protocol: state.protocol} : {}),
    ...(state.metaData ? {metaData: state.metaData} : {}),
    txn: [...state.txns.values()],
    add: [...state.files.values()],
    remove: [...state.tombstones.values()],
  }
}
