// A delivery that was cut, or whose end is damaged. Where rows are appended or replace a table nothing of it may count: the whole
// file will be sent again, and its rows would be doubled, or a part would stand for the whole until then.
import {rmSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {promoteSilver} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const visits = (count: number) =>
  Buffer.from(`person_id,visited_on,reason\n${Array.from({length: count}, (_, n) => `p1,2020-01-0${n + 1},"check, up ${n}"\n`).join('')}`)
const binary = Buffer.from(Array.from({length: 300}, (_, n) => (n * 37 + 11) % 256))
const cut = (bytes: Buffer, by: number) => bytes.subarray(0, bytes.length - by)

describe('a delivery that ends in damage', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/1/persons.csv', 'id,name,born,weight\np1,Ann,1980-01-01,60\n')
    ward.write('inbox/1/visits.csv', visits(2))
    ward.write('inbox/1/settings.csv', 'key,value\nold,1\n')
    await ward.conform()
  }, 120_000)

  afterEach(() => ward?.close())

  const skip = (dataset: string, batch: number) =>
    ward.use((workspace) => promoteSilver(workspace, {datasets: [dataset], skipBatch: batch, reason: 'cut, sent again'}))

  it('gates an appended dataset, says where the end begins and lets the others commit', async () => {
    ward.write('inbox/2/visits.csv', Buffer.concat([visits(4), binary]))
    ward.write('inbox/2/persons.csv', 'id,name,born,weight\np2,Bob,1980-01-01,70\n')

    const {promoted} = await ward.conform()

    const visit = promotionOf(promoted, 'visit')
    expect(visit).toMatchObject({state: 'gated', rows: {accepted: 4}, error: {code: 'SOURCE_GATED', exitCode: 3}})
    expect(visit.error?.message).toMatch(/file 2\/visits\.csv: from line 6 on no record is sound \(encoding\.\w+\)/)
    expect(await ward.rows('silver', 'visit')).toHaveLength(2)
    expect(await ward.rows('quarantine', 'visit')).toEqual([])
    expect(promotionOf(promoted, 'person')).toMatchObject({state: 'committed', rows: {accepted: 1}})
  })

  it('doubles no row when the whole file comes again, once the cut one is left out', async () => {
    ward.write('inbox/2/visits.csv', cut(visits(5), 22))
    const {ingested} = await ward.conform()
    ward.write('inbox/3/visits.csv', visits(5))
    const waiting = await ward.conform()

    const left = await skip('visit', ingested.batch ?? 0)

    expect(promotionOf(waiting.promoted, 'visit').state).toBe('gated')
    expect(promotionOf(left, 'visit')).toMatchObject({state: 'committed', rows: {read: 5, accepted: 5}})
    expect((await ward.rows('silver', 'visit')).map((row) => row._batch)).toEqual([1, 1, 3, 3, 3, 3, 3])
  })

  it('leaves out the cut file only when others of its delivery are whole', async () => {
    ward.write('inbox/2/visits_part1.csv', visits(3))
    ward.write('inbox/2/visits_part2.csv', cut(visits(5), 22))
    const {ingested, promoted} = await ward.conform()

    const left = await skip('visit', ingested.batch ?? 0)

    expect(promotionOf(promoted, 'visit')).toMatchObject({state: 'gated', reasons: {'csv.tornLine': 1}})
    expect(promotionOf(left, 'visit')).toMatchObject({state: 'committed', rows: {read: 3, accepted: 3, quarantined: 0}})
  })

  it('keeps the table that a cut file was to replace', async () => {
    ward.write('inbox/2/settings.csv', 'key,value\nnew,2\nnewer')

    const {promoted} = await ward.conform()

    expect(promotionOf(promoted, 'setting')).toMatchObject({state: 'gated', rows: {read: 2, accepted: 1}, reasons: {'csv.tornLine': 1}})
    expect(await ward.rows('silver', 'setting')).toMatchObject([{key: 'old'}])
  })

  it('is noted where it could have been cut inside its last field', async () => {
    ward.write('inbox/2/settings.csv', 'key,value\nnew,2\n\nnewer,3')

    const {promoted} = await ward.conform()

    const {state, notes} = promotionOf(promoted, 'setting')
    expect(state).toBe('committed')
    expect(notes).toEqual([
      {batch: 2, file: '2/settings.csv', text: 'skipped 1 blank line'},
      {batch: 2, file: '2/settings.csv', text: expect.stringMatching(/^the last line has no line end/)},
    ])
    expect(promotionOf(promoted, 'person').notes).toBeUndefined()
  })

  it('keeps the table when the file that was to replace it ends inside its header, and empties it for a header that is whole', async () => {
    ward.write('inbox/2/settings.csv', 'key,value')
    const torn = await ward.conform()
    const before = await ward.rows('silver', 'setting')
    const left = await skip('setting', torn.ingested.batch ?? 0)
    ward.write('inbox/3/settings.csv', 'key,value\n')

    const {promoted} = await ward.conform()

    const gated = promotionOf(torn.promoted, 'setting')
    expect(gated).toMatchObject({state: 'gated', rows: {read: 0}, error: {exitCode: 3}})
    expect(gated.error?.message).toContain('from line 1 on no record is sound (csv.tornLine)')
    expect(before).toMatchObject([{key: 'old'}])
    expect(promotionOf(left, 'setting').state).toBe('committed')
    expect(promotionOf(promoted, 'setting')).toMatchObject({state: 'committed', rows: {read: 0}})
    expect(await ward.rows('silver', 'setting')).toEqual([])
  })

  it('quarantines the record and commits the rest where the contract says so, and always where rows are merged', async () => {
    const contract = path.join(ward.root, 'contracts/visit.odcs.yaml')
    rmSync(contract)
    ward.write('contracts/visit.odcs.yaml', visitContract)
    ward.write('inbox/2/visits.csv', cut(visits(5), 22))
    ward.write('inbox/2/persons.csv', 'id,name,born,weight\np2,Bob,1980-01-01,70\np3,Cy')

    const {promoted} = await ward.conform({fresh: true})

    for (const [dataset, accepted] of [
      ['visit', 4],
      ['person', 1],
    ] as const)
      expect(promotionOf(promoted, dataset)).toMatchObject({
        state: 'committed',
        rows: {accepted, quarantined: 1},
        reasons: {'csv.tornLine': 1},
      })
  })
})

const visitContract = `apiVersion: v3.1.0
kind: DataContract
id: ward-visit
version: 1.1.0
status: active
schema:
  - name: visit
    customProperties:
      - {property: hippoWriteMode, value: append}
      - {property: hippoMaxQuarantinePercent, value: 100}
      - {property: hippoIncompleteFile, value: quarantine}
    properties:
      - {name: person_id, logicalType: string, required: true}
      - {name: visited_on, logicalType: date, required: true}
      - {name: reason, logicalType: string}
`
