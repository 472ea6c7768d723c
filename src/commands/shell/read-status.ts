// The facts of `hippo status`, from the read-only door.
import type {Workspace} from '../../core/index.ts'
import type {StatusProps} from '../../ui/report/status.ts'
import {withReader} from './with-reader.ts'

export async function readStatus(workspace: Workspace): Promise<StatusProps> {
  const {datasets, attention} = await withReader(workspace, (reader) => reader.overview())
  return {name: workspace.config.name, datasets, attention}
}
