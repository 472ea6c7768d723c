// Planted faults of every kind that a contract of silver can name, at three rates: all of them are found, with exactly their reasons, and
// nothing else is. docs/planted-faults.md shows the same with a million rows.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {faultsOfDeliveries, rowFaults, withoutFault} from '../support/planted-faults/index.ts'
import {proveFaults} from '../support/planted-faults/prove-faults.ts'
import {printedSeed} from '../support/seeded.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const persons = isLong ? 120_000 : 600
const rates = [0.001, 0.01, 0.1]

describe('planted faults', () => {
  let hospital: TestWorkspace
  beforeAll(async () => {
    hospital = await testWorkspace({from: 'test/fixtures/workspaces/hospital'})
  })
  afterAll(() => hospital?.close())

  it('there are of every kind of rule', () => {
    const covered = new Set([...rowFaults, ...faultsOfDeliveries].map(({rule}) => rule))
    const names = [...rowFaults, ...faultsOfDeliveries].map(({dataset, name}) => `${dataset}: ${name}`)

    expect([...ruleKinds.keys()].filter((kind) => !covered.has(kind) && !withoutFault.has(kind))).toEqual([])
    expect([...covered, ...withoutFault.keys()].filter((kind) => !ruleKinds.has(kind))).toEqual([])
    expect([...withoutFault.keys()].filter((kind) => covered.has(kind))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  it(
    'are all found at 0.1, 1 and 10 percent, for exactly their reasons, and nothing else is',
    async () => {
      const proof = await proveFaults(hospital, {persons, rates, seed: printedSeed('planted faults')})

      expect(proof.wrong.slice(0, 20)).toEqual([])
      expect([...proof.falseAlarms]).toEqual([])
      expect(proof.items).toHaveLength(rates.length * (rowFaults.length + faultsOfDeliveries.length + 3))
      expect(proof.items.filter(({planted, found}) => planted === 0 || planted !== found)).toEqual([])
    },
    isLong ? 3_600_000 : 300_000,
  )
})
