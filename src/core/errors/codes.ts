// The only list of error codes. A code fixes the title, the exit code, whether trying again later can help, and the
// default next step; the place that throws adds what happened and where. Callers branch on `code`, never on text.

/** Exit codes of every command: 2 usage, 3 data failed its checks, 4 environment, 75 try again later. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 75 | 130 | 143

export interface ErrorKind {
  readonly title: string
  readonly exitCode: ExitCode
  readonly retryable: boolean
  readonly hint?: string
  /** Seconds to wait before another try; only for retryable kinds. */
  readonly retryAfterSeconds?: number
}

const usage = (title: string, hint?: string): ErrorKind => ({title, exitCode: 2, retryable: false, ...(hint ? {hint} : {})})
const environment = (title: string, hint?: string): ErrorKind => ({title, exitCode: 4, retryable: false, ...(hint ? {hint} : {})})
const later = (title: string, retryAfterSeconds: number, hint?: string): ErrorKind => ({
  title,
  exitCode: 75,
  retryable: true,
  retryAfterSeconds,
  ...(hint ? {hint} : {}),
})
const data = (title: string, hint?: string): ErrorKind => ({title, exitCode: 3, retryable: false, ...(hint ? {hint} : {})})
const bug = (title: string): ErrorKind => ({
  title,
  exitCode: 1,
  retryable: false,
  hint: 'please report this with the run id; no data was changed after the last commit',
})

export const errorKinds = {
  CONFIG_NOT_FOUND: usage('no workspace here', 'make one with hippo init, or name it with --workspace DIR'),
  CONFIG_UNREADABLE: environment('the configuration cannot be read', 'check the permissions of hippo.yaml'),
  CONFIG_INVALID: usage('the configuration is not valid'),
  CONFIG_KEY_UNKNOWN: usage('unknown configuration key'),
  CONFIG_VARIABLE_UNSET: usage('a variable in the configuration is not set'),
  CONFIG_VALUE_MISSING: usage('a value is missing'),
  CONFIG_DATASET_UNKNOWN: usage('there is no such dataset'),
  CONFIG_SOURCE_UNKNOWN: usage('there is no such source'),
  CONFIG_MODEL_UNKNOWN: usage('there is no such model'),
  CONFIG_PIPELINE_UNKNOWN: usage('there is no such pipeline'),
  CONFIG_RUN_UNKNOWN: usage('there is no such run', 'see them with hippo runs list'),
  CONFIG_EXISTS: usage('something is already there'),
  CONFIG_USAGE: usage('the command was not understood'),
  CONTRACT_NOT_FOUND: usage('there is no contract'),
  CONTRACT_INVALID: usage('the contract is not valid'),
  CONTRACT_RULE_INVALID: usage('a rule of the contract is not valid'),
  CONTRACT_STEP_INVALID: usage('a step of the contract is not valid'),
  CONTRACT_UNSUPPORTED: usage('the contract asks for something that hippo cannot honour'),
  CONTRACT_CHANGED: data('the contract changed in a way its dataset cannot follow'),
  CONTRACT_INCOMPATIBLE: usage('the version of a contract does not say how much it changed', 'see hippo contract diff'),
  CONTRACT_HELD: usage('a legal hold keeps the data', 'lift the hold in the contract first'),
  SOURCE_UNREADABLE: environment('a source cannot be read'),
  SOURCE_CHANGED: later('a source file changed while it was read', 30, 'run hippo ingest again once the sender has finished writing'),
  SOURCE_REFUSED: data('a delivery was refused'),
  SOURCE_GATED: data('a delivery was gated'),
  SOURCE_WAITING: data('a delivery waits for another dataset'),
  STORE_UNREADABLE: environment('the lake cannot be read'),
  STORE_UNWRITABLE: environment('the lake cannot be written', 'check permissions and mounts with hippo doctor'),
  STORE_FULL: environment('the disk is full', 'free some space, then run the same command again'),
  STORE_KEY_MISSING: environment('an object is missing from the lake', 'see what is affected with hippo doctor'),
  STORE_CORRUPT: environment('an object of the lake is not what was written', 'see what is affected with hippo doctor'),
  STORE_BUCKET_MISSING: environment('there is no such bucket'),
  STORE_CREDENTIALS: environment(
    'the store does not accept the credentials',
    'check the S3 key and secret; hippo config says where they come from',
  ),
  STORE_FORBIDDEN: environment('the store does not allow it'),
  STORE_CLOCK_SKEW: environment('the clocks here and at the store differ too much', 'set the clock of this machine (NTP)'),
  STORE_TLS: environment('no TLS connection to the store'),
  STORE_NOT_S3: environment('what answers is no S3 server', 'check s3.endpoint, and proxies on the way to it'),
  STORE_UNSAFE: environment('the store is not safe to write to', 'use a server that decides conditional puts: docs/object-stores.md'),
  STORE_LOCKED: environment('an object is locked against change'),
  STORE_CORRUPT_IN_TRANSIT: later('bytes were damaged on their way to the store', 5, 'run the same command again'),
  STORE_UNREACHABLE: later('the store cannot be reached', 10, 'check it with hippo doctor'),
  STORE_INTERRUPTED: later('the connection to the store was cut', 5, 'run the same command again'),
  STORE_TIMEOUT: later('the store does not answer', 30, 'run the same command again'),
  STORE_BUSY: later('the store is overloaded', 30, 'run the same command again later'),
  STORE_KEY_INVALID: bug('an object key is not valid'),
  TABLE_NOT_FOUND: usage('there is no such table'),
  TABLE_REQUEST_INVALID: usage('a table cannot do what it was asked for'),
  TABLE_VERSION_UNKNOWN: usage('there is no such version of the table'),
  TABLE_ROW_MISSING: usage('there is no such row'),
  TABLE_CORRUPT: environment('a table cannot be read', 'see what is affected with hippo doctor'),
  TABLE_UNSUPPORTED: environment('a table uses a Delta feature that hippo does not support'),
  TABLE_CONSTRAINT_BROKEN: data(
    'rows break a check constraint of their table',
    'mend the rows or change the condition; of a contract, change the rule or judge the stored rows again: hippo promote silver --full',
  ),
  TABLE_CONFLICT: later('another writer changed the table first', 5, 'run the same command again'),
  ENGINE_FAILED: bug('the engine could not finish a plan'),
  ENGINE_CRASHED: later('the engine process ended unexpectedly', 5, 'run the same command again; if it ends again, report the run id'),
  ENGINE_UNAVAILABLE: environment('the engine could not be started', 'check the installation with hippo doctor'),
  CATALOG_UNREACHABLE: later('the database cannot be reached', 10, 'check it with hippo doctor'),
  CATALOG_MISCONFIGURED: environment('the database cannot be used', 'check it with hippo doctor'),
  CATALOG_NEWER: environment('the catalog was written by a newer hippo', 'update hippo'),
  CATALOG_OTHER_LAKE: environment('the catalog belongs to another lake'),
  CATALOG_CORRUPT: environment('the catalog does not match the lake', 'make it again with hippo doctor --rebuild-catalog'),
  WAREHOUSE_MODEL_INVALID: usage('a model is not valid'),
  WAREHOUSE_MODEL_FAILED: data('a model failed'),
  WAREHOUSE_MODEL_GATED: data('a model broke its contract'),
  WAREHOUSE_LOAD_FAILED: data('rows could not be loaded into the warehouse'),
  WAREHOUSE_NOTHING_LIVE: usage('nothing was published yet', 'publish with hippo publish'),
  WAREHOUSE_QUERY_FAILED: usage('the query failed'),
  RUN_LOCKED: later('another run holds it', 30, 'wait for it with --wait-lock SECONDS, or see it with hippo runs list'),
  RUN_APPROVAL_NEEDED: data('a second person must approve it', 'somebody else runs the same command'),
  RUN_INCOMPLETE: environment('an erasure is not complete', 'run the same command again'),
  RUN_INTERRUPTED: {title: 'interrupted', exitCode: 130, retryable: true, retryAfterSeconds: 0},
  RUN_UNBALANCED: bug('rows do not balance; nothing was committed'),
  RUN_INTERNAL: bug('a bug in hippo'),
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds
