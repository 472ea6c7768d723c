// What goes wrong with persons.
import type {CellFault, CopyFault, HospitalRow, RowFault} from './fault.ts'

const cell = (
  rule: string,
  check: string,
  rest: Pick<CellFault, 'name' | 'says' | 'touches' | 'damage'> & Partial<Pick<CellFault, 'applies'>>,
): CellFault => ({effect: 'cell', dataset: 'person', rule, check, ...rest})

const has =
  (column: string) =>
  ({cells}: HospitalRow) =>
    cells[column] !== ''

const repeatedKey: CopyFault = {
  effect: 'copy',
  dataset: 'person',
  rule: 'unique',
  check: 'id.unique',
  name: 'key of another row',
  says: 'two different rows have one key',
  breaks: 'both',
  damage: (_, {fresh}) => ({name: `Other ${fresh}`}),
}

export const personFaults: readonly RowFault[] = [
  repeatedKey,
  cell('required', 'name.required', {name: 'name missing', says: 'the name is empty', touches: ['name'], damage: () => ({name: ''})}),
  cell('length', 'name.length', {
    name: 'name too long',
    says: 'it has 61 characters',
    touches: ['name'],
    damage: () => ({name: 'n'.repeat(61)}),
  }),
  cell('type', 'born.type', {
    name: 'no such day',
    says: 'born on the 31st of February',
    touches: ['born', 'died'],
    damage: () => ({born: '1990-02-31'}),
  }),
  cell('temporalOrder', 'died.temporalOrder', {
    name: 'died before birth',
    says: 'in 1900',
    touches: ['born', 'died'],
    damage: () => ({died: '1900-01-01'}),
  }),
  cell('acceptedValues', 'sex.acceptedValues', {
    name: 'unknown sex code',
    says: 'a code that nobody agreed on',
    touches: ['sex'],
    damage: () => ({sex: 'X'}),
  }),
  cell('pattern', 'zip.pattern', {
    name: 'malformed postal code',
    says: 'letters among its digits',
    touches: ['zip', 'city'],
    damage: (_, {fresh}) => ({zip: `O${fresh}`}),
  }),
  cell('functionalDependency', 'city.functionalDependency', {
    name: 'city of another postal code',
    says: 'all others with the code say another city',
    touches: ['zip', 'city'],
    applies: (row) => has('zip')(row) && has('city')(row),
    damage: () => ({city: 'Elsewhere'}),
  }),
  cell('step', 'phone.phone', {
    name: 'no whole telephone number',
    says: 'an extension alone',
    touches: ['phone'],
    damage: () => ({phone: 'ext. 12'}),
  }),
  cell('notInFuture', 'registered_on.notInFuture', {
    name: 'registered in the future',
    says: 'in 2199',
    touches: ['registered_on'],
    damage: () => ({registered_on: '2199-01-01'}),
  }),
]
