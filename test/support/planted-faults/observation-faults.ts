// What goes wrong with measurements. A fault that is about a code is planted in rows of that code, where other rules do not look.
import type {CellFault, CopyFault, HospitalRow, RowFault} from './fault.ts'

const cell = (
  rule: string,
  check: string,
  rest: Pick<CellFault, 'name' | 'says' | 'touches' | 'damage'> & Partial<Pick<CellFault, 'applies' | 'warns'>>,
): CellFault => ({effect: 'cell', dataset: 'observation', rule, check, ...rest})

const ofCode =
  (code: string) =>
  ({cells}: HospitalRow) =>
    cells.code === code
const measured = ['code', 'unit', 'value'] as const

const copy = (check: string, rest: Pick<CopyFault, 'name' | 'says' | 'breaks' | 'damage' | 'applies'>): CopyFault => ({
  effect: 'copy',
  dataset: 'observation',
  rule: 'unique',
  check,
  ...rest,
})

const identity: readonly RowFault[] = [
  copy('specimen.unique', {
    name: 'specimen of another row',
    says: 'nobody knows which of the two is right',
    breaks: 'both',
    damage: (_, {fresh}) => ({accession: fresh}),
  }),
  copy('accession.unique', {
    name: 'accession sent before',
    says: 'the first one counts',
    breaks: 'copy',
    applies: ({cells}) => cells.accession !== '',
    damage: (_, {fresh}) => ({specimen: fresh}),
  }),
  cell('reference', 'person.reference', {
    name: 'measurement of nobody',
    says: 'its person was never sent',
    touches: ['person', 'diagnosis', 'value', 'weight'],
    damage: (_, {fresh}) => ({person: fresh}),
  }),
  cell('temporalOrder', 'taken_at.temporalOrder', {
    name: 'taken before the stay',
    says: 'two years too early',
    touches: ['taken_at', 'encounter', 'value', 'weight'],
    damage: ({cells: {taken_at = ''}}) => ({taken_at: taken_at.replace(/^2025/, '2023')}),
  }),
]

const codesAndUnits: readonly RowFault[] = [
  cell('codeFormat', 'code.codeFormat', {
    name: 'wrong check digit',
    says: 'a digit of the LOINC code was mistyped',
    touches: measured,
    applies: ofCode('8867-4'),
    damage: () => ({code: '8867-5'}),
  }),
  cell('required', 'code.required', {name: 'code missing', says: 'it is empty', touches: measured, damage: () => ({code: ''})}),
  cell('unit', 'unit.unit', {
    name: 'no unit of UCUM',
    says: 'a unit in words',
    touches: measured,
    applies: ofCode('2345-7'),
    damage: () => ({unit: 'mg per dL'}),
  }),
  cell('acceptedByCode', 'unit.acceptedByCode', {
    name: 'unit not agreed for the code',
    says: 'a heart rate in hertz',
    touches: measured,
    applies: ofCode('8867-4'),
    damage: () => ({unit: 'Hz'}),
  }),
  cell('memberOfTable', 'unit.memberOfTable', {
    name: 'unit not listed for the code',
    says: 'a temperature in kelvin',
    touches: measured,
    applies: ofCode('8310-5'),
    damage: () => ({unit: 'K'}),
  }),
  cell('requiredByTable', 'unit.requiredByTable', {
    name: 'unit missing',
    says: 'a weight without its unit',
    touches: measured,
    applies: ofCode('29463-7'),
    damage: () => ({unit: ''}),
  }),
]

const values: readonly RowFault[] = [
  cell('step', 'value.decimal', {
    name: 'decimal point for a comma',
    says: 'it could be another number',
    touches: measured,
    damage: () => ({value: '1.23'}),
  }),
  cell('plausibleRange', 'value.plausibleRange', {
    name: 'impossible for its test',
    says: 'a heart rate of 1200',
    touches: measured,
    applies: ofCode('8867-4'),
    damage: () => ({value: '1200'}),
  }),
  cell('rangeByCode', 'value.rangeByCode', {
    name: 'beyond the range of its code',
    says: 'a temperature in Fahrenheit',
    touches: measured,
    applies: ofCode('8310-5'),
    damage: () => ({value: '98,6'}),
  }),
  cell('rangeByTable', 'value.rangeByTable', {
    name: 'beyond the range of sex and age',
    says: 'the weight of an infant',
    touches: [...measured, 'person', 'taken_at'],
    applies: (row) => ofCode('29463-7')(row) && row.sex === 'female',
    damage: () => ({value: '3,5'}),
  }),
  cell('sexSpecific', 'diagnosis.sexSpecific', {
    name: 'diagnosis of the other sex',
    says: 'a delivery of a man',
    touches: ['diagnosis', 'person'],
    applies: ({sex}) => sex === 'male',
    damage: () => ({diagnosis: 'O80'}),
  }),
  cell('range', 'pain.range', {name: 'beyond the scale', says: 'eleven of ten', touches: ['pain'], damage: () => ({pain: '11'})}),
  cell('type', 'pain.type', {
    name: 'a word on the scale',
    says: 'a text where a number belongs',
    touches: ['pain'],
    damage: () => ({pain: 'strong'}),
  }),
  cell('range', 'systolic.range.soft', {
    name: 'beyond the soft bound',
    says: 'a blood pressure that is possible, and rare',
    warns: true,
    touches: ['systolic', 'diastolic'],
    damage: () => ({systolic: '320'}),
  }),
  cell('expression', 'pressures', {
    name: 'pressures exchanged',
    says: 'the diastolic one is the higher',
    touches: ['systolic', 'diastolic'],
    damage: () => ({systolic: '60', diastolic: '95'}),
  }),
  cell('swapped', 'height.swapped', {
    name: 'height and weight exchanged',
    says: 'seventy centimetres and 170 kilograms',
    warns: true,
    touches: ['height', 'mass'],
    damage: () => ({height: '70', mass: '170'}),
  }),
  cell('outlier', 'duration.outlier', {
    name: 'far from all others',
    says: 'fifteen hours for half an hour',
    touches: ['duration'],
    damage: () => ({duration: '900'}),
  }),
  cell('jump', 'weight.jump', {
    name: 'leap within a day',
    says: 'sixty kilograms more than before',
    touches: ['weight', 'taken_at', 'person'],
    // The row after a leap is the one that is shown: after the last one there is none that leaps back.
    applies: ({isLast}) => isLast === true,
    damage: ({cells: {weight = '0'}}) => ({weight: String(Number(weight) + 60)}),
  }),
]

export const observationFaults: readonly RowFault[] = [...identity, ...codesAndUnits, ...values]
