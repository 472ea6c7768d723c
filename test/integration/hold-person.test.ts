// A legal hold on one person, against forget and retain; what is kept of it, and what goes with the person.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {forget, legalHolds, placeLegalHold, releaseLegalHold, retain} from '../../src/core/index.ts'
import {placeHold} from '../../src/core/lake/person-holds.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {everythingIn} from '../support/everything.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

vi.setConfig({testTimeout: 180_000, hookTimeout: 120_000})

const header = 'person_id,visited_on,reason\n'

describe('a legal hold on one person', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
    const edit = (dataset: string, changes: readonly (readonly [string, string])[]) => {
      const file = `contracts/${dataset}.odcs.yaml`
      const text = readFileSync(path.join(ward.root, file), 'utf8')
      ward.write(
        file,
        changes.reduce((before, [from, to]) => before.replace(from, to), text),
      )
    }
    edit('person', [['customProperties:\n', 'customProperties:\n      - {property: hippoDataSubject, value: true}\n']])
    edit('visit', [
      ['schema:\n', 'slaProperties:\n  - {property: retention, value: 10, unit: years, element: visit.visited_on}\nschema:\n'],
      ['customProperties:\n', 'customProperties:\n      - {property: hippoQuarantineRetentionDays, value: 30}\n'],
    ])
    ward.write('inbox/1/persons.csv', 'id,name,born,weight\nK4711,Zeisig,1960-01-01,60\nK4712,Ben,1961-01-01,61\n')
    ward.write('inbox/1/visits.csv', `${header}K4711,1999-05-05,Haltegrund\nK4712,1999-05-06,Altgrund\nK4711,2025-01-01,Frischgrund\n`)
    ward.write('inbox/1/visits-old.csv', `${header}K4711,1998-05-05,Haltgrund\nK4711,unklar,Haltfehler\nK4712,unklar,Altfehler\n`)
    await ward.conform({fresh: true})
  })

  afterEach(() => ward?.close())

  const place = (patient: string) => ward.use((workspace) => placeLegalHold(workspace, {patient, reason: 'case 17 of 2026'}))
  /** When rejected rows are old enough, too. */
  const retainLater = () => {
    const clock = {now: () => new Date(Date.now() + 31 * 24 * 3600 * 1000)}
    return ward.use((workspace) => retain(delegate(workspace, {clock}), {datasets: []}))
  }
  const forgetIn = (patient: string) => ward.use((workspace) => forget(workspace, {patient})).catch((error: unknown) => error)

  it('is placed once, listed without saying on whom, and released; forget refuses meanwhile', async () => {
    const placed = await place('K4711')
    const again = await place('K4711')
    const listed = await ward.use(legalHolds)
    const refused = await forgetIn('K4711')
    const kept = (await everythingIn(ward)).filter(({place: at}) => at.kind === 'object' && at.key.startsWith('holds/'))
    const released = await ward.use((workspace) => releaseLegalHold(workspace, {hold: placed.hold.id, reason: 'closed'}))

    expect([placed.state, again.state, released.state]).toEqual(['placed', 'held', 'released'])
    expect(listed).toEqual([{id: placed.run.id, placedBy: expect.any(String), placedAt: expect.any(String), reason: 'case 17 of 2026'}])
    expect(refused).toMatchObject({code: 'CONTRACT_HELD', exitCode: 2, message: expect.stringContaining('case 17 of 2026')})
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain('4711')
    expect(await ward.use(legalHolds)).toEqual([])
    await ward.use(async (workspace) => {
      const {rows} = await (await workspace.database()).query(raw('select action, subject, reason from hippo.audit order by id'))
      const subject = `hold ${placed.hold.id} on a person`
      expect(rows.filter(({action}) => String(action).startsWith('hold'))).toEqual([
        {action: 'hold: placed', subject, reason: 'case 17 of 2026'},
        {action: 'hold: released', subject, reason: 'closed'},
      ])
      const {rows: runs} = await (await workspace.database()).query(raw('select * from hippo.runs'))
      expect(JSON.stringify(runs)).not.toContain('K4711')
    })
    expect(await forgetIn('K4711')).toMatchObject({
      state: 'erased',
      found: expect.arrayContaining([{location: 'holds', places: 2, rows: 0}]),
    })
    expect((await everythingIn(ward)).some(({place: at}) => at.kind === 'object' && at.key.startsWith('holds/'))).toBe(false)
  })

  it('is written down in the audit trail by the next run when the one that placed it died before', async () => {
    const run = '0199aaaa-0000-7000-8000-000000000001'
    await ward.use(async (workspace) => {
      const step = {actor: 'tester', at: '2026-11-01T00:00:00.000Z', run, reason: 'case 17 of 2026'}
      await placeHold(await workspace.store(), {key: workspace.config.key ?? '', patient: 'K4711', step})
    })

    expect([await place('K4711'), await place('K4711')].map(({state}) => state)).toEqual(['held', 'held'])

    await ward.use(async (workspace) => {
      const {rows} = await (await workspace.database()).query(
        raw("select run::text, reason from hippo.audit where action = 'hold: placed'"),
      )
      expect(rows).toEqual([{run, reason: 'case 17 of 2026'}])
    })
  })

  it('is released for no reason that names the person', async () => {
    const {hold} = await place('K4711')
    const release = (key: string, reason: string) => {
      ward.env.HIPPO_KEY = key
      return ward.use((workspace) => releaseLegalHold(workspace, {hold: hold.id, reason}))
    }

    await expect(release(ward.env.HIPPO_KEY ?? '', 'k4711 agreed')).rejects.toMatchObject({code: 'CONFIG_USAGE'})

    expect(await release('another key of the workspace, long too', 'the key was lost')).toMatchObject({state: 'released'})
  })

  it('keeps the person’s rows from retain, in every place, counts them, and lets others go', async () => {
    await place('K4711')

    const result = await retainLater()

    expect(result).toMatchObject({
      state: 'erased',
      found: [
        {location: 'silver', dataset: 'visit', places: 1, rows: 1},
        {location: 'quarantine', dataset: 'visit', places: 1, rows: 1},
        {location: 'bronze', places: 1, rows: 1},
      ],
      kept: [
        {location: 'silver', dataset: 'visit', rows: 2},
        {location: 'quarantine', dataset: 'visit', rows: 1},
        {location: 'bronze', places: 2, rows: 2},
      ],
    })
    expect((await ward.rows('silver', 'visit')).map(({reason}) => reason).sort()).toEqual(['Frischgrund', 'Haltegrund', 'Haltgrund'])
    const places = await everythingIn(ward)
    const received = places.filter(({place: at}) => at.kind === 'object' && at.key.startsWith('bronze/objects/'))
    for (const value of ['Haltegrund', 'Haltgrund', 'Frischgrund'])
      expect(
        received.some(({text}) => text.includes(value)),
        value,
      ).toBe(true)
    expect(places.some(({text}) => text.includes('Altgrund'))).toBe(false)
    expect((await ward.rows('quarantine', 'visit')).map(({reason}) => reason)).toEqual(['Haltfehler'])
    expect(await retainLater()).toMatchObject({state: 'notFound', found: []})
  })

  it('lets others be forgotten, and wants the key', async () => {
    await place('K4711')

    expect(await forgetIn('K4712')).toMatchObject({state: 'erased'})
    delete ward.env.HIPPO_KEY
    await expect(place('K4712')).rejects.toMatchObject({code: 'CONFIG_VALUE_MISSING', exitCode: 2})
    await expect(ward.use((workspace) => retain(workspace, {datasets: [], dryRun: true}))).rejects.toMatchObject({
      code: 'CONFIG_VALUE_MISSING',
    })
    expect((await ward.rows('silver', 'visit')).map(({reason}) => reason).sort()).toEqual(['Frischgrund', 'Haltegrund', 'Haltgrund'])
  })
})
