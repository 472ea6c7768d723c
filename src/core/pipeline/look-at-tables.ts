// Doctor's look at every table of the lake: logs open as they should, checkpoints can be read, the files of the newest versions are
// there in their sizes (what is in them is for verify to read), hippo can keep what the table asks of its writers. It opens each table once and lists the lake once; all of a log is read only of a table where something is wrong.
import {newestRecorded} from '../catalog/projection.ts'
import {refusalToWrite} from '../delta/protocol.ts'
import {type HippoError, toHippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import type {Database} from '../postgres/database.ts'
import type {ObjectInfo} from '../store/object-store.ts'
import type {Finding} from './doctor.ts'
import type {Workspace} from './ports.ts'
import {silverContracts} from './select-datasets.ts'
import {listTables, lookAtTable, recordedVersion, type TableLook} from './table-damage.ts'

interface Seen {
  /** `silver.NAME` or `quarantine.NAME`. */
  readonly name: string
  readonly look?: TableLook
  /** It could not even be looked at. */
  readonly error?: HippoError
}

/** One finding for all tables: the first damaged one is told with its file, the others by name. */
export async function lookAtTables(workspace: Workspace): Promise<Omit<Finding, 'check'>> {
  const store = await workspace.store()
  // A database that is away has a finding of its own.
  const database = await workspace.database().catch(() => undefined)
  const seen: Seen[] = []
  for (const [table, listed] of await tablesOf(workspace, database)) {
    const [layer, dataset = ''] = table.split('/')
    const name = `${layer}.${dataset}`
    try {
      const committed = database && layer === 'silver' ? await recordedVersion(database, dataset) : undefined
      seen.push({name, look: await lookAtTable(store, table, {listed, ...(committed === undefined ? {} : {committed})})})
    } catch (error) {
      seen.push({name, error: toHippoError(error)})
    }
  }
  return judge(seen)
}

/** Those that are there, and those of silver that the catalog has recorded and of which nothing is left. */
async function tablesOf(workspace: Workspace, database: Database | undefined): ReturnType<typeof listTables> {
  const listed = await listTables(await workspace.store())
  const datasets = silverContracts(await workspace.contracts()).map(({dataset}) => dataset)
  const recorded = database ? await newestRecorded(database, datasets, undefined) : new Map<string, number>()
  const gone = [...recorded.keys()].map((dataset) => layout.table('silver', dataset)).filter((table) => !listed.has(table))
  return new Map([...listed, ...gone.map((table) => [table, new Map<string, ObjectInfo>()] as const)])
}

function judge(seen: readonly Seen[]): Omit<Finding, 'check'> {
  const damaged = seen.filter(({look, error}) => error !== undefined || (look?.damages.length ?? 0) > 0)
  const [first, ...others] = damaged
  if (first) {
    const also = others.length === 0 ? '' : `; also damaged: ${others.map(({name}) => name).join(', ')}`
    const detail = `${first.name}: ${first.error ? first.error.message : describe(first.look)}${also}`
    const fix = first.error?.hint ?? `see what can be saved with hippo doctor --repair ${first.name}`
    return {state: 'failed', detail, fix, exitCode: first.error?.exitCode ?? 4}
  }
  const setBack = seen.find(({look}) => look?.awaitsRebuild)
  if (setBack) {
    const detail = `${setBack.name} was set back by a repair and lacks rows that bronze still has`
    return {state: 'warn', detail, fix: `make them again: hippo promote silver ${setBack.name.replace(/^[^.]+\./, '')} --full`}
  }
  const [refusal, ...further] = seen.flatMap(({look}) => (look?.readable && refusalToWrite(look.readable)) ?? [])
  if (refusal) {
    const also = further.length === 0 ? '' : `; the same is true of ${further.length} more`
    return {state: 'warn', detail: `${refusal.message}${also}`, ...(refusal.hint ? {fix: refusal.hint} : {})}
  }
  return {
    state: 'ok',
    detail: `${seen.length} tables: logs and checkpoints as they should be, files there in their sizes; hippo verify reads them`,
  }
}

function describe(look: TableLook | undefined): string {
  const [first, ...others] = look?.damages ?? []
  if (look === undefined || first === undefined) return ''
  const readable = look.lostFiles.length > 0 || look.readable === undefined ? '' : `; version ${look.readable.version} can be read`
  return `${first.key}: ${first.what}${others.length === 0 ? '' : `, and ${others.length} more`}${readable}`
}
