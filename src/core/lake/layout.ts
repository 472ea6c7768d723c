// Where things lie in the lake. Keys hold hashes, numbers and dataset names, never received file names.
import type {Layer, Sha256} from '../model/names.ts'

const batchPrefix = 'bronze/batches/'
const tombstonePrefix = 'bronze/tombstones/'
const referencePrefix = 'references/'
const reviewPrefix = 'bronze/reviews/'
const correctionPrefix = 'bronze/corrections/'
const decisionPrefix = 'decisions/'
const holdPrefix = 'holds/'
const notePrefix = 'notes/'

export const layout = {
  /** Which lake this is. */
  identity: 'lake.json',
  batchPrefix,
  /** Raw bytes, shared by every source that ever sends them. */
  object: (sha256: Sha256) => `bronze/objects/${sha256.slice(0, 2)}/${sha256}`,
  /** The commit of one ingest; 20 digits, so that byte order is number order. */
  batch: (number: number) => `${batchPrefix}${String(number).padStart(20, '0')}.json`,
  tombstonePrefix,
  /** What became of erased bytes, under the HMAC of their hash: only who has the key can tell which they were. */
  tombstone: (hmac: string) => `${tombstonePrefix}${hmac}.json`,
  reviewPrefix,
  /** Which rows a decision is about. */
  places: (sha256: Sha256) => `${reviewPrefix}${sha256}.json`,
  correctionPrefix,
  /** Values that people put in the place of received ones. */
  corrections: (sha256: Sha256) => `${correctionPrefix}${sha256}.json`,
  /** Root of a Delta table. */
  table: (layer: Extract<Layer, 'silver'> | 'quarantine', dataset: string) => `${layer}/${dataset}`,
  decisionPrefix,
  /** What was asked for, approved and done by people. */
  decision: (number: number, step: 'asked' | 'approved' | 'done') => `${decisionPrefix}${String(number).padStart(20, '0')}/${step}.json`,
  holdPrefix,
  /** Folder of the documents about legal holds on one person, by the HMAC of the id. */
  holds: (hmac: string) => `${holdPrefix}${hmac}/`,
  notePrefix,
  /** What people wrote beside rejected rows of a dataset. */
  notesOf: (dataset: string) => `${notePrefix}${dataset}/`,
  note: (dataset: string, number: number) => `${notePrefix}${dataset}/${String(number).padStart(20, '0')}.json`,
  /** Contracts as they were when something was judged by them. */
  contract: (digest: Sha256) => `contracts/${digest}.yaml`,
  referencePrefix,
  /** Files that contracts refer to, as they were when something was judged by them. */
  referenceFile: (sha256: Sha256) => `${referencePrefix}${sha256}`,
} as const

/**
 * `txn` application id of a dataset's promotions; its version is the number of the newest promoted batch. Batches are numbered by
 * the lake, so it names no workspace: another one on the same lake, or one that was renamed, goes on where the first stopped.
 */
export const promotionAppId = (table: string): string => `hippo:${table}`

/** `txn` application id of a dataset's rebuilds; silver and quarantine belong together when both hold the same version of it. */
export const rebuildAppId = (table: string): string => `hippo:${table}:rebuild`
