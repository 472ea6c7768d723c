// Constraints of a contract and the columns they are about: they come together, and a table is never left with one that nobody can
// hold rows to.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {encodeEntry} from '../../src/core/delta/actions.ts'
import {commit} from '../../src/core/delta/commit.ts'
import {commitKey} from '../../src/core/delta/log-files.ts'
import {readSnapshot, type Snapshot} from '../../src/core/delta/snapshot.ts'
import {promoteSilver, restoreTable} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'
const terms = '      - {property: hippoConstraints, value: true}\n'
const tone = `      - name: tone
        transformSourceObjects: [tone]
        logicalType: string
        quality:
          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [x, y]}}
`

describe('a table with constraints whose contract changes its columns', () => {
  let ward: TestWorkspace
  let contract: string
  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8').replace(
      'customProperties:\n',
      `customProperties:\n${terms}`,
    )
  })
  afterAll(() => ward?.close())

  let delivery = 0
  const deliver = (head: string, ...rows: readonly string[]) => {
    ward.write(`inbox/persons-${++delivery}.csv`, `${head}${rows.join('\n')}\n`)
    return ward.conform({fresh: true})
  }
  const withTone = () => `${contract.trimEnd()}\n${tone}`
  const silver = () => ward.use(async (workspace) => (await readSnapshot(await workspace.store(), 'silver/person')) as Snapshot)
  const constrained = async () => Object.keys((await silver()).metaData.configuration).filter((key) => key.startsWith('delta.constraints.'))
  const promote = async (request: {full?: boolean; dryRun?: boolean} = {}) =>
    promotionOf(await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], ...request})), 'person')
  /** As another tool, or an older hippo, would leave the table. */
  const setConstraint = async (name: string, sql: string) => {
    const {store, table, version, metaData, protocol} = await silver()
    const configuration = {...metaData.configuration, [`delta.constraints.${name}`]: sql}
    const entry = {metaData: {...metaData, configuration}, protocol, txn: [], add: [], remove: []}
    await store.putIfAbsent(commitKey(table, version + 1), encodeEntry(entry))
  }

  beforeEach(async () => {
    ward.write('contracts/person.odcs.yaml', contract)
    await deliver(header, `p${delivery},Ann,1980-01-01,71`)
  }, 60_000)

  it('gets the constraint of a new column with the commit that brings the column', async () => {
    const before = await silver()
    ward.write('contracts/person.odcs.yaml', withTone())

    const idle = await promote()
    await deliver('id,name,born,weight,tone\n', 'q1,Ben,1980-01-01,71,x')

    expect(idle.error).toBeUndefined()
    const after = await silver()
    expect(after.version).toBe(before.version + 1)
    expect(Object.values(after.metaData.configuration)).toContainEqual(expect.stringContaining('`tone` IN'))
  })

  it('is left as it was by a contract that it cannot follow', async () => {
    const before = await silver()
    const other = contract.replace(/(name: born[\s\S]*?logicalType: )date/, '$1string').replace('maximum: 500', 'maximum: 499')
    ward.write('contracts/person.odcs.yaml', other)

    const {promoted} = await deliver(header, 'q2,Ben,1980-01-01,71')

    expect(promotionOf(promoted, 'person').error).toMatchObject({code: 'CONTRACT_CHANGED'})
    expect(await silver()).toMatchObject({version: before.version, metaData: before.metaData})
  })

  it('is freed by a promotion of a constraint of its own that nobody can hold rows to', async () => {
    await setConstraint('hippo_ghost', '`ghost` IS NOT NULL')
    const held = await constrained()

    const dry = await promote({dryRun: true})
    const kept = await constrained()
    const promoted = await promote()

    expect(dry.error).toBeUndefined()
    expect(held).toContain('delta.constraints.hippo_ghost')
    expect(kept).toEqual(held)
    expect(promoted.error).toBeUndefined()
    expect(await constrained()).toEqual(held.filter((key) => !key.endsWith('ghost')))
  })

  it('comes back by a restore when only its properties differ', async () => {
    const sound = (await silver()).version
    await setConstraint('light', '`weight` < 400')

    const restored = await ward.use((workspace) => restoreTable(workspace, {table: 'person', version: sound}))

    expect(restored.state).toBe('committed')
    expect(await constrained()).not.toContain('delta.constraints.light')
  })

  it('is not rebuilt without a column that a constraint of another tool is about', async () => {
    await setConstraint('light', '`weight` < 400')
    ward.write('contracts/person.odcs.yaml', contract.replace('name: weight,', 'name: mass, transformSourceObjects: [weight],'))
    const before = await silver()

    const dry = await promote({full: true, dryRun: true})
    const refused = await promote({full: true})

    for (const {error} of [dry, refused])
      expect(error).toMatchObject({code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('check constraint light')})
    expect((await silver()).version).toBe(before.version)
    const base = await silver()
    await commit(base.store, base.table, base, {mode: 'properties', add: [], properties: {'delta.constraints.light': null}})
    expect((await promote({full: true})).error).toBeUndefined()
    expect(await constrained()).toEqual(expect.arrayContaining(['delta.constraints.hippo_mass_range']))
  })

  it('lets rows be erased, and nothing be added, while another tool asks for what hippo does not understand', async () => {
    const sound = (await silver()).version
    await setConstraint('other', "name rlike 'A'")
    const {store, table} = await silver()

    const {promoted} = await deliver(header, 'q3,Ben,1980-01-01,71')

    expect(promotionOf(promoted, 'person').error).toMatchObject({
      code: 'TABLE_UNSUPPORTED',
      hint: expect.stringContaining('DROP CONSTRAINT other'),
    })
    const base = await silver()
    const [file] = [...base.files.values()]
    if (file === undefined) throw new Error('there is no file')
    await commit(store, table, base, {mode: 'delete', add: [], remove: [file]})
    expect((await silver()).files.size).toBe(base.files.size - 1)
    const restored = await ward.use((workspace) => restoreTable(workspace, {table: 'person', version: sound}))
    expect(restored.state).toBe('committed')
    expect(await constrained()).not.toContain('delta.constraints.other')
  })
})
