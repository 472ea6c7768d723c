// The catalog is tied to its lake: version and batch numbers of one lake mean nothing in another.
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  doctor,
  HippoError,
  ingest,
  lineageOf,
  openWorkspace,
  promoteGold,
  promoteSilver,
  publish,
  queryWarehouse,
  tableHistory,
  validate,
  type Workspace,
} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('a catalog whose workspace is given another lake', () => {
  let ward: TestWorkspace
  const elsewhere = () => path.join(ward.root, 'elsewhere')
  const persons = (name: string) => `id,name,born,weight\np1,${name},1960-01-01,60\n`

  async function at<T>(lake: string | undefined, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const flags = lake === undefined ? {} : {lake}
    const workspace = await openWorkspace({directory: ward.root, env: ward.env, flags})
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }

  async function pipeline(workspace: Workspace): Promise<void> {
    await ingest(workspace, {sources: []})
    await promoteSilver(workspace, {datasets: []})
    await promoteGold(workspace, {models: []})
    await publish(workspace, {models: []})
  }

  const names = async (workspace: Workspace) =>
    (await queryWarehouse(workspace, 'select name from gold.person_visits order by name')).rows.flat()

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-1.csv', persons('Ann'))
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\n')
    await at(undefined, pipeline)
  })

  afterEach(() => ward?.close())

  const verbs: Readonly<Record<string, (workspace: Workspace) => Promise<unknown>>> = {
    status: async (workspace) => (await openReader(workspace)).overview(),
    history: (workspace) => tableHistory(workspace, 'person'),
    lineage: (workspace) => lineageOf(workspace, 'person'),
    validate: (workspace) => validate(workspace, {datasets: []}),
    query: (workspace) => queryWarehouse(workspace, 'select 1'),
    ingest: (workspace) => ingest(workspace, {sources: []}),
    'promote silver': (workspace) => promoteSilver(workspace, {datasets: []}),
    'promote gold': (workspace) => promoteGold(workspace, {models: []}),
    publish: (workspace) => publish(workspace, {models: []}),
  }

  it('tells so in every verb, and in doctor, with the way out', async () => {
    for (const [name, verb] of Object.entries(verbs)) {
      const error = await at(elsewhere(), verb).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )

      expect(error, name).toBeInstanceOf(HippoError)
      expect(error, name).toMatchObject({
        code: 'CATALOG_OTHER_LAKE',
        exitCode: 4,
        hint: expect.stringContaining('hippo doctor --rebuild-catalog'),
      })
    }
    const {findings} = await at(elsewhere(), (workspace) => doctor(workspace))
    expect(findings.find(({check}) => check === 'database')).toMatchObject({state: 'failed', detail: expect.stringContaining('elsewhere')})
    await at(undefined, async (workspace) => expect(await names(workspace)).toEqual(['Ann']))
  })

  it('follows the other lake when told to, and shows no row or number of the first', async () => {
    ward.write('inbox/persons-1.csv', persons('Zoe'))
    await at(elsewhere(), (workspace) => doctor(workspace, {rebuildCatalog: true}))

    await at(elsewhere(), async (workspace) => {
      expect(await (await openReader(workspace)).overview()).toMatchObject({
        datasets: expect.not.arrayContaining([expect.objectContaining({layers: {silver: expect.anything()}})]),
      })
      await pipeline(workspace)
      // The same numbers, other rows: nothing of the first lake may stand for them.
      expect((await tableHistory(workspace, 'person')).map(({version}) => version)).toEqual([0])
      expect(await names(workspace)).toEqual(['Zoe'])
    })

    const back = await at(undefined, (workspace) => promoteSilver(workspace, {datasets: []})).catch((error: unknown) => error)
    expect(back).toMatchObject({code: 'CATALOG_OTHER_LAKE'})
    await at(undefined, (workspace) => doctor(workspace, {rebuildCatalog: true}))
    await at(undefined, async (workspace) => {
      await promoteGold(workspace, {models: []})
      await publish(workspace, {models: []})
      expect(await names(workspace)).toEqual(['Ann'])
    })
  })

  it('lets two workspaces work on one lake, each with a catalog of its own', async () => {
    const other = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    try {
      const shared = path.join(ward.root, '.hippo', 'lake')
      const workspace = await openWorkspace({directory: other.root, env: other.env, flags: {lake: shared}})
      try {
        other.write('inbox/persons-2.csv', 'id,name,born,weight\np2,Ben,1961-01-01,70\n')
        await pipeline(workspace)
        expect(await names(workspace)).toEqual(['Ann', 'Ben'])
      } finally {
        await workspace.close()
      }
      await at(undefined, async (first) => {
        await pipeline(first)
        expect(await names(first)).toEqual(['Ann', 'Ben'])
      })
    } finally {
      await other.close()
    }
  })
})
