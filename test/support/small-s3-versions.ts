// What the small S3 server keeps of objects in a bucket with versions: every body, marks of deletion, and the locks on them.
import {randomUUID} from 'node:crypto'
import type http from 'node:http'

export interface VersionsOptions {
  /** The bucket was made with object lock. */
  readonly objectLock?: boolean
  /** Days of compliance that every new object gets. */
  readonly defaultDays?: number
}

export interface KeptVersion<T> {
  readonly id: string
  /** Absent of a mark of deletion. */
  readonly object?: T
  readonly lock?: {readonly mode: string; readonly until: string}
  legalHold: boolean
}

export class SmallS3Versions<T extends {readonly body: Buffer}> {
  /** Newest first. */
  readonly kept = new Map<string, KeptVersion<T>[]>()
  readonly #options: VersionsOptions

  constructor(options: VersionsOptions) {
    this.#options = options
  }

  put(key: string, headers: http.IncomingHttpHeaders, object?: T): void {
    const mode = headers['x-amz-object-lock-mode']
    const until = headers['x-amz-object-lock-retain-until-date']
    const days = this.#options.defaultDays
    const lock =
      object === undefined
        ? undefined
        : mode !== undefined
          ? {mode: String(mode), until: String(until)}
          : days === undefined
            ? undefined
            : {mode: 'COMPLIANCE', until: new Date(Date.now() + days * 24 * 3600_000).toISOString()}
    const version = {id: randomUUID(), legalHold: false, ...(object ? {object} : {}), ...(lock ? {lock} : {})}
    this.kept.set(key, [version, ...(this.kept.get(key) ?? [])])
  }

  /** What is newest afterwards, or `locked`. */
  remove(key: string, id: string, isBypassed: boolean): T | undefined | 'locked' {
    const versions = this.kept.get(key) ?? []
    const version = versions.find((one) => one.id === id)
    const isLocked =
      version?.lock !== undefined && Date.parse(version.lock.until) > Date.now() && !(version.lock.mode === 'GOVERNANCE' && isBypassed)
    if (isLocked || version?.legalHold) return 'locked'
    const left = versions.filter((one) => one !== version)
    if (left.length === 0) this.kept.delete(key)
    else this.kept.set(key, left)
    return left[0]?.object
  }

  /** Answers of the bucket and of versions to questions about what is kept; undefined for other questions. */
  answer(key: string, query: URLSearchParams): string | 'none' | undefined {
    const {objectLock} = this.#options
    if (query.has('versioning')) return '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    if (query.has('object-lock'))
      return objectLock ? '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>' : 'none'
    if (query.has('versions')) return this.#list(query)
    const version = this.kept.get(key)?.find(({id}) => id === query.get('versionId'))
    if (query.has('legal-hold')) return version?.legalHold ? '<LegalHold><Status>ON</Status></LegalHold>' : 'none'
    if (!query.has('retention')) return undefined
    const {lock} = version ?? {}
    return lock ? `<Retention><Mode>${lock.mode}</Mode><RetainUntilDate>${lock.until}</RetainUntilDate></Retention>` : 'none'
  }

  /** Pages of whole keys, so that `version-id-marker` has nothing to say. */
  #list(query: URLSearchParams): string {
    const [prefix, most, after] = [query.get('prefix') ?? '', 3, query.get('key-marker') ?? '']
    const keys = [...this.kept.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    const page = keys.slice(0, most)
    const entries = page.flatMap((key) =>
      (this.kept.get(key) ?? []).map(({id, object}, index) => {
        const told = `<IsLatest>${index === 0}</IsLatest><Key>${key}</Key><VersionId>${id}</VersionId>`
        const body = object?.body.toString('base64').slice(0, 40)
        return object ? `<Version>${told}<ETag>${body}${object.body.length}</ETag></Version>` : `<DeleteMarker>${told}</DeleteMarker>`
      }),
    )
    const isMore = keys.length > page.length
    const next = isMore ? `<NextKeyMarker>${page.at(-1)}</NextKeyMarker>` : ''
    return `<ListVersionsResult><IsTruncated>${isMore}</IsTruncated>${next}${entries.join('')}</ListVersionsResult>`
  }
}
