// Writes the clinic's files through a function that the caller gives, and returns the truth about them.
import {HippoError} from '../errors/hippo-error.ts'
import {type ClinicOptions, clinicFiles, deliveryNames, fileChunks, highestFaultRate, mostPatients} from './clinic.ts'
import type {FaultKind} from './faults.ts'
import {type ClinicDataset, datasets} from './tables.ts'
import type {ClinicTruth, PlantedPlace} from './truth.ts'

/** Writes chunks one after the other to a file; the folder may not exist yet. */
type WriteFile = (path: string, chunks: Iterable<Uint8Array>) => Promise<void>

interface WriteClinicOptions extends ClinicOptions {
  /** Workspace folder; files go to `inbox/ehr/<delivery>/` below it. */
  readonly directory: string
  readonly write: WriteFile
  /** Waited for before a delivery is begun, with its folder name: the moment to ingest the one before it. */
  readonly beforeDelivery?: (delivery: string) => Promise<void>
}

/**
 * Writes both deliveries, one file after the other, and resolves with every planted place. Throws CONFIG_USAGE when the
 * size or the rate is out of bounds.
 */
export async function writeClinic(options: WriteClinicOptions): Promise<ClinicTruth> {
  refuseOutOfBounds(options)
  const deliveries = deliveryNames(options)
  const rows: Record<ClinicDataset, Record<string, number>> = {
    patient: {},
    encounter: {},
    observation: {},
    condition: {},
    medication: {},
    procedure: {},
  }
  const planted = new Map<string, {readonly kind: FaultKind; readonly places: PlantedPlace[]}>()
  for (const file of clinicFiles(options)) {
    const delivery = deliveries[file.delivery]
    if (file.dataset === datasets[0]) await options.beforeDelivery?.(delivery)
    const chunks = fileChunks(options, file, {
      onPlanted: (kind, place) => {
        const known = planted.get(kind.name)
        if (known === undefined) planted.set(kind.name, {kind, places: [place]})
        else known.places.push(place)
      },
      onFinished: (count) => {
        rows[file.dataset][delivery] = count
      },
    })
    await options.write(`${options.directory}/inbox/ehr/${file.path}`, chunks)
  }
  return {seed: options.seed, patients: options.patients, faultRate: options.faultRate, deliveries, rows, kinds: kindsOf(planted)}
}

function kindsOf(planted: ReadonlyMap<string, {readonly kind: FaultKind; readonly places: readonly PlantedPlace[]}>): ClinicTruth['kinds'] {
  const named = [...planted].sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(
    named.map(([name, {kind, places}]) => [
      name,
      {
        dataset: kind.dataset,
        unit: kind.effect === 'cell' ? ('cells' as const) : ('rows' as const),
        check: kind.check,
        planted: places.length,
        places,
      },
    ]),
  )
}

function refuseOutOfBounds({patients, seed, faultRate}: ClinicOptions): void {
  if (!Number.isInteger(patients) || patients < 1 || patients > mostPatients) {
    throw new HippoError('CONFIG_USAGE', {
      message: `patients must be a whole number from 1 to ${mostPatients}`,
      hint: 'for example --patients 1000',
    })
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new HippoError('CONFIG_USAGE', {message: 'the seed must be a whole number from 0 to 4294967295', hint: 'for example --seed 1'})
  }
  if (!(faultRate >= 0 && faultRate <= highestFaultRate)) {
    throw new HippoError('CONFIG_USAGE', {
      message: `the fault rate must lie between 0 and ${highestFaultRate}: more would gate the deliveries`,
      hint: 'for example --faults 0.02',
    })
  }
}
