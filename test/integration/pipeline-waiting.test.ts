// Deliveries that arrive out of step: children wait for their parents, a decision to leave something out takes no more with it
// than it must, and folders that waited together are deliveries one after the other.
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const patients = (...ids: readonly string[]) => `id,name\n${ids.map((id) => `${id},Name of ${id}\n`).join('')}`
const visits = (...rows: readonly (readonly [id: string, patient: string])[]) =>
  `id,patient\n${rows.map(([id, patient]) => `${id},${patient}\n`).join('')}`

describe('deliveries out of step', () => {
  let clinic: TestWorkspace

  beforeEach(async () => {
    clinic = await testWorkspace({from: 'test/fixtures/workspaces/visits'})
  })

  afterEach(() => clinic?.close())

  const ids = async (dataset: string) => (await clinic.rows('silver', dataset)).map((row) => String(row.id)).toSorted()

  it('keep a child waiting while its parent is gated, and let it follow without losing a row', async () => {
    clinic.write('inbox/1/patients.csv', patients('P1'))
    clinic.write('inbox/1/visits.csv', visits(['V1', 'P1']))
    await clinic.conform()
    clinic.write('inbox/2/patients.csv', 'identifier,name\nP2,Name of P2\n')
    clinic.write('inbox/2/visits.csv', visits(['V2', 'P2']))

    const {promoted} = await clinic.conform()

    expect(promotionOf(promoted, 'patient')).toMatchObject({state: 'gated', error: {code: 'SOURCE_GATED'}})
    expect(promotionOf(promoted, 'visit')).toMatchObject({state: 'gated', error: {code: 'SOURCE_WAITING'}, rows: {read: 0}})
    expect(await clinic.rows('quarantine', 'visit')).toEqual([])

    await clinic.use((one) => promoteSilver(one, {datasets: ['patient'], skipBatch: 2, reason: 'sent again'}))
    clinic.write('inbox/3/patients.csv', patients('P2'))
    // The corrected parents come with batch 3; what waits in batch 2 refers to them, so they go first.
    await clinic.use((one) => ingest(one, {sources: []}))
    await clinic.conform()

    expect(await ids('patient')).toEqual(['P1', 'P2'])
    expect(await ids('visit')).toEqual(['V1', 'V2'])
  })

  it('leave out only the file that cannot be read when the rest of its batch is sound', async () => {
    clinic.write('inbox/1/patients-a.csv', patients('P1', 'P2'))
    clinic.write('inbox/1/patients-b.csv', 'identifier,name\nP3,Name of P3\n')
    const {promoted} = await clinic.conform()
    expect(promotionOf(promoted, 'patient').state).toBe('gated')

    const decided = await clinic.use((one) => promoteSilver(one, {datasets: ['patient'], skipBatch: 1, reason: 'b is sent again'}))

    expect(promotionOf(decided, 'patient')).toMatchObject({state: 'committed', rows: {read: 2, accepted: 2}})
    expect(await ids('patient')).toEqual(['P1', 'P2'])
  })

  it('never leave out a batch that passes', async () => {
    clinic.write('inbox/1/patients.csv', patients('P1'))
    await clinic.use((one) => ingest(one, {sources: []}))

    const decided = await clinic.use((one) => promoteSilver(one, {datasets: ['patient'], skipBatch: 1, reason: 'by mistake'}))

    expect(promotionOf(decided, 'patient')).toMatchObject({state: 'committed', rows: {accepted: 1}})
    expect(await ids('patient')).toEqual(['P1'])
  })

  it('ask which dataset and which batch is meant', async () => {
    clinic.write('inbox/1/patients.csv', patients('P1'))
    await clinic.use((one) => ingest(one, {sources: []}))

    const nameless = clinic.use((one) => promoteSilver(one, {datasets: [], skipBatch: 1, reason: 'which'}))
    await expect(nameless).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    const unknown = await clinic.use((one) => promoteSilver(one, {datasets: ['patient'], skipBatch: 9, reason: 'none'}))

    expect(promotionOf(unknown, 'patient')).toMatchObject({state: 'failed', error: {code: 'CONFIG_USAGE'}})
    expect(await ids('patient')).toEqual([])
  })

  it('are taken in the order of their folders when they were captured together', async () => {
    clinic.write('inbox/2026-03-01/patients.csv', patients('P1', 'P2'))
    clinic.write('inbox/2026-03-08/patients.csv', 'id,name\nP2,Another name\nP3,Name of P3\n')

    const {promoted} = await clinic.conform()

    expect(promotionOf(promoted, 'patient')).toMatchObject({state: 'committed', rows: {read: 4, accepted: 4, quarantined: 0}})
    const names = Object.fromEntries((await clinic.rows('silver', 'patient')).map((row) => [row.id, row.name]))
    expect(names).toEqual({P1: 'Name of P1', P2: 'Another name', P3: 'Name of P3'})
  })
})
