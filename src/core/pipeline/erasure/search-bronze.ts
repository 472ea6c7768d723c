// Finds what is to go in received bytes. Sound records are judged by the very plan that a promotion types them with, so that a
// person is found under whatever the contract's steps make of the received text; damaged ones by their text. Files that no
// contract reads, or that cannot be read, are searched for the id as text. Objects that no capture record names are looked at
// too: what a crash left behind is no less data.
import {mkdtemp, rm} from 'node:fs/promises'
import path from 'node:path'
import {compileContract} from '../../contract/compile-contract.ts'
import {bindSources} from '../../contract/source-columns.ts'
import {and, column, type Expr, isPresent, matches, or} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {localCopy} from '../../lake/bronze.ts'
import type {Batch, CaptureRecord} from '../../model/capture.ts'
import {givenFilesSource} from '../../source/index.ts'
import {type PreparedFile, recordColumns, type Source} from '../../source/source.ts'
import {feeds} from '../feeds.ts'
import {isSound} from '../judge-structure.ts'
import {openRelations} from '../pins.ts'
import {typedRows} from '../plan-promotion.ts'
import {silverContracts} from '../select-datasets.ts'
import type {BronzeHit, ErasedDataset, Erasure, Mention} from './erasure.ts'
import {isInFile} from './person-text.ts'

export interface BronzeSearch {
  /** In the order of their keys. */
  readonly hits: readonly BronzeHit[]
  readonly mentions: readonly Mention[]
}

export async function searchBronze(erasure: Erasure, batches: readonly Batch[]): Promise<BronzeSearch> {
  const captures = Map.groupBy(
    batches.flatMap(({files}) => files),
    ({key}) => key,
  )
  const hits: BronzeHit[] = []
  const mentions: Mention[] = []
  const unrelated = await unrelatedFeeds(erasure)
  let done = 0
  for await (const {key} of erasure.store.list('bronze/objects/')) {
    erasure.run.signal.throwIfAborted()
    const records = captures.get(key)
    const hit = await apart(erasure, (own) => (records ? searchObject(own, key, records) : searchStranger(own, key)))
    if (hit) hits.push(hit)
    else {
      const datasets = new Set((records ?? []).flatMap((record) => unrelated(record)))
      if (datasets.size > 0 && (await apart(erasure, (own) => isInText(own, key))))
        for (const dataset of datasets) mentions.push({key, dataset})
    }
    erasure.run.progress('search', 'bronze', {done: ++done, unit: 'files'})
  }
  return {hits, mentions}
}

/** Ids of one or two characters stand in too many files to mean anything. */
const shortestTellingId = 3

/** Datasets that a capture feeds and that nothing ties to persons, or says to hold none. */
async function unrelatedFeeds({workspace, datasets, person}: Erasure): Promise<(record: CaptureRecord) => readonly string[]> {
  if (!person || person.id.length < shortestTellingId) return () => []
  const erased = new Set(datasets.map(({contract}) => contract.dataset))
  const contracts = silverContracts(await workspace.contracts()).filter(
    ({dataset, holdsNoPersons}) => !erased.has(dataset) && !holdsNoPersons,
  )
  return (record) => contracts.filter((contract) => feeds(record, contract)).map(({dataset}) => dataset)
}

async function searchStranger(erasure: Erasure, key: string): Promise<BronzeHit | undefined> {
  const sha256 = key.split('/').at(-1) ?? ''
  const hit: BronzeHit = {key, sha256, datasets: [], what: {kind: 'stranger'}}
  if (await erasure.tombstones.of(sha256)) return hit
  return (await isInText(erasure, key)) ? hit : undefined
}

async function isInText({person, store, staging, run}: Erasure, key: string): Promise<boolean> {
  return person !== undefined && isInFile(person, await localCopy(store, key, staging, run.signal), run.signal)
}

/** With a folder for the copies of one object alone: those of all together would be as large as bronze. */
async function apart<T>(erasure: Erasure, work: (own: Erasure) => Promise<T>): Promise<T> {
  const staging = await mkdtemp(path.join(erasure.staging, 'object-'))
  try {
    return await work({...erasure, staging})
  } finally {
    await rm(staging, {recursive: true, force: true})
  }
}

/** The same bytes may have come for several datasets. */
async function searchObject(erasure: Erasure, key: string, captures: readonly CaptureRecord[]): Promise<BronzeHit | undefined> {
  const first = captures[0]
  if (!first) return undefined
  const {sha256} = first
  const readings: Reading[] = []
  const contracts = await erasure.workspace.contracts()
  for (const capture of new Map(captures.map((one) => [`${one.source} ${one.dataset}`, one])).values()) {
    const erased = erasure.datasets.filter(({contract}) => feeds(capture, contract))
    for (const dataset of erased) readings.push(await readObject(erasure, dataset, capture))
    // What another dataset's contract reads is about something else; what none reads may be about anyone.
    if (erased.length === 0 && !contracts.some((contract) => feeds(capture, contract)))
      readings.push({dataset: capture.dataset, isRead: false})
  }
  const rows = new Set(readings.flatMap((reading) => (reading.isRead ? reading.rows : [])))
  const datasets = [...new Set(readings.map(({dataset}) => dataset))]
  if (rows.size > 0) {
    const records = Math.max(...readings.map((reading) => (reading.isRead ? reading.records : 0)))
    return {key, sha256, datasets, what: {kind: 'records', rows, isAll: rows.size === records}}
  }
  const isUnread = readings.length > 0 && readings.every(({isRead}) => !isRead)
  return isUnread && (await isInText(erasure, key)) ? {key, sha256, datasets, what: {kind: 'whole'}} : undefined
}

type Reading =
  | {readonly dataset: string; readonly isRead: true; readonly rows: readonly number[]; readonly records: number}
  | {readonly dataset: string; readonly isRead: false}

async function readObject(erasure: Erasure, erased: ErasedDataset, record: CaptureRecord): Promise<Reading> {
  const {store, staging, run} = erasure
  const {contract} = erased
  const localPath = await localCopy(store, record.key, staging, run.signal)
  const source = await sourceOf(erasure, record)
  const prepared = await source.prepare({localPath, record, stagingDirectory: staging, signal: run.signal})
  if (prepared.kind === 'refused' || !hasColumns(erased, prepared)) return {dataset: contract.dataset, isRead: false}
  const rows = await matchingRows(erasure, erased, record, prepared)
  return {dataset: contract.dataset, isRead: true, rows, records: prepared.records}
}

/** A source that hippo.yaml no longer names was one of files like all others. */
export async function sourceOf({workspace}: Pick<Erasure, 'workspace'>, {source}: CaptureRecord): Promise<Source> {
  return workspace.source(workspace.config.sources[source] ? source : givenFilesSource)
}

function hasColumns({contract, columns}: ErasedDataset, {header}: PreparedFile): boolean {
  const {removed} = bindSources(contract, header)
  return columns.every(({sources}) => !removed.includes(sources[0] ?? ''))
}

async function matchingRows(
  {workspace, store, engine, run, person}: Erasure,
  {contract, where, damagedBefore}: ErasedDataset,
  record: CaptureRecord,
  prepared: PreparedFile,
): Promise<readonly number[]> {
  const contracts = await workspace.contracts()
  const now = run.startedAt.toISOString()
  const relations = await openRelations({store, database: run.database}, contracts, contract, () => 'newest')
  const compiled = compileContract(contract, {now, relation: relations.relation, sourceColumns: prepared.header})
  const input = {contract, compiled, batch: 0, run: run.id, judgedAt: now, ready: [{record, prepared}]}
  const isDamaged = Object.keys(prepared.malformed).length > 0
  const isLate = damagedBefore !== undefined && Date.parse(record.receivedAt) < Date.parse(damagedBefore)
  const conditions: readonly Expr[] = [
    ...(isDamaged && isLate ? [isPresent(column(recordColumns.malformed))] : []),
    ...(where ? [isDamaged ? and(isSound, where) : where] : []),
    ...(isDamaged && person ? [and(isPresent(column(recordColumns.malformed)), matches(column(recordColumns.raw), person.pattern))] : []),
  ]
  if (conditions.length === 0) return []
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: typedRows(input, prepared.header), where: or(...conditions)},
    columns: [{name: '_row', expr: column('_row')}],
  }
  const found = await engine.rows(plan, Math.max(1, prepared.records), {signal: run.signal})
  return found.map(({_row}) => Number(_row)).sort((a, b) => a - b)
}
