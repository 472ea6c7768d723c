// Generated contracts through the whole pipeline: the balance closes, quarantine holds what the reference engine rejects, what was accepted
// passes `validate`, and the same once more changes nothing.
import {afterEach, describe, expect, it} from 'vitest'
import {promoteSilver, validate} from '../../src/core/index.ts'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {type GeneratedContract, generateContract, generateRows} from '../support/generated-contracts/generate-contract.ts'
import {judgeInMemory} from '../support/generated-contracts/judge-in-memory.ts'
import {referenceEngine} from '../support/reference-engine.ts'
import {printedSeed, type Seeded, seeded} from '../support/seeded.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const first = printedSeed('generated contracts in the pipeline')
const rounds = Array.from({length: isLong ? 15 : 1}, (_, round) => first + round)
const datasetsInRound = isLong ? 8 : 3

/** They compare a row with the others: without the rejected ones those that are left may stand out themselves. */
const votes = new Set(['functionalDependency', 'outlier', 'jump'])

interface Given extends GeneratedContract {
  readonly dataset: string
  readonly rows: readonly (readonly string[])[]
}

function makeDatasets(random: Seeded): readonly Given[] {
  return Array.from({length: datasetsInRound}, (_, at) => {
    const dataset = `g${at}`
    const generated = generateContract(random, {dataset, without: votes})
    return {...generated, dataset, rows: generateRows(random, generated, 80)}
  })
}

/** Columns from the last to the first when `turned`: other bytes that say the same. */
function deliver(workspace: TestWorkspace, {dataset, columns, rows}: Given, {turned = false} = {}): void {
  const lines = [columns.map(({name}) => name), ...rows].map((row) => {
    const cells = row.map((text) => (text.includes(',') ? `"${text}"` : text))
    return (turned ? cells.toReversed() : cells).join(',')
  })
  workspace.write(`inbox/${turned ? 2 : 1}/${dataset}.csv`, `${lines.join('\n')}\n`)
}

describe('generated contracts in the pipeline', () => {
  const open: TestWorkspace[] = []
  afterEach(async () => {
    for (const workspace of open.splice(0)) await workspace.close()
  })

  async function promoted(datasets: readonly Given[]): Promise<TestWorkspace> {
    const workspace = await testWorkspace({from: 'test/fixtures/workspaces/generated'})
    open.push(workspace)
    for (const one of datasets) {
      workspace.write(`contracts/${one.dataset}.odcs.yaml`, one.text)
      deliver(workspace, one)
    }
    return workspace
  }

  const silverOf = async (workspace: TestWorkspace, {dataset, columns}: Given) =>
    (await workspace.rows('silver', dataset)).map((row) => JSON.stringify(columns.map(({name}) => String(row[name])))).sort()

  it.each(rounds)(
    'account for every row, let nothing in that breaks a rule, and are at rest when asked again (seed %i)',
    async (seed) => {
      const datasets = makeDatasets(seeded(seed))
      const workspace = await promoted(datasets)

      const {promoted: result} = await workspace.conform()
      const again = await workspace.use((one) => promoteSilver(one, {datasets: []}))
      const {datasets: validated} = await workspace.use((one) => validate(one, {datasets: datasets.map(({dataset}) => dataset)}))

      for (const one of datasets) {
        const {rows, state} = promotionOf(result, one.dataset)
        const oracle = await judgeInMemory(referenceEngine(), one, one.rows)
        const rejected = (await workspace.rows('quarantine', one.dataset)).map(
          (row) => `${row._row} ${[...(row._reasons as string[])].sort().join(' ')}`,
        )
        const where = `${one.dataset}\n${one.text}`
        expect(state, where).toBe('committed')
        expect(rows.read, where).toBe(one.rows.length)
        expect(rows.read, where).toBe(rows.accepted + rows.quarantined + rows.duplicate + rows.unchanged + rows.waived)
        expect(rejected.sort(), where).toEqual(
          oracle.quarantined.map((row) => `${row.row} ${String(row.reasons).split('|').sort().join(' ')}`).sort(),
        )
        expect(rows.accepted + rows.duplicate, where).toBe(oracle.accepted.length)
        const broken = (validated.find(({dataset}) => dataset === one.dataset)?.checks ?? []).filter(
          ({outcome, severity}) => outcome === 'errored' || outcome === 'failed' || (outcome === 'warned' && severity === 'error'),
        )
        expect(broken, where).toEqual([])
      }
      expect(again.run.state).toBe('noop')
      await expectSameOnceMore(workspace, datasets)
    },
    isLong ? 600_000 : 120_000,
  )

  /** The same rows in other bytes: nothing new where rows are merged or replaced. */
  async function expectSameOnceMore(workspace: TestWorkspace, datasets: readonly Given[]): Promise<void> {
    const lasting = datasets.filter(({mode}) => mode !== 'append')
    const before = await Promise.all(lasting.map((one) => silverOf(workspace, one)))
    for (const one of lasting) deliver(workspace, one, {turned: true})
    const {promoted: result} = await workspace.conform({fresh: true})

    expect(await Promise.all(lasting.map((one) => silverOf(workspace, one)))).toEqual(before)
    for (const {dataset, mode, text} of lasting) if (mode === 'merge') expect(promotionOf(result, dataset).rows.accepted, text).toBe(0)
  }

  it('leave out only kinds of rules that there are', () => {
    expect([...votes].filter((kind) => !ruleKinds.has(kind))).toEqual([])
  })
})
