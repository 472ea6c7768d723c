// What finders of drift work with.
import type {Engine} from '../../engine/engine.ts'
import type {EngineMeasure} from '../measure-checks.ts'

export interface FinderPorts {
  readonly engine: Engine
  readonly measure: EngineMeasure
  readonly signal: AbortSignal
}
