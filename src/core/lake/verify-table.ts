// One Delta table against its own log: every commit and checkpoint can be read and they say the same, every file of the newest version is there with its size, the
// chosen ones are Parquet with as many rows as the log says and, where the commit kept a digest of what it added, with those
// very bytes. Data files that no version speaks of are strangers. Reads only.
//
// A merge keeps a digest of the rows it brought, not of the files it wrote anew around them: those are held by size and footer.
import {decodePath, type LogEntry} from '../delta/actions.ts'
import {isObject} from '../delta/decode-entry.ts'
import {examineLog} from '../delta/examine-log.ts'
import {isRowFile} from '../delta/file-place.ts'
import {rowsInFooter} from '../delta/footer-rows.ts'
import {commitKey, listLog} from '../delta/log-files.ts'
import {readEntry} from '../delta/read-entry.ts'
import {readSnapshot, type Snapshot} from '../delta/snapshot.ts'
import {type TableFile, tableFiles} from '../delta/table-files.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {LakeFindings, LakeProblem} from '../model/lake-problem.ts'
import {hashObject} from '../store/hash-object.ts'
import type {ObjectInfo, ObjectStore} from '../store/object-store.ts'
import {digestOfHashes} from './digest-of-files.ts'
import {lostFile} from './lost-files.ts'

export interface TableCheck {
  /** Key prefix of the table. */
  readonly table: string
  readonly listed: ReadonlyMap<string, ObjectInfo>
  readonly isChosen: (key: string) => boolean
  readonly onRead: (sizeBytes: number) => void
  readonly signal?: AbortSignal
}

/** All problems of one table; of a log that cannot be replayed, those of the log alone. */
export async function verifyTable(store: ObjectStore, check: TableCheck): Promise<LakeFindings> {
  const {table} = check
  try {
    const log = await examineLog(store, table, {signal: check.signal})
    const damages = (log?.damages ?? []).map(
      ({kind, key, what}): LakeProblem => ({kind: kind === 'gap' ? 'loss' : 'rot', key, detail: what}),
    )
    // Of a log that cannot give its newest version nothing more can be told.
    if (log !== undefined && log.readable?.version !== log.newest) return {coverage: {objects: 0, read: 0}, problems: damages}
    const snapshot = await readSnapshot(store, table).catch((error: unknown) => {
      // What is damaged in the log is said by itself; the table need not open over it.
      if (damages.length === 0 || !isDamage(error)) throw error
      return undefined
    })
    if (!snapshot) return {coverage: {objects: 0, read: 0}, problems: log ? damages : strangers(check, new Set())}
    const {coverage, problems} = await verifyFiles(snapshot, check)
    return {coverage, problems: [...damages, ...problems]}
  } catch (error) {
    if (!isDamage(error)) throw error
    return {coverage: {objects: 0, read: 0}, problems: [{kind: 'rot', key: table, detail: error.message}]}
  }
}

/** Anything else (a store that is away, an interruption) is no finding about the table. */
const isDamage = (error: unknown): error is HippoError =>
  error instanceof HippoError && ['TABLE_CORRUPT', 'TABLE_UNSUPPORTED', 'STORE_UNREADABLE'].includes(error.code)

/** All problems of the data files of the newest version, and what lies beside them. */
export async function verifyFiles(snapshot: Snapshot, check: TableCheck): Promise<LakeFindings> {
  const {store, table} = snapshot
  const entries = await logEntries(store, table)
  const referenced = new Set([...snapshot.files.keys(), ...snapshot.tombstones.keys()].map((path) => `${table}/${path}`))
  for (const {add} of entries.values()) for (const {path} of add) referenced.add(`${table}/${decodePath(path)}`)
  const problems: LakeProblem[] = []
  const hashes = new Map<string, string>()
  const files = tableFiles(snapshot)
  for (const file of files) {
    check.signal?.throwIfAborted()
    const found = lostFile(file, check.listed.get(file.key))
    if (found) problems.push(found)
    else if (check.isChosen(file.key)) {
      hashes.set(file.key, await hashObject(store, file.key, check.signal))
      const problem = await footerProblem(store, file)
      if (problem) problems.push(problem)
      check.onRead(file.sizeBytes)
    }
  }
  const changed = changedFiles(addedTogether(table, entries), hashes).filter((one) => problems.every(({key}) => key !== one.key))
  return {
    coverage: {objects: files.length, read: hashes.size},
    problems: [...problems, ...changed, ...strangers(check, referenced)],
  }
}

async function logEntries(store: ObjectStore, table: string): Promise<ReadonlyMap<number, LogEntry>> {
  const {commits} = await listLog(store, table, 0)
  const entries = new Map<number, LogEntry>()
  for (const version of commits.keys()) {
    const entry = await readEntry(store, {table, version, key: commitKey(table, version)}).catch(skipDamaged)
    if (entry) entries.set(version, entry)
  }
  return entries
}

/** A commit that cannot be read was told already. */
function skipDamaged(error: unknown): undefined {
  if (!(error instanceof HippoError) || error.code !== 'TABLE_CORRUPT') throw error
}

interface AddedFiles {
  readonly keys: readonly string[]
  /** Of all of them, as `digestOfHashes` makes it. */
  readonly digest: string
}

/** Files of commits that kept a digest of all they added. */
function addedTogether(table: string, entries: ReadonlyMap<number, LogEntry>): readonly AddedFiles[] {
  return [...entries.values()].flatMap(({add, remove, commitInfo}) => {
    const own = isObject(commitInfo?.hippo) ? commitInfo.hippo : {}
    const {rows, ...ofFiles} = isObject(own.digests) ? own.digests : {}
    const isMerge = own.mode === 'merge' && remove.length > 0
    const [digest, ...others] = Object.values(ofFiles)
    // A digest of rows says nothing about the bytes they are in.
    if (rows !== undefined || isMerge || others.length > 0 || typeof digest !== 'string') return []
    return [{keys: add.map(({path}) => `${table}/${decodePath(path)}`), digest}]
  })
}

/** A digest of several files says that one of them has changed, not which. */
function changedFiles(commits: readonly AddedFiles[], hashes: ReadonlyMap<string, string>): readonly LakeProblem[] {
  return commits.flatMap(({keys, digest}) => {
    const found = keys.flatMap((key) => hashes.get(key) ?? [])
    if (found.length < keys.length || digestOfHashes(found) === digest) return []
    const which = keys.length === 1 ? 'the bytes are' : `the bytes of this, or of another of ${keys.length} files of one commit, are`
    return keys.map((key): LakeProblem => ({kind: 'rot', key, detail: `${which} others than those committed`}))
  })
}

async function footerProblem(store: ObjectStore, file: TableFile): Promise<LakeProblem | undefined> {
  const rows = await rowsInFooter(store, file)
  if (rows === undefined) return {kind: 'rot', key: file.key, detail: 'it is no readable Parquet file'}
  if (file.rows === undefined || rows === BigInt(file.rows)) return undefined
  return {kind: 'rot', key: file.key, detail: `${rows} rows where the log says ${file.rows}`}
}

function strangers({table, listed}: TableCheck, referenced: ReadonlySet<string>): readonly LakeProblem[] {
  const detail = 'no version of the table has it: a run that died, or goes on, left it'
  return [...listed.keys()]
    .filter((key) => key.startsWith(`${table}/`) && isRowFile(key.slice(table.length + 1)) && !referenced.has(key))
    .map((key) => ({kind: 'stranger', key, detail}))
}
