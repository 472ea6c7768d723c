// Listing by pages, in the byte order that S3 promises and that is checked here: a log read in another order would be another log.
import {HippoError} from '../../errors/hippo-error.ts'
import {compareKeys, isForeignKey} from '../object-key.ts'
import type {ObjectInfo} from '../object-store.ts'
import type {Bucket} from './bucket.ts'
import {element, elements} from './xml.ts'

interface Page {
  readonly objects: readonly ObjectInfo[]
  readonly next?: string
}

/** Objects whose key has the prefix and stands after `startAfter`; what can be no key is passed over. */
export async function* listObjects(bucket: Bucket, prefix: string, startAfter: string): AsyncGenerator<ObjectInfo> {
  let last = startAfter
  let token: string | undefined
  do {
    const page = await readPage(bucket, prefix, token === undefined ? {startAfter} : {token})
    for (const info of page.objects) {
      if (compareKeys(info.key, startAfter) <= 0 || !isForeignKey(info.key)) continue
      if (compareKeys(info.key, last) <= 0) throw outOfOrder(bucket)
      last = info.key
      yield info
    }
    if (page.next !== undefined && page.next === token) throw outOfOrder(bucket)
    token = page.next
  } while (token !== undefined)
}

/** True when a key lies below `key` as if it were a folder. */
export async function hasKeysBelow(bucket: Bucket, key: string): Promise<boolean> {
  const {objects} = await readPage(bucket, `${key}/`, {most: 1})
  return objects.length > 0
}

/** One cheap question that tells whether bucket, credentials and clock are right; the answer's own time where the server says it. */
export async function askForBucket(bucket: Bucket): Promise<Date | undefined> {
  const {headers} = await bucket.ask(listRequest(bucket, '', {most: 1}))
  const at = Date.parse(headers.date ?? '')
  return Number.isNaN(at) ? undefined : new Date(at)
}

interface PageChoice {
  readonly startAfter?: string
  readonly token?: string
  readonly most?: number
}

function listRequest({settings: {prefix: root}}: Bucket, prefix: string, {startAfter, token, most = 1000}: PageChoice) {
  return {
    action: 'ListBucket',
    method: 'GET',
    key: '',
    query: {
      'list-type': '2',
      'max-keys': String(most),
      prefix: root + prefix,
      ...(token === undefined ? {} : {'continuation-token': token}),
      ...(startAfter ? {'start-after': root + startAfter} : {}),
    },
  } as const
}

async function readPage(bucket: Bucket, prefix: string, choice: PageChoice): Promise<Page> {
  const {body} = await bucket.ask(listRequest(bucket, prefix, choice))
  const xml = body.toString('utf8')
  if (!xml.includes('<ListBucketResult')) {
    throw new HippoError('STORE_NOT_S3', {message: `${bucket.settings.endpoint} answered a listing with something that no S3 server says`})
  }
  const next = element(xml, 'IsTruncated') === 'true' ? element(xml, 'NextContinuationToken') : undefined
  return {objects: elements(xml, 'Contents').map((one) => infoOf(one, bucket.settings.prefix)), ...(next === undefined ? {} : {next})}
}

function infoOf(xml: string, root: string): ObjectInfo {
  return {
    key: (element(xml, 'Key') ?? '').slice(root.length),
    sizeBytes: Number(element(xml, 'Size')),
    modifiedAt: Date.parse(element(xml, 'LastModified') ?? ''),
  }
}

function outOfOrder({settings: {endpoint}}: Bucket): HippoError {
  return new HippoError('STORE_UNSAFE', {message: `${endpoint} does not list keys in byte order`})
}
