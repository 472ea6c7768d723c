// The rows themselves: computed once, read fast.
import {raw} from '../../postgres/sql.ts'
import type {MaterializationKind} from './define-materialization.ts'

export const table: MaterializationKind = {
  name: 'table',
  relationKind: 'table',
  build: async (tx, {relation, select, signal}) => {
    await tx.query(raw(`create table ${relation} as ${select}`), {signal})
    await tx.query(raw(`analyze ${relation}`), {signal})
  },
}
