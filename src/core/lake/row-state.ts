// What rows of quarantine are and why, as conditions over its columns.
import {column, compare, type Expr, literal, matches, text, when} from '../expr/expr.ts'

/**
 * open: it waits. released: silver has it. waived: silver has it although it breaks checks. discarded: a person closed it.
 * superseded: a later delivery brought the same key.
 */
export const rowStates = ['open', 'released', 'waived', 'discarded', 'superseded'] as const
export type RowState = (typeof rowStates)[number]

/** The state of a row as text; open where the table, or the row, has none. */
export const stateOf: Expr = {kind: 'coalesce', of: [column('_state'), text('open')]}

/** The state as silver knows it: what a batch decided that silver has not committed does not count yet. */
export const stateUpTo = (committed: number): Expr =>
  when(compare(column('_state_batch'), '>', literal(BigInt(committed), 'int64')), text('open'), stateOf)

export const isInState = (state: RowState): Expr => compare(stateOf, '=', text(state))

/** True for a row with that reason; the list of reasons is read as text joined by '|'. */
export const hasReason = (id: string): Expr => matches(column('_reasons'), `(^|\\|)${escapePattern(id)}(\\||$)`)

/** True for a row that has reasons of these alone. */
export function hasOnlyReasons(ids: readonly string[]): Expr {
  const any = ids.map(escapePattern).join('|')
  return matches(column('_reasons'), `^(${any})(\\|(${any}))*$`)
}

const escapePattern = (literalText: string): string => literalText.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
