// What counts as one delivery, and when one is known: by the names in an inbox, by the source, and by hand.
import {spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, rmSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {type IngestResult, ingest} from '../../src/core/index.ts'
import {layout} from '../../src/core/lake/layout.ts'
import type {Batch} from '../../src/core/model/capture.ts'
import type {ContentPlacement} from '../../src/core/store/content-placement.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const persons = (...rows: readonly string[]) => `id,name,born,weight\n${rows.join('\n')}\n`

describe('deliveries', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    rmSync(path.join(ward.root, 'inbox'), {recursive: true, force: true})
    mkdirSync(path.join(ward.root, 'inbox'))
  }, 60_000)

  afterEach(() => ward?.close())

  const ingestByHand = (...files: readonly string[]) => ward.use((workspace) => ingest(workspace, {sources: [], files, dataset: 'person'}))
  const states = ({files}: IngestResult) => files.map((file) => [file.source, file.path, file.state])
  const catalogPaths = () =>
    ward.use(async (workspace) => {
      const {rows} = await (await workspace.database()).query<{path: string}>({
        text: 'select path from hippo.captured_files order by path',
        values: [],
      })
      return rows.map(({path: received}) => received)
    })
  const weights = async () => (await ward.rows('silver', 'person')).map(({id, weight}) => [id, weight]).sort()

  it('stores small files several at a time and large ones alone, and records them in the order of their names', async () => {
    const names = Array.from({length: 40}, (_, index) => `persons-${String(index).padStart(2, '0')}.csv`)
    for (const [index, name] of names.entries()) ward.write(`inbox/${name}`, persons(`p${index},Ann,,60`))
    const large = persons(...Array.from({length: 100_000}, (_, index) => `q${index},Ann,,60`))
    ward.write('inbox/persons-20-large.csv', large)
    const underWay: number[] = []
    const together: (readonly number[])[] = []

    const ingested = await ward.use(async (workspace) => {
      const inner = (await workspace.store()) as ObjectStore & ContentPlacement
      const placeContent: ContentPlacement['placeContent'] = async (body, ...rest) => {
        underWay.push(body.sizeBytes)
        together.push([...underWay])
        try {
          return await inner.placeContent(body, ...rest)
        } finally {
          underWay.splice(underWay.indexOf(body.sizeBytes), 1)
        }
      }
      return ingest(delegate(workspace, {store: async () => delegate(inner, {placeContent})}), {sources: []})
    })

    const inOrder = [...names, 'persons-20-large.csv'].toSorted()
    const batch = JSON.parse(readFileSync(path.join(ward.root, '.hippo/lake', layout.batch(1)), 'utf8')) as Batch
    expect(ingested.files.map((file) => file.path)).toEqual(inOrder)
    expect(batch.files.map((file) => file.path)).toEqual(inOrder)
    expect(Math.max(...together.map((sizes) => sizes.length))).toBe(16)
    expect(together.filter((sizes) => sizes.includes(large.length))).toEqual([[large.length]])
  })

  it('captures and promotes files under names with spaces, percent signs and letters of any language', async () => {
    const names = ['persons 100% +(a)&#1.csv', 'Ärzte & Pflege/persons%20ü.csv', '病棟 😀/persons.csv']
    for (const [index, name] of names.entries()) ward.write(`inbox/${name}`, persons(`p${index},Ann,,6${index}`))
    const config = readFileSync(path.join(ward.root, 'hippo.yaml'), 'utf8')
    ward.write('hippo.yaml', config.replace('person: persons*', "person: '**/persons*'"))

    const {ingested, promoted} = await ward.conform({fresh: true})

    expect(states(ingested).map(([, name]) => name)).toEqual(names.toSorted())
    expect(await catalogPaths()).toHaveLength(names.length)
    expect(promotionOf(promoted, 'person').state).toBe('committed')
    expect(await weights()).toEqual([
      ['p0', 60],
      ['p1', 61],
      ['p2', 62],
    ])
  })

  it('merges two days that lie in one folder one after the other, as if they had been captured so', async () => {
    ward.write('inbox/persons_2024-01-02.csv', persons('p1,Ann,,61', 'p2,Bob,,80'))
    ward.write('inbox/persons_2024-01-01.csv', persons('p1,Ann,,60'))

    const {ingested, promoted} = await ward.conform()

    expect(ingested.run.outputs.map(({version}) => version)).toEqual([1, 2])
    expect(promotionOf(promoted, 'person').rows).toMatchObject({read: 3, accepted: 3, quarantined: 0})
    expect(await weights()).toEqual([
      ['p1', 61],
      ['p2', 80],
    ])
  })

  it('takes parts of an export as one delivery: a key in two of them is a conflict', async () => {
    ward.write('inbox/persons_part1.csv', persons('p1,Ann,,60'))
    ward.write('inbox/persons_part2.csv', persons('p1,Ann,,61'))

    const {ingested, promoted} = await ward.conform()

    expect(ingested.run.outputs).toHaveLength(1)
    expect(promotionOf(promoted, 'person')).toMatchObject({rows: {read: 2, quarantined: 2}, reasons: {'id.unique': 2}})
  })

  it('takes each file as a delivery where hippo.yaml says so', async () => {
    ward.write('hippo.yaml', 'name: ward\nsources:\n  ward: {kind: files, path: inbox, delivery: file, match: {person: persons*}}\n')
    ward.write('inbox/persons-10.csv', persons('p1,Ann,,62'))
    ward.write('inbox/persons-9.csv', persons('p1,Ann,,61'))

    const {promoted} = await ward.conform()

    expect(promotionOf(promoted, 'person').rows).toMatchObject({read: 2, accepted: 2})
    expect(await weights()).toEqual([['p1', 62]])
  })

  it('keeps both of two files given by hand under the same name', async () => {
    const [a, b] = [ward.write('a/x.csv', persons('p1,Ann,,60')), ward.write('b/x.csv', persons('p2,Bob,,70'))]

    const result = await ingestByHand(a, b)
    const {promoted} = await ward.conform()

    expect(states(result)).toEqual([
      ['files', 'a/x.csv', 'captured'],
      ['files', 'b/x.csv', 'captured'],
    ])
    expect(await catalogPaths()).toEqual(['a/x.csv', 'b/x.csv'])
    expect(promotionOf(promoted, 'person').rows).toMatchObject({accepted: 2})
  })

  it('keeps the same bytes from two sources apart, and knows them again from each', async () => {
    const match = 'match: {person: persons*, visit: visits*}'
    ward.write(
      'hippo.yaml',
      `name: ward\nsources:\n  north: {kind: files, path: north, ${match}}\n  south: {kind: files, path: south, ${match}}\n`,
    )
    for (const contract of ['person', 'visit'])
      ward.write(`contracts/${contract}.odcs.yaml`, contractFrom(contract, contract === 'person' ? 'north.person' : 'south.person'))
    rmSync(path.join(ward.root, 'contracts/setting.odcs.yaml'))
    for (const folder of ['north', 'south']) ward.write(`${folder}/persons.csv`, persons('p1,Ann,,60'))

    const first = await ward.conform()
    const again = await ward.conform({fresh: true})

    expect(states(first.ingested)).toEqual([
      ['north', 'persons.csv', 'captured'],
      ['south', 'persons.csv', 'captured'],
    ])
    for (const dataset of ['person', 'visit']) expect(promotionOf(first.promoted, dataset).rows).toMatchObject({accepted: 1})
    expect([again.ingested.run.state, again.promoted.run.state]).toEqual(['noop', 'noop'])
  })

  it('knows by hand what came from the source, and from a source what came by hand or under its former name', async () => {
    const text = persons('p1,Ann,,60')
    ward.write('inbox/persons-1.csv', text)
    ward.write('elsewhere/other.csv', persons('p2,Bob,,70'))
    await ward.use((workspace) => ingest(workspace, {sources: []}))

    const byHand = await ingestByHand(ward.write('elsewhere/copy.csv', text), path.join(ward.root, 'elsewhere/other.csv'))
    ward.write('inbox/persons-2.csv', persons('p2,Bob,,70'))
    const fromSource = await ward.use((workspace) => ingest(workspace, {sources: []}))
    ward.write('hippo.yaml', 'name: ward\nsources:\n  clinic: {kind: files, path: inbox, match: {person: persons*}}\n')
    const renamed = await ward.use((workspace) => ingest(workspace, {sources: []}))

    expect(states(byHand).map(([, , state]) => state)).toEqual(['known', 'captured'])
    expect(states(fromSource).map(([, , state]) => state)).toEqual(['known', 'known'])
    expect(states(renamed).map(([, , state]) => state)).toEqual(['known', 'known'])
  })

  it('says what it cannot take, and refuses what was meant for a dataset', async () => {
    ward.write('inbox/persons.csv', persons('p1,Ann,,60'))
    ward.write('inbox/.note', '')
    spawnSync('mkfifo', [path.join(ward.root, 'inbox/persons-pipe.csv'), path.join(ward.root, 'inbox/pipe')])

    const {ingested} = await ward.conform()

    expect(ingested.run.state).toBe('gated')
    expect(ingested.files.map(({path: received, state, reason}) => [received, state, reason])).toEqual([
      ['persons.csv', 'captured', undefined],
      ['.note', 'ignored', 'file.hidden'],
      ['persons-pipe.csv', 'rejected', 'file.special'],
      ['pipe', 'ignored', 'file.special'],
    ])
  })
})

const contractFrom = (dataset: string, source: string) => `apiVersion: v3.1.0
kind: DataContract
id: ${dataset}
version: 1.0.0
status: active
schema:
  - name: ${dataset}
    customProperties:
      - {property: hippoSource, value: ${source}}
      - {property: hippoWriteMode, value: append}
    properties:
      - {name: id, logicalType: string, required: true}
`
