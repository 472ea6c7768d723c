import {describe, expect, it} from 'vitest'
import {openEngine} from '../../../src/core/engine/index.ts'

describe('openEngine', () => {
  it('opens Polars without starting a process', async () => {
    const engine = await openEngine('polars')

    expect([...engine.capabilities].sort()).toEqual(['csv', 'judge', 'parquet', 'setExpressions', 'write'])
    await engine.close()
  })

  it('refuses an engine that this build does not have', async () => {
    await expect(openEngine('spark')).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })
})
