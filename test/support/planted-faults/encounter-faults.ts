// What goes wrong with stays.
import type {CellFault, CopyFault, HospitalRow, RowFault} from './fault.ts'

const cell = (
  rule: string,
  check: string,
  rest: Pick<CellFault, 'name' | 'says' | 'touches' | 'damage'> & Partial<Pick<CellFault, 'applies'>>,
): CellFault => ({effect: 'cell', dataset: 'encounter', rule, check, ...rest})

const isInpatient = ({cells}: HospitalRow): boolean => cells.kind === 'inpatient'

const doubleBooked: CopyFault = {
  effect: 'copy',
  dataset: 'encounter',
  rule: 'overlap',
  check: 'one_bed_at_a_time',
  name: 'two beds at once',
  says: 'another stay of the person in the same days',
  breaks: 'both',
  applies: isInpatient,
  damage: (_, {fresh}) => ({id: fresh}),
}

export const encounterFaults: readonly RowFault[] = [
  doubleBooked,
  cell('reference', 'person.reference', {
    name: 'stay of nobody',
    says: 'its person was never sent',
    touches: ['person', 'started', 'ended'],
    damage: (_, {fresh}) => ({person: fresh}),
  }),
  cell('temporalOrder', 'started.temporalOrder', {
    name: 'stay before birth',
    says: 'in 1850',
    touches: ['person', 'started', 'ended'],
    damage: () => ({started: '1850-01-01', ended: '1850-01-02'}),
  }),
  cell('temporalOrder', 'ended.temporalOrder', {
    name: 'ends before it starts',
    says: 'it ended a century ago',
    touches: ['started', 'ended'],
    damage: () => ({ended: '1925-01-01'}),
  }),
  cell('multipleOf', 'minutes.multipleOf', {
    name: 'off the grid',
    says: 'seven minutes where five are the unit',
    touches: ['minutes'],
    damage: () => ({minutes: '7'}),
  }),
  cell('type', 'minutes.type', {
    name: 'words for a number',
    says: 'a text where a number belongs',
    touches: ['minutes'],
    damage: () => ({minutes: 'an hour'}),
  }),
  cell('valueSet', 'ward.valueSet', {
    name: 'ward that there is not',
    says: 'a code that the value set does not list',
    touches: ['ward'],
    damage: () => ({ward: 'west'}),
  }),
  cell('required', 'discharged_to.required', {
    name: 'inpatient without discharge',
    says: 'nobody says where to',
    touches: ['discharged_to', 'kind'],
    applies: isInpatient,
    damage: () => ({discharged_to: ''}),
  }),
]
