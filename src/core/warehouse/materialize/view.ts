// The question itself: computed at each reading, over the snapshots it was built on.
import {raw} from '../../postgres/sql.ts'
import type {MaterializationKind} from './define-materialization.ts'

export const view: MaterializationKind = {
  name: 'view',
  relationKind: 'view',
  build: async (tx, {relation, select, signal}) => {
    await tx.query(raw(`create view ${relation} as ${select}`), {signal})
  },
}
