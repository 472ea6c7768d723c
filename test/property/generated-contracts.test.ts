// Promises that hold for every contract, on contracts that nobody wrote: any types with any steps and rules. HIPPO_TEST_SEED repeats a run.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {parse, parseDocument, stringify} from 'yaml'
import {openContractFile} from '../../src/core/contract/contract-file.ts'
import {readContract} from '../../src/core/contract/read-contract.ts'
import type {Engine} from '../../src/core/engine/engine.ts'
import {openEngine} from '../../src/core/engine/index.ts'
import type {Contract} from '../../src/core/model/contract.ts'
import {ruleKinds} from '../../src/core/rules/index.ts'
import {generateContract, generateRows} from '../support/generated-contracts/generate-contract.ts'
import {judgeInMemory} from '../support/generated-contracts/judge-in-memory.ts'
import {generatedRules} from '../support/generated-contracts/rules.ts'
import {referenceEngine} from '../support/reference-engine.ts'
import {printedSeed, seeded} from '../support/seeded.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const first = printedSeed('generated contracts')
const seeds = (count: number) => Array.from({length: count}, (_, at) => first + at)

/** What a contract means, wherever it stands. */
const meaningOf = ({rules, ...rest}: Contract) => ({
  ...rest,
  path: '',
  digest: '',
  columns: withoutPlaces(rest.columns),
  rules: withoutPlaces(rules),
})

const withoutPlaces = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, entry: unknown) => (key === 'at' ? undefined : typeof entry === 'bigint' ? String(entry) : entry)),
  ) as unknown

describe('generated contracts', () => {
  let polars: Engine
  beforeAll(async () => {
    polars = await openEngine('polars')
  })
  afterAll(() => polars?.close())

  it('have rules of kinds that there are', () => {
    expect(generatedRules.map(({kind}) => kind).filter((kind) => !ruleKinds.has(kind))).toEqual([])
  })

  it('come back from YAML with nothing lost, comments included', () => {
    for (const seed of seeds(isLong ? 2000 : 50)) {
      const {text} = generateContract(seeded(seed), {dataset: 'g0'})
      const contract = readContract('g0.odcs.yaml', text)

      const again = stringify(contract.document, {lineWidth: 0})

      expect(openContractFile('g0.odcs.yaml', text).document, `seed ${seed}`).toEqual(parse(text))
      expect(contract.document, `seed ${seed}`).toEqual(parse(text))
      expect(meaningOf(readContract('g0.odcs.yaml', again)), `seed ${seed}`).toEqual(meaningOf(contract))
      expect(parseDocument(text).toString({lineWidth: 0}), `seed ${seed}`).toBe(text)
    }
  })

  it('judge as the reference engine does, and every row once', {timeout: isLong ? 3_600_000 : 120_000}, async () => {
    for (const seed of seeds(isLong ? 300 : 12)) {
      const random = seeded(seed)
      const generated = generateContract(random, {dataset: 'g0'})
      const rows = generateRows(random, generated, 60)

      const found = await judgeInMemory(polars, generated, rows)
      const oracle = await judgeInMemory(referenceEngine(), generated, rows)

      expect(found.compiled.notChecked, `seed ${seed}`).toEqual([])
      expect(found.quarantined, `seed ${seed}`).toEqual(oracle.quarantined)
      expect(found.accepted, `seed ${seed}`).toEqual(oracle.accepted)
      expect(found.checks, `seed ${seed}`).toEqual(oracle.checks)
      expect(found.accepted.length + found.quarantined.length, `seed ${seed}`).toBe(rows.length)
    }
  })
})
