// An ingest that meets trouble: what is sound is captured all the same, every trouble is listed, the worst decides the exit
// code, and a later try finishes the rest without hiding what an earlier one found.
import {mkdirSync, rmSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type IngestResult, ingest, runPipeline, type Workspace} from '../../src/core/index.ts'
import type {Source, SourceItem} from '../../src/core/source/source.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const settings = (key: string) => `key,value\n${key},1\n`

describe('an ingest that meets trouble', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    rmSync(path.join(ward.root, 'inbox'), {recursive: true, force: true})
    mkdirSync(path.join(ward.root, 'inbox'))
  }, 60_000)

  afterEach(() => ward?.close())

  const ingestAll = () => ward.use((workspace) => ingest(workspace, {sources: []}))

  /** The workspace with a sender who touches each item that is listed. */
  async function meddled(meddle: (item: SourceItem) => SourceItem): Promise<Workspace> {
    const open = await ward.open()
    const source = await open.source('ward')
    const meddling: Source = {
      ...source,
      async *list() {
        for await (const item of source.list()) yield meddle(item)
      },
    }
    return new Proxy(open, {
      get: (one, name) => {
        if (name === 'source') return async () => meddling
        const value = Reflect.get(one, name, one) as unknown
        return typeof value === 'function' ? value.bind(one) : value
      },
    })
  }

  /** A sender who writes on in the file while it is read. */
  const growing = (name: string) =>
    meddled((item) => {
      if (item.path === name) ward.write(`inbox/${name}`, `${settings('a')}b,2\n`)
      return item
    })

  /** A file that is there and can be read by nobody. */
  const locked = (item: SourceItem): SourceItem => ({...item, localPath: path.join(ward.root, 'nowhere')})

  const states = ({files}: IngestResult) => files.map((file) => [file.path, file.state, file.reason])

  it('ends retryable when a file changes while it is read, and captures what lies beside it', async () => {
    ward.write('inbox/persons.csv', 'id,name,born,weight\np1,Ann,,1\n')
    ward.write('inbox/settings.csv', settings('a'))

    const first = await ingest(await growing('settings.csv'), {sources: []})
    const second = await ingestAll()

    expect(first).toMatchObject({run: {state: 'failed'}, batch: 1, error: {code: 'SOURCE_CHANGED', exitCode: 75, retryable: true}})
    expect(states(first)).toEqual([
      ['persons.csv', 'captured', undefined],
      ['settings.csv', 'rejected', 'file.changed'],
    ])
    expect(second).toMatchObject({run: {state: 'succeeded'}, batch: 2})
    expect(states(second)).toEqual([
      ['persons.csv', 'known', undefined],
      ['settings.csv', 'captured', undefined],
    ])
  })

  it('says a file that is refused for good again when a retryable trouble decided the exit code', async () => {
    ward.write('inbox/persons.csv', '')
    ward.write('inbox/settings.csv', settings('a'))

    const first = await ingest(await growing('settings.csv'), {sources: []})
    const second = await ingestAll()
    const third = await ingestAll()

    expect(first.error).toMatchObject({code: 'SOURCE_CHANGED', exitCode: 75})
    expect(states(first)).toEqual([
      ['persons.csv', 'rejected', 'file.empty'],
      ['settings.csv', 'rejected', 'file.changed'],
    ])
    expect(second.run.state).toBe('gated')
    expect(states(second)).toEqual([
      ['persons.csv', 'rejected', 'file.empty'],
      ['settings.csv', 'captured', undefined],
    ])
    expect(third.run.state).toBe('noop')
    expect(states(third)).toEqual([
      ['persons.csv', 'known', undefined],
      ['settings.csv', 'known', undefined],
    ])
  })

  it('puts a file that cannot be read above one that changed, and lists both', async () => {
    ward.write('inbox/persons.csv', 'id,name,born,weight\np1,Ann,,1\n')
    ward.write('inbox/settings-a.csv', settings('a'))
    ward.write('inbox/settings-b.csv', settings('b'))
    const both = await meddled((item) => {
      if (item.path === 'settings-a.csv') ward.write('inbox/settings-a.csv', settings('changed'))
      return item.path === 'settings-b.csv' ? locked(item) : item
    })

    const result = await ingest(both, {sources: []})

    expect(result).toMatchObject({run: {state: 'failed'}, batch: 1, error: {code: 'SOURCE_UNREADABLE', exitCode: 4, retryable: false}})
    expect(states(result)).toEqual([
      ['persons.csv', 'captured', undefined],
      ['settings-a.csv', 'rejected', 'file.changed'],
      ['settings-b.csv', 'rejected', 'file.unreadable'],
    ])
  })

  it('captures from the other sources when the folder of one is missing', async () => {
    ward.write(
      'hippo.yaml',
      `name: ward
sources:
  away: {kind: files, path: away, match: {visit: visits*}}
  ward: {kind: files, path: inbox, match: {person: persons*, setting: settings*}}
`,
    )
    ward.write('inbox/settings.csv', settings('a'))

    const result = await ingestAll()

    expect(result).toMatchObject({run: {state: 'failed'}, batch: 1, error: {code: 'SOURCE_UNREADABLE', exitCode: 4}})
    expect(result.error?.message).toContain('away')
    expect(states(result)).toEqual([['settings.csv', 'captured', undefined]])
  })

  it('throws when nothing at all can be listed', async () => {
    rmSync(path.join(ward.root, 'inbox'), {recursive: true})

    await expect(ingestAll()).rejects.toMatchObject({code: 'SOURCE_UNREADABLE', exitCode: 4})
  })

  it('stops a pipeline at a file that is still being written', async () => {
    ward.write('inbox/persons.csv', 'id,name,born,weight\np1,Ann,,1\n')
    ward.write('inbox/settings.csv', settings('a'))

    const result = await runPipeline(await growing('settings.csv'), {})
    const again = await ward.use((workspace) => runPipeline(workspace, {}))

    expect(result.steps).toMatchObject([{step: 'ingest', state: 'failed', error: {code: 'SOURCE_CHANGED', exitCode: 75}}])
    expect(again.steps.map(({step, state}) => [step, state])).toContainEqual(['promote silver', 'succeeded'])
  })
})
