// The columns hippo adds to every silver and quarantine table. Their names start with an underscore; a contract may not use them.
import type {PlanColumn} from '../expr/plan.ts'

/** Where a row came from: batch, SHA-256 of the file, 1-based record in it, 1-based line in the file as received. */
export const originColumns: readonly PlanColumn[] = [
  {name: '_batch', type: 'int64'},
  {name: '_file', type: 'string'},
  {name: '_row', type: 'int64'},
  {name: '_line', type: 'int64'},
]

/** What quarantine says about a row: the run and contract that rejected it, every check it broke, and its text when it had no structure. */
export const verdictColumns: readonly PlanColumn[] = [
  {name: '_run', type: 'string'},
  {name: '_reasons', type: 'string'},
  {name: '_contract_version', type: 'string'},
  {name: '_quarantined_at', type: 'timestamp'},
  {name: '_raw', type: 'string'},
]

/** What quarantine keeps of a rejected row as it was typed: its key, and the row of another dataset that it waits for. */
export const linkColumns: readonly PlanColumn[] = [
  {name: '_key', type: 'string'},
  {name: '_waits_for', type: 'string'},
]

/** Columns of ours that a promotion writes with every rejected row. */
export const rejectedColumns: readonly PlanColumn[] = [...originColumns, ...verdictColumns, ...linkColumns]

/**
 * What became of a rejected row, by which batch, who decided it, why and when; how long a waiver holds; columns that a person
 * corrected. Tables that nobody decided about have none of them, and a row without a state is open.
 */
export const stateColumns: readonly PlanColumn[] = [
  {name: '_state', type: 'string'},
  {name: '_state_batch', type: 'int64'},
  {name: '_state_by', type: 'string'},
  {name: '_state_reason', type: 'string'},
  {name: '_state_at', type: 'timestamp'},
  {name: '_waived_until', type: 'timestamp'},
  {name: '_corrected', type: 'string'},
]

/** All that hippo adds to quarantine. */
export const quarantineColumns: readonly PlanColumn[] = [...rejectedColumns, ...stateColumns]

/** All of them. */
export const reservedNames: ReadonlySet<string> = new Set(quarantineColumns.map(({name}) => name))

/** Those of ours that hold values of the row: people see them no more than the received columns. */
export const ownValueColumns: ReadonlySet<string> = new Set(['_raw', ...linkColumns.map(({name}) => name)])

/** Stored as a list; plans carry it as text joined by '|'. */
export const listColumns = ['_reasons'] as const

/**
 * Names for received headers that Delta, Spark and SQL all take: unique ignoring case, without the characters Delta forbids,
 * never one of ours. The same headers always give the same names.
 */
export function safeColumnNames(headers: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(reservedNames)
  const names = new Map<string, string>()
  for (const header of headers) {
    const base = header.replace(/[ ,;{}()\n\t=`"'.\\]+/g, '_').replace(/^_+/, '') || 'column'
    let name = base
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`
    taken.add(name.toLowerCase())
    names.set(header, name)
  }
  return names
}
