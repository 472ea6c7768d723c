// The demo: a workspace of its own, two deliveries of a synthetic clinic with planted faults, the whole pipeline, and what was
// found held against what was planted. A second call with the same size and seed makes nothing and finds nothing new.
import {createWriteStream} from 'node:fs'
import {cp, mkdir, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {compareTruth, type TruthComparison} from './demo/compare-truth.ts'
import type {ClinicTruth} from './demo/truth.ts'
import {writeClinic} from './demo/write-clinic.ts'
import {HippoError} from './errors/hippo-error.ts'
import type {PipelineStep, RunListener, RunSummary} from './model/run.ts'
import {ingest} from './pipeline/ingest.ts'
import type {RunOptions, Workspace} from './pipeline/ports.ts'
import {isProcessAlive} from './pipeline/process-alive.ts'
import {promoteGold} from './pipeline/promote-gold.ts'
import {promoteSilver} from './pipeline/promote-silver.ts'
import {publish} from './pipeline/publish.ts'
import {quarantinedPlaces} from './pipeline/quarantined-places.ts'
import {type RunScope, recordRun} from './pipeline/record-run.ts'
import {openWorkspace} from './workspace.ts'

export interface DemoRequest {
  /** Absolute path of the workspace to make or to go on with. */
  readonly directory: string
  readonly patients: number
  readonly seed: number
  /** Share of rows with a planted fault. */
  readonly faults: number
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  readonly onEvent?: RunListener
}

export interface DemoResult extends TruthComparison {
  readonly run: RunSummary
}

/** Runs the demo. CONFIG_EXISTS when the folder holds something else. */
export async function runDemo(request: DemoRequest): Promise<DemoResult> {
  await makeWorkspace(request.directory)
  const workspace = await openWorkspace({directory: request.directory, env: request.env})
  try {
    return await demo(workspace, request)
  } finally {
    await workspace.close()
  }
}

function demo(workspace: Workspace, request: DemoRequest): Promise<DemoResult> {
  const {signal, onEvent} = request
  const options = {...(signal ? {signal} : {}), ...(onEvent ? {onEvent} : {})}
  return recordRun(workspace, 'demo', options, async (run) => {
    const steps = {...options, parent: run.id}
    const truth = (await readTruth(request)) ?? (await makeDeliveries(workspace, request, run, steps))
    const done = await promoteAll(workspace, steps)
    const comparison = compareTruth(truth, await quarantinedPlaces(workspace))
    const isNoop = done.every((step) => step.run.state === 'noop')
    return {state: isNoop ? 'noop' : 'succeeded', outputs: done.flatMap((step) => step.run.outputs), body: comparison}
  })
}

type Steps = RunOptions & {readonly parent: string}

/** Each delivery is captured and conformed before the next one arrives, as it would be in a clinic. */
async function makeDeliveries(workspace: Workspace, request: DemoRequest, run: RunScope, steps: Steps): Promise<ClinicTruth> {
  let delivered = 0
  const truth = await run.step('make deliveries', undefined, () =>
    writeClinic({
      directory: workspace.root,
      patients: request.patients,
      seed: request.seed,
      faultRate: request.faults,
      write: writeFileOf,
      beforeDelivery: async () => {
        if (delivered++ > 0) await conform(workspace, steps)
      },
    }),
  )
  await writeFile(truthFile(request.directory), `${JSON.stringify(truth)}\n`)
  return truth
}

async function conform(workspace: Workspace, steps: Steps): Promise<readonly {readonly run: RunSummary}[]> {
  return [await ingest(workspace, {...steps, sources: []}), await promoteSilver(workspace, {...steps, datasets: []})]
}

async function promoteAll(workspace: Workspace, steps: Steps): Promise<readonly NonNullable<PipelineStep['result']>[]> {
  const silver = await conform(workspace, steps)
  return [...silver, await promoteGold(workspace, {...steps, models: []}), await publish(workspace, {...steps, models: []})]
}

/** Written beside and renamed, so that nobody captures half a file. */
async function writeFileOf(file: string, chunks: Iterable<Uint8Array>): Promise<void> {
  await mkdir(path.dirname(file), {recursive: true})
  const part = path.join(path.dirname(file), `.${path.basename(file)}.part`)
  await pipeline(Readable.from(chunks), createWriteStream(part))
  await rename(part, file)
}

const truthFile = (directory: string) => path.join(directory, 'truth.json')

/** The truth of an earlier, complete call with the same size, seed and rate. */
async function readTruth({directory, patients, seed, faults}: DemoRequest): Promise<ClinicTruth | undefined> {
  try {
    const truth = JSON.parse(await readFile(truthFile(directory), 'utf8')) as ClinicTruth
    if (truth.patients === patients && truth.seed === seed && truth.faultRate === faults) return truth
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new HippoError('CONFIG_EXISTS', {
      message: 'truth.json of this demo cannot be read',
      hint: 'remove the folder, then run hippo demo again',
      cause: error,
    })
  }
  throw new HippoError('CONFIG_EXISTS', {
    message: 'this folder holds a demo of another size, seed or fault rate',
    hint: 'give another folder: hippo demo DIR --patients N --seed S, or remove this one',
  })
}

async function makeWorkspace(directory: string): Promise<void> {
  if (await exists(path.join(directory, 'hippo.yaml'))) return
  if (await exists(directory)) {
    throw new HippoError('CONFIG_EXISTS', {message: 'the folder is there but is no workspace', hint: 'give a new folder: hippo demo DIR'})
  }
  await removeUnfinished(directory)
  const unfinished = `${directory}.${process.pid}.new`
  await cp(await templateDirectory(), unfinished, {recursive: true, filter: (source) => path.basename(source) !== '.hippo'})
  await rename(unfinished, directory).catch(async (error: NodeJS.ErrnoException) => {
    // Another demo made the same folder first; its workspace is the same.
    await rm(unfinished, {recursive: true, force: true})
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
}

/** What a demo that died while it made this folder left beside it. */
async function removeUnfinished(directory: string): Promise<void> {
  const [parent, start] = [path.dirname(directory), `${path.basename(directory)}.`]
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid] = name.startsWith(start) ? (/^(\d+)\.new$/.exec(name.slice(start.length)) ?? []) : []
    if (pid !== undefined && !isProcessAlive(Number(pid))) await rm(path.join(parent, name), {recursive: true, force: true})
  }
}

/** examples/clinic of this package: some folders up from the source, or from the bundle. */
async function templateDirectory(): Promise<string> {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); path.dirname(folder) !== folder; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'examples', 'clinic')
    if (await exists(path.join(candidate, 'hippo.yaml'))) return candidate
  }
  throw new HippoError('CONFIG_NOT_FOUND', {message: 'examples/clinic is missing from this installation'})
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  )
