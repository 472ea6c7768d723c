// Every kind of fault the clinic plants, by dataset.
import type {FaultKind} from '../faults.ts'
import type {ClinicDataset} from '../tables.ts'
import {conditionFaults, medicationFaults, procedureFaults} from './care-faults.ts'
import {observationFaults} from './observation-faults.ts'
import {encounterFaults, patientFaults} from './people-faults.ts'

export const faultKinds: Readonly<Record<ClinicDataset, readonly FaultKind[]>> = {
  patient: patientFaults,
  encounter: encounterFaults,
  observation: observationFaults,
  condition: conditionFaults,
  medication: medicationFaults,
  procedure: procedureFaults,
}
