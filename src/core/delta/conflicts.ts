// May our commit stand after another one that was first? Rules of the Delta documentation ("Concurrency control"), at the
// level Serializable for whatever read the table: an overwrite or a merge that had seen the other's rows would have
// written something else.
import {type AddAction, decodePath, type LogEntry, type TxnAction} from './actions.ts'

/** What a commit depends on. */
export interface Footprint {
  /** False only for appends that did not look at the table. */
  readonly readsTable: boolean
  readonly changesMetaData: boolean
  readonly removes: readonly AddAction[]
  readonly txn?: TxnAction
}

export type Conflict = 'protocolChanged' | 'metaDataChanged' | 'rowsAdded' | 'rowsRemoved' | 'fileRemovedTwice' | 'sameApplication'

/** Why our commit cannot follow the winner, or undefined when it can. */
export function findConflict(winner: LogEntry, ours: Footprint): Conflict | undefined {
  if (winner.protocol) return 'protocolChanged'
  if (winner.metaData) return 'metaDataChanged'
  if (ours.txn && winner.txn.some(({appId}) => appId === ours.txn?.appId)) return 'sameApplication'
  const wholeTable = ours.readsTable || ours.changesMetaData
  if (wholeTable && winner.add.some(({dataChange}) => dataChange)) return 'rowsAdded'
  if (ours.readsTable && winner.remove.some(({dataChange}) => dataChange)) return 'rowsRemoved'
  const removed = new Set(winner.remove.map(({path}) => decodePath(path)))
  if (ours.removes.some(({path}) => removed.has(decodePath(path)))) return 'fileRemovedTwice'
  return undefined
}
