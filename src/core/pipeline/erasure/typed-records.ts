// Records of received files as the plan of a promotion types them, for whoever looks for rows that go: a local copy of the bytes,
// made when it is asked for and removed with the look.
import {mkdtemp, rm} from 'node:fs/promises'
import path from 'node:path'
import {compileContract} from '../../contract/compile-contract.ts'
import {bindSources} from '../../contract/source-columns.ts'
import type {Expr} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {localCopy} from '../../lake/bronze.ts'
import type {CaptureRecord} from '../../model/capture.ts'
import {givenFilesSource} from '../../source/index.ts'
import type {PreparedFile, Source} from '../../source/source.ts'
import {openRelations} from '../pins.ts'
import {typedRows} from '../plan-promotion.ts'
import type {ErasedDataset, Erasure} from './erasure.ts'
import {anyOf} from './row-tests.ts'

export interface CopiedObject {
  /** With a folder for this object alone. */
  readonly erasure: Erasure
  readonly key: string
  /** A local file with its bytes. */
  readonly localPath: () => Promise<string>
}

/** Copied at most once, into a folder of its own: copies of all objects together would be as large as bronze. */
export async function withCopy<T>(erasure: Erasure, key: string, work: (copy: CopiedObject) => Promise<T>): Promise<T> {
  const staging = await mkdtemp(path.join(erasure.staging, 'object-'))
  let copied: Promise<string> | undefined
  const localPath = () => {
    copied ??= localCopy(erasure.store, key, staging, erasure.run.signal)
    return copied
  }
  try {
    return await work({erasure: {...erasure, staging}, key, localPath})
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

export interface TypedRecords {
  /** With the contract's columns, those of `recordColumns`, and `_row`. */
  readonly rows: Plan
  /** How many there are. */
  readonly records: number
  /** Whether there are damaged ones among them. */
  readonly isDamaged: boolean
  /** True for sound ones that one of the dataset's tests finds; absent where there is no test. */
  readonly where?: Expr
}

/** Undefined for bytes that cannot be read as records, or that lack the columns of every test. */
export async function readRecords(
  {erasure, localPath}: CopiedObject,
  {contract, tests}: ErasedDataset,
  record: CaptureRecord,
): Promise<TypedRecords | undefined> {
  const {staging, run} = erasure
  const source = await sourceOf(erasure, record)
  const prepared = await source.prepare({localPath: await localPath(), record, stagingDirectory: staging, signal: run.signal})
  if (prepared.kind === 'refused') return undefined
  const {removed} = bindSources(contract, prepared.header)
  const where = anyOf(tests, ({sources}) => !removed.includes(sources[0] ?? ''))
  if (tests.length > 0 && !where) return undefined
  const rows = await typedPlan(erasure, contract, {record, prepared})
  const isDamaged = Object.keys(prepared.malformed).length > 0
  return {rows, records: prepared.records, isDamaged, ...(where ? {where} : {})}
}

async function typedPlan(
  {workspace, store, run}: Erasure,
  contract: ErasedDataset['contract'],
  ready: {readonly record: CaptureRecord; readonly prepared: PreparedFile},
): Promise<Plan> {
  const now = run.startedAt.toISOString()
  const {header} = ready.prepared
  const relations = await openRelations({store, database: run.database}, await workspace.contracts(), contract, () => 'newest')
  const compiled = compileContract(contract, {now, relation: relations.relation, sourceColumns: header})
  return typedRows({contract, compiled, batch: 0, run: run.id, judgedAt: now, ready: [ready]}, header)
}

/** A source that hippo.yaml no longer names was one of files like all others. */
export async function sourceOf({workspace}: Pick<Erasure, 'workspace'>, {source}: CaptureRecord): Promise<Source> {
  return workspace.source(workspace.config.sources[source] ? source : givenFilesSource)
}
