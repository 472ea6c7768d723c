// How a column of ours is stored in quarantine.
import type {Field} from '../delta/schema.ts'
import type {PlanColumn} from '../expr/plan.ts'
import {listColumns} from '../lake/reserved-columns.ts'

export const quarantineField = (column: PlanColumn): Field =>
  listColumns.some((name) => name === column.name)
    ? {name: column.name, type: {kind: 'list', of: 'string'}, nullable: true}
    : {...column, nullable: true}
