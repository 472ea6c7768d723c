// The columns of a dataset's quarantine table: where each row came from, what is said about it, then the received columns as text.
import type {Field} from '../delta/schema.ts'
import type {PlanColumn} from '../expr/plan.ts'
import {listColumns, rejectedColumns} from './reserved-columns.ts'

/** `received` are the names of the received columns as the table has them. */
export function quarantineFields(received: readonly string[]): readonly Field[] {
  return [...rejectedColumns.map(quarantineField), ...received.map((name): Field => ({name, type: 'string', nullable: true}))]
}

/** How a column of ours is stored there. */
export const quarantineField = (column: PlanColumn): Field =>
  listColumns.some((name) => name === column.name)
    ? {name: column.name, type: {kind: 'list', of: 'string'}, nullable: true}
    : {...column, nullable: true}
