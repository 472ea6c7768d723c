// Damaged copies of every file of a real delivery: each ends with the right reason and the exact counts and harms nothing else.
// Here all six come damaged in the same way at once, on top of the sound delivery; the long run damages one at a time beside
// five that are sound, which must end as if nothing had been wrong.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type DatasetPromotion, ingest, promoteSilver, type Workspace} from '../../src/core/index.ts'
import {type Damage, type DamagedColumns, damages} from '../support/damage.ts'
import {sharedData} from '../support/shared-data.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const synthea = sharedData('synthea-28-csv')
const isLong = process.env.HIPPO_TEST_LONG !== undefined

const starting = {swapped: ['START', 'CODE'], text: 'DESCRIPTION'} as const

interface DeliveredDataset extends DamagedColumns {
  readonly rows: number
  readonly mode: 'merge' | 'append'
  /** What swapping the two columns breaks in every row. */
  readonly swapReasons: readonly [string, string]
}

const datasets: Readonly<Record<string, DeliveredDataset>> = {
  patient: {rows: 27, mode: 'merge', swapped: ['BIRTHDATE', 'LAT'], text: 'CITY', swapReasons: ['birth_date.type', 'lat.type']},
  encounter: {rows: 604, mode: 'merge', ...starting, swapReasons: ['start_at.type', 'code.pattern']},
  observation: {rows: 990, mode: 'append', ...starting, swapped: ['DATE', 'CODE'], swapReasons: ['observed_at.type', 'code.pattern']},
  condition: {rows: 438, mode: 'append', ...starting, swapReasons: ['start_date.type', 'code.pattern']},
  medication: {rows: 663, mode: 'append', ...starting, swapReasons: ['start_at.type', 'code.pattern']},
  procedure: {rows: 249, mode: 'append', ...starting, swapReasons: ['start_at.type', 'code.pattern']},
}

interface Expected {
  readonly state: DatasetPromotion['state']
  readonly rows: Partial<DatasetPromotion['rows']>
  /** Beside the warnings that the sound delivery has, too. */
  readonly reasons?: Readonly<Record<string, number>>
}

/** What a damaged copy of a dataset gives whose sound file was promoted before. */
function expected(damage: Damage, {rows: n, mode, swapReasons}: DeliveredDataset): Expected {
  /** Sound rows of the copy are appended once more, or nothing new to a merge. */
  const rows = (sound: number, {broken = 0, changed = 0} = {}) => ({
    read: sound + broken,
    quarantined: broken,
    ...(mode === 'append' ? {accepted: sound, unchanged: 0} : {accepted: changed, unchanged: sound - changed}),
  })
  const gatedWhenAppended = mode === 'append' ? 'gated' : 'committed'
  switch (damage) {
    case 'cutInRecord':
    case 'cutInQuotes':
      return {state: gatedWhenAppended, rows: rows(n - 1, {broken: 1}), reasons: {'csv.tornLine': 1}}
    case 'binaryTail':
      return {state: gatedWhenAppended, rows: rows(n, {broken: 1}), reasons: {'encoding.nul': 1}}
    case 'empty':
      return {state: 'noop', rows: rows(0)}
    case 'headerOnly':
      return {state: 'committed', rows: rows(0)}
    case 'swappedColumns':
      return {state: 'gated', rows: rows(0, {broken: n}), reasons: Object.fromEntries(swapReasons.map((id) => [id, n]))}
    case 'extraColumn':
    case 'utf16':
      return {state: 'committed', rows: rows(n)}
    case 'latin1':
      return {state: 'committed', rows: rows(n, {changed: 1})}
    case 'doubledHeader':
      return {state: 'committed', rows: rows(n, {broken: 1}), reasons: {'csv.repeatedHeader': 1}}
  }
}

const fileOf = (dataset: string) => `${dataset}s.csv`
const sent = (dataset: string) => readFileSync(path.join(synthea ?? '', fileOf(dataset)), 'utf8')
const delivered = (dataset: string) => datasets[dataset] as DeliveredDataset
const damaged = (damage: Damage, dataset: string) => damages[damage](sent(dataset), delivered(dataset))
const all = Object.keys(datasets)
const kinds = Object.keys(damages) as Damage[]

const known = /\.after_death$|\.plausibleRange(\.soft)?$/
/** Reasons but for the warnings that the sound delivery gives, too. */
const alarming = ({reasons}: DatasetPromotion) => Object.fromEntries(Object.entries(reasons).filter(([id]) => !known.test(id)))

/** Promotes one dataset, compares what became of its newest batch, and leaves it out when it is gated. */
async function expectPromotion(workspace: Workspace, dataset: string, wanted: Expected & {readonly batch: number}): Promise<void> {
  const found = promotionOf(await promoteSilver(workspace, {datasets: [dataset]}), dataset)
  const {state, rows} = found
  expect({dataset, state, rows, reasons: alarming(found)}).toEqual({
    dataset,
    state: wanted.state,
    rows: expect.objectContaining(wanted.rows),
    reasons: wanted.reasons ?? {},
  })
  if (state === 'gated') await promoteSilver(workspace, {datasets: [dataset], skipBatch: wanted.batch, reason: 'damaged'})
}

describe.skipIf(!synthea)('all files of a Synthea delivery, damaged in the same way', () => {
  let ward: TestWorkspace
  let workspace: Workspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'examples/synthea'})
    workspace = await ward.open()
    for (const dataset of all) ward.write(`inbox/0/${fileOf(dataset)}`, sent(dataset))
    await ingest(workspace, {sources: []})
    await promoteSilver(workspace, {datasets: []})
  }, 120_000)

  afterAll(() => ward?.close())

  it.each(kinds)('%s: each ends with the right reason and the exact counts', async (damage) => {
    for (const dataset of all) ward.write(`inbox/${damage}/${fileOf(dataset)}`, damaged(damage, dataset))

    const {batch = 0, files} = await ingest(workspace, {sources: []})

    const rejected = files.filter(({state}) => state === 'rejected').map(({reason}) => reason)
    expect(rejected).toEqual(damage === 'empty' ? all.map(() => 'file.empty') : [])
    for (const dataset of all) await expectPromotion(workspace, dataset, {...expected(damage, delivered(dataset)), batch})
  })
})

const cells = all.flatMap((dataset) => kinds.map((damage) => [dataset, damage] as const))

describe.skipIf(!synthea || !isLong)('one damaged file of a Synthea delivery', () => {
  let undisturbed: Readonly<Record<string, readonly string[]>>

  /** Parents are there first, so that nothing hangs on the damaged file; then all files come, one of them damaged. */
  async function promoteBeside(broken: string | undefined, bytes?: Buffer) {
    const ward = await testWorkspace({from: 'examples/synthea'})
    try {
      for (const parent of ['patient', 'encounter']) ward.write(`inbox/0/${fileOf(parent)}`, sent(parent))
      await ward.conform()
      for (const dataset of all) ward.write(`inbox/1/${fileOf(dataset)}`, dataset === broken && bytes ? bytes : sent(dataset))
      const {promoted} = await ward.conform()
      const rows: Record<string, readonly string[]> = {}
      for (const dataset of all)
        rows[dataset] = (await ward.rows('silver', dataset)).map((row) => JSON.stringify({...row, _file: undefined})).sort()
      return {promoted, rows}
    } finally {
      await ward.close()
    }
  }

  beforeAll(async () => {
    undisturbed = (await promoteBeside(undefined)).rows
  }, 120_000)

  it.each(cells)(
    '%s, %s: ends with its reason, and the others as if nothing had been wrong',
    async (dataset, damage) => {
      const {promoted, rows} = await promoteBeside(dataset, damaged(damage, dataset))

      const {state, reasons = {}} = expected(damage, delivered(dataset))
      const found = promotionOf(promoted, dataset)
      expect({state: found.state, reasons: alarming(found)}).toEqual({state, reasons})
      const isWaiting = found.state === 'gated' && ['patient', 'encounter'].includes(dataset)
      for (const other of all) {
        if (other === dataset) continue
        const end = promotionOf(promoted, other)
        // A child of a delivery that is gated waits whole; nothing of it is judged against parents that are not there yet.
        if (isWaiting && end.state === 'gated') expect(end.error?.code, other).toBe('SOURCE_WAITING')
        else expect(rows[other], other).toEqual(undisturbed[other])
      }
    },
    120_000,
  )
})
