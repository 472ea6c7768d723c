// The services of a workspace that hippo starts itself.
import path from 'node:path'
import type {Workspace} from './pipeline/ports.ts'

export interface DatabaseService {
  readonly where: string
  readonly version: string
  readonly embedded: boolean
}

/** Starts the embedded database unless it runs, or reaches the configured one, and says where it is. */
export async function upDatabase(workspace: Workspace): Promise<DatabaseService> {
  return (await workspace.database({anyLake: true})).describe()
}

/** Stops the embedded database; `stopped` is false when none was running or the database is somebody else's. */
export async function downDatabase(workspace: Workspace): Promise<{readonly stopped: boolean}> {
  if (workspace.config.database !== 'embedded') return {stopped: false}
  const {stopEmbeddedServer} = await import('./postgres/embedded-server.ts')
  return {stopped: await stopEmbeddedServer({home: path.join(workspace.root, '.hippo', 'pg'), env: process.env})}
}
