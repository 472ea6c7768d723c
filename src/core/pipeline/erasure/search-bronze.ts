// Finds what is to go in received bytes. Sound records are judged by the very plan that a promotion types them with, so that a
// person is found under whatever the contract's steps make of the received text; damaged ones by their text. Files that no
// contract reads, or that cannot be read, are searched for the id as text. Objects that no capture record names are looked at
// too: what a crash left behind is no less data. An object that was read without a finding is not read again by the proof while it
// is the same one, named by the same captures, nothing but its bytes decides, and no more keys of the person's rows are known.
import {hasLookups} from '../../contract/referenced-datasets.ts'
import {and, column, type Expr, isPresent, matches, or} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import type {Batch, CaptureRecord} from '../../model/capture.ts'
import {recordColumns} from '../../source/source.ts'
import type {ObjectInfo} from '../../store/object-store.ts'
import {feeds} from '../feeds.ts'
import {isSound} from '../judge-structure.ts'
import {silverContracts} from '../select-datasets.ts'
import type {BronzeHit, CleanObjects, ErasedDataset, Erasure, Mention, PersonText} from './erasure.ts'
import {anyPattern, isInFile} from './person-text.ts'
import type {RowTest} from './row-tests.ts'
import {type CopiedObject, readRecords, type TypedRecords, withCopy} from './typed-records.ts'

export interface BronzeSearch {
  /** In the order of their keys. */
  readonly hits: readonly BronzeHit[]
  readonly mentions: readonly Mention[]
  readonly clean: CleanObjects
}

/** `clean`: what an earlier search of the same erasure read without a finding. */
export async function searchBronze(erasure: Erasure, batches: readonly Batch[], clean: CleanObjects = new Map()): Promise<BronzeSearch> {
  const captures = Map.groupBy(
    batches.flatMap(({files}) => files),
    ({key}) => key,
  )
  const hits: BronzeHit[] = []
  const mentions: Mention[] = []
  const stillClean = new Map<string, string>()
  const unrelated = await unrelatedFeeds(erasure)
  let done = 0
  for await (const info of erasure.store.list('bronze/objects/')) {
    erasure.run.signal.throwIfAborted()
    const {key} = info
    const records = captures.get(key)
    const state = stateOf(erasure, info, records)
    const datasets = new Set((records ?? []).flatMap((record) => unrelated(record)))
    const found = state !== undefined && clean.get(key) === state ? nothing : await searchOne(erasure, {key, records, datasets})
    if (found.hit) hits.push(found.hit)
    mentions.push(...found.mentions)
    if (state !== undefined && !found.hit && found.mentions.length === 0) stillClean.set(key, state)
    erasure.run.progress('search', 'bronze', {done: ++done, unit: 'files'})
  }
  return {hits, mentions, clean: stillClean}
}

/**
 * What decides whether there is something to find in an object; undefined when it is not the object alone: tombstones that name it,
 * or rows of another dataset that its persons are looked up in.
 */
function stateOf(
  {datasets, keys}: Erasure,
  {sizeBytes, modifiedAt}: ObjectInfo,
  records: readonly CaptureRecord[] | undefined,
): string | undefined {
  if (records === undefined) return undefined
  const isLookedUp = datasets.some(({contract}) => hasLookups(contract) && records.some((record) => feeds(record, contract)))
  return isLookedUp ? undefined : JSON.stringify([sizeBytes, modifiedAt, records, [...keys.values()].map(({length}) => length)])
}

interface OneObject {
  readonly key: string
  readonly records: readonly CaptureRecord[] | undefined
  /** Nothing ties their rows to persons. */
  readonly datasets: ReadonlySet<string>
}

interface FoundInOne {
  readonly hit?: BronzeHit
  readonly mentions: readonly Mention[]
}

const nothing: FoundInOne = {mentions: []}

async function searchOne(erasure: Erasure, {key, records, datasets}: OneObject): Promise<FoundInOne> {
  return withCopy(erasure, key, async (one) => {
    const hit = await (records ? searchObject(one, records) : searchStranger(one))
    if (hit) return {hit, mentions: []}
    const isMentioned = datasets.size > 0 && (await isInText(one, erasure.person ? [erasure.person] : []))
    return isMentioned ? {mentions: [...datasets].map((dataset) => ({key, dataset}))} : nothing
  })
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

async function searchStranger(one: CopiedObject): Promise<BronzeHit | undefined> {
  const {erasure, key} = one
  const sha256 = key.split('/').at(-1) ?? ''
  const hit: BronzeHit = {key, sha256, datasets: [], what: {kind: 'stranger'}}
  if (await erasure.tombstones.of(sha256)) return hit
  return (await isInText(one, namesOf(erasure))) ? hit : undefined
}

/** By what the person, or rows of theirs, are named. */
const namesOf = ({person, keyTexts}: Erasure): readonly PersonText[] => (person ? [person, ...keyTexts] : [])

async function isInText({erasure: {run}, localPath}: CopiedObject, names: readonly PersonText[]): Promise<boolean> {
  return names.length > 0 && isInFile(names, await localPath(), run.signal)
}

/** The same bytes may have come for several datasets. */
async function searchObject(one: CopiedObject, captures: readonly CaptureRecord[]): Promise<BronzeHit | undefined> {
  const {erasure, key} = one
  const first = captures[0]
  if (!first) return undefined
  const {sha256} = first
  const readings: Reading[] = []
  const contracts = await erasure.workspace.contracts()
  for (const capture of new Map(captures.map((record) => [`${record.source} ${record.dataset}`, record])).values()) {
    const erased = erasure.datasets.filter(({contract}) => feeds(capture, contract))
    for (const dataset of erased) readings.push(await readObject(one, dataset, capture))
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
  return isUnread && (await isInText(one, namesOf(erasure))) ? {key, sha256, datasets, what: {kind: 'whole'}} : undefined
}

type Reading =
  | {readonly dataset: string; readonly isRead: true; readonly rows: readonly number[]; readonly records: number}
  | {readonly dataset: string; readonly isRead: false}

async function readObject(one: CopiedObject, erased: ErasedDataset, record: CaptureRecord): Promise<Reading> {
  const {dataset} = erased.contract
  const read = await readRecords(one, erased, record)
  if (!read) return {dataset, isRead: false}
  return {dataset, isRead: true, rows: await matchingRows(one.erasure, erased, record, read), records: read.records}
}

async function matchingRows(
  {engine, run, person}: Erasure,
  {tests, damagedBefore}: ErasedDataset,
  {receivedAt}: CaptureRecord,
  {rows, records, isDamaged, where}: TypedRecords,
): Promise<readonly number[]> {
  const isLate = damagedBefore !== undefined && Date.parse(receivedAt) < Date.parse(damagedBefore)
  const damaged = isPresent(column(recordColumns.malformed))
  const patterns = isDamaged ? [...(person ? [person.pattern] : []), ...keyPatterns(tests)] : []
  const conditions: readonly Expr[] = [
    ...(isDamaged && isLate ? [damaged] : []),
    ...(where ? [isDamaged ? and(isSound, where) : where] : []),
    ...(patterns.length > 0 ? [and(damaged, or(...patterns.map((one) => matches(column(recordColumns.raw), one))))] : []),
  ]
  if (conditions.length === 0) return []
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: rows, where: or(...conditions)},
    columns: [{name: '_row', expr: column('_row')}],
  }
  const found = await engine.rows(plan, Math.max(1, records), {signal: run.signal})
  return found.map(({_row}) => Number(_row)).sort((a, b) => a - b)
}

/** What a damaged record of the person's has in its text where it refers to a row of theirs: a key of one column. */
function keyPatterns(tests: readonly RowTest[]): readonly string[] {
  const keys = tests.flatMap(({texts}) => (texts?.keyed.length === 1 ? texts.keys.flat() : []))
  return anyPattern(keys.filter((key) => key.length >= shortestTellingId))
}
