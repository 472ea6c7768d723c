// A table follows its contract: new columns, another order, wider types; what would lose something is refused with the next step.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import {diffTable, ingest, promoteSilver, tableHistory} from '../../src/core/index.ts'
import {scanTable} from '../../src/core/lake/scan-table.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'
const weightLine = '{name: weight, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 500}}'

describe('a table whose contract changes', () => {
  let ward: TestWorkspace
  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)
  afterEach(() => ward?.close())

  const file = 'contracts/person.odcs.yaml'
  const original = () => readFileSync(path.resolve('test/fixtures/workspaces/ward', file), 'utf8')
  const contract = (weight: string, change = (text: string) => text) =>
    void ward.write(file, change(original().replace(weightLine, weight)))
  const decimal = (type: string) => contract(`{name: weight, logicalType: number, physicalType: "${type}"}`)

  async function deliver(name: string, rows: string, request: {dryRun?: boolean; full?: boolean} = {}) {
    ward.write(`inbox/persons-${name}.csv`, header + rows)
    return ward.use(async (workspace) => {
      await ingest(workspace, {sources: []})
      return promotionOf(await promoteSilver(workspace, {datasets: ['person'], ...request}), 'person')
    })
  }

  const typesNow = () =>
    ward.use(async (workspace) => {
      const snapshot = await readSnapshot(await workspace.store(), 'silver/person')
      return Object.fromEntries((snapshot?.fields ?? []).map(({name, type}) => [name, type]))
    })
  const weights = async () =>
    Object.fromEntries((await ward.rows('silver', 'person')).map((row) => [String(row.id), row.weight]).toSorted())

  it('is written anew in wider decimals, as a version of its own, and then takes the batch', async () => {
    decimal('DECIMAL(6,2)')
    await deliver('a', 'p1,Ann,1980-01-01,71.25\np2,Bea,1980-01-02,9999.99\n')
    decimal('DECIMAL(12,4)')

    const planned = await deliver('b', 'p3,Cleo,1980-01-03,12345678.1234\n', {dryRun: true})
    expect(planned).toMatchObject({state: 'failed', error: {code: 'CONTRACT_CHANGED', hint: expect.stringContaining('without --dry-run')}})
    const promoted = await deliver('b', 'p3,Cleo,1980-01-03,12345678.1234\n')

    expect(promoted).toMatchObject({state: 'committed', version: 2, rows: {read: 1, accepted: 1}})
    expect((await typesNow()).weight).toEqual({kind: 'decimal', precision: 12, scale: 4})
    expect(await weights()).toEqual({p1: 71.25, p2: 9999.99, p3: 12345678.1234})
    const history = await ward.use((workspace) => tableHistory(workspace, 'person'))
    expect(history.map(({version, operation, rows, batch}) => [version, operation, rows, batch])).toEqual([
      [2, 'WRITE', 3, 2],
      [1, 'CHANGE COLUMN', 2, undefined],
      [0, 'WRITE', 2, 1],
    ])
    const {rows: audit} = await ward.use(async (workspace) =>
      (await workspace.database()).query(raw("select actor, subject from hippo.audit where action = 'widen'")),
    )
    expect(audit).toEqual([{actor: 'tester', subject: 'silver.person version 1'}])
    // Their values are compared in the wider type, whichever way round.
    const diff = (from: number, to: number) => ward.use((workspace) => diffTable(workspace, {table: 'person', from, to, rows: 5}))
    const widened = {added: [], removed: [], retyped: [], widened: ['weight']}
    expect(await diff(0, 1)).toMatchObject({added: 0, removed: 0, changed: 0, schema: widened})
    expect(await diff(2, 0)).toMatchObject({added: 0, removed: 1, changed: 0, schema: widened})
    // A rebuild goes by the batches, and finds the same rows.
    const full = await ward.use(async (workspace) =>
      promotionOf(await promoteSilver(workspace, {datasets: ['person'], full: true, dryRun: true}), 'person'),
    )
    expect(full.rebuild?.silver).toMatchObject({before: 3, after: 3, added: 0, removed: 0, changed: 0})
  })

  it('takes whole numbers into a decimal that holds all of them', async () => {
    contract('{name: weight, logicalType: integer}')
    await deliver('a', 'p1,Ann,1980-01-01,9007199254740993\np2,Bea,1980-01-02,\n')
    decimal('DECIMAL(22,3)')

    await deliver('b', 'p3,Cleo,1980-01-03,0.5\n')

    const shown = await ward.use(async (workspace) => {
      const snapshot = await readSnapshot(await workspace.store(), 'silver/person')
      if (snapshot === undefined) throw new Error('there is a table')
      return (await workspace.engine()).rows(scanTable(snapshot), 5)
    })
    expect(Object.fromEntries(shown.map((row) => [row.id, row.weight]))).toEqual({p1: '9007199254740993.000', p2: null, p3: '0.500'})
  })

  it.each([
    ['DECIMAL(12,4)', 'DECIMAL(12,2)'],
    ['DECIMAL(12,4)', 'DECIMAL(12,6)'],
    ['DECIMAL(6,2)', undefined],
  ])('is left as it is when %s would become %s: that could lose something, and the next step is said', async (before, after) => {
    decimal(before)
    await deliver('a', 'p1,Ann,1980-01-01,71.25\n')
    if (after) decimal(after)
    else contract(weightLine)

    const promoted = await deliver('b', 'p2,Bea,1980-01-02,72.5\n')

    expect(promoted).toMatchObject({
      state: 'failed',
      version: 0,
      error: {code: 'CONTRACT_CHANGED', exitCode: 3, hint: expect.stringContaining('hippo promote silver --full')},
    })
    expect(await weights()).toEqual({p1: 71.25})
  })

  it('keeps the values of a column that the contract has no more, in rows that a merge writes anew beside a changed one', async () => {
    await deliver('a', 'p1,Ann,1980-01-01,71\np2,Bea,1980-01-02,72\n')
    contract('', (text) => text.replace(/^ *- \n?$/m, ''))

    await deliver('b', 'p2,Beatrice,1980-01-02,99\n')

    expect(await weights()).toEqual({p1: 71, p2: null})
    expect((await ward.rows('silver', 'person')).find(({id}) => id === 'p2')?.name).toBe('Beatrice')
  })

  it('takes a renamed column as a new one beside the old, and a rebuild fills it for all rows', async () => {
    await deliver('a', 'p1,Ann,1980-01-01,71\n')
    contract(`{name: weight_kg, logicalType: number, transformSourceObjects: [weight]}`)

    await deliver('b', 'p2,Bea,1980-01-02,72\n')

    const kilos = async () => (await ward.rows('silver', 'person')).map((row) => [row.id, row.weight_kg, row.weight]).toSorted()
    expect(await kilos()).toEqual([
      ['p1', null, 71],
      ['p2', 72, null],
    ])
    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], full: true}))
    expect(await kilos()).toEqual([
      ['p1', 71, undefined],
      ['p2', 72, undefined],
    ])
  })
})
