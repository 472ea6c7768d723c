// Which folder is the workspace: the one named by --workspace or HIPPO_WORKSPACE, else the nearest one upward with a hippo.yaml.
import path from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'
import type {Environment, ReadText} from './environment.ts'

export const configFileName = 'hippo.yaml'

export interface FindWorkspaceOptions {
  readonly directory?: string
  readonly flags: {readonly workspace?: string}
  readonly env: Environment
  readonly readFile: ReadText
}

/** The workspace's folder and its hippo.yaml; CONFIG_NOT_FOUND when there is none, CONFIG_UNREADABLE when it may not be read. */
export async function findWorkspace({
  directory,
  flags,
  env,
  readFile,
}: FindWorkspaceOptions): Promise<{root: string; file: string; text: string}> {
  const start = path.resolve(directory ?? '.')
  const named = flags.workspace ?? (env.HIPPO_WORKSPACE || undefined)
  if (named !== undefined) {
    const root = path.resolve(start, named)
    const text = await readIfThere(path.join(root, configFileName), readFile)
    if (text !== undefined) return {root, file: path.join(root, configFileName), text}
    const by = flags.workspace === undefined ? 'HIPPO_WORKSPACE' : '--workspace'
    throw new HippoError('CONFIG_NOT_FOUND', {
      message: `${by} names ${root}, which has no ${configFileName}`,
      hint: `make a workspace there with hippo init ${named}`,
    })
  }
  for (let root = start; ; root = path.dirname(root)) {
    const text = await readIfThere(path.join(root, configFileName), readFile)
    if (text !== undefined) return {root, file: path.join(root, configFileName), text}
    if (path.dirname(root) === root) {
      throw new HippoError('CONFIG_NOT_FOUND', {message: `there is no ${configFileName} in ${start} or above it`})
    }
  }
}

async function readIfThere(file: string, readFile: ReadText): Promise<string | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new HippoError('CONFIG_UNREADABLE', {message: `${file} cannot be read (${code})`, cause})
  }
}
