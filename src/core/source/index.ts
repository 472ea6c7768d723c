// The kinds of source hippo can read, each loaded when it is first asked for.
import type {SourceSettings} from '../config/config.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {Source} from './source.ts'

export interface OpenSourceOptions {
  /** Workspace folder that relative paths start from. */
  readonly root: string
}

type Loader<S extends SourceSettings> = (name: string, settings: S, options: OpenSourceOptions) => Promise<Source>

const loaders: {readonly [K in SourceSettings['kind']]: Loader<Extract<SourceSettings, {kind: K}>>} = {
  files: async (name, settings, options) => (await import('./files/files-source.ts')).openFilesSource(name, settings, options),
}

/** Opens a configured source; throws CONFIG_INVALID for a kind that this build does not have. */
export async function openSource(name: string, settings: SourceSettings, options: OpenSourceOptions): Promise<Source> {
  const open = loaders[settings.kind]
  if (open === undefined) throw new HippoError('CONFIG_INVALID', {message: `source ${name} is of a kind that this build does not have`})
  return open(name, settings, options)
}

/** Name of the source that files given by hand belong to. */
export const givenFilesSource = 'files'

/** Files named on the command line as a source of their own, all for one dataset. */
export async function openGivenFiles(files: readonly string[], dataset: string): Promise<Source> {
  return (await import('./files/files-source.ts')).openGivenFiles(givenFilesSource, files, dataset)
}
