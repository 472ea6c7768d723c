// The synthetic clinic: two deliveries of six CSV files, any size, the same bytes for the same options. Each file is made
// on its own, chunk by chunk, from the seed and patient numbers alone, so nothing is held in memory whatever the size.
// With a fault rate of 0 every row keeps every promise of the contracts in examples/clinic.
import {conditionsOf, medicationsOf, proceduresOf} from './care-rows.ts'
import {createLineWriter} from './csv-line.ts'
import {faultKinds} from './fault-kinds/index.ts'
import type {FaultKind} from './faults.ts'
import {createMomentWriter, dayMs, type MomentWriter} from './moments.ts'
import {observationsOf} from './observations.ts'
import {encounterRow, patientRow} from './people-rows.ts'
import {type ClinicTime, personAt} from './person.ts'
import {Planter} from './plant-faults.ts'
import {createRandom, type Random} from './random.ts'
import {type ClinicDataset, type ClinicRow, type DeliveryIndex, datasets, tables} from './tables.ts'
import type {PlantedPlace} from './truth.ts'
import {type Visit, visitsOf} from './visits.ts'

export interface ClinicOptions {
  /** 1 to 5,000,000. */
  readonly patients: number
  readonly seed: number
  /** Share of rows with a planted fault, 0 to `highestFaultRate`. Small clinics get more, so that every kind is seen. */
  readonly faultRate: number
  /** When the second delivery is cut; the first is a week older. 2026-03-08T00:00:00Z when absent. */
  readonly now?: Date
}

/** No file gets more than 15 % of its rows rejected, so rates near this one are not quite reached. */
export const highestFaultRate = 0.2
export const mostPatients = 5_000_000

const chunkLength = 128 * 1024
const daysBetweenCuts = 7
const defaultNow = Date.UTC(2026, 2, 8)

/** Rows a patient has on average in each delivery's file; used to give small files their share of every kind. */
const rowsPerPatient: Readonly<Record<ClinicDataset, readonly [number, number]>> = {
  patient: [0.9, 0.18],
  encounter: [6.6, 0.3],
  observation: [110, 2.5],
  condition: [4.6, 0.15],
  medication: [6.1, 0.2],
  procedure: [1.8, 0.04],
}
/** A file too small for its share of faults gets at most this one. */
const raisedFaultRate = 0.11

/** The cuts of both deliveries. */
function clinicTime(options: ClinicOptions): ClinicTime {
  const secondCutMs = Math.floor((options.now?.getTime() ?? defaultNow) / dayMs) * dayMs
  return {seed: options.seed, firstCutMs: secondCutMs - daysBetweenCuts * dayMs, secondCutMs}
}

/** Folder names of the deliveries: the days they were cut. */
export function deliveryNames(options: ClinicOptions): readonly [string, string] {
  const {firstCutMs, secondCutMs} = clinicTime(options)
  const write = createMomentWriter()
  return [write.day(firstCutMs / dayMs), write.day(secondCutMs / dayMs)]
}

interface ClinicFile {
  readonly dataset: ClinicDataset
  readonly delivery: DeliveryIndex
  /** Path below the source's folder. */
  readonly path: string
}

/** The files of both deliveries, in the order in which they are best written. */
export function clinicFiles(options: ClinicOptions): readonly ClinicFile[] {
  return deliveryNames(options).flatMap((name, index) =>
    datasets.map((dataset) => ({dataset, delivery: index === 0 ? 0 : 1, path: `${name}/${tables[dataset].file}`}) as const),
  )
}

interface FileReport {
  onPlanted(kind: FaultKind, place: PlantedPlace): void
  /** Called once at the end: data rows written. */
  onFinished(rows: number): void
}

/** The bytes of one file in chunks; what was planted is reported as it is written. */
export function* fileChunks(options: ClinicOptions, file: ClinicFile, report: FileReport): Generator<Uint8Array> {
  const table = tables[file.dataset]
  const random = createRandom(options.seed, 10, file.delivery, datasets.indexOf(file.dataset))
  const lines = createLineWriter(table, file.delivery, random)
  const ready: Uint8Array[] = []
  let text = `${lines.header}\n`
  const planter = new Planter({
    table,
    kinds: faultKinds[file.dataset],
    lines,
    random,
    rate: rateOf(options, file),
    file: file.path,
    onPlanted: report.onPlanted,
    emit: (line) => {
      if (typeof line === 'string') {
        text += `${line}\n`
        return
      }
      ready.push(Buffer.from(text), line)
      text = '\n'
    },
  })
  for (const row of rowsOf(options, file)) {
    planter.plant(row)
    if (text.length < chunkLength) continue
    yield* ready.splice(0)
    yield Buffer.from(text)
    text = ''
  }
  planter.finish()
  yield* ready
  yield Buffer.from(text)
  report.onFinished(planter.rows)
}

/** The rows of a file before faults. */
export function* rowsOf(options: ClinicOptions, file: ClinicFile): Generator<ClinicRow> {
  const time = clinicTime(options)
  const random = createRandom()
  const write = createMomentWriter()
  for (let number = 0; number < options.patients; number++) {
    const person = personAt(number, time, random)
    if (file.dataset === 'patient') {
      const row = patientRow(person, file.delivery, time, random, write)
      if (row !== undefined) yield row
      continue
    }
    if (file.delivery === 0 && person.delivery === 1) continue
    for (const visit of visitsOf(person, time, random)) {
      if (file.dataset === 'encounter') {
        const row = encounterRow(visit, file.delivery, time, random, write)
        if (row !== undefined) yield row
      } else if (visit.delivery === file.delivery) {
        yield* contentsOf(visit, file.dataset, options.seed, random, write)
      }
    }
  }
}

function contentsOf(
  visit: Visit,
  dataset: Exclude<ClinicDataset, 'patient' | 'encounter'>,
  seed: number,
  random: Random,
  write: MomentWriter,
): Generator<ClinicRow> {
  switch (dataset) {
    case 'observation':
      return observationsOf(visit, seed, random, write)
    case 'condition':
      return conditionsOf(visit, seed, random, write)
    case 'medication':
      return medicationsOf(visit, seed, random, write)
    case 'procedure':
      return proceduresOf(visit, seed, random, write)
  }
}

function rateOf(options: ClinicOptions, file: ClinicFile): number {
  if (options.faultRate <= 0) return 0
  const expectedRows = rowsPerPatient[file.dataset][file.delivery] * options.patients
  // More than once on average, for some kinds wait long for a row that can carry them.
  const everyKindOnce = (faultKinds[file.dataset].length * 1.4) / expectedRows
  return Math.max(options.faultRate, Math.min(raisedFaultRate, everyKindOnce))
}
