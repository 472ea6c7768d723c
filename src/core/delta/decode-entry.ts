// Reading one log entry. Everything thrown here is an EntryProblem: what is wrong and in which line, for the caller to
// locate; it never repeats the entry's text, which may hold statistics of another writer.
import type {AddAction, CdcAction, DeletionVector, LogEntry, MetaDataAction, ProtocolAction, RemoveAction, TxnAction} from './actions.ts'
import {decodePath} from './actions.ts'

export class EntryProblem extends Error {
  override readonly name = 'EntryProblem'
}

type Json = Readonly<Record<string, unknown>>

/** Decodes newline-delimited actions; `expectedActions` is checked when the entry's commitInfo says how many there are. */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  const actions = parseLines(bytes)
  const entry = collect(actions)
  const written = expectedLines(entry)
  if (written !== undefined && written !== actions.length) {
    throw new EntryProblem(`it has ${actions.length} of the ${written} lines that were written`)
  }
  return entry
}

/** The JSON objects of newline-delimited text with their lines; at least one. */
export function parseLines(bytes: Uint8Array): readonly {readonly number: number; readonly action: Json}[] {
  const actions = splitLines(bytes).map(({text, number}) => atLine(number, () => ({number, action: parseObject(text)})))
  if (actions.length === 0) throw new EntryProblem('it is empty')
  return actions
}

/** hippo writes the number of lines into commitInfo: a log cut between two lines would otherwise read as a smaller commit. */
function expectedLines({commitInfo}: LogEntry): number | undefined {
  const own = commitInfo?.hippo
  return isObject(own) && typeof own.lines === 'number' ? own.lines : undefined
}

function splitLines(bytes: Uint8Array): readonly {readonly text: string; readonly number: number}[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    throw new EntryProblem('it is not UTF-8 text')
  }
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{text: line, number: index + 1}]))
}

function atLine<T>(number: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof EntryProblem) throw new EntryProblem(`line ${number}: ${error.message}`)
    throw error
  }
}

function parseObject(text: string): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new EntryProblem('no complete JSON')
  }
  if (!isObject(value)) throw new EntryProblem('no JSON object')
  return value
}

function collect(actions: readonly {readonly number: number; readonly action: Json}[]): LogEntry {
  const txn: TxnAction[] = []
  const add: AddAction[] = []
  const remove: RemoveAction[] = []
  const cdc: CdcAction[] = []
  let single: Pick<LogEntry, 'commitInfo' | 'protocol' | 'metaData'> = {}
  for (const {number, action} of actions) {
    atLine(number, () => {
      if (isObject(action.add)) add.push(readAdd(action.add))
      else if (isObject(action.remove)) remove.push(readRemove(action.remove))
      else if (isObject(action.cdc)) cdc.push(readCdc(action.cdc))
      else if (isObject(action.txn)) txn.push(readTxn(action.txn))
      else if (isObject(action.commitInfo)) single = {...single, commitInfo: action.commitInfo}
      else if (isObject(action.protocol)) single = {...single, protocol: once(single.protocol, readProtocol(action.protocol), 'protocol')}
      else if (isObject(action.metaData)) single = {...single, metaData: once(single.metaData, readMetaData(action.metaData), 'metaData')}
    })
  }
  return {...single, txn, add, remove, ...(cdc.length > 0 ? {cdc} : {})}
}

function once<T>(before: T | undefined, now: T, name: string): T {
  if (before !== undefined) throw new EntryProblem(`a second ${name} action`)
  return now
}

export function readAdd(json: Json): AddAction {
  return {
    path: readPath(json),
    partitionValues: optional(json, 'partitionValues', isStringMap) ?? {},
    size: required(json, 'size', isNumber),
    modificationTime: optional(json, 'modificationTime', isNumber) ?? 0,
    dataChange: required(json, 'dataChange', isBoolean),
    ...present('stats', optional(json, 'stats', isString)),
    ...present('deletionVector', readDeletionVector(json)),
  }
}

function readDeletionVector(json: Json): DeletionVector | undefined {
  const vector = optional(json, 'deletionVector', isObject)
  if (vector === undefined) return undefined
  return {
    storageType: required(vector, 'storageType', isString),
    pathOrInlineDv: required(vector, 'pathOrInlineDv', isString),
    ...present('offset', optional(vector, 'offset', isCount)),
    sizeInBytes: required(vector, 'sizeInBytes', isCount),
    cardinality: required(vector, 'cardinality', isCount),
  }
}

export function readRemove(json: Json): RemoveAction {
  return {
    path: readPath(json),
    dataChange: required(json, 'dataChange', isBoolean),
    ...present('deletionTimestamp', optional(json, 'deletionTimestamp', isNumber)),
    ...present('partitionValues', optional(json, 'partitionValues', isStringMap)),
    ...present('size', optional(json, 'size', isNumber)),
    ...present('deletionVector', readDeletionVector(json)),
  }
}

function readCdc(json: Json): CdcAction {
  return {
    path: readPath(json),
    partitionValues: optional(json, 'partitionValues', isStringMap) ?? {},
    size: required(json, 'size', isNumber),
    dataChange: false,
  }
}

export function readTxn(json: Json): TxnAction {
  return {
    appId: required(json, 'appId', isString),
    version: required(json, 'version', isNumber),
    ...present('lastUpdated', optional(json, 'lastUpdated', isNumber)),
  }
}

export function readProtocol(json: Json): ProtocolAction {
  return {
    minReaderVersion: required(json, 'minReaderVersion', isNumber),
    minWriterVersion: required(json, 'minWriterVersion', isNumber),
    ...present('readerFeatures', optional(json, 'readerFeatures', isStringList)),
    ...present('writerFeatures', optional(json, 'writerFeatures', isStringList)),
  }
}

export function readMetaData(json: Json): MetaDataAction {
  const format = required(json, 'format', isObject)
  return {
    id: required(json, 'id', isString),
    ...present('name', optional(json, 'name', isString)),
    ...present('description', optional(json, 'description', isString)),
    format: {provider: required(format, 'provider', isString), options: textMap(format, 'options')},
    schemaString: required(json, 'schemaString', isString),
    partitionColumns: optional(json, 'partitionColumns', isStringList) ?? [],
    configuration: textMap(json, 'configuration'),
    ...present('createdTime', optional(json, 'createdTime', isNumber)),
  }
}

/** A map without its null values: for configuration, null and absent mean the same. */
function textMap(json: Json, name: string): Readonly<Record<string, string>> {
  const entries = Object.entries(optional(json, name, isStringMap) ?? {})
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
}

function readPath(json: Json): string {
  const path = required(json, 'path', isString)
  try {
    decodePath(path)
  } catch {
    throw new EntryProblem('a path with broken percent-encoding')
  }
  return path
}

type Check<T> = (value: unknown) => value is T

function required<T>(json: Json, name: string, check: Check<T>): T {
  const value = json[name]
  if (!check(value)) throw new EntryProblem(`field ${name} is missing or of another type`)
  return value
}

function optional<T>(json: Json, name: string, check: Check<T>): T | undefined {
  return json[name] === undefined || json[name] === null ? undefined : required(json, name, check)
}

function present<K extends string, T>(name: K, value: T | undefined): {readonly [P in K]?: T} {
  return value === undefined ? {} : ({[name]: value} as {readonly [P in K]: T})
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown): value is number => isNumber(value) && Number.isSafeInteger(value) && value >= 0
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isStringList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString)
const isStringMap = (value: unknown): value is Record<string, string | null> =>
  isObject(value) && Object.values(value).every((entry) => entry === null || typeof entry === 'string')
