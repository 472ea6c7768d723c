// Faults of patients and encounters.

import type {FaultKind} from '../faults.ts'
import {createMomentWriter, dayMs} from '../moments.ts'
import {badDate, broken, cell, conflict, emptied, farFuture, ghost, impossibleDate, tooFewFields, tooManyFields} from './make-fault.ts'

export const patientFaults: readonly FaultKind[] = [
  emptied('patient', 'patient_id'),
  conflict('patient', 'phone', ['+00 555 000 0001', '+00 555 000 0002']),
  cell('patient', 'birth_date', 'unparsable', 'birth_date.type', {involves: ['death_date'], change: badDate}),
  cell('patient', 'birth_date', 'not_in_calendar', 'birth_date.type', {involves: ['death_date'], change: impossibleDate}),
  cell('patient', 'birth_date', 'impossible_age', 'birth_date.range', {
    involves: ['death_date'],
    change: ({random}) => `${random.integer(1702, 1849)}-0${random.integer(1, 9)}-${random.integer(10, 28)}`,
  }),
  cell('patient', 'birth_date', 'in_future', 'birth_not_in_future', {
    involves: ['death_date'],
    applies: (text) => text('death_date') === '',
    change: ({random}) => farFuture(random),
  }),
  cell('patient', 'death_date', 'before_birth', 'death_not_before_birth', {
    involves: ['birth_date'],
    change: ({bornDay, random}) => createMomentWriter().day(bornDay - random.integer(1, 3000)),
  }),
  cell('patient', 'sex', 'unknown_code', 'sex_known', {change: ({random}) => random.pick(['X', '9', 'femme', 'Frau'])}),
  broken('patient', 'family_name'),
]

export const encounterFaults: readonly FaultKind[] = [
  emptied('encounter', 'encounter_id'),
  conflict('encounter', 'department', ['Ward 1', 'Ward 2']),
  emptied('encounter', 'patient_id', ['start_at']),
  ghost('encounter', 'patient_id', 'P99', ['start_at']),
  cell('encounter', 'status', 'unknown', 'status_known', {
    involves: ['end_at'],
    applies: (text) => text('end_at') !== '',
    change: ({random}) => random.pick(['closed', 'done', 'f']),
  }),
  cell('encounter', 'start_at', 'unparsable', 'start_at.type', {involves: ['end_at', 'patient_id'], change: badDate}),
  cell('encounter', 'start_at', 'in_future', 'start_not_in_future', {
    involves: ['end_at', 'patient_id', 'status'],
    applies: (text) => text('status') === 'cancelled',
    change: ({random}) => `${farFuture(random)}T09:30:00Z`,
  }),
  cell('encounter', 'start_at', 'before_birth', 'start_not_before_birth', {
    involves: ['end_at', 'patient_id'],
    change: ({bornDay, random}) => `${createMomentWriter().day(bornDay - random.integer(2, 4000))}T10:15:00Z`,
  }),
  cell('encounter', 'end_at', 'before_start', 'end_not_before_start', {
    involves: ['start_at', 'status'],
    applies: (text) => text('end_at') !== '',
    change: ({cell: text, random}) => createMomentWriter().instant(Date.parse(text('start_at')) - random.integer(1, 400) * dayMs, 'utc'),
  }),
  cell('encounter', 'end_at', 'missing', 'end_when_finished', {
    involves: ['start_at', 'status'],
    applies: (text) => text('status') === 'finished',
    change: () => '',
  }),
  tooFewFields('encounter'),
  tooManyFields('encounter'),
]
