import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openLocalStore} from '../../src/core/store/local/local-store.ts'
import {memoryStore} from '../../src/core/store/memory/memory-store.ts'
import {objectStoreSuite} from './object-store.suite.ts'

objectStoreSuite('memory', async () => ({store: memoryStore(), close: async () => undefined}))

objectStoreSuite('local', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hippo-store-'))
  return {store: await openLocalStore(join(folder, 'lake')), close: () => rm(folder, {recursive: true, force: true})}
})
