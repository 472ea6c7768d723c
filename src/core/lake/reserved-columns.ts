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

/** All of them. */
export const reservedNames: ReadonlySet<string> = new Set([...originColumns, ...verdictColumns].map(({name}) => name))

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
