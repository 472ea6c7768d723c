// The decision that let a rejected row into silver: quarantine keeps the row, and with it who decided what.
import {readSnapshot} from '../../delta/snapshot.ts'
import {and, column, compare, literal, or, text} from '../../expr/expr.ts'
import {layout} from '../../lake/layout.ts'
import {isInState} from '../../lake/row-state.ts'
import type {TracedDecision} from '../../model/trace.ts'
import {ownRows} from '../open-rows.ts'
import type {Workspace} from '../ports.ts'

export interface LetIn extends TracedDecision {
  /** Checks that were waived for the row. */
  readonly waived: readonly string[]
}

/** Undefined for a row of silver that was never rejected. */
export async function letInBy(
  workspace: Workspace,
  dataset: string,
  {batch, file, row}: {readonly batch: number; readonly file: string; readonly row: number},
  signal?: AbortSignal,
): Promise<LetIn | undefined> {
  const quarantine = await readSnapshot(await workspace.store(), layout.table('quarantine', dataset))
  if (!quarantine?.fields.some(({name}) => name === '_state')) return undefined
  const is = (name: string, value: number) => compare(column(name), '=', literal(BigInt(value), 'int64'))
  const isRow = and(is('_batch', batch), compare(column('_file'), '=', text(file)), is('_row', row))
  const where = and(isRow, or(isInState('released'), isInState('waived')))
  const [found] = await (await workspace.engine()).rows({kind: 'filter', input: ownRows(quarantine), where}, 1, signal ? {signal} : {})
  if (!found) return undefined
  const isWaived = found._state === 'waived'
  return {
    batch: Number(found._state_batch),
    state: isWaived ? 'waived' : 'released',
    by: String(found._state_by),
    at: String(found._state_at),
    ...(found._state_reason === null ? {} : {reason: String(found._state_reason)}),
    ...(found._waived_until === null ? {} : {until: String(found._waived_until)}),
    waived: isWaived ? String(found._reasons ?? '').split('|') : [],
  }
}
