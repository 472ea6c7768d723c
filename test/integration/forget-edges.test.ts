// What lies at the edges of an erasure: datasets that nothing ties to persons, an ingest that goes on beside it, and the files of the
// database server, which keep what was deleted from its tables.
import {chmodSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {forget, ingest, runPipeline} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'

describe('at the edges of an erasure', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward', database: 'embedded'})
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    declare('person', 'hippoDataSubject')
    const others = Array.from({length: 200}, (_, index) => `B${index},Other ${index},1970-01-01,70\n`).join('')
    ward.write('inbox/1/persons.csv', `${header}K4711,Kanarienvogel,1960-01-01,60\nK4712,Zeisig,1961-01-01,61\n${others}`)
    ward.write('inbox/1/visits-K4711.csv', 'person_id,visited_on,reason\nK4711,2020-01-01,cough\n')
    ward.write('inbox/1/settings.csv', 'key,value\nK4711,5\n')
    await ward.use((workspace) => runPipeline(workspace, {}))
  }, 120_000)
  afterAll(() => ward?.close())

  function declare(dataset: string, property: string): void {
    const text = readFileSync(path.join(ward.root, `contracts/${dataset}.odcs.yaml`), 'utf8')
    const line = `customProperties:\n      - {property: ${property}, value: true}\n`
    ward.write(`contracts/${dataset}.odcs.yaml`, text.replace('customProperties:\n', line))
  }

  /** Files of the server's tables, not its log, with a text in them. */
  async function filesWith(value: string): Promise<readonly string[]> {
    await ward.use(async (workspace) => (await workspace.database()).query(raw('checkpoint')))
    const folder = path.join(ward.root, '.hippo/pg')
    return readdirSync(folder, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile() && /\/base\//.test(`${entry.parentPath}/`))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file).includes(value))
  }

  it('stops at files that name the person and of which nothing says whose rows they hold', async () => {
    const stopped = await ward.use((workspace) => forget(workspace, {patient: 'K4711'})).catch((error: unknown) => error)

    expect(stopped).toMatchObject({code: 'RUN_INCOMPLETE', message: expect.stringContaining('setting (1)')})
    expect((await ward.rows('silver', 'person')).some(({id}) => id === 'K4711')).toBe(true)
  })

  it('erases what an ingest brings in beside it, and names the datasets that it did not search', async () => {
    let isLate = true
    const result = await ward.use(async (workspace) => {
      const inner = await workspace.store()
      const store = delegate(inner, {
        delete: async (key: string) => {
          if (isLate && key.startsWith('bronze/objects/')) {
            isLate = false
            ward.write('inbox/2/persons.csv', `${header}K4712,Zeisig,1961-01-01,99\nC1,Cid,1962-01-01,62\n`)
            await ward.use((other) => ingest(other, {sources: []}))
          }
          return inner.delete(key)
        },
      })
      return forget(delegate(workspace, {store: async () => store}), {patient: 'K4712'})
    })

    expect(isLate).toBe(false)
    expect(result).toMatchObject({state: 'erased', notSearched: ['setting']})
    const received = (await ward.use((workspace) => workspace.store())).localPath('bronze/objects') ?? ''
    const bodies = readdirSync(received, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    expect(bodies.some((text) => text.includes('K4712') || text.includes('Zeisig'))).toBe(false)
    expect(bodies).toContain(`${header}C1,Cid,1962-01-01,62\n`)
  }, 60_000)

  it('reads received files of others once, and in the proof again when they are not the same any more', async () => {
    ward.write('inbox/3/persons.csv', `${header}K4713,Stieglitz,1961-01-01,61\nK4714,Girlitz,1961-01-01,61\n`)
    ward.write('inbox/4/persons.csv', `${header}D1,Dora,1962-01-01,62\n`)
    await ward.use((workspace) => runPipeline(workspace, {}))
    const looks = new Map<string, number>()
    let others = ''
    /** Forgets the person; `beside` happens once bronze begins to be erased. */
    const forgetBeside = (patient: string, beside: () => void) =>
      ward.use(async (workspace) => {
        const inner = await workspace.store()
        const store = delegate(inner, {
          localPath: (key: string) => {
            looks.set(key, (looks.get(key) ?? 0) + 1)
            const file = inner.localPath(key)
            if (file !== undefined && key.startsWith('bronze/objects/') && readFileSync(file, 'utf8').includes('Dora')) others = file
            return file
          },
          delete: async (key: string) => {
            if (key.startsWith('bronze/objects/')) beside()
            return inner.delete(key)
          },
        })
        return forget(delegate(workspace, {store: async () => store}), {patient})
      })

    const erased = await forgetBeside('K4713', () => undefined)
    const looked = [...looks].find(([key]) => others.endsWith(key))
    const untouched = readFileSync(others)
    chmodSync(others, 0o600)
    const left = await forgetBeside('K4714', () => writeFileSync(others, `${untouched}K4714,Girlitz,1961-01-01,61\n`)).catch(
      (error: unknown) => error,
    )
    writeFileSync(others, untouched)

    expect(erased.state).toBe('erased')
    expect(looked?.[1]).toBe(1)
    expect(left).toMatchObject({code: 'RUN_INCOMPLETE', message: expect.stringContaining('bronze (1)')})
    expect(await forgetBeside('K4714', () => undefined)).toMatchObject({state: expect.stringMatching(/erased|notFound/)})
  }, 60_000)

  it('leaves nothing in the files of the server’s tables', async () => {
    declare('setting', 'hippoNoPersonData')
    await ward.use(async (workspace) => (await workspace.database()).query(raw('analyze')))
    const before = [...(await filesWith('Kanarienvogel')), ...(await filesWith('visits-K4711'))]

    const result = await ward.use((workspace) => forget(workspace, {patient: 'K4711'}))

    expect(before.length).toBeGreaterThan(1)
    expect(result.state).toBe('erased')
    expect(result).not.toHaveProperty('notSearched')
    expect(result).not.toHaveProperty('keptByServer')
    expect(await filesWith('Kanarienvogel')).toEqual([])
    expect(await filesWith('visits-K4711')).toEqual([])
  }, 60_000)
})
