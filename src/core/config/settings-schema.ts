// The shape of hippo.yaml and of the settings layers above it, checked with zod at the edge. It knows no defaults (they are
// the lowest layer) and no file: `read-settings.ts` turns its issues into places. What later versions bring is refused by name.
// As a namespace, so that bundling leaves out what is not used: 741 kB become a fraction of that at every start.
import * as z from 'zod'

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/, 'must start with a letter and hold only letters, digits, ".", "_" and "-"')
const key = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'must start with a letter and hold only letters, digits, "_" and "-"')
const text = z.string().min(1, 'must not be empty')

const secret = z.string().min(32, 'must have at least 32 characters; make one with: openssl rand -hex 32')

/** A variable can only ever give text, so `${FLAG:-true}` and an environment variable are read as the boolean they spell. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')], {
  error: 'must be true or false',
})

const minutes = z.union(
  [
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number),
  ],
  {error: 'must be a number of minutes'},
)

const days = z.union(
  [
    z.number().int().min(1),
    z
      .string()
      .regex(/^[1-9]\d{0,4}$/)
      .transform(Number),
  ],
  {error: 'must be a whole number of days'},
)

const globs = z.union([text.transform((glob) => [glob]), z.array(text).min(1, 'must name at least one file pattern')], {
  error: 'must be a file pattern or a list of them',
})

const controlTotal = z.union(
  [
    z.strictObject({sidecar: text.regex(/\{(path|stem)\}/, 'must hold {path} or {stem}')}),
    z.strictObject({trailer: text.max(100, 'must have at most 100 characters')}),
  ],
  {error: 'must be {sidecar: "{path}.count"} or {trailer: TEXT}'},
)

const filesSource = z.strictObject({
  kind: z.literal('files'),
  path: text,
  match: z.record(key, globs),
  pathsArePhi: flag.optional(),
  delivery: z.enum(['folder', 'date', 'file'], {error: 'must be folder, date or file'}).optional(),
  controlTotals: z.record(key, controlTotal).optional(),
})

const sourceName = key.refine((value) => value !== 'files', {
  error: 'must not be files: that is what files given by hand are recorded under',
})

const sourceKindsToCome = ['fhir', 'hl7v2', 'http', 'postgres']

/** What the product page promises for a later version; the message says so instead of "unknown". */
export const keysToCome: readonly string[] = ['notifications']

const source = z.preprocess((value, context) => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  if (typeof kind === 'string' && kind !== 'files') {
    const message = sourceKindsToCome.includes(kind)
      ? `source kind ${kind} is not available in this version; files is`
      : 'is not a source kind; there is: files'
    context.addIssue({code: 'custom', message, path: ['kind'], continue: false})
    return z.NEVER
  }
  return value
}, filesSource)

const steps = ['ingest', 'promote silver', 'promote gold', 'publish'] as const

const pipeline = z.strictObject({
  steps: z.array(z.enum(steps, {error: `must be one of ${steps.join(', ')}`})).min(1, 'must name at least one step'),
  schedule: z
    .string()
    .regex(/^\S+( +\S+){4}$/, 'must be five cron fields, for example "15 2 * * *"')
    .optional(),
})

const s3 = z.strictObject({
  endpoint: text
    .regex(/^https?:\/\/[^/@?#\s]+\/?$/, 'must be http://HOST:PORT or https://HOST:PORT, without path or credentials')
    .optional(),
  region: text.optional(),
  accessKey: text.optional(),
  secretKey: text.optional(),
  sessionToken: text.optional(),
  profile: text.optional(),
  pathStyle: flag.optional(),
  ca: text.optional(),
  encryption: z.enum(['AES256', 'aws:kms'], {error: 'must be AES256 or aws:kms'}).optional(),
  encryptionKey: text.optional(),
  lock: z.enum(['governance', 'compliance'], {error: 'must be governance or compliance'}).optional(),
  lockDays: days.optional(),
})

const lake = text.refine((value) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(value) || /^s3:\/\/[a-z0-9][a-z0-9.-]+[a-z0-9](\/|$)/.test(value), {
  error: 'must be a folder or s3://bucket/prefix',
})

const database = z.string().refine((value) => value === 'embedded' || /^postgres(ql)?:\/\/./.test(value), {
  error: 'must be embedded or a URL that starts with postgres://',
})

const people = z.number({error: 'must be 1 or 2'}).int('must be 1 or 2').min(1, 'must be 1 or 2').max(2, 'must be 1 or 2')

const approval = z.strictObject({waive: people.optional(), publish: people.optional(), forget: people.optional()})

export const settingsSchema = z.strictObject({
  name: name.optional(),
  key: secret.optional(),
  lake: lake.optional(),
  s3: s3.optional(),
  database: database.optional(),
  databaseIdleMinutes: minutes.optional(),
  sources: z.record(sourceName, source).optional(),
  pipelines: z.record(key, pipeline).optional(),
  approval: approval.optional(),
})

export type Settings = z.output<typeof settingsSchema>

/** The keys that may stand at a path of hippo.yaml, to suggest the nearest one. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const [top] = path
  if (path.length === 0) return Object.keys(settingsSchema.shape)
  if (top === 'approval') return Object.keys(approval.shape)
  if (top === 's3') return Object.keys(s3.shape)
  if (top === 'sources' && path.length === 2) return Object.keys(filesSource.shape)
  if (top === 'pipelines' && path.length === 2) return Object.keys(pipeline.shape)
  return []
}
