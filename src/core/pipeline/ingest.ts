// Controlled capture: lists what the sources offer, keeps the bytes of what is new, and commits them, one batch a delivery. No
// business logic: a file is only ever rejected for what it is as a whole, and even then its bytes are kept. What is sound is
// captured whatever happens to the rest.
import {createHash} from 'node:crypto'
import {saidRejections} from '../catalog/said-rejections.ts'
import {HippoError, toErrorJson} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {readBatches} from '../lake/bronze.ts'
import {knownFiles} from '../lake/known-files.ts'
import {openTombstones} from '../lake/tombstones.ts'
import type {Batch, CaptureRecord} from '../model/capture.ts'
import type {CapturedFile, IngestResult, RunState} from '../model/run.ts'
import type {Source} from '../source/source.ts'
import {type Capture, type CaptureContext, captureSource} from './capture-source.ts'
import {commitDeliveries, settle} from './commit-deliveries.ts'
import {ingestTrouble} from './ingest-trouble.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {projectBatches} from './project-commits.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

export interface IngestRequest extends RunOptions {
  /** None means all configured sources. */
  readonly sources: readonly string[]
  /** Files by hand, for `dataset`, instead of sources. */
  readonly files?: readonly string[]
  readonly dataset?: string
}

/**
 * Captures what is new; a dry run only says what that is. Files that are rejected, cannot be read or change meanwhile are listed
 * with their reason and never stop the others; SOURCE_UNREADABLE is thrown only when no source can be listed.
 */
export async function ingest(workspace: Workspace, request: IngestRequest): Promise<IngestResult> {
  const {sources, standsFor} = await openSources(workspace, request)
  return recordRun(workspace, 'ingest', request, async (run) => {
    const store = await workspace.store()
    const batches = await readBatches(store)
    const known = knownFiles(batches, Object.keys(workspace.config.sources))
    const dryRun = request.dryRun ?? false
    const tombstones = await openTombstones(store, workspace.config.key)
    const context: CaptureContext = {workspace, store, run, known, tombstones, dryRun, ...(standsFor ? {standsFor} : {})}
    const {captures, unlisted} = await captureSources(context, sources)
    const committed = dryRun ? [] : await commitDeliveries(context, batches, captures)
    if (!dryRun) await projectBatches(run.database, workspace.config.name, [...batches, ...committed])
    const settled = captures.map((capture) => (dryRun ? capture.file : settle(capture, committed)))
    const files = await sayUnsaid(run, captures, settled)
    const trouble = ingestTrouble(files, unlisted)
    const error = trouble && toErrorJson(trouble)
    const batch = committed.at(-1)
    const outputs = committed.map((one) => ({uri: `${store.uri}/bronze`, version: one.number, digest: digestOf(one)}))
    const body = {...(batch ? {batch: batch.number} : {}), files, ...(error ? {error} : {})}
    return {state: error ? 'failed' : stateOf(files, batch), outputs, body, ...(error ? {error} : {})}
  })
}

interface OpenSources {
  readonly sources: readonly Source[]
  readonly standsFor?: CaptureRecord['standsFor']
}

async function openSources(workspace: Workspace, request: IngestRequest): Promise<OpenSources> {
  if (request.files && request.files.length > 0) {
    const contracts = silverContracts(await workspace.contracts())
    const [contract] = request.dataset === undefined ? [] : selectDatasets(contracts, [request.dataset])
    const sources = [await workspace.sourceOfFiles(request.files, request.dataset)]
    return {sources, ...(contract?.source ? {standsFor: contract.source} : {})}
  }
  const names = Object.keys(workspace.config.sources)
  const wanted = request.sources.length > 0 ? request.sources : names
  for (const name of wanted) {
    if (names.includes(name)) continue
    const guess = nearest(name, names)
    throw new HippoError('CONFIG_SOURCE_UNKNOWN', {
      message: `There is no source ${name}.${guess ? ` Did you mean ${guess}?` : ''}`,
      hint: names.length > 0 ? `sources of this workspace: ${names.join(', ')}` : 'add a source to hippo.yaml',
    })
  }
  return {sources: await Promise.all(wanted.map((name) => workspace.source(name)))}
}

interface Captured {
  readonly captures: readonly Capture[]
  /** Why sources could not be listed. */
  readonly unlisted: readonly HippoError[]
}

async function captureSources(context: CaptureContext, sources: readonly Source[]): Promise<Captured> {
  const captures: Capture[] = []
  const unlisted: HippoError[] = []
  for (const source of sources) {
    const own: Capture[] = []
    const capture = () => captureSource(context, source, own)
    await context.run
      .step('ingest', source.name, capture, () => summarise(own))
      .catch((error: unknown) => {
        if (!(error instanceof HippoError && error.code === 'SOURCE_UNREADABLE')) throw error
        unlisted.push(error)
      })
    captures.push(...own)
  }
  const [first] = unlisted
  if (first && unlisted.length === sources.length) throw first
  return {captures, unlisted}
}

/**
 * A refused file is known from then on and said no more. One whose run ended otherwise (with a worse code, or in a crash) was
 * never said by an exit code: it is rejected once again.
 */
async function sayUnsaid(
  {database}: RunScope,
  captures: readonly Capture[],
  files: readonly CapturedFile[],
): Promise<readonly CapturedFile[]> {
  const refused = new Map(captures.flatMap(({before}, at) => (before?.rejected === undefined ? [] : [[at, before.rejected]])))
  if (refused.size === 0) return files
  const said = await saidRejections(
    database,
    [...refused.keys()].flatMap((at) => files[at]?.sha256 ?? []),
  )
  const isSaid = (file: CapturedFile) => said.some((one) => one.source === file.source && one.sha256 === file.sha256)
  return files.map((file, at): CapturedFile => {
    const reason = refused.get(at)
    return reason === undefined || isSaid(file) ? file : {...file, state: 'rejected', reason}
  })
}

/** A rejected file is said loudly once, when it arrives; what came with it is captured all the same. */
function stateOf(files: readonly CapturedFile[], batch: Batch | undefined): Exclude<RunState, 'running'> {
  if (files.some((file) => file.state === 'rejected')) return 'gated'
  return batch ? 'succeeded' : 'noop'
}

/** Digest of what a batch holds, whatever its files were called. */
function digestOf(batch: Batch): string {
  const hash = createHash('sha256')
  for (const content of batch.files.map(({dataset, sha256}) => `${dataset} ${sha256}`).sort()) hash.update(`${content}\n`)
  return hash.digest('hex')
}

function summarise(captures: readonly Capture[]): {state: 'ok' | 'noop'; detail: string} {
  const count = (state: CapturedFile['state']) => captures.filter((capture) => capture.file.state === state).length
  const parts = (['captured', 'known', 'ignored', 'rejected'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
  return {state: count('captured') > 0 ? 'ok' : 'noop', detail: parts.join(', ') || 'nothing there'}
}
