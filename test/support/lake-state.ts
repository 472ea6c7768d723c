// What a verb leaves of a workspace, without what differs from run to run: rows, catalog and warehouse, what `hippo verify` finds
// once the files that nobody needs have gone, and whether a vacuum finds all of those.
import {existsSync, readdirSync} from 'node:fs'
import path from 'node:path'
import {planVacuum} from '../../src/core/delta/vacuum.ts'
import {vacuumTable, verify, type Workspace} from '../../src/core/index.ts'
import {datasets, later} from './verb-cases.ts'
import type {TestWorkspace} from './workspace.ts'
import {contentThrough} from './workspace-content.ts'

/** `mirror` brings what the lake holds into the folder of a local one, for a lake that is elsewhere. */
export async function lakeState(ward: TestWorkspace, workspace: Workspace, mirror: () => void = () => undefined) {
  mirror()
  const content = await contentThrough(workspace, ward, datasets)
  const orphansLeftIn: string[] = []
  for (const table of ['silver', 'quarantine'].flatMap((layer) => datasets.map((dataset) => `${layer}.${dataset}`))) {
    if ((await orphansOf(workspace, table)) > 0)
      await vacuumTable(later(workspace), {table, apply: true, retentionHours: 0, allowShortRetention: true})
    if ((await orphansOf(workspace, table)) > 0) orphansLeftIn.push(table)
  }
  const {problems} = await verify(workspace, {sample: {kind: 'all'}})
  return {content, problems, orphansLeftIn, bronze: filesOf(ward, 'bronze'), unfinished: filesOf(ward, '.tmp')}
}

async function orphansOf(workspace: Workspace, table: string): Promise<number> {
  const options = {now: Date.now() + 3_600_000, retentionMs: 0, allowShortRetention: true}
  const plan = await planVacuum(await workspace.store(), table.replace('.', '/'), options).catch((error: {readonly code?: string}) => {
    if (error.code === 'TABLE_NOT_FOUND') return undefined
    throw error
  })
  return plan?.orphans ?? 0
}

function filesOf({root}: TestWorkspace, folder: string): readonly string[] {
  const whole = path.join(root, '.hippo', 'lake', folder)
  if (!existsSync(whole)) return []
  return readdirSync(whole, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => path.relative(whole, path.join(parentPath, name)))
    .sort()
}
