// Row balance and idempotence on generated deliveries, held against a naive model; and what makes a file known or new.
import {createHash} from 'node:crypto'
import {renameSync, statSync, utimesSync} from 'node:fs'
import path from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import type {RowCounts} from '../../src/core/model/run.ts'
import {printedSeed, seeded} from '../support/seeded.ts'
import {makeDelivery, personHeader, settingHeader, visitHeader, type WardDelivery, WardModel} from '../support/ward-model.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const fixture = 'test/fixtures/workspaces/ward'

function deliver(ward: TestWorkspace, {persons, visits, settings}: WardDelivery, number: number): void {
  const text = (header: string, lines: readonly string[]) => `${[header, ...lines].join('\n')}\n`
  // A comment of its own keeps two deliveries with the same rows two files: the order of columns tells them apart.
  ward.write(`inbox/${number}/persons.csv`, text(personHeader, persons))
  ward.write(`inbox/${number}/visits.csv`, text(visitHeader, visits))
  ward.write(`inbox/${number}/settings.csv`, text(settingHeader, settings))
}

/** Everything that silver and quarantine hold, in an order of its own. */
async function contentOf(ward: TestWorkspace) {
  const [persons, visits, settings] = await Promise.all(['person', 'visit', 'setting'].map((name) => ward.rows('silver', name)))
  const quarantine = await Promise.all(
    ['person', 'visit', 'setting'].map(async (name) =>
      (await ward.rows('quarantine', name)).map(
        (row) => `${name} ${row._batch} ${row._row} ${[...(row._reasons as string[])].sort().join(' ')}`,
      ),
    ),
  )
  return {
    persons: (persons ?? []).map((row) => JSON.stringify([row.id, row.name, row.born, row.weight, row._batch, row._row])).sort(),
    visits: (visits ?? []).map((row) => JSON.stringify([row.person_id, row.visited_on, row.reason, row._batch, row._row])).sort(),
    settings: (settings ?? []).map((row) => JSON.stringify([row.key, row.value, row._batch, row._row])).sort(),
    quarantine: quarantine.flat().sort(),
  }
}

function contentOfModel(model: WardModel) {
  return {
    persons: [...model.persons.values()]
      .map(({id, name, born, weight, batch, row}) => JSON.stringify([id, name, born, weight, batch, row]))
      .sort(),
    visits: [...model.visits].sort(),
    settings: [...model.settings].sort(),
    quarantine: [...model.quarantine].sort(),
  }
}

/** Deliveries of which no two files hold the same bytes: such a file would be known, not delivered. */
function makeDeliveries(seed: number, count: number): readonly WardDelivery[] {
  const random = seeded(seed)
  const seen = new Set<string>()
  const isFresh = ({persons, visits, settings}: WardDelivery) => {
    const texts = [persons, visits, settings].map((lines, at) => `${at}${lines.join('\n')}`)
    if (texts.some((text) => seen.has(text))) return false
    for (const text of texts) seen.add(text)
    return true
  }
  return Array.from({length: count}, (_, number) => {
    for (;;) {
      const delivery = makeDelivery(random, number)
      if (isFresh(delivery)) return delivery
    }
  })
}

const withoutWaived = ({waived: _, ...counts}: RowCounts) => counts

describe('the pipeline over generated deliveries', () => {
  const open: TestWorkspace[] = []
  const newWard = async () => {
    const ward = await testWorkspace({from: fixture})
    open.push(ward)
    return ward
  }

  afterEach(async () => {
    for (const ward of open.splice(0)) await ward.close()
  })

  const seed = printedSeed('generated deliveries')
  const seeds = Array.from({length: isLong ? 8 : 1}, (_, round) => seed + round)

  it.each(seeds)(
    'accounts for every row as a naive judge does, and promotes in one go what it promotes one by one (seed %i)',
    async (round) => {
      const deliveries = makeDeliveries(round, isLong ? 8 : 4)
      const stepwise = await newWard()
      const atOnce = await newWard()
      const model = new WardModel()
      const collected: RowCounts[] = []

      for (const [at, delivery] of deliveries.entries()) {
        deliver(stepwise, delivery, at)
        const {promoted} = await stepwise.conform()
        deliver(atOnce, delivery, at)
        await atOnce.use((workspace) => ingest(workspace, {sources: []}))

        const batch = at + 1
        const expected = {
          person: model.judgePersons(delivery.persons, batch),
          visit: model.judgeVisits(delivery.visits, batch),
          setting: model.judgeSettings(delivery.settings, batch),
        }
        for (const [dataset, counts] of Object.entries(expected)) {
          const {rows, state} = promotionOf(promoted, dataset)
          expect({dataset, batch, state, ...withoutWaived(rows)}).toEqual({dataset, batch, state: 'committed', ...counts})
          expect(rows.read).toBe(rows.accepted + rows.quarantined + rows.duplicate + rows.unchanged + rows.waived)
          collected.push(rows)
        }
      }
      const inOneGo = await atOnce.use((workspace) => promoteSilver(workspace, {datasets: []}))

      expect(await contentOf(stepwise)).toEqual(contentOfModel(model))
      expect(await contentOf(atOnce)).toEqual(contentOfModel(model))
      const total = (rows: readonly RowCounts[]) => rows.reduce((sum, one) => sum + one.read, 0)
      expect(total(inOneGo.datasets.map(({rows}) => rows))).toBe(total(collected))
    },
    600_000,
  )

  it('changes nothing when the same deliveries are ingested and promoted again', async () => {
    const ward = await newWard()
    for (const [at, delivery] of makeDeliveries(seed, 2).entries()) deliver(ward, delivery, at)
    await ward.conform()
    const before = {content: await contentOf(ward), versions: await versionsOf(ward)}

    const again = await ward.conform({fresh: true})

    expect([again.ingested.run.state, again.promoted.run.state]).toEqual(['noop', 'noop'])
    expect({content: await contentOf(ward), versions: await versionsOf(ward)}).toEqual(before)
  })

  it('knows the same bytes under another name, in the same ingest and later', async () => {
    const ward = await newWard()
    const text = `${personHeader}\np1,Ann,1980-01-01,70\n`
    ward.write('inbox/persons-a.csv', text)
    ward.write('inbox/persons-b.csv', text)

    const first = await ward.conform()
    ward.write('inbox/later/persons-c.csv', text)
    const second = await ward.conform()

    expect(first.ingested.files.map((file) => `${file.path} ${file.state}`)).toEqual(['persons-a.csv captured', 'persons-b.csv known'])
    expect(promotionOf(first.promoted, 'person').rows).toMatchObject({read: 1, accepted: 1})
    expect(second.ingested.files.find((file) => file.path === 'later/persons-c.csv')).toMatchObject({state: 'known', sha256: sha256(text)})
    expect(second.promoted.run.state).toBe('noop')
  })

  it('notices a file that was rewritten with the same size', async () => {
    const ward = await newWard()
    const file = ward.write('inbox/persons.csv', `${personHeader}\np1,Ann,1980-01-01,70\n`)
    const hourAgo = new Date(Date.now() - 3_600_000)
    utimesSync(file, hourAgo, hourAgo)
    await ward.conform()
    const {size} = statSync(file)

    ward.write('inbox/persons.csv', `${personHeader}\np1,Ann,1980-01-01,71\n`)
    const {ingested, promoted} = await ward.conform()

    expect(statSync(file).size).toBe(size)
    expect(ingested.files).toMatchObject([{state: 'captured'}])
    expect(promotionOf(promoted, 'person').rows).toMatchObject({read: 1, accepted: 1})
    expect(await ward.rows('silver', 'person')).toMatchObject([{id: 'p1', weight: 71}])
  })

  it('notices a file that was put in the place of another with the same size and time', async () => {
    const ward = await newWard()
    const file = ward.write('inbox/persons.csv', `${personHeader}\np1,Ann,1980-01-01,70\n`)
    const hourAgo = new Date(Date.now() - 3_600_000)
    utimesSync(file, hourAgo, hourAgo)
    await ward.conform()

    const other = ward.write('other.csv', `${personHeader}\np1,Ann,1980-01-01,72\n`)
    utimesSync(other, hourAgo, hourAgo)
    renameSync(other, path.join(ward.root, 'inbox', 'persons.csv'))
    const {ingested} = await ward.conform()

    expect(ingested.files).toMatchObject([{state: 'captured'}])
  })

  it('inserts, updates, leaves alone and refuses by key', async () => {
    const ward = await newWard()
    ward.write('inbox/1/persons.csv', `${personHeader}\na,Ann,,1\nb,Bob,,2\nc,Cy,,3\n`)
    await ward.conform()
    ward.write('inbox/2/persons.csv', `${personHeader}\na,Ann,,1.0\nb,Bob,,20\nd,Dee,,4\nd,Dee,,4\ne,Eve,,5\ne,Eve,,6\n`)

    const {promoted} = await ward.conform()

    const {rows, reasons} = promotionOf(promoted, 'person')
    expect(rows).toEqual({read: 6, accepted: 2, quarantined: 2, duplicate: 1, unchanged: 1, waived: 0})
    expect(reasons).toEqual({'id.unique': 2})
    const content = (await ward.rows('silver', 'person')).map((row) => [row.id, row.weight, row._batch, row._row]).sort()
    expect(content).toEqual([
      ['a', 1, 1, 1],
      ['b', 20, 2, 2],
      ['c', 3, 1, 3],
      ['d', 4, 2, 3],
    ])
  })

  it('never drops a sound row as the repeat of one that could not be read', async () => {
    const ward = await newWard()
    ward.write('inbox/persons.csv', `${personHeader}\np1,Ann,1980-01-01,abc\np1,Ann,1980-01-01,\np2,Bob,1980-02-30,1\np2,Bob,,1\n`)

    const {promoted} = await ward.conform()

    expect(promotionOf(promoted, 'person').rows).toMatchObject({read: 4, accepted: 2, quarantined: 2, duplicate: 0})
    expect((await ward.rows('silver', 'person')).map((row) => row._row).sort()).toEqual([2, 4])
  })
})

async function versionsOf(ward: TestWorkspace) {
  const names = ['person', 'visit', 'setting']
  const silver = await Promise.all(names.map(async (name) => (await ward.table('silver', name))?.version))
  const quarantine = await Promise.all(names.map(async (name) => (await ward.table('quarantine', name))?.version))
  return {silver, quarantine}
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
