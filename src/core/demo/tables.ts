// The six files of a delivery: names, columns in file order, and what the second delivery changed about them. Rows are
// always made in the order of `columns`; `header` and `extras` say how a delivery writes them.

export type ClinicDataset = 'patient' | 'encounter' | 'observation' | 'condition' | 'medication' | 'procedure'

/** 0 is the first delivery, 1 the second. */
export type DeliveryIndex = 0 | 1

export interface ClinicTable {
  readonly dataset: ClinicDataset
  /** File name within a delivery's folder. */
  readonly file: string
  /** Columns of a row as it is made, which is the order of the first delivery. */
  readonly columns: readonly string[]
  /** Columns whose text may hold a delimiter or a quote; no other column ever does. */
  readonly freeText: readonly string[]
  /** Header of the second delivery: columns were added in the middle, some changed places. */
  readonly secondHeader: readonly string[]
  /** Columns of the second delivery that the first did not have, with the values they take. */
  readonly added: Readonly<Record<string, readonly [string, ...string[]]>>
}

export const tables: Readonly<Record<ClinicDataset, ClinicTable>> = {
  patient: {
    dataset: 'patient',
    file: 'patients.csv',
    columns: split('patient_id family_name given_name birth_date death_date sex address postal_code city phone registered_at'),
    freeText: ['family_name', 'given_name', 'address', 'city'],
    secondHeader: split(
      'patient_id family_name given_name birth_date death_date sex preferred_language address city postal_code phone registered_at',
    ),
    added: {preferred_language: ['en', 'es', 'de', 'fr', 'vi', 'pl', 'sv', '']},
  },
  encounter: {
    dataset: 'encounter',
    file: 'encounters.csv',
    columns: split('encounter_id patient_id class status start_at end_at department reason attending'),
    freeText: ['department', 'reason', 'attending'],
    secondHeader: split('encounter_id patient_id status class start_at end_at ward triage_level department reason attending'),
    added: {ward: ['A1', 'A2', 'B1', 'B3', ''], triage_level: ['1', '2', '3', '4', '5', '']},
  },
  observation: {
    dataset: 'observation',
    file: 'observations.csv',
    columns: split(
      'observation_id patient_id encounter_id category code description value unit status effective_at issued_at performer note',
    ),
    freeText: ['description', 'value', 'performer', 'note'],
    secondHeader: split(
      'observation_id patient_id encounter_id category code description value unit device status effective_at issued_at performer note',
    ),
    added: {device: ['analyser 1', 'analyser 2', 'monitor 7', '']},
  },
  condition: {
    dataset: 'condition',
    file: 'conditions.csv',
    columns: split('condition_id patient_id encounter_id code description clinical_status onset_date abatement_date recorded_by'),
    freeText: ['description', 'recorded_by'],
    secondHeader: split(
      'condition_id patient_id encounter_id code description severity clinical_status onset_date abatement_date recorded_by',
    ),
    added: {severity: ['mild', 'moderate', 'severe', '']},
  },
  medication: {
    dataset: 'medication',
    file: 'medications.csv',
    columns: split(
      'medication_id patient_id encounter_id medication_code name dose dose_unit route quantity days_supply start_date end_date instructions',
    ),
    freeText: ['name', 'instructions'],
    secondHeader: split(
      'medication_id patient_id encounter_id medication_code name route dose dose_unit refills quantity days_supply start_date end_date instructions',
    ),
    added: {refills: ['0', '1', '2', '3']},
  },
  procedure: {
    dataset: 'procedure',
    file: 'procedures.csv',
    columns: split('procedure_id patient_id encounter_id code description start_at end_at performer outcome'),
    freeText: ['description', 'performer', 'outcome'],
    secondHeader: split('procedure_id patient_id encounter_id code description body_side start_at end_at performer outcome'),
    added: {body_side: ['left', 'right', '']},
  },
}

/** Datasets in the order in which a delivery lists them: what is referred to comes first. */
export const datasets: readonly ClinicDataset[] = ['patient', 'encounter', 'observation', 'condition', 'medication', 'procedure']

/** Columns in the order of this delivery's file. */
export function headerOf(table: ClinicTable, delivery: DeliveryIndex): readonly string[] {
  return delivery === 0 ? table.columns : table.secondHeader
}

/** One row as it is made, before faults. */
export interface ClinicRow {
  /** Text of each column of the table; a fault may change it. */
  readonly fields: string[]
  /** True when a fault here has no consequence elsewhere: nothing refers to the row and no other delivery sends it. */
  readonly isFree: boolean
  /** Day of birth of the patient the row is about. */
  readonly bornDay: number
}

function split(names: string): readonly string[] {
  return names.split(' ')
}
