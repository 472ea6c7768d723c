// Faults of conditions, medications and procedures.

import type {FaultKind, RowContext} from '../faults.ts'
import {createMomentWriter, dayMs} from '../moments.ts'
import {
  badDate,
  cell,
  conflict,
  digits,
  emptied,
  ghost,
  impossibleDate,
  nulByte,
  repeat,
  strayQuote,
  tooFewFields,
  tooManyFields,
} from './make-fault.ts'

/** Some days before the day in another column. */
const daysBefore =
  (column: string, most: number) =>
  ({cell: text, random}: RowContext): string =>
    createMomentWriter().day(Math.floor(Date.parse(text(column)) / dayMs) - random.integer(1, most))

/** Some days before the instant in another column. */
const instantBefore =
  (column: string, most: number) =>
  ({cell: text, random}: RowContext): string =>
    createMomentWriter().instant(Date.parse(text(column)) - random.integer(1, most) * dayMs, 'utc')

export const conditionFaults: readonly FaultKind[] = [
  emptied('condition', 'condition_id'),
  conflict('condition', 'recorded_by', ['first copy', 'second copy']),
  ghost('condition', 'patient_id', 'P99', ['onset_date']),
  cell('condition', 'code', 'malformed', 'code.pattern', {
    change: ({random}) => random.pick([digits(random, 3), `E11,${digits(random, 1)}`, 'u', `J06.${digits(random, 5)}`]),
  }),
  cell('condition', 'clinical_status', 'unknown', 'clinical_status_known', {change: ({random}) => random.pick(['open', 'gone', '1'])}),
  cell('condition', 'onset_date', 'unparsable', 'onset_date.type', {involves: ['abatement_date', 'patient_id'], change: badDate}),
  cell('condition', 'onset_date', 'not_in_calendar', 'onset_date.type', {
    involves: ['abatement_date', 'patient_id'],
    change: impossibleDate,
  }),
  cell('condition', 'onset_date', 'before_birth', 'onset_not_before_birth', {
    involves: ['abatement_date', 'patient_id'],
    change: ({bornDay, random}) => createMomentWriter().day(bornDay - random.integer(1, 4000)),
  }),
  cell('condition', 'abatement_date', 'before_onset', 'abatement_not_before_onset', {
    involves: ['onset_date'],
    change: daysBefore('onset_date', 300),
  }),
  tooManyFields('condition'),
  strayQuote('condition', 'description'),
]

export const medicationFaults: readonly FaultKind[] = [
  emptied('medication', 'medication_id'),
  conflict('medication', 'instructions', ['first copy', 'second copy']),
  repeat('medication'),
  ghost('medication', 'encounter_id', 'E99'),
  cell('medication', 'medication_code', 'malformed', 'medication_code.pattern', {
    change: ({random}) => random.pick([digits(random, 5), `F${digits(random, 3)}`, `f-${digits(random, 4)}`]),
  }),
  emptied('medication', 'name'),
  cell('medication', 'dose', 'not_a_number', 'dose.type', {change: ({random}) => random.pick(['half', '5mg', 'one', '2-3'])}),
  cell('medication', 'quantity', 'negative', 'quantity.range', {change: ({random}) => `-${random.integer(1, 90)}`}),
  cell('medication', 'days_supply', 'excessive', 'days_supply.range', {change: ({random}) => String(random.integer(400, 9000))}),
  cell('medication', 'end_date', 'before_start', 'end_not_before_start', {
    involves: ['start_date'],
    change: daysBefore('start_date', 200),
  }),
  tooFewFields('medication'),
  nulByte('medication', 'instructions'),
]

export const procedureFaults: readonly FaultKind[] = [
  emptied('procedure', 'procedure_id'),
  conflict('procedure', 'outcome', ['first copy', 'second copy']),
  repeat('procedure'),
  emptied('procedure', 'encounter_id', ['start_at']),
  cell('procedure', 'code', 'malformed', 'code.pattern', {
    change: ({random}) => random.pick([`${digits(random, 4)}O0Z`, digits(random, 5), 'ECG']),
  }),
  cell('procedure', 'start_at', 'before_encounter', 'start_not_before_encounter', {
    involves: ['end_at', 'encounter_id'],
    change: instantBefore('start_at', 300),
  }),
  cell('procedure', 'end_at', 'before_start', 'end_not_before_start', {involves: ['start_at'], change: instantBefore('start_at', 30)}),
  tooManyFields('procedure'),
]
