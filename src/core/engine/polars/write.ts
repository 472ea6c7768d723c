// Writing outputs: one plan with all sinks, so that what they share (the scan, the conversions, the judgements) is computed
// once, and the tally beside them from the same rows. Files get their names only when every count has been checked against
// the files themselves: a lost row is an error, never a result.
import {mkdir, open, readdir, rename, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {LazyDataFrame} from 'nodejs-polars'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Judged, Plan} from '../../expr/plan.ts'
import {inputsOf} from '../../expr/walk.ts'
import type {PlanOutput, Tally, WriteResult, WrittenFile, WrittenOutput} from '../engine.ts'
import {textOf} from './compile-expr.ts'
import type {PlanCompiler} from './compile-plan.ts'
import {col, type Dsl, stringCall, text} from './dsl.ts'
import {type EngineContext, select} from './frame.ts'
import {readTally, skippedRows, tallyFrame} from './judge.ts'
import {sinkAll} from './lower.ts'
import {collect, countRows, runSinks} from './run.ts'
import {splitSink} from './split-sink.ts'

/** Where and under which names a write may put files: those in output folders start with `token`, or with a dot and it. */
export interface WritePlace {
  readonly token: string
  /** An existing folder for this write alone. */
  readonly stagingDirectory: string
}

/** Runs the outputs and moves the checked files to their places. */
export async function writeOutputs(compiler: PlanCompiler, outputs: readonly PlanOutput[], place: WritePlace): Promise<WriteResult> {
  const {context} = compiler
  context.enter('compile')
  const targets: Target[] = []
  for (const [index, output] of outputs.entries()) targets.push(await targetOf(compiler, output, `${place.token}-${index}`))
  const shared = sharedJudged(outputs)
  const judged = shared === undefined ? undefined : await compiler.judged(shared)
  const tallyPath = join(place.stagingDirectory, 'tally.parquet')
  const tallySinks = judged === undefined ? [] : [tallyFrame(context, judged).sinkParquet(tallyPath, {})]
  context.enter('write')
  runSinks(sinkAll(context.pl, [...targets.map(({sink}) => sink), ...tallySinks]))
  context.enter('verify')
  const begun = await Promise.all(targets.map((target) => begunFiles(context, target)))
  const tally = judged === undefined ? undefined : readTally(judged, collect(context.pl.scanParquet(tallyPath, {glob: false})))
  const rows = begun.map((files) => files.reduce((sum, file) => sum + file.rows, 0))
  if (judged !== undefined && tally !== undefined) reconcile(targets, rows, tally, skippedRows(judged, tally))
  const written = await Promise.all(targets.map((target, index) => finish(target, begun[index] ?? [])))
  return {outputs: written, ...(tally === undefined ? {} : {tally})}
}

interface Target {
  readonly output: PlanOutput
  readonly sink: LazyDataFrame
  /** A file, or a folder of files where the output is split. */
  readonly temporaryPath: string
  /** Of the finished file without its extension; split outputs number theirs. */
  readonly path: string
}

/** Each sink holds a row group until it is full: 250,000 rows took 70 MB more for the same size of file. */
const rowGroupRows = 122_880
const parquetOptions = {compression: 'zstd', compressionLevel: 1, rowGroupSize: rowGroupRows, maintainOrder: true} as const

async function targetOf(compiler: PlanCompiler, output: PlanOutput, fileName: string): Promise<Target> {
  const {context} = compiler
  const {lazy} = await compiler.compile(output.plan)
  const temporaryPath = join(output.directory, `.${fileName}`)
  const columns = output.columns.map(({name, type}) => ({name, of: storedAs(output, name, type)}))
  const selected = select(context, lazy, columns)
  const by = output.sortBy ?? []
  const chosen = by.length === 0 ? selected : selected.sort({by: [...by], nullsLast: false, maintainOrder: true})
  const sink = await sinkOf(context, chosen, output, temporaryPath)
  return {output, sink, temporaryPath, path: join(output.directory, fileName)}
}

async function sinkOf({pl}: EngineContext, frame: LazyDataFrame, output: PlanOutput, path: string): Promise<LazyDataFrame> {
  const {format, rowsPerFile} = output
  if (format === 'csv') return frame.sinkCSV(path, {includeHeader: false, quoteStyle: 'necessary', maintainOrder: true})
  if (rowsPerFile === undefined) return frame.sinkParquet(path, parquetOptions)
  await mkdir(path, {mode: 0o700})
  return splitSink(pl, frame, {folder: path, rowsPerFile, options: parquetOptions})
}

function storedAs(output: PlanOutput, name: string, type: PlanOutput['columns'][number]['type']): Dsl {
  if (output.format === 'csv') {
    return type === 'timestamp' ? textOf(col(name), type) : col(name)
  }
  return output.lists?.includes(name) === true ? stringCall({Split: false}, col(name), text('|')) : col(name)
}

/** The judged input that the outputs show verdicts of; they share one. */
function sharedJudged(outputs: readonly PlanOutput[]): Judged | undefined {
  const [judged, ...others] = new Set(outputs.flatMap(({plan}) => judgedBelow(plan)))
  if (others.length > 0) throw new HippoError('ENGINE_FAILED', {message: 'the outputs of one write show verdicts of different inputs'})
  return judged
}

function judgedBelow(plan: Plan): readonly Judged[] {
  return plan.kind === 'verdict' ? [plan.of] : inputsOf(plan).flatMap(judgedBelow)
}

/** The files that were written, in the order of their rows, with the rows that are really in them. */
async function begunFiles(context: EngineContext, {output, temporaryPath}: Target): Promise<readonly BegunFile[]> {
  const paths = isSplit(output) ? (await readdir(temporaryPath)).sort().map((name) => join(temporaryPath, name)) : [temporaryPath]
  return paths.map((path) => ({path, rows: countWritten(context, output, path)}))
}

interface BegunFile {
  readonly path: string
  readonly rows: number
}

const isSplit = ({format, rowsPerFile}: PlanOutput): boolean => format === 'parquet' && rowsPerFile !== undefined

/** From the footer, or by reading the records. */
function countWritten({pl}: EngineContext, {format, columns}: PlanOutput, path: string): number {
  const schema = Object.fromEntries(columns.map((_, index) => [`field ${index}`, pl.String]))
  const lazy =
    format === 'csv'
      ? pl.scanCSV(path, {schema, hasHeader: false, inferSchemaLength: 0, raiseIfEmpty: false, glob: false})
      : pl.scanParquet(path, {glob: false})
  return countRows(pl, lazy)
}

function reconcile(targets: readonly Target[], rows: readonly number[], tally: Tally, skipped: number): void {
  if (tally.read !== tally.accepted + tally.quarantined + skipped) {
    throw unbalanced(`${tally.read} rows read, ${tally.accepted} accepted, ${tally.quarantined} quarantined, ${skipped} skipped`)
  }
  for (const [index, {output}] of targets.entries()) {
    const expected = expectedRows(output.plan, tally)
    if (expected !== undefined && expected !== rows[index]) {
      throw unbalanced(`${expected} rows belong into ${output.name}, its file has ${rows[index]}`)
    }
  }
}

/** Rows of a plan that shows a whole verdict; undefined when it filters. */
function expectedRows(plan: Plan, tally: Tally): number | undefined {
  if (plan.kind === 'verdict') return plan.is === 'accepted' ? tally.accepted : tally.quarantined
  return plan.kind === 'derive' || plan.kind === 'select' ? expectedRows(plan.input, tally) : undefined
}

function unbalanced(message: string): HippoError {
  return new HippoError('ENGINE_FAILED', {message: `rows do not balance: ${message}`})
}

/** Makes the files durable and gives them their names; one without rows is removed. */
async function finish({output, temporaryPath, path}: Target, begun: readonly BegunFile[]): Promise<WrittenOutput> {
  const {name, format, directory} = output
  const files: WrittenFile[] = []
  for (const [index, {path: from, rows}] of begun.entries()) {
    if (rows === 0) continue
    const to = `${path}${isSplit(output) ? `-${index}` : ''}.${format}`
    const {size} = await stat(from)
    await sync(from)
    await rename(from, to)
    files.push({path: to, rows, sizeBytes: size})
  }
  await rm(temporaryPath, {recursive: true, force: true})
  if (files.length > 0) await sync(directory)
  return {name, rows: files.reduce((sum, {rows}) => sum + rows, 0), files}
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
