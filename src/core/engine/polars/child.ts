// The engine process: loads Polars, runs one task at a time, answers over IPC. A panic in Polars aborts this process and
// nothing else; the parent turns that into an error. It ends at once when its parent is gone, and leaves Ctrl-C to it.
import {join} from 'node:path'
import type {LazyDataFrame} from 'nodejs-polars'
import type {ScanFile} from '../../expr/plan.ts'
import {PlanCompiler} from './compile-plan.ts'
import {damagedFileIn} from './damaged-file-in.ts'
import {describeFailure} from './failure.ts'
import type {EngineContext} from './frame.ts'
import {loadPolars, type Polars} from './load-polars.ts'
import type {ChildMessage, Task, TaskResults, Work} from './messages.ts'
import {measureAll, readRows} from './read.ts'
import {type Materialized, materializeToFiles, materializeToMemory} from './run.ts'
import {watchParent} from './watch-parent.ts'
import {writeOutputs} from './write.ts'

function send(message: ChildMessage): void {
  process.send?.(message)
}

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
watchParent()
process.on('SIGINT', () => undefined)

async function polarsOrNothing(): Promise<Polars | undefined> {
  try {
    return await loadPolars()
  } catch (error) {
    send({kind: 'unavailable', reason: error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})
    return undefined
  }
}

/** One task in a context of its own: names and phases belong to it. */
class Session implements EngineContext {
  readonly pl: Polars
  readonly isLarge: boolean
  readonly inputBytes: number
  phase = 'start'
  readonly #stagingDirectory: string | undefined
  readonly filesRead: ScanFile[] = []
  #names = 0
  #files = 0

  constructor(pl: Polars, task: Task) {
    this.pl = pl
    this.isLarge = task.isLarge
    this.inputBytes = task.inputBytes
    this.#stagingDirectory = task.work.kind === 'write' ? task.work.place.stagingDirectory : undefined
  }

  materialize(lazy: LazyDataFrame): Materialized {
    const [only] = this.materializeAll([lazy])
    if (only === undefined) throw new TypeError('one frame gives one result')
    return only
  }

  materializeAll(lazies: readonly LazyDataFrame[]): readonly Materialized[] {
    const directory = this.#stagingDirectory
    if (directory === undefined) return lazies.map(materializeToMemory)
    return materializeToFiles(
      this.pl,
      lazies.map((lazy) => ({lazy, path: join(directory, `${this.#files++}.parquet`)})),
    )
  }

  newName(): string {
    return `hippo:${this.#names++}`
  }

  reads(file: ScanFile): void {
    this.filesRead.push(file)
  }

  enter(phase: string): void {
    this.phase = phase
    send({kind: 'phase', phase})
  }
}

async function run(pl: Polars, task: Task): Promise<void> {
  const session = new Session(pl, task)
  try {
    send({kind: 'done', result: await answer(new PlanCompiler(session), task.work)})
  } catch (error) {
    send({kind: 'failed', ...describeFailure(damagedFileIn(pl, session.filesRead, error) ?? error, session.phase)})
  }
}

function answer(compiler: PlanCompiler, work: Work): Promise<TaskResults[Work['kind']]> {
  switch (work.kind) {
    case 'write':
      return writeOutputs(compiler, work.outputs, work.place)
    case 'measure':
      return measureAll(compiler, work.plans)
    case 'rows':
      return readRows(compiler, work.plan, work.limit)
  }
}

const pl = await polarsOrNothing()
if (pl === undefined) process.disconnect?.()
else {
  process.on('message', (task: Task) => void run(pl, task))
  send({kind: 'ready'})
}
