// One read-only question to the warehouse.
import type {TimeTravel} from '../delta/time-travel.ts'
import {queryWarehouse as answer, type WarehouseAnswer} from '../warehouse/query.ts'
import type {Workspace} from './ports.ts'
import {pointAtVersions} from './query-at.ts'

const limit = 10_000
const timeoutMs = 300_000

export interface QueryOptions extends TimeTravel {
  readonly signal?: AbortSignal
}

/** The answer to one select; with a version or an instant, over silver as it was. WAREHOUSE_QUERY_FAILED in PostgreSQL's words. */
export async function queryWarehouse(workspace: Workspace, sql: string, options: QueryOptions = {}): Promise<WarehouseAnswer> {
  const {signal = new AbortController().signal, ...travel} = options
  const isPast = travel.version !== undefined || travel.asOf !== undefined
  const text = isPast ? await pointAtVersions(workspace, sql, travel, signal) : sql
  return answer(await workspace.database(), {sql: text, limit, timeoutMs, signal})
}
