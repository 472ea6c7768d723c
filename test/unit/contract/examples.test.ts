import {readdirSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {describe, expect, it} from 'vitest'
import {decideGate} from '../../../src/core/contract/decide-gate.ts'
import {readContractFile} from '../../../src/core/contract/read-contract.ts'
import {openEngine} from '../../../src/core/engine/index.ts'
import {column, compare, text} from '../../../src/core/expr/expr.ts'
import type {Relation} from '../../../src/core/rules/define-rule.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {type ContractRun, compileForFile, runContractOnFile} from '../../support/run-contract.ts'
import {sharedData} from '../../support/shared-data.ts'

const examples = resolve(import.meta.dirname, '../../../examples')
const files = {
  patient: 'patients.csv',
  encounter: 'encounters.csv',
  observation: 'observations.csv',
  condition: 'conditions.csv',
  medication: 'medications.csv',
  procedure: 'procedures.csv',
}

async function promoteSynthea(folder: string): Promise<Readonly<Record<string, ContractRun>>> {
  const runs: Record<string, ContractRun> = {}
  const relation = (dataset: string): Relation | undefined => runs[dataset]?.relation
  for (const [dataset, file] of Object.entries(files)) {
    const contract = await readContractFile(join(examples, `synthea/contracts/${dataset}.odcs.yaml`))
    runs[dataset] = await runContractOnFile(referenceEngine(), contract, join(folder, file), {relation})
  }
  return runs
}

const counts = (runs: Readonly<Record<string, ContractRun>>, of: 'accepted' | 'quarantined'): Record<string, number> =>
  Object.fromEntries(Object.entries(runs).map(([dataset, run]) => [dataset, run[of].length]))

describe('the example contracts', () => {
  const folders = readdirSync(examples).flatMap((example) =>
    readdirSync(join(examples, example, 'contracts')).map((file) => join(examples, example, 'contracts', file)),
  )

  it.each(folders)('%s is read and every clause of it can be checked', async (path) => {
    const contract = await readContractFile(path)

    expect(contract.rules.filter(({notCheckedBecause}) => notCheckedBecause !== undefined)).toEqual([])
  })
})

describe('Synthea with 28 patients', () => {
  const folder = sharedData('synthea-28-csv')

  it.skipIf(folder === undefined)('is accepted whole', async () => {
    const runs = await promoteSynthea(folder ?? '')

    expect(counts(runs, 'accepted')).toEqual({
      patient: 27,
      encounter: 604,
      observation: 990,
      condition: 438,
      medication: 663,
      procedure: 249,
    })
    expect(counts(runs, 'quarantined')).toEqual({patient: 0, encounter: 0, observation: 0, condition: 0, medication: 0, procedure: 0})
  })

  it.skipIf(folder === undefined)('splits VALUE by TYPE into a number or a text', async () => {
    const contract = await readContractFile(join(examples, 'synthea/contracts/observation.odcs.yaml'))

    const {accepted} = await runContractOnFile(referenceEngine(), contract, join(folder ?? '', 'observations.csv'))

    const numeric = accepted.filter((row) => row.value_type === 'numeric')
    const text = accepted.filter((row) => row.value_type === 'text')
    expect([numeric.length, text.length]).toEqual([599, 391])
    expect(numeric.every((row) => typeof row.value_number === 'number' && row.value_text === null)).toBe(true)
    expect(text.every((row) => typeof row.value_text === 'string' && row.value_number === null)).toBe(true)
  })
})

describe('Synthea with 51 patients and a wider schema', () => {
  const folder = sharedData('synthea-51-csv')

  it.skipIf(folder === undefined)('is accepted whole, with the new patient columns as drift', async () => {
    const runs = await promoteSynthea(folder ?? '')

    expect(counts(runs, 'accepted')).toEqual({
      patient: 51,
      encounter: 910,
      observation: 12_310,
      condition: 887,
      medication: 974,
      procedure: 1125,
    })
    expect(counts(runs, 'quarantined')).toEqual({patient: 0, encounter: 0, observation: 0, condition: 0, medication: 0, procedure: 0})
    expect(runs.patient?.binding).toMatchObject({added: ['MIDDLE', 'FIPS', 'INCOME'], removed: [], ambiguous: []})
  })

  it.skipIf(folder === undefined)('counts visits after death as warnings and is not gated', async () => {
    const {encounter} = await promoteSynthea(folder ?? '')

    const checks = encounter?.checks ?? []
    expect(checks.filter(({outcome}) => outcome !== 'passed')).toMatchObject([{id: 'start_at.after_death', outcome: 'warned', violated: 3}])
    expect(decideGate(encounter!.compiled.contract, checks, {read: 910, quarantined: 0}).gated).toBe(false)
  })
})

describe('the UCI diabetes stays', () => {
  const folder = sharedData('uci-diabetes-130_dataset_diabetes')

  it.skipIf(folder === undefined)('are accepted whole on Polars, with ? as missing', {timeout: 120_000}, async () => {
    const contract = await readContractFile(join(examples, 'uci-diabetes/contracts/encounter.odcs.yaml'))
    const {judged} = compileForFile(contract, join(folder ?? '', 'diabetic_data.csv'))
    const engine = await openEngine('polars')

    const [accepted] = await engine.measure([
      {
        id: 'accepted',
        input: {kind: 'verdict', of: judged, is: 'accepted'},
        aggregates: [
          {name: 'rows', function: 'count'},
          {name: 'missingWeights', function: 'countNull', of: column('weight')},
          {name: 'unknownGenders', function: 'countIf', of: compare(column('gender'), '=', text('unknown'))},
        ],
      },
    ])
    await engine.close()

    expect(accepted?.values).toEqual({rows: 101_766n, missingWeights: 98_569n, unknownGenders: 3n})
  })
})
