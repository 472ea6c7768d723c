// Takes clean and damaged deliveries of the hospital through the real pipeline, and holds what it says against what was planted: each
// damaged row is in quarantine with exactly its reasons, nobody else is, each check of a dataset counts what is wrong, and no other
// check alarms.
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {DatasetPromotion} from '../../../src/core/index.ts'
import type {CheckResult} from '../../../src/core/model/check.ts'
import {type Seeded, seeded} from '../seeded.ts'
import {promotionOf, type TestWorkspace} from '../workspace.ts'
import {cleanHospital, type HospitalDelivery, hospitalColumns} from './clean-hospital.ts'
import {censusColumns, cleanBeds, cleanCensus, cleanRoster, rosterColumns, rosterRows} from './clean-roster.ts'
import type {HospitalRow, RowFault} from './fault.ts'
import {faultsOfDeliveries, rowFaults} from './index.ts'
import {type Planted, plantRows, severalAtOnce} from './plant-rows.ts'

export interface ProofOptions {
  /** Of each delivery of persons, stays and measurements: about eight rows for each. */
  readonly persons: number
  readonly rates: readonly number[]
  readonly seed: number
}

export interface ProvenFault {
  readonly name: string
  readonly rule: string
  readonly rate: number
  /** Rows that have to be found; deliveries for faults that take all rows. */
  readonly planted: number
  readonly found: number
}

export interface Proof {
  /** Rows judged in the clean deliveries, and in the damaged ones by rate. */
  readonly cleanRows: number
  readonly items: readonly ProvenFault[]
  /** Reasons and alarms that nobody planted, by check, over all deliveries. */
  readonly falseAlarms: ReadonlyMap<string, number>
  /** What is not as planted, in words: no values. */
  readonly wrong: readonly string[]
}

const rowDatasets = ['person', 'encounter', 'observation'] as const
type RowDataset = (typeof rowDatasets)[number]

export async function proveFaults(hospital: TestWorkspace, {persons, rates, seed}: ProofOptions): Promise<Proof> {
  const proving = new Proving(hospital, seeded(seed))
  const cleanRows = await proving.judgeClean(persons)
  for (const [index, rate] of rates.entries()) {
    if (index > 0) await proving.judgeCleanRoster()
    await proving.judgeDamaged(persons, rate)
  }
  return {cleanRows, items: proving.items, falseAlarms: proving.falseAlarms, wrong: proving.wrong}
}

class Proving {
  readonly items: ProvenFault[] = []
  readonly falseAlarms = new Map<string, number>()
  readonly wrong: string[] = []
  readonly #hospital: TestWorkspace
  readonly #random: Seeded
  #number = 0

  constructor(hospital: TestWorkspace, random: Seeded) {
    this.#hospital = hospital
    this.#random = random
  }

  /** Rows that were judged. */
  async judgeClean(persons: number): Promise<number> {
    this.#number += 1
    const delivery = cleanHospital({number: this.#number, persons, random: this.#random})
    for (const name of rowDatasets) this.#send(name, hospitalColumns[name], delivery[name])
    this.#send('bed', ['id'], cleanBeds())
    this.#sendRoster()
    const {promoted} = await this.#hospital.conform()
    for (const one of promoted.datasets) {
      if (one.rows.quarantined > 0) this.#alarm(`${one.dataset}, clean`, `${one.rows.quarantined} rows are in quarantine`)
      this.#expectChecks(one, new Map())
    }
    return promoted.datasets.reduce((sum, {rows}) => sum + rows.read, 0)
  }

  /** Between two damaged ones, so that rules which look back have something usual to look at. */
  async judgeCleanRoster(): Promise<void> {
    this.#number += 1
    this.#sendRoster()
    const {promoted} = await this.#hospital.conform()
    for (const name of ['roster', 'census']) this.#expectChecks(promotionOf(promoted, name), new Map())
  }

  async judgeDamaged(persons: number, rate: number): Promise<void> {
    this.#number += 1
    const clean = cleanHospital({number: this.#number, persons, random: this.#random})
    const planted = this.#plantRows(clean, rate)
    const ofDeliveries = this.#plantDeliveries(rate)
    const {ingested, promoted} = await this.#hospital.conform()
    for (const name of rowDatasets)
      await this.#judgeRows(promotionOf(promoted, name), {planted: planted[name], rate, batch: ingested.batch ?? 0})
    for (const name of ['roster', 'census']) this.#judgeDelivery(promotionOf(promoted, name), {counts: ofDeliveries, rate})
  }

  #plantRows(clean: HospitalDelivery, rate: number): Readonly<Record<RowDataset, Planted>> {
    const plant = (name: RowDataset): Planted => {
      const faults = rowFaults.filter(({dataset}) => dataset === name)
      const planted = plantRows(clean[name], {faults, rate, random: this.#random, prefix: `x${this.#number}-`})
      this.#send(name, hospitalColumns[name], planted.rows)
      return planted
    }
    return {person: plant('person'), encounter: plant('encounter'), observation: plant('observation')}
  }

  /** Fault -> rows that it took. */
  #plantDeliveries(rate: number): ReadonlyMap<string, number> {
    const [roster, census] = this.#cleanRoster()
    const counts = new Map<string, number>()
    const damaged = {roster, census}
    for (const fault of faultsOfDeliveries) {
      const name = fault.dataset === 'roster' ? 'roster' : 'census'
      const count = Math.max(1, Math.round(rate * rosterRows))
      counts.set(fault.name, fault.scale === 'rows' ? count : 1)
      damaged[name] = fault.damage(damaged[name], {count, random: this.#random, fresh: `x${this.#number}`})
    }
    this.#send('roster', rosterColumns, damaged.roster)
    this.#send('census', censusColumns, damaged.census)
    return counts
  }

  async #judgeRows(
    {dataset, rows, checks}: DatasetPromotion,
    {planted, rate, batch}: {readonly planted: Planted; readonly rate: number; readonly batch: number},
  ): Promise<void> {
    const where = `${dataset} at ${100 * rate} %`
    const rejected = (await this.#hospital.rows('quarantine', dataset)).filter((row) => Number(row._batch) === batch)
    const found = new Map(rejected.map((row) => [Number(row._row), [...(row._reasons as string[])].toSorted()]))
    for (const [row, reasons] of found) {
      const extra = reasons.filter((reason) => !planted.expected.get(row)?.includes(reason))
      for (const reason of extra) this.#alarm(where, `row ${row} is rejected for ${reason}, which nobody planted`, reason)
    }
    const isFound = (row: number): boolean => found.get(row)?.join() === planted.expected.get(row)?.join()
    for (const row of planted.expected.keys())
      if (!isFound(row)) this.wrong.push(`${where}: row ${row} has to break ${planted.expected.get(row)?.join(', ')}`)
    const sum = rows.accepted + rows.quarantined + rows.duplicate + rows.unchanged + rows.waived
    if (rows.read !== planted.rows.length || rows.read !== sum || rows.quarantined !== planted.expected.size)
      this.wrong.push(`${where}: the balance is ${JSON.stringify(rows)} of ${planted.rows.length} rows`)
    this.#keepRows({dataset, planted, rate, isFound, checks})
    const counts = new Map([...planted.expected.values()].flat().map((check) => [check, true]))
    this.#expectUnjudged(where, checks)
    for (const {id, outcome} of checks)
      if (outcome !== 'passed' && !counts.has(id) && !planted.warned.has(id)) this.#alarm(where, `check ${id} is ${outcome}`, id)
  }

  #keepRows({
    dataset,
    planted,
    rate,
    isFound,
    checks,
  }: {
    readonly dataset: string
    readonly planted: Planted
    readonly rate: number
    readonly isFound: (row: number) => boolean
    readonly checks: readonly CheckResult[]
  }): void {
    const keep = (fault: Pick<RowFault, 'name' | 'rule'>, rows: readonly number[]): void =>
      void this.items.push({name: fault.name, rule: fault.rule, rate, planted: rows.length, found: rows.filter(isFound).length})
    for (const fault of rowFaults.filter((one) => one.dataset === dataset)) {
      if (fault.effect === 'cell' && fault.warns) {
        const [count, found] = [planted.warned.get(fault.check) ?? 0, checks.find(({id}) => id === fault.check)?.violated ?? 0]
        if (count !== found) this.wrong.push(`${dataset} at ${100 * rate} %: ${fault.check} warns of ${found} rows, not of ${count}`)
        this.items.push({name: fault.name, rule: fault.rule, rate, planted: count, found: Math.min(count, found)})
      } else keep(fault, planted.placed.get(fault.name) ?? [])
    }
    keep({name: `${severalAtOnce} (${dataset})`, rule: 'several'}, planted.placed.get(severalAtOnce) ?? [])
  }

  #judgeDelivery(promotion: DatasetPromotion, {counts, rate}: {readonly counts: ReadonlyMap<string, number>; readonly rate: number}): void {
    const faults = faultsOfDeliveries.filter(({dataset}) => dataset === promotion.dataset)
    const expected = new Map(faults.map((fault) => [fault.check, fault.violated?.(counts.get(fault.name) ?? 0)]))
    this.#expectChecks(promotion, expected)
    for (const {name, rule, check, violated} of faults) {
      const planted = counts.get(name) ?? 0
      const result = promotion.checks.find(({id}) => id === check)
      const isFound = result?.outcome === 'warned' && (violated === undefined || result.violated === violated(planted))
      this.items.push({name, rule, rate, planted, found: isFound ? planted : 0})
    }
  }

  /** Only the checks that are named warn, of as much as is said there; all others pass or say that they cannot know yet. */
  #expectChecks({dataset, checks}: DatasetPromotion, expected: ReadonlyMap<string, number | undefined>): void {
    this.#expectUnjudged(dataset, checks)
    for (const {id, outcome, violated} of checks) {
      const isAlarm = ['failed', 'warned', 'errored'].includes(outcome)
      if (isAlarm && !expected.has(id)) this.#alarm(dataset, `check ${id} is ${outcome}`, id)
      if (!expected.has(id)) continue
      const count = expected.get(id)
      if (outcome !== 'warned' || (count !== undefined && count !== violated))
        this.wrong.push(`${dataset}: ${id} is ${outcome} with ${violated}, ${count ?? 'some'} were planted`)
    }
  }

  #expectUnjudged(where: string, checks: readonly CheckResult[]): void {
    const unjudged = checks.filter(({outcome}) => outcome === 'notChecked' || outcome === 'errored')
    for (const {id, reason} of unjudged) this.wrong.push(`${where}: ${id} was not judged: ${reason}`)
  }

  #alarm(where: string, says: string, check = 'any'): void {
    this.falseAlarms.set(check, (this.falseAlarms.get(check) ?? 0) + 1)
    this.wrong.push(`${where}: ${says}`)
  }

  #sendRoster(): void {
    const [roster, census] = this.#cleanRoster()
    this.#send('roster', rosterColumns, roster)
    this.#send('census', censusColumns, census)
  }

  #cleanRoster(): readonly [readonly HospitalRow[], readonly HospitalRow[]] {
    const at = new Date(Date.now() - 3_600_000).toISOString()
    const options = {number: this.#number, random: this.#random, at}
    return [cleanRoster(options), cleanCensus(options)]
  }

  #send(dataset: string, columns: readonly string[], rows: readonly HospitalRow[]): void {
    const folder = path.join(this.#hospital.root, 'inbox', String(this.#number))
    mkdirSync(folder, {recursive: true})
    const lines = rows.map(({cells}) => columns.map((name) => quoted(cells[name] ?? '')).join(','))
    const ending = dataset === 'census' ? 'es' : 's'
    writeFileSync(path.join(folder, `${dataset}${ending}.csv`), `${[columns.join(','), ...lines].join('\n')}\n`)
  }
}

const quoted = (text: string): string => (text.includes(',') ? `"${text}"` : text)
