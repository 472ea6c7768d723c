import {describe, expect, it} from 'vitest'
import {openStore} from '../../../src/core/store/index.ts'

describe('openStore', () => {
  it('opens a folder as a local store and gives its URI', async () => {
    const store = await openStore({lake: '/no/such/lake'})

    expect(store.kind).toBe('local')
    expect(store.uri).toBe('file:///no/such/lake')
  })

  it('opens a store in memory', async () => {
    expect((await openStore({lake: 'memory:'})).kind).toBe('memory')
  })

  it('refuses a bucket and a relative folder as configuration errors', async () => {
    await expect(openStore({lake: 's3://bucket/prefix'})).rejects.toMatchObject({code: 'CONFIG_INVALID', exitCode: 2})
    await expect(openStore({lake: 'lake'})).rejects.toMatchObject({code: 'CONFIG_INVALID', exitCode: 2})
  })
})
