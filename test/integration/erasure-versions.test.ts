// A bucket that keeps versions, and locks: to delete an object there only hides it, so an erasure removes what is hidden, and says
// before it changes anything which lock forbids it. On the small server, and on a real one where there is one.
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {doctor, forget, runPipeline, verify} from '../../src/core/index.ts'
import {readBatches, storeBytes} from '../../src/core/lake/bronze.ts'
import {openBucket, openS3Store} from '../../src/core/store/s3/open-s3-store.ts'
import {textOfBytes} from '../support/everything.ts'
import {hasS3Server, startS3Server} from '../support/s3-server.ts'
import {smallBucket, startSmallS3} from '../support/small-s3.ts'
import type {KeptVersion} from '../support/small-s3-versions.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

interface VersionedBucket {
  readonly env: Readonly<Record<string, string>>
  /** All bodies that the server holds, of whatever version. */
  bodies(): readonly Buffer[]
  close(): Promise<void>
}

interface SmallBucket extends VersionedBucket {
  /** Puts a lock on every version of every object, or takes it off. */
  lockAll(change: Partial<KeptVersion<unknown>>): void
}

async function smallBucketWithVersions(): Promise<SmallBucket> {
  const server = await startSmallS3({versions: {objectLock: true}})
  const versions = () => [...(server.versions?.kept.values() ?? [])].flat()
  return {
    env: {HIPPO_LAKE: `s3://${smallBucket}/ward`, HIPPO_S3_ENDPOINT: server.endpoint},
    bodies: () => versions().flatMap(({object}) => object?.body ?? []),
    lockAll: (change) => {
      for (const version of versions()) Object.assign(version, change)
    },
    close: () => server.close(),
  }
}

async function realBucketWithVersions(): Promise<VersionedBucket> {
  const server = await startS3Server()
  const bucket = await openBucket({lake: 's3://with-lock', s3: server.s3, env: {}})
  await bucket.ask({action: 'CreateBucket', method: 'PUT', key: '', headers: {'x-amz-bucket-object-lock-enabled': 'true'}})
  const folder = path.dirname(server.folder)
  return {
    env: {HIPPO_LAKE: 's3://with-lock/ward', HIPPO_S3_ENDPOINT: server.s3.endpoint ?? ''},
    bodies: () =>
      readdirSync(folder, {recursive: true, withFileTypes: true})
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(path.join(entry.parentPath, entry.name))),
    close: () => server.close(),
  }
}

const values = ['K4711', 'Anna-Canary', '1960-01-01', 'Geheimnisgrund']

async function openWard(bucket: VersionedBucket, env: Readonly<Record<string, string>> = {}): Promise<TestWorkspace> {
  const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  const credentials = {HIPPO_S3_ACCESS_KEY: 'hippo-test-key', HIPPO_S3_SECRET_KEY: 'hippo-test-secret'}
  Object.assign(ward.env, {HIPPO_KEY: 'test key of the workspace, long enough', ...credentials, ...bucket.env, ...env})
  const contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
  const subject = 'customProperties:\n      - {property: hippoDataSubject, value: true}\n'
  ward.write('contracts/person.odcs.yaml', contract.replace('customProperties:\n', subject))
  ward.write('inbox/1/persons.csv', 'id,name,born,weight\nK4711,Anna-Canary,1960-01-01,60\nA2,Ben,1961-01-01,61\n')
  ward.write('inbox/1/visits-K4711.csv', 'person_id,visited_on,reason\nK4711,2020-01-01,Geheimnisgrund\n')
  ward.write('inbox/1/visits.csv', 'person_id,visited_on,reason\nK4711,2020-13-01,Geheimnisgrund\nA2,2020-01-02,cough\n')
  await ward.use((workspace) => runPipeline(workspace, {}))
  return ward
}

/** How many of the server's bodies tell something of the person. */
async function bodiesOfAnna(bucket: VersionedBucket): Promise<number> {
  const texts = await Promise.all(bucket.bodies().map(textOfBytes))
  return texts.filter((text) => values.some((value) => text.includes(value))).length
}

const forgetIn = (ward: TestWorkspace, patient: string, bypassGovernance = false) =>
  ward.use((workspace) => forget(workspace, {patient, bypassGovernance}))

const failure = (error: unknown) => error

const locks = {HIPPO_S3_LOCK: 'governance', HIPPO_S3_LOCK_DAYS: '30'}

/** The real one can all that the small one can. */
const {name, open} = hasS3Server()
  ? {name: 'a real server', open: realBucketWithVersions}
  : {name: 'a small server', open: smallBucketWithVersions}

describe(`forget in a bucket with versions and governance locks, on ${name}`, () => {
  it('refuses under the lock, naming its day and changing nothing, and erases every version with leave to pass it by', async () => {
    const bucket = await open()
    const ward = await openWard(bucket, locks)
    try {
      const before = await bodiesOfAnna(bucket)

      const refused = await forgetIn(ward, 'K4711').catch(failure)

      const day = new Date(Date.now() + 30 * 24 * 3600_000).toISOString().slice(0, 10)
      expect(refused).toMatchObject({code: 'STORE_LOCKED', exitCode: 4, message: expect.stringContaining(day)})
      expect(refused).toHaveProperty('hint', expect.stringContaining('--bypass-governance'))
      expect(await bodiesOfAnna(bucket)).toBe(before)

      const done = await forgetIn(ward, 'K4711', true)

      expect(done).toMatchObject({state: 'erased'})
      expect(await bodiesOfAnna(bucket)).toBe(0)
      const looked = await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))
      expect(looked.problems).toEqual([])
      expect(await forgetIn(ward, 'K4711')).toMatchObject({state: 'notFound', found: []})
    } finally {
      await ward.close()
      await bucket.close()
    }
  }, 120_000)
})

describe('forget in a bucket with versions', () => {
  let bucket: SmallBucket
  let ward: TestWorkspace

  beforeAll(async () => {
    bucket = await smallBucketWithVersions()
    ward = await openWard(bucket)
  }, 60_000)
  afterAll(async () => {
    await ward?.close()
    await bucket?.close()
  })

  it('is told by doctor that it is one', async () => {
    const {findings} = await ward.use((workspace) => doctor(workspace))

    expect(findings.find(({check}) => check === 'lake')?.detail).toMatch(/versions: kept.*object lock: possible/)
  })

  it('refuses under a compliance lock whatever the leave, and under a legal hold, which has no end', async () => {
    const before = await bodiesOfAnna(bucket)

    bucket.lockAll({lock: {mode: 'COMPLIANCE', until: '2099-01-01T00:00:00Z'}})
    const locked = await forgetIn(ward, 'K4711', true).catch(failure)
    bucket.lockAll({lock: {mode: 'COMPLIANCE', until: '2000-01-01T00:00:00Z'}, legalHold: true})
    const held = await forgetIn(ward, 'K4711', true).catch(failure)
    bucket.lockAll({legalHold: false})

    expect(locked).toMatchObject({code: 'STORE_LOCKED', exitCode: 4, details: {lockedUntil: '2099-01-01T00:00:00Z'}})
    expect(held).toMatchObject({code: 'STORE_LOCKED', message: expect.stringContaining('without an end')})
    expect(await bodiesOfAnna(bucket)).toBe(before)
  })

  it('removes what was hidden before, and does not call a person found who is not there', async () => {
    const hidden = async () => (await bodiesWith('of an optimized table')).length
    const bodiesWith = async (text: string) => bucket.bodies().filter((body) => body.includes(text))
    await ward.use(async (workspace) => {
      const store = await workspace.store()
      await store.put('silver/visit/part-old.parquet', Buffer.from('of an optimized table'))
      await store.delete('silver/visit/part-old.parquet')
    })
    expect(await hidden()).toBe(1)

    const nobody = await forgetIn(ward, 'Z9')

    expect(nobody).toMatchObject({state: 'notFound', found: [{location: 'past versions'}]})
    expect(await hidden()).toBe(0)
  })

  it('does not take the last copy of received bytes that somebody deleted', async () => {
    await ward.use(async (workspace) => {
      const store = await workspace.store()
      const [first] = await readBatches(store)
      await store.delete(first?.files[0]?.key ?? '')
    })

    await expect(forgetIn(ward, 'K4711')).rejects.toMatchObject({code: 'RUN_INCOMPLETE', message: expect.stringContaining('of batch 1')})
  })
})

describe('s3.lock', () => {
  it('is refused where the bucket has no object lock, before anything is stored', async () => {
    const server = await startSmallS3({versions: {}})
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'a', secretKey: 'b', pathStyle: true}
    const lake = `s3://${smallBucket}/ward`
    const store = await openS3Store({lake, s3: {...s3, lock: 'compliance', lockDays: 30}, env: {}})
    const received = {
      sizeBytes: 8,
      open: async function* () {
        yield Buffer.from('received')
      },
    }

    await expect(storeBytes(store, received)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('no object lock'),
    })
    expect([...server.objects.keys()]).toEqual([])
    await expect(openS3Store({lake, s3: {...s3, lock: 'compliance'}, env: {}})).rejects.toMatchObject({code: 'CONFIG_INVALID'})
    await server.close()
  })
})
