// The registry of materializations: one loader a kind, by the name that contracts use.
import type {Materialization} from '../../model/contract.ts'
import type {MaterializationKind} from './define-materialization.ts'

export const materializations: Readonly<Record<Materialization, () => Promise<MaterializationKind>>> = {
  table: async () => (await import('./table.ts')).table,
  view: async () => (await import('./view.ts')).view,
}
