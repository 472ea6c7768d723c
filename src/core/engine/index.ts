// The engines hippo can run plans on, each loaded when it is first asked for.
import {HippoError} from '../errors/hippo-error.ts'
import type {Engine, EngineName} from './engine.ts'

export interface EngineOptions {
  /** Threads the engine may use; default: as many as there are cores. */
  readonly threads?: number
}

const loaders: Readonly<Partial<Record<EngineName, (options: EngineOptions) => Promise<Engine>>>> = {
  polars: async (options) => (await import('./polars/polars-engine.ts')).openPolarsEngine(options),
}

/** Opens an engine by name; throws ENGINE_UNAVAILABLE for one that this build does not have. Close it when done. */
export async function openEngine(name: EngineName, options: EngineOptions = {}): Promise<Engine> {
  const open = loaders[name]
  if (open === undefined) throw new HippoError('ENGINE_UNAVAILABLE', {message: `there is no engine ${name} in this build`})
  return open(options)
}
