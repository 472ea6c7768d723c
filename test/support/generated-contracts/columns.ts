// Columns of generated contracts: their types, the steps that may stand before them, and texts that senders write, sound ones, broken
// ones and those in between.
import type {Seeded} from '../seeded.ts'

export type GeneratedType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp'

export interface GeneratedColumn {
  readonly name: string
  readonly type: GeneratedType
}

type Step = Readonly<Record<string, unknown>>

const texts: Readonly<Record<GeneratedType, readonly string[]>> = {
  string: [
    'a',
    'A ',
    ' b',
    'ab',
    'abc',
    '?',
    'N/A',
    '',
    'Ä',
    'M',
    'f',
    '8867-4',
    '8867-5',
    'mg/dL',
    'mm Hg',
    '10115',
    '1O115',
    "O'BRIEN",
    '030 123456',
  ],
  integer: ['1', '2', '3', '5', '10', '100', '007', '+6', '-3', 'x', '', '9223372036854775808', '1.0', ' 4', '9999'],
  number: ['0', '-1', '1.5', '36,6', '1e2', 'abc', '', '99.99', ' 5 ', '1.234,5', '70', '72', '71'],
  boolean: ['true', 'f', 'yes', 'maybe', ''],
  date: ['2024-02-29', '2023-02-29', '2025-01-01', '01.02.2025', '', 'soon', '2199-01-01', '2025-01-02', '2025-01-03'],
  timestamp: [
    '2025-01-01T10:00:00Z',
    '2025-01-01T10:00:00+01:00',
    '2025-01-01',
    '2025-01-01T25:00:00Z',
    '',
    '2025-03-30T02:30:00',
    '2199-01-01T00:00:00Z',
  ],
}

const ofStrings: readonly Step[] = [
  {step: 'trim'},
  {step: 'normalize'},
  {step: 'emptyAsNull'},
  {step: 'changeCase', to: 'lower'},
  {step: 'changeCase', to: 'upper'},
  {step: 'nameCase'},
  {step: 'nullIf', values: ['?', 'N/A']},
  {step: 'replaceText', find: ' ', by: ''},
  {step: 'mapValues', map: {M: 'male', f: 'female'}},
  {step: 'mapValues', map: {M: 'male'}, otherwise: 'fail'},
  {step: 'splitText', separator: '-', part: 1},
  {step: 'cutText', from: 1, length: 2},
  {step: 'ucumUnit'},
  {step: 'phone', countryCode: '49'},
]

const steps: Readonly<Record<GeneratedType, readonly Step[]>> = {
  string: ofStrings,
  integer: [{step: 'trim'}, {step: 'nullIf', values: ['9999']}],
  number: [{step: 'trim'}, {step: 'decimal', sign: ',', grouping: '.'}],
  boolean: [{step: 'trim'}],
  date: [{step: 'trim'}, {step: 'parseDate', formats: ['yyyy-MM-dd', 'dd.MM.yyyy']}],
  timestamp: [{step: 'trim'}],
}

export const generatedTypes = Object.keys(texts) as readonly GeneratedType[]

/** One to three steps, or none. */
export function randomSteps(random: Seeded, type: GeneratedType): readonly Step[] {
  if (random.below(2) === 0) return []
  return Array.from({length: 1 + random.below(2)}, () => random.pick(steps[type]))
}

export const randomText = (random: Seeded, type: GeneratedType): string => random.pick(texts[type])
