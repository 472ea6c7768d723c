import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe} from 'vitest'
import {openS3Store} from '../../src/core/store/s3/open-s3-store.ts'
import {hasS3Server, startS3Server, type TestS3Server} from '../support/s3-server.ts'
import {type SmallS3, smallBucket, startSmallS3} from '../support/small-s3.ts'
import {objectStoreSuite} from './object-store.suite.ts'

describe.skipIf(!hasS3Server())('on a real server', () => {
  let server: TestS3Server

  beforeAll(async () => {
    server = await startS3Server()
  })
  afterAll(() => server.close())

  objectStoreSuite('S3', async () => ({store: await server.open(), close: async () => undefined}))
})

// It takes keys below keys, as MinIO does: there the store itself has to refuse them.
describe('on the small server of the tests', () => {
  let server: SmallS3
  let probeFolder: string
  let lakes = 0

  beforeAll(async () => {
    server = await startSmallS3()
    probeFolder = await mkdtemp(join(tmpdir(), 'hippo-probes-'))
  })
  afterAll(async () => {
    await server.close()
    await rm(probeFolder, {recursive: true, force: true})
  })

  objectStoreSuite('S3', async () => {
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'a', secretKey: 'b', pathStyle: true}
    const store = await openS3Store({lake: `s3://${smallBucket}/lake-${lakes++}`, s3, env: {}, probeFolder})
    return {store, close: async () => undefined}
  })
})
