// The demo's contracts on the demo's data, judged by the reference engine: every planted fault is found by the check that
// the truth names, and by no other. Two deliveries, with what the first one left as the table the second one meets.
import {mkdir, mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {readContractFile} from '../../../src/core/contract/read-contract.ts'
import {bindSources} from '../../../src/core/contract/source-columns.ts'
import {compareTruth, type FoundRow} from '../../../src/core/demo/compare-truth.ts'
import {faultKinds} from '../../../src/core/demo/fault-kinds/index.ts'
import type {ClinicTruth} from '../../../src/core/demo/truth.ts'
import {writeClinic} from '../../../src/core/demo/write-clinic.ts'
import type {PlanOutput, Row} from '../../../src/core/engine/engine.ts'
import {and, column, compare, isNull, text} from '../../../src/core/expr/expr.ts'
import type {Judged, Judgement, Plan, PlanColumn} from '../../../src/core/expr/plan.ts'
import type {CaptureRecord} from '../../../src/core/model/capture.ts'
import type {Contract} from '../../../src/core/model/contract.ts'
import {prepareCsv} from '../../../src/core/source/files/prepare-csv.ts'
import {referenceEngine} from '../../support/reference-engine.ts'

const workspace = path.join(import.meta.dirname, '../../../examples/clinic')
const datasets = ['patient', 'encounter', 'observation', 'condition', 'medication', 'procedure']

let directory: string
const contracts = new Map<string, Contract>()

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'hippo-demo-'))
  for (const file of await readdir(path.join(workspace, 'contracts'))) {
    contracts.set(file.replace('.odcs.yaml', ''), await readContractFile(path.join(workspace, 'contracts', file)))
  }
})
afterAll(() => rm(directory, {recursive: true, force: true}))

interface Table {
  readonly columns: readonly PlanColumn[]
  readonly rows: ReadonlyMap<string, Row>
}

/** A table in memory as a plan. */
function planOf({columns, rows}: Table): Plan {
  return {kind: 'values', columns, rows: [...rows.values()].map((row) => columns.map(({name}) => row[name] ?? null))}
}

async function promote(truth: ClinicTruth, clinic: string) {
  const silver = new Map<string, Table>()
  const rejected: FoundRow[] = []
  const counts = {duplicate: {} as Record<string, number>, unchanged: 0}
  for (const delivery of truth.deliveries) {
    for (const dataset of datasets) {
      const file = `${delivery}/${dataset}s.csv`
      const judged = await judge(dataset, path.join(clinic, 'inbox/ehr', file), silver)
      for (const row of judged.rejected) rejected.push({dataset, file, row: Number(row._row), reasons: String(row.reasons).split('|')})
      const duplicates = judged.skipped.duplicate ?? 0
      if (duplicates > 0) counts.duplicate[dataset] = (counts.duplicate[dataset] ?? 0) + duplicates
      counts.unchanged += judged.skipped.unchanged ?? 0
      silver.set(dataset, judged.table)
    }
  }
  return {rejected, duplicates: counts.duplicate, unchanged: counts.unchanged, silver}
}

async function judge(dataset: string, file: string, silver: ReadonlyMap<string, Table>) {
  const contract = contracts.get(dataset) as Contract
  const record = {path: file, sizeBytes: (await stat(file)).size} as CaptureRecord
  const prepared = await prepareCsv({localPath: file, record, stagingDirectory: directory})
  if (prepared.kind === 'refused') throw new Error(prepared.message)
  const compiled = compileContract(contract, {
    now: '2100-01-01T00:00:00.000Z',
    relation: (other) => {
      const table = silver.get(other)
      return table && {plan: planOf(table), columns: Object.fromEntries(table.columns.map(({name, type}) => [name, type]))}
    },
  })
  const malformed = Object.keys(prepared.malformed)
  const scan: Plan = {
    kind: 'scan',
    files: [
      {
        path: prepared.path,
        format: prepared.format,
        binding: {
          ...bindSources(contract, prepared.header).binding,
          ...(prepared.format.header.includes('_malformed') ? {_malformed: '_malformed'} : {}),
        },
        constants: {},
      },
    ],
    columns: [...compiled.rawColumns, {name: '_malformed', type: 'string'}],
    rowNumber: '_row',
  }
  const before = silver.get(dataset)
  const judgements: readonly Judgement[] = [
    ...malformed.map((id): Judgement => ({id, when: compare(column('_malformed'), '=', text(id)), effect: 'quarantine'})),
    ...compiled.judgements.map((each): Judgement => ({...each, when: and(isNull(column('_malformed')), each.when)})),
    {id: 'duplicate', when: {kind: 'isRepeat', key: compiled.keyColumns, columns: compiled.valueColumns}, effect: 'skip'},
    ...(before === undefined
      ? []
      : [
          {
            id: 'unchanged',
            when: {kind: 'isSameIn', key: compiled.keyColumns, relation: planOf(before), columns: compiled.valueColumns},
            effect: 'skip',
          } as const,
        ]),
  ]
  const judged: Judged = {input: compiled.layers.reduce<Plan>((input, columns) => ({kind: 'derive', input, columns}), scan), judgements}
  const engine = referenceEngine()
  const outputs = [
    verdict('accepted', {kind: 'verdict', of: judged, is: 'accepted'}, compiled.columns),
    verdict('rejected', {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'reasons'}, [
      {name: '_row', type: 'int64'},
      {name: 'reasons', type: 'string'},
    ]),
  ]
  const {tally} = await engine.write(outputs, {stagingDirectory: directory})
  const rows = new Map(before?.rows)
  for (const row of engine.written('accepted')) rows.set(String(row[compiled.keyColumns[0] as string]), row)
  return {rejected: engine.written('rejected'), skipped: tally?.byJudgement ?? {}, table: {columns: compiled.columns, rows}}
}

function verdict(name: string, input: Plan, columns: readonly PlanColumn[]): PlanOutput {
  const plan: Plan = {kind: 'select', input, columns: columns.map((each) => ({name: each.name, expr: column(each.name)}))}
  return {name, plan, columns, directory, format: 'parquet'}
}

async function writeTo(clinic: string, options: {patients: number; seed: number; faultRate: number}): Promise<ClinicTruth> {
  return writeClinic({
    directory: clinic,
    ...options,
    write: async (file, chunks) => {
      await mkdir(path.dirname(file), {recursive: true})
      await writeFile(file, Buffer.concat([...chunks]))
    },
  })
}

describe('the contracts of examples/clinic', () => {
  it('have a check for every kind of fault that is planted', () => {
    for (const dataset of datasets) {
      const ids = contracts.get(dataset)?.rules.map(({id}) => id) ?? []
      for (const kind of faultKinds[dataset as keyof typeof faultKinds]) {
        const isKnown = ids.includes(kind.check) || /^(csv|encoding)\./.test(kind.check) || kind.check === 'duplicate'
        expect(isKnown, `${kind.name}: ${kind.check}`).toBe(true)
      }
    }
  })

  it('leave no rule unchecked', () => {
    for (const [file, contract] of contracts) {
      for (const rule of contract.rules) expect(rule.notCheckedBecause, `${file} ${rule.id}`).toBeUndefined()
    }
  })

  it('promise exactly the columns of each model, in a contract for each', async () => {
    const models = (await readdir(path.join(workspace, 'models'))).map((file) => file.replace('.sql', ''))

    const gold = [...contracts].filter(([, contract]) => contract.materialization !== undefined)

    expect(gold.map(([file]) => file.replace('gold.', '')).sort()).toEqual(models.sort())
    for (const [file, contract] of gold) expect(`gold.${contract.dataset}`).toBe(file)
  })

  it.each([
    {patients: 40, seed: 1, faultRate: 0.05, kinds: 60},
    {patients: 20, seed: 2, faultRate: 0, kinds: 0},
  ])(
    'find exactly what was planted: $patients patients, seed $seed, rate $faultRate',
    async ({kinds, ...options}) => {
      const clinic = path.join(directory, `clinic-${options.seed}`)
      const truth = await writeTo(clinic, options)

      const found = await promote(truth, clinic)

      const compared = compareTruth(truth, found)
      expect(compared.truth).toEqual(
        Object.fromEntries(Object.entries(truth.kinds).map(([name, {planted}]) => [name, {planted, found: planted}])),
      )
      expect(compared.falseAlarms).toBe(0)
      expect(Object.keys(compared.truth).length).toBeGreaterThanOrEqual(kinds)
    },
    60_000,
  )
})
