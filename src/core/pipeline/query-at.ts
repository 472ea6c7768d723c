// A question about silver as it was. The versions meant are loaded into the warehouse beside those that gold was built from, each
// once, and the statement is pointed at them. Gold is not kept by version and time for people: it is refused, with the verb that
// lists its versions.
import type {Snapshot} from '../delta/snapshot.ts'
import type {TimeTravel} from '../delta/time-travel.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {type ParsedModel, parseModel, rewriteModel} from '../warehouse/models.ts'
import {quoteName, silverTable} from '../warehouse/names.ts'
import {relationExists} from '../warehouse/open-warehouse.ts'
import {lakeTable, snapshotOf} from './lake-table.ts'
import {loadVersion} from './load-inputs.ts'
import {assertNoneLost} from './lost-versions.ts'
import type {Workspace} from './ports.ts'

/** The statement over the versions that were asked for; CONFIG_USAGE when it does not say which tables these are. */
export async function pointAtVersions(workspace: Workspace, sql: string, travel: TimeTravel, signal: AbortSignal): Promise<string> {
  const parsed = await parse(sql)
  const datasets = datasetsOf(parsed, travel)
  const database = await workspace.database()
  const versions = new Map<string, Snapshot>()
  for (const dataset of datasets) versions.set(dataset, await snapshotOf(await lakeTable(workspace, `silver.${dataset}`), travel))
  if (travel.version === undefined) {
    const reads = [...versions].map(([dataset, {version}]) => ({dataset, version}))
    await assertNoneLost(database, await workspace.store(), reads, travel.asOf)
  }
  for (const [dataset, snapshot] of versions) {
    if (await relationExists(database, silverTable(dataset, snapshot.version))) continue
    await loadVersion(workspace, {database, signal, progress: () => undefined}, dataset, snapshot)
  }
  return rewriteModel(parsed, ({name}) => quoteName(silverTable(name, versions.get(name)?.version ?? 0))).select
}

async function parse(sql: string): Promise<ParsedModel> {
  try {
    return await parseModel({name: 'query', path: 'query', sql})
  } catch (cause) {
    if (!(cause instanceof HippoError) || cause.code !== 'WAREHOUSE_MODEL_INVALID') throw cause
    const message = cause.message.replace(/^model query: /, '').replace(/\ba model\b/, 'a question about earlier versions')
    throw new HippoError('WAREHOUSE_QUERY_FAILED', {message, hint: 'ask one select over silver.DATASET', cause})
  }
}

function datasetsOf({references}: ParsedModel, {version}: TimeTravel): readonly string[] {
  const gold = references.find(({layer}) => layer === 'gold')
  if (gold) {
    throw new HippoError('CONFIG_USAGE', {
      message: `gold.${gold.name} cannot be asked at an earlier version: --version and --as-of are about tables of silver`,
      hint: `see its versions with hippo table history gold.${gold.name}; make an earlier one live with hippo rollback ${gold.name}`,
    })
  }
  const datasets = [...new Set(references.map(({name}) => name))]
  if (datasets.length === 0)
    throw new HippoError('CONFIG_USAGE', {message: 'the statement reads no table of silver', hint: 'write silver.DATASET'})
  if (version === undefined || datasets.length === 1) return datasets
  throw new HippoError('CONFIG_USAGE', {
    message: `--version is one of one table, and the statement reads ${datasets.map((name) => `silver.${name}`).join(', ')}`,
    hint: 'say --as-of TIME: each table as it was then',
  })
}
