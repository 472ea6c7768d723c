// What runs now. A pipeline and the verb it has called are one line: the caller's name, the innermost step's progress.
import type {RunStep} from '../catalog/catalog.ts'
import type {Database} from '../postgres/database.ts'
import {sql} from '../postgres/sql.ts'
import type {RunItem, RunningRun} from './reader.ts'
import {readRunningSteps, runColumns, toRunItem} from './run-item.ts'

export async function readRunning(db: Database): Promise<readonly RunningRun[]> {
  const {rows} = await db.query<RunItem>(sql`select ${runColumns} from hippo.runs where state = 'running' order by started_at, id`)
  if (rows.length === 0) return []
  const steps = await readRunningSteps(db)
  return joinRunning(
    rows.map((row) => toRunItem(row, steps)),
    steps,
  )
}

/** One entry for each run that no other running one called. */
export function joinRunning(runs: readonly RunItem[], steps: readonly RunStep[]): readonly RunningRun[] {
  const ids = new Set(runs.map(({id}) => id))
  return runs
    .filter(({parent}) => parent === undefined || !ids.has(parent))
    .map((run) => {
      const innermost = innermostOf(run, runs, new Set())
      const step = steps.findLast((one) => one.run === innermost.id) ?? steps.findLast((one) => one.run === run.id)
      const {progress} = innermost
      // Progress of a step that is over says nothing about the one that runs.
      const isCurrent = progress !== undefined && (step === undefined || (step.step === progress.step && step.subject === progress.subject))
      return {
        run,
        ...(step === undefined ? {} : {step: stepOf(innermost, step)}),
        ...(progress !== undefined && isCurrent ? {progress} : {}),
      }
    })
}

function stepOf({verb}: RunItem, {step, subject, startedAt}: RunStep): NonNullable<RunningRun['step']> {
  return {verb, step, ...(subject === undefined ? {} : {subject}), startedAt}
}

function innermostOf(run: RunItem, runs: readonly RunItem[], seen: ReadonlySet<string>): RunItem {
  const called = runs.findLast(({parent}) => parent === run.id)
  return called === undefined || seen.has(called.id) ? run : innermostOf(called, runs, new Set([...seen, run.id]))
}
