// One read-only question to the warehouse.
import {queryWarehouse as answer, type WarehouseAnswer} from '../warehouse/query.ts'
import type {Workspace} from './ports.ts'

const limit = 10_000
const timeoutMs = 300_000

/** The answer to one select; WAREHOUSE_QUERY_FAILED in PostgreSQL's words. */
export async function queryWarehouse(workspace: Workspace, sql: string, signal?: AbortSignal): Promise<WarehouseAnswer> {
  return answer(await workspace.database(), {sql, limit, timeoutMs, signal})
}
