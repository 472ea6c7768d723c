// The configuration of a workspace after all layers are merged (flag > environment > hippo.yaml > default). Types only;
// `load-config.ts` makes one and remembers where each value came from.

export interface S3Settings {
  readonly endpoint?: string
  readonly region: string
  readonly accessKey?: string
  readonly secretKey?: string
  readonly sessionToken?: string
  /** Of ~/.aws; absent: what the AWS_* variables say, else the default profile. */
  readonly profile?: string
  readonly pathStyle: boolean
  /** Absolute path of a PEM file with the authority that signed the server's certificate. */
  readonly ca?: string
  /** Asked of the server for every object. */
  readonly encryption?: 'AES256' | 'aws:kms'
  /** Id of the key, for `aws:kms`; the bucket's own when absent. */
  readonly encryptionKey?: string
  /** Kind of object lock under which received bytes are put; the bucket must have been made with object lock. */
  readonly lock?: 'governance' | 'compliance'
  /** How long the lock holds from the day of capture. */
  readonly lockDays?: number
}

/** Which files of a source belong together: those of a folder, of a folder and day, or each file by itself. */
export type DeliveryGrouping = 'folder' | 'date' | 'file'

/**
 * Where the sender says how many records a file has: in a file beside it (`{path}`, or `{stem}` without the last ending, in its
 * name), or in a last line that begins with a mark and is no record. The first whole number there counts.
 */
export type ControlTotal = {readonly sidecar: string} | {readonly trailer: string}

export interface FilesSource {
  readonly kind: 'files'
  /** Folder, relative to the workspace. */
  readonly path: string
  /** Dataset key -> glob or globs, matched against the path below the folder and against the file name. */
  readonly match: Readonly<Record<string, readonly string[]>>
  /** Received file names may identify people: they are then shown as hashes everywhere. */
  readonly pathsArePhi: boolean
  readonly delivery: DeliveryGrouping
  /** By dataset key. */
  readonly controlTotals?: Readonly<Record<string, ControlTotal>>
}

export type SourceSettings = FilesSource

export interface PipelineSettings {
  readonly steps: readonly ('ingest' | 'promote silver' | 'promote gold' | 'publish')[]
  readonly schedule?: string
}

/** Verbs that may need two people. */
export type ApprovedVerb = 'waive' | 'publish' | 'forget'

export interface Config {
  readonly name: string
  /** Absolute folder, or `s3://bucket/prefix`. */
  readonly lake: string
  readonly s3: S3Settings
  /** `embedded`, or a PostgreSQL connection URL. */
  readonly database: string
  readonly sources: Readonly<Record<string, SourceSettings>>
  readonly pipelines: Readonly<Record<string, PipelineSettings>>
  /** How many people each of these needs; one where nothing is said. */
  readonly approval?: Readonly<Partial<Record<ApprovedVerb, number>>>
  /** Secret under which erased bytes are recognised; needed once somebody was erased. */
  readonly key?: string
  /** Minutes without a client after which the embedded server stops; 0 = never. */
  readonly databaseIdleMinutes: number
}

/** Where a value came from, for `hippo config`. */
export interface ConfigOrigin {
  readonly key: string
  readonly value: unknown
  readonly origin: 'flag' | 'environment' | 'file' | 'default'
  /** Variable name, or `hippo.yaml:line`. */
  readonly detail?: string
  /** True for secrets: show `••••`. */
  readonly secret: boolean
}
