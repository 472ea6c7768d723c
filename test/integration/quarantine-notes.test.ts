// What people write beside rejected rows: who looks after them and comments; seen where rows are looked at, kept through replays, in no log,
// and found when a person is to be forgotten.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {exportQuarantine, type NoteRequest, noteQuarantine, reviewQuarantine} from '../../src/core/index.ts'
import {notes} from '../../src/core/pipeline/phi-locations/notes.ts'
import {promotionLock} from '../../src/core/pipeline/project-commits.ts'
import {openReader, type Reader} from '../../src/core/query/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const persons = 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,900\np3,Carl,1980-01-01,900\np4,Dora,1980-01-01,950\n'

describe('notes beside rejected rows', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-1.csv', persons)
    await ward.conform({fresh: true})
  }, 120_000)
  afterAll(() => ward.close())

  const note = (request: Pick<NoteRequest, 'note'> & Partial<NoteRequest>) =>
    ward.use((workspace) => noteQuarantine(workspace, {dataset: 'person', checks: [], ...request}))
  const read = <T>(ask: (reader: Reader) => Promise<T>) =>
    ward.use(async (workspace) => {
      const reader = await openReader(workspace)
      return ask(reader).finally(() => reader.close())
    })
  const rows = async () => {
    const {rows: found} = await read((reader) => reader.quarantinedRows({dataset: 'person', limit: 10, state: 'all'}))
    return new Map(found.map(({row, ...rest}) => [row, rest]))
  }

  it('stand beside the rows that were meant, each with who wrote it', async () => {
    const assigned = await note({checks: ['weight.range'], exactly: true, note: {kind: 'assign', assignee: 'keller'}})
    const tried = await note({dryRun: true, note: {kind: 'assign', assignee: 'nobody else'}})
    const commented = await note({row: 3, note: {kind: 'comment', text: 'Carl weighs less'}})
    const again = await note({row: 3, note: {kind: 'comment', text: 'asked the ward'}})

    expect([assigned, tried, commented, again].map((one) => [one.rows, one.run.state])).toEqual([
      [2, 'succeeded'],
      [3, 'noop'],
      [1, 'succeeded'],
      [1, 'succeeded'],
    ])
    const found = await rows()
    expect([...found].map(([row, {assignee}]) => [row, assignee]).sort()).toEqual([
      [2, undefined],
      [3, 'keller'],
      [4, 'keller'],
    ])
    expect(found.get(3)?.comments).toMatchObject([
      {by: 'tester', text: 'Carl weighs less'},
      {by: 'tester', text: 'asked the ward'},
    ])
    const unfit: readonly Parameters<typeof note>[0][] = [
      {note: {kind: 'comment', text: ' '}},
      {note: {kind: 'comment', text: 'guess me'}, idempotencyKey: 'k1'},
      {note: {kind: 'assign', assignee: 'x'.repeat(101)}},
      {note: {kind: 'assign', assignee: 'keller\nasked'}},
    ]
    for (const one of unfit) await expect(note(one)).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  }, 60_000)

  it('wait while the dataset is changed, as by an erasure', async () => {
    await ward.use(async (workspace) => {
      const database = await workspace.database()
      const key = promotionLock(workspace.config.name, 'person')
      const meanwhile = database.withLock(key, {waitMs: 0, what: 'dataset person'}, () =>
        noteQuarantine(workspace, {dataset: 'person', checks: [], note: {kind: 'comment', text: 'too late'}}),
      )

      await expect(meanwhile).rejects.toMatchObject({code: 'RUN_LOCKED'})
    })
  }, 60_000)

  it('are counted by combination of reasons', async () => {
    const clusters = await read((reader) => reader.quarantineClusters('person'))

    expect(clusters).toEqual([
      {dataset: 'person', reasons: ['weight.range'], rows: 2, assigned: {keller: 2}, commented: 1},
      {dataset: 'person', reasons: ['name.required', 'weight.range'], rows: 1, assigned: {}, commented: 0},
    ])
  }, 60_000)

  it('are exported, comments masked as values are, and never come into the audit log', async () => {
    const exported = async (unmasked: boolean) => {
      const file = path.join(ward.root, `rows-${unmasked}.csv`)
      await ward.use((workspace) => exportQuarantine(workspace, {dataset: 'person', file, unmasked}))
      return readFileSync(file, 'utf8')
    }

    const [hidden, open] = [await exported(false), await exported(true)]

    expect(hidden).toContain('keller')
    expect(hidden).not.toContain('Carl')
    expect(open).toContain('tester: Carl weighs less')
    const audit = await read((reader) => reader.audit({limit: 100}))
    expect(JSON.stringify(audit)).toContain('"person: 2 rows"')
    expect(JSON.stringify(audit)).not.toContain('keller')
    expect(JSON.stringify(audit)).not.toContain('Carl')
  }, 60_000)

  it('stay through a replay', async () => {
    const before = await rows()
    await ward.use((workspace) => reviewQuarantine(workspace, {dataset: 'person', action: 'replay', checks: []}))

    const after = await rows()

    expect(after.get(3)?.comments).toEqual(before.get(3)?.comments)
    expect(after.get(4)?.assignee).toBe('keller')
  }, 120_000)

  it('lose their comments when the person in them, or their row, is erased', async () => {
    await note({row: 4, note: {kind: 'comment', text: 'same as p3'}})
    await ward.use(async (workspace) => {
      const place = [...(await rows())].flatMap(([row, {sha256}]) => (row === 3 ? [{file: sha256, row}] : []))
      const erasure = {store: await workspace.store(), person: {pattern: '\\bp3\\b'}}
      const search = {erasure, origins: new Map([['person', place]])} as unknown as Parameters<typeof notes.find>[0]

      const [found, keys] = [await notes.find(search), await notes.keys?.(search)]
      await notes.erase(search)

      expect(found).toEqual([{location: 'notes', places: 4, rows: 3}])
      expect(keys).toHaveLength(4)
      expect(await notes.find(search)).toEqual([])
    })
    const left = await rows()
    expect(left.get(3)).not.toHaveProperty('comments')
    expect(left.get(4)).toMatchObject({assignee: 'keller'})
    expect(left.get(4)).not.toHaveProperty('comments')
  }, 60_000)
})
