// Checks that cannot be run: the others are judged all the same, and nothing gets in unjudged.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ingest, promoteSilver, validate} from '../../src/core/index.ts'
import {stoppingWorkspace} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

/** A pattern that is written in few characters and too large for the engine once it is spelt out. */
const tooLarge = `^[${Array.from({length: 300}, (_, index) => String.fromCodePoint(0x4e00 + 3 * index)).join('')}]{1000}$`

const contract = (name: string) => `apiVersion: v3.1.0
kind: DataContract
id: test
version: 1.0.0
status: active
schema:
  - name: visit
    customProperties: [{property: hippoWriteMode, value: append}, {property: hippoMaxQuarantinePercent, value: 100}]
    properties:
      - {name: person_id, logicalType: string, required: true}
      - {name: visited_on, logicalType: date, required: true}
      - name: reason
        logicalType: string
        quality:
          - {id: short, metric: invalidValues, arguments: {pattern: '^[a-z]$'}, mustBe: 0}
          - {id: ${name}}
    quality:
      - {id: some, metric: rowCount, mustBeGreaterThan: 0}
`
const broken = `broken, metric: invalidValues, arguments: {pattern: '${tooLarge}'}, mustBe: 0`

describe('a check that the engine fails at on the way into silver', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2026-01-01,a\n,2026-01-02,Geheim\np3,never,\n')
    await ward.use(async (workspace) => ingest(workspace, {sources: []}))
  }, 120_000)
  afterAll(() => ward.close())

  const promote = async (clause: string) => {
    ward.write('contracts/visit.odcs.yaml', contract(clause))
    return ward.use(async (workspace) => promotionOf(await promoteSilver(workspace, {datasets: ['visit']}), 'visit'))
  }

  it('gates the delivery by its name, shows no value, and hides no other check', async () => {
    const gated = await promote(broken)

    expect(gated).toMatchObject({state: 'gated', version: -1, rows: {read: 3, accepted: 1, quarantined: 2}})
    expect(gated.error).toMatchObject({code: 'SOURCE_GATED', message: expect.stringContaining('check broken could not be measured')})
    expect(JSON.stringify(gated)).not.toContain('Geheim')
    expect(Object.fromEntries(gated.checks.map(({id, outcome, violated}) => [id, [outcome, violated]]))).toMatchObject({
      'person_id.required': ['failed', 1],
      'visited_on.type': ['failed', 1],
      short: ['failed', 1],
      broken: ['errored', 0],
      some: ['passed', 0],
    })
    expect(gated.checks.find(({id}) => id === 'broken')?.reason).toContain('the engine failed')
    expect(await ward.table('silver', 'visit')).toBeUndefined()
  }, 120_000)

  it('lets the delivery in where it only warns, with its own result', async () => {
    const promoted = await promote(`${broken}, severity: warning`)

    expect(promoted).toMatchObject({state: 'committed', rows: {read: 3, accepted: 1, quarantined: 2}})
    expect(promoted.checks.find(({id}) => id === 'broken')).toMatchObject({outcome: 'errored', severity: 'warning'})
    expect(await ward.rows('silver', 'visit')).toMatchObject([{person_id: 'p1', reason: 'a'}])
  }, 120_000)

  it('is alone errored when silver is validated', async () => {
    const {datasets} = await ward.use((workspace) => validate(workspace, {datasets: ['visit']}))

    const outcomes = datasets[0]?.checks.map(({id, outcome}) => [id, outcome])
    expect(outcomes).toContainEqual(['broken', 'errored'])
    expect(outcomes).toContainEqual(['short', 'passed'])
  }, 120_000)
})

describe('a delivery that was interrupted between its two commits', () => {
  it('is finished without the check that was set aside, and without asking its queries again', async () => {
    const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      const query = "id: today, type: sql, query: 'select case when current_date > date ''2000-01-01'' then 0 end from ${table}', mustBe: 0"
      const text = contract(`${broken}, severity: warning`).replace('      - {id: some,', `      - {${query}}\n      - {id: some,`)
      ward.write('contracts/visit.odcs.yaml', text)
      ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2026-01-01,a\n,2026-01-02,b\n')
      const died = await ward.use(async (workspace) => {
        await ingest(workspace, {sources: []})
        const dying = stoppingWorkspace(workspace, {key: /^silver\/visit\/_delta_log\//, when: 'before'})
        return promoteSilver(dying, {datasets: ['visit']}).catch((error: unknown) => error)
      })
      expect(await ward.table('quarantine', 'visit')).toBeDefined()
      expect(await ward.table('silver', 'visit')).toBeUndefined()

      const finished = await ward.use(async (workspace) => promotionOf(await promoteSilver(workspace, {datasets: ['visit']}), 'visit'))

      expect(died).toBeDefined()
      expect(finished).toMatchObject({state: 'committed', rows: {read: 2, accepted: 1, quarantined: 1}})
      const outcomes = Object.fromEntries(finished.checks.map(({id, outcome}) => [id, outcome]))
      expect(outcomes).toMatchObject({broken: 'errored', today: 'notChecked', some: 'passed'})
    } finally {
      await ward.close()
    }
  }, 240_000)
})
