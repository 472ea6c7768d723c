// Versions of objects in a bucket, and the locks on them. Whether a bucket keeps versions is asked each time it matters: it can
// be switched on at any moment. Retention and legal hold are asked for by name, for not every server tells them with an object.
import {HippoError} from '../../errors/hippo-error.ts'
import type {ObjectLock, ObjectVersion} from '../kept-versions.ts'
import type {Bucket} from './bucket.ts'
import {S3Refusal} from './transport.ts'
import {element, elements} from './xml.ts'

export interface BucketKeeping {
  /** `suspended`: no new versions, but those from before are there. */
  readonly versioning: 'off' | 'on' | 'suspended'
  /** The bucket was made with object lock. */
  readonly objectLock: boolean
  /** Puts every new object under a lock unless its writer says otherwise, as the bucket words it: `governance, 30 days`. */
  readonly defaultLock?: string
}

/** What the bucket is set to keep. STORE_FORBIDDEN when the credentials may not know. */
export async function bucketKeeping(bucket: Bucket): Promise<BucketKeeping> {
  const versioning = element((await setting(bucket, 'GetBucketVersioning', 'versioning')) ?? '', 'Status')
  const lock = (await setting(bucket, 'GetBucketObjectLockConfiguration', 'object-lock')) ?? ''
  const mode = element(lock, 'Mode')?.toLowerCase()
  const [days, years] = [element(lock, 'Days'), element(lock, 'Years')]
  return {
    versioning: versioning === 'Enabled' ? 'on' : versioning === 'Suspended' ? 'suspended' : 'off',
    objectLock: element(lock, 'ObjectLockEnabled') === 'Enabled',
    ...(mode === undefined ? {} : {defaultLock: `${mode}, ${days === undefined ? `${years} years` : `${days} days`}`}),
  }
}

/** The answer to a question about the bucket or a version; undefined when nothing of the kind is set, or the server has no such thing. */
async function setting(
  bucket: Bucket,
  action: string,
  name: string,
  of: Pick<ObjectVersion, 'key' | 'versionId'> = {key: '', versionId: ''},
): Promise<string | undefined> {
  const query = {[name]: '', ...(of.versionId === '' ? {} : {versionId: of.versionId})}
  try {
    const {body} = await bucket.ask({action, method: 'GET', key: of.key, query})
    return body.toString('utf8')
  } catch (error) {
    const refusal = error instanceof HippoError ? error.cause : undefined
    if (refusal instanceof S3Refusal && refusal.code !== 'NoSuchBucket' && isUnset(refusal)) return undefined
    throw error
  }
}

const isUnset = ({status, code}: S3Refusal): boolean =>
  status === 404 ||
  status === 405 ||
  status === 501 ||
  /NotImplemented|NoSuchObjectLock|MissingLock|InvalidRequest|ObjectLockConfigurationNotFound/.test(code ?? '')

interface Page {
  readonly versions: readonly ObjectVersion[]
  readonly next?: Readonly<Record<string, string>>
}

/** Every version and mark of deletion below a prefix; marks of a page come before its other versions. */
export async function* listVersions(bucket: Bucket, prefix: string): AsyncGenerator<ObjectVersion> {
  let next: Readonly<Record<string, string>> | undefined = {}
  while (next !== undefined) {
    const page: Page = await readPage(bucket, prefix, next)
    yield* page.versions
    if (page.next !== undefined && JSON.stringify(page.next) === JSON.stringify(next)) throw endless(bucket)
    next = page.next
  }
}

async function readPage(bucket: Bucket, prefix: string, from: Readonly<Record<string, string>>): Promise<Page> {
  const {prefix: root} = bucket.settings
  const query = {versions: '', 'max-keys': '1000', prefix: root + prefix, ...from}
  const {body} = await bucket.ask({action: 'ListBucketVersions', method: 'GET', key: '', query})
  const xml = body.toString('utf8')
  if (!/<ListVersionsResult|<ListBucketVersionsResult/.test(xml)) {
    throw new HippoError('STORE_NOT_S3', {message: `${bucket.settings.endpoint} answered a listing of versions with something else`})
  }
  const read = (name: string, isMarker: boolean) => elements(xml, name).map((one) => versionOf(one, root, isMarker))
  const versions = [...read('DeleteMarker', true), ...read('Version', false)]
  if (element(xml, 'IsTruncated') !== 'true') return {versions}
  const [key, version] = [element(xml, 'NextKeyMarker') ?? '', element(xml, 'NextVersionIdMarker') ?? '']
  return {versions, next: {'key-marker': key, ...(version === '' ? {} : {'version-id-marker': version})}}
}

function versionOf(xml: string, root: string, isMarker: boolean): ObjectVersion {
  const etag = element(xml, 'ETag')
  return {
    key: (element(xml, 'Key') ?? '').slice(root.length),
    versionId: element(xml, 'VersionId') ?? 'null',
    isNewest: element(xml, 'IsLatest') === 'true',
    isMarker,
    ...(etag === undefined ? {} : {etag}),
  }
}

/** A legal hold before a retention, which may run out; undefined once that is over. */
export async function lockOfVersion(bucket: Bucket, version: ObjectVersion): Promise<ObjectLock | undefined> {
  const hold = (await setting(bucket, 'GetObjectLegalHold', 'legal-hold', version)) ?? ''
  if (element(hold, 'Status') === 'ON') return {kind: 'legalHold'}
  const retention = (await setting(bucket, 'GetObjectRetention', 'retention', version)) ?? ''
  const [mode, until] = [element(retention, 'Mode'), element(retention, 'RetainUntilDate')]
  if (mode === undefined || until === undefined || Date.parse(until) <= Date.now()) return undefined
  return {kind: mode === 'COMPLIANCE' ? 'compliance' : 'governance', until}
}

/** Removes one version for good; what is gone is no error. */
export async function removeVersion(bucket: Bucket, {key, versionId}: ObjectVersion, bypassGovernance: boolean): Promise<void> {
  const headers = bypassGovernance ? {headers: {'x-amz-bypass-governance-retention': 'true'}} : {}
  await bucket.ask({action: 'DeleteObjectVersion', method: 'DELETE', key, query: {versionId}, ...headers}).catch((error: unknown) => {
    const isGone = error instanceof HippoError && error.cause instanceof S3Refusal && error.cause.status === 404
    if (!isGone) throw error
  })
}

function endless({settings: {endpoint}}: Bucket): HippoError {
  return new HippoError('STORE_UNSAFE', {message: `${endpoint} lists versions without an end`})
}
