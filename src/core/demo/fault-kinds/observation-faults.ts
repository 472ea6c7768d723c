// Faults of observations: references, codes, values, units and times.
import {analyteByCode} from '../analytes.ts'
import type {CellReader, FaultKind, RowContext} from '../faults.ts'
import {createMomentWriter, dayMs} from '../moments.ts'
import {
  badDate,
  broken,
  cell,
  conflict,
  digits,
  emptied,
  farFuture,
  ghost,
  nulByte,
  repeat,
  strayQuote,
  tooFewFields,
  tooManyFields,
} from './make-fault.ts'

/** A result that has been given and must be a number. */
const isNumeric = (text: CellReader): boolean => text('status') === 'final' && ['vital-signs', 'laboratory'].includes(text('category'))

const valueColumns = ['value', 'unit', 'code', 'category', 'status'] as const
const besides = (column: string): readonly string[] => valueColumns.filter((name) => name !== column)
const timeColumns = ['issued_at', 'patient_id'] as const

export const observationFaults: readonly FaultKind[] = [
  emptied('observation', 'observation_id'),
  conflict('observation', 'note', ['first copy', 'second copy']),
  repeat('observation'),
  emptied('observation', 'patient_id', ['effective_at']),
  ghost('observation', 'patient_id', 'P99', ['effective_at']),
  ghost('observation', 'encounter_id', 'E99'),
  emptied('observation', 'code', besides('code')),
  cell('observation', 'code', 'malformed', 'code.pattern', {
    involves: besides('code'),
    change: ({random}) => random.pick([`LN${digits(random, 4)}`, `${digits(random, 4)}_7`, `${digits(random, 6)}-1`, 'GLU']),
  }),
  cell('observation', 'value', 'not_a_number', 'value_number.type', {
    involves: besides('value'),
    applies: isNumeric,
    change: ({random}) => random.pick(['>200', '<0.5', 'hemolyzed', 'pending', '7,2', 'see note', '1.2.3']),
  }),
  cell('observation', 'value', 'missing', 'value_when_final', {involves: besides('value'), applies: isNumeric, change: () => ''}),
  cell('observation', 'value', 'implausible', 'value_plausible', {
    involves: besides('value'),
    applies: (text) => isNumeric(text) && analyteByCode(text('code'))?.plausible !== undefined,
    change: beyondBounds,
  }),
  cell('observation', 'unit', 'wrong', 'unit_for_code', {
    involves: besides('unit'),
    applies: isNumeric,
    change: ({random}) => random.pick(['furlong', 'mg/dl%', 'mmol', 'stone', '?']),
  }),
  cell('observation', 'unit', 'missing', 'unit_present', {involves: besides('unit'), applies: isNumeric, change: () => ''}),
  cell('observation', 'status', 'unknown', 'status_known', {
    involves: besides('status'),
    change: ({random}) => random.pick(['fin', 'complete', 'ok']),
  }),
  emptied('observation', 'effective_at', timeColumns),
  cell('observation', 'effective_at', 'unparsable', 'effective_at.type', {involves: timeColumns, change: badDate}),
  cell('observation', 'effective_at', 'not_in_calendar', 'effective_at.type', {
    involves: timeColumns,
    change: ({random}) =>
      random.pick(['2025-02-30T08:15:00Z', '2024-04-31T11:00:00Z', '2023-02-29T07:45:00+01:00', '2025-06-15T25:10:00Z']),
  }),
  cell('observation', 'effective_at', 'without_offset', 'effective_at.type', {
    involves: timeColumns,
    change: ({cell: text}) => text('effective_at').slice(0, 19),
  }),
  cell('observation', 'effective_at', 'in_future', 'effective_not_in_future', {
    involves: timeColumns,
    applies: (text) => text('issued_at') === '',
    change: ({random}) => `${farFuture(random)}T06:40:00Z`,
  }),
  cell('observation', 'effective_at', 'before_birth', 'effective_not_before_birth', {
    involves: timeColumns,
    change: ({bornDay, random}) => `${createMomentWriter().day(bornDay - random.integer(2, 4000))}T12:05:00Z`,
  }),
  cell('observation', 'issued_at', 'before_effective', 'issued_not_before_effective', {
    involves: ['effective_at'],
    change: ({cell: text, random}) => createMomentWriter().instant(Date.parse(text('effective_at')) - random.integer(1, 60) * dayMs, 'utc'),
  }),
  tooFewFields('observation'),
  tooManyFields('observation'),
  strayQuote('observation', 'note'),
  nulByte('observation', 'performer'),
  broken('observation', 'performer'),
]

/** A slip of the decimal point or of the unit: at least twice the upper bound, or below the lower one. */
function beyondBounds({cell: text, random}: RowContext): string {
  const bounds = analyteByCode(text('code'))?.plausible
  if (bounds === undefined) return text('value')
  const low = bounds.min ?? 0
  if (low >= 2 && random.chance(0.4)) return String(Math.floor(low / 2))
  return String(Math.ceil(bounds.max * random.integer(2, 9)))
}
