import {afterAll, beforeAll, describe} from 'vitest'
import {hasS3Server, startS3Server, type TestS3Server} from '../support/s3-server.ts'
import {objectStoreSuite} from './object-store.suite.ts'

describe.skipIf(!hasS3Server())('S3', () => {
  let server: TestS3Server

  beforeAll(async () => {
    server = await startS3Server()
  })
  afterAll(() => server.close())

  objectStoreSuite('S3', async () => ({store: await server.open(), close: async () => undefined}))
})
