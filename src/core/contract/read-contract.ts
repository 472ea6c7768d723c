// Reads an ODCS file (v3.0.0 to v3.2.0) into the contract hippo works with. Whatever the file declares is compiled, refused
// with file, line and column, or kept as a clause that says why it is not checked: nothing is skipped in silence. All
// problems of a file are found in one reading. Loads the yaml package, so import it lazily where start-up time matters.
import {createHash} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import type {Contract} from '../model/contract.ts'
import {checkConverted} from './check-converted.ts'
import {checkKeptTexts} from './check-kept-texts.ts'
import {checkMergeKey} from './check-merge-key.ts'
import {type ContractFile, openContractFile, throwProblems} from './contract-file.ts'
import {readExtensions} from './custom-properties.ts'
import {finishClauses} from './finish-clauses.ts'
import {type MapReader, readMap} from './map-reader.ts'
import {contractKeys, slaKeys} from './odcs-keys.ts'
import {promiseClauses} from './promise-clauses.ts'
import {checkDeidentified} from './read-deidentify.ts'
import {readFreshness} from './read-freshness.ts'
import {readRetention} from './read-retention.ts'
import {readSchemaObject} from './read-schema-object.ts'
import {largestContractBytes, readTextFile} from './read-text-file.ts'
import {withReferenceFiles} from './reference-files.ts'

/** Reads a contract's text; throws CONTRACT_* about the first problem, with all of them in `details.problems`. */
export function readContract(path: string, text: string): Contract {
  const file = openContractFile(path, text)
  const top = readMap(file, [], contractKeys, 'contract')
  const head = top === undefined ? undefined : readHead(top)
  const object = top === undefined ? undefined : readOneObject(file, top)
  const promises = top === undefined ? [] : top.items('slaProperties', slaKeys, 'slaProperties entry')
  const freshnessHours = readFreshness(promises)
  const retention = object === undefined ? undefined : readRetention(promises, object)
  const drafts = object === undefined ? [] : [...object.drafts, ...promiseClauses(promises, object, {freshnessHours, retention})]
  const rules = object === undefined ? [] : finishClauses(file, drafts, object.columns)
  if (object !== undefined) checkMergeKey(file, {...object, rules})
  if (object !== undefined) checkKeptTexts(file, object.columns)
  if (object !== undefined) checkConverted(file, object.columns)
  if (object !== undefined) checkDeidentified(file, object.columns, object.materialization)
  throwProblems(file)
  if (head === undefined || object === undefined)
    throw new HippoError('CONTRACT_INVALID', {message: 'the contract is empty', at: file.locate([])})
  const {drafts: _, ...rest} = object
  return {
    ...head,
    ...rest,
    rules,
    ...(freshnessHours === undefined ? {} : {freshnessHours}),
    ...(retention === undefined ? {} : {retention}),
    path,
    digest: createHash('sha256').update(text).digest('hex'),
    document: file.document,
  }
}

/** Reads a contract's file as UTF-8, and the files it refers to; CONTRACT_NOT_FOUND when it is not there or cannot be read, CONTRACT_INVALID when it is too large. */
export async function readContractFile(path: string): Promise<Contract> {
  return withReferenceFiles(readContract(path, await readTextFile(path, largestContractBytes)))
}

type Head = Pick<Contract, 'id' | 'version' | 'status' | 'apiVersion'>

function readHead(top: MapReader): Head | undefined {
  const need = (key: string): string => {
    const value = top.text(key)
    if (!top.has(key)) top.report({message: `contract: ${key} is missing`})
    return value ?? ''
  }
  const apiVersion = need('apiVersion')
  if (apiVersion !== '' && !/^v3\.[0-2]\.\d+$/.test(apiVersion)) {
    top.report({code: 'CONTRACT_UNSUPPORTED', message: `apiVersion ${apiVersion}: hippo reads v3.0.0 to v3.2.0`, key: 'apiVersion'})
  }
  const kind = need('kind')
  if (kind !== '' && kind !== 'DataContract') top.report({message: `kind must be DataContract, not ${kind}`, key: 'kind'})
  // v3.2 no longer requires a status.
  const status = apiVersion.startsWith('v3.2') ? (top.text('status') ?? 'active') : need('status')
  readExtensions(top, [])
  return {id: need('id'), version: need('version'), status, apiVersion}
}

function readOneObject(file: ContractFile, top: MapReader): ReturnType<typeof readSchemaObject> {
  const schema = top.raw('schema')
  const objects = Array.isArray(schema) ? schema.length : 0
  if (objects === 1) return readSchemaObject(file, ['schema', 0])
  const message = objects === 0 ? 'the contract has no schema object' : `the contract has ${objects} schema objects`
  const hint = 'hippo takes one dataset a file: keep one object under schema'
  top.report({code: 'CONTRACT_UNSUPPORTED', message, hint, ...(top.has('schema') ? {key: 'schema', atKey: true} : {})})
  return undefined
}
