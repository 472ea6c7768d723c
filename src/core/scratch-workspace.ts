// A workspace for work on files that somebody names, where there is none: a folder of its own that is gone afterwards. It has no catalog and
// no contracts; work that asks for them gets what an empty workspace has.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {configFileName} from './config/find-workspace.ts'
import type {Workspace} from './pipeline/ports.ts'
import {openWorkspace} from './workspace.ts'

/** Runs `use`, closes the workspace and removes its folder, whatever happens. */
export async function withScratchWorkspace<T>(env: NodeJS.ProcessEnv, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hippo-scratch-'))
  try {
    await writeFile(path.join(folder, configFileName), 'name: file\n')
    const workspace = await openWorkspace({directory: folder, flags: {workspace: folder}, env})
    try {
      return await use(workspace)
    } finally {
      await workspace.close()
    }
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
