// What contracts promise about how long rows are kept, and the hold that keeps them longer.
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {forget, promoteSilver, retain, verify} from '../../src/core/index.ts'
import {everythingIn} from '../support/everything.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

// Some tests make several erasures, each with two searches of everything: 2 s when the machine is quiet, a minute beside others.
vi.setConfig({testTimeout: 180_000, hookTimeout: 120_000})

describe('retention', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    editContract('visit', [
      ['schema:\n', 'slaProperties:\n  - {property: retention, value: 10, unit: years, element: visit.visited_on}\nschema:\n'],
      ['customProperties:\n', 'customProperties:\n      - {property: hippoQuarantineRetentionDays, value: 30}\n'],
    ])
    editContract('person', [['customProperties:\n', 'customProperties:\n      - {property: hippoDataSubject, value: true}\n']])
    ward.write('inbox/1/persons.csv', 'id,name,born,weight\nA1,Ann,1960-01-01,60\nA2,Ben,1961-01-01,61\n')
    const visits = ['A1,1999-05-05,Uraltgrund', 'A2,2025-01-01,Frischgrund', 'A2,unklar,Fehlgrund', 'A1,,Leergrund']
    ward.write('inbox/1/visits.csv', `person_id,visited_on,reason\n${visits.join('\n')}\n`)
    await ward.conform({fresh: true})
  })

  afterEach(() => ward?.close())

  function editContract(dataset: string, changes: readonly (readonly [string, string])[]): void {
    const file = path.join(ward.root, `contracts/${dataset}.odcs.yaml`)
    const text = changes.reduce((before, [from, to]) => before.replace(from, to), readFileSync(file, 'utf8'))
    ward.write(`contracts/${dataset}.odcs.yaml`, text)
  }

  const retainAt = (instant: string, dryRun = false) =>
    ward.use((workspace) => retain(delegate(workspace, {clock: {now: () => new Date(instant)}}), {datasets: [], dryRun}))

  const holds = async (value: string) => (await everythingIn(ward)).some(({text}) => text.includes(value))

  it('removes accepted rows after their time, everywhere, and no others', async () => {
    const dry = await retainAt('2026-11-23T00:00:00Z', true)
    expect(dry).toMatchObject({state: 'found', run: {state: 'noop'}})
    expect(await holds('Uraltgrund')).toBe(true)

    const result = await retainAt('2026-11-23T00:00:00Z')

    expect(result).toMatchObject({state: 'erased', found: dry.found})
    expect(result.found).toEqual([
      {location: 'silver', dataset: 'visit', places: 1, rows: 1},
      {location: 'bronze', places: 1, rows: 1},
    ])
    expect(await holds('Uraltgrund')).toBe(false)
    expect((await ward.rows('silver', 'visit')).map(({reason}) => reason)).toEqual(['Frischgrund'])
    expect((await ward.rows('quarantine', 'visit')).map(({reason}) => reason)).toEqual(['Fehlgrund', 'Leergrund'])
    expect((await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))).problems).toEqual([])
    expect(await retainAt('2026-11-23T00:00:00Z')).toMatchObject({state: 'notFound', run: {state: 'noop'}})
  })

  it('removes rejected rows from quarantine after theirs, and lets silver be made again', async () => {
    await retainAt(new Date(Date.now() + 31 * 24 * 3600 * 1000).toISOString())

    expect(await ward.rows('quarantine', 'visit')).toEqual([])
    expect(await ward.rows('silver', 'visit')).toHaveLength(1)
    const promoted = await ward.use((workspace) => promoteSilver(workspace, {datasets: ['visit'], full: true}))
    expect(promotionOf(promoted, 'visit').error).toBeUndefined()
  })

  it('removes damaged records, which have no date, by the day on which they were received', async () => {
    ward.write('inbox/2/visits.csv', 'person_id,visited_on,reason\nA2,Schadgrund\nA2,2025-02-02,Neugrund\n')
    await ward.conform({fresh: true})
    const inYears = (years: number) => new Date(Date.now() + years * 365 * 24 * 3600_000).toISOString()

    await retainAt(inYears(9))
    const kept = await ward.use(async (workspace) => (await workspace.store()).localPath('bronze') ?? '')
    const isInBronze = () =>
      readdirSync(kept, {recursive: true, withFileTypes: true}).some(
        (entry) => entry.isFile() && readFileSync(path.join(entry.parentPath, entry.name)).includes('Schadgrund'),
      )
    expect(isInBronze()).toBe(true)
    await retainAt(inYears(11))

    expect(isInBronze()).toBe(false)
    expect(await holds('Schadgrund')).toBe(false)
  })

  it('keeps everything under a legal hold, from retention and from forget', async () => {
    editContract('visit', [['customProperties:\n', 'customProperties:\n      - {property: hippoLegalHold, value: case 17 of 2026}\n']])

    await expect(retainAt('2026-11-23T00:00:00Z')).rejects.toMatchObject({code: 'CONTRACT_HELD', exitCode: 2})
    await expect(ward.use((workspace) => forget(workspace, {patient: 'A1'}))).rejects.toMatchObject({
      code: 'CONTRACT_HELD',
      message: expect.stringContaining('case 17 of 2026'),
    })
    expect(await holds('Uraltgrund')).toBe(true)
    expect(await ward.rows('silver', 'person')).toHaveLength(2)
  })

  it('wants the workspace key before it erases, and before it takes in files of a lake from which something was erased', async () => {
    delete ward.env.HIPPO_KEY
    await expect(ward.use((workspace) => forget(workspace, {patient: 'A1'}))).rejects.toMatchObject({
      code: 'CONFIG_VALUE_MISSING',
      exitCode: 2,
    })
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    expect(await ward.use((workspace) => forget(workspace, {patient: 'A1'}))).toMatchObject({state: 'erased'})
    delete ward.env.HIPPO_KEY

    await expect(ward.conform({fresh: true})).rejects.toMatchObject({code: 'CONFIG_VALUE_MISSING', exitCode: 2})
  })

  it('stops at a file that holds the id and cannot be read, and empties it when told to', async () => {
    ward.write('inbox/2/visits.csv', 'something,else\nA1,x\nA2,y\n')
    await ward.conform({fresh: true})

    const stopped = await ward.use((workspace) => forget(workspace, {patient: 'A1'})).catch((error: unknown) => error)

    expect(stopped).toMatchObject({code: 'RUN_INCOMPLETE', message: expect.stringContaining('file 1 of batch 2')})
    expect(await ward.rows('silver', 'person')).toHaveLength(2)
    expect(await ward.use((workspace) => forget(workspace, {patient: 'A1', dropUnreadable: true}))).toMatchObject({state: 'erased'})
    const captured = (await everythingIn(ward)).filter(({place}) => place.kind === 'object' && place.key.startsWith('bronze/'))
    expect(captured.some(({text}) => /\bA1\b/.test(text))).toBe(false)
  })

  it('forgets one after the other of several persons in the same file, rejected rows included', async () => {
    for (const patient of ['A1', 'A2'])
      expect(await ward.use((workspace) => forget(workspace, {patient})), patient).toMatchObject({state: 'erased'})

    expect(await ward.rows('silver', 'person')).toEqual([])
    expect(await ward.rows('quarantine', 'visit')).toEqual([])
    for (const value of ['Ann', 'Ben', 'Uraltgrund', 'Frischgrund', 'Fehlgrund', 'Leergrund']) expect(await holds(value), value).toBe(false)
    expect((await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))).problems).toEqual([])
  })
})
