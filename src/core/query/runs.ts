// The history of runs, and one run with everything that belongs to it.
import {getRun, runChecks, runSteps} from '../catalog/reader.ts'
import type {Database} from '../postgres/database.ts'
import {type Fragment, join, raw, sql} from '../postgres/sql.ts'
import type {RunDetail, RunFilter, RunItem} from './reader.ts'
import {readRunningSteps, runColumns, toRunItem} from './run-item.ts'

export async function readRuns(db: Database, {limit, before, state}: RunFilter): Promise<readonly RunItem[]> {
  const conditions: Fragment[] = [raw('true')]
  if (before !== undefined) {
    const {id} = await getRun(db, before)
    conditions.push(sql`(started_at, id) < (select started_at, id from hippo.runs where id = ${id}::uuid)`)
  }
  if (state !== undefined) conditions.push(sql`state = ${state}`)
  return readItems(db, sql`where ${join(conditions, ' and ')} order by started_at desc, id desc limit ${limit}`)
}

export async function readRun(db: Database, idPrefix: string): Promise<RunDetail> {
  const {id} = await getRun(db, idPrefix)
  const [items, steps, children, checks] = await Promise.all([
    readItems(db, sql`where id = ${id}::uuid`),
    runSteps(db, id),
    readItems(db, sql`where parent = ${id}::uuid order by started_at, id`),
    runChecks(db, id),
  ])
  const [run] = items
  if (run === undefined) throw new TypeError(`run ${id} is gone`)
  return {run, steps, children, checks, outputs: run.outputs}
}

async function readItems(db: Database, which: Fragment): Promise<readonly RunItem[]> {
  const {rows} = await db.query<RunItem>(sql`select ${runColumns} from hippo.runs ${which}`)
  const steps = rows.some((run) => run.state === 'running') ? await readRunningSteps(db) : []
  return rows.map((row) => toRunItem(row, steps))
}
