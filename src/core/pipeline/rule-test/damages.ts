// Twenty ways in which clinical files go wrong, each a change of one value that leaves the file as readable as before. They are
// published in docs/contracts.md: a rule set is judged by which of them it notices.
import type {Column} from '../../model/contract.ts'
import {rewriteDate} from './rewrite-date.ts'

export interface DamageAt {
  readonly text: string
  /** The text of the row before, of the same column. */
  readonly above: string | null
  /** Text of another column of the same type in the same row. */
  readonly beside: string | null
  /** How the contract says that dates of the column are written; ISO 8601 when empty. */
  readonly formats: readonly string[]
}

export interface Damage {
  readonly name: string
  /** What happened, in plain words. */
  readonly says: string
  readonly types: readonly Column['logicalType'][]
  /** Only columns of the primary key. */
  readonly ofKeys?: true
  /** The damaged text; undefined where it would be no damage. */
  readonly damage: (at: DamageAt) => string | null | undefined
}

const every: Damage['types'] = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'time']
const numbers: Damage['types'] = ['integer', 'number']
const days: Damage['types'] = ['date', 'timestamp']

const scaled =
  (factor: number) =>
  ({text}: DamageAt): string | undefined =>
    /^-?\d+(\.\d+)?$/.test(text.trim()) && Number(text) !== 0 ? String(Number((Number(text) * factor).toPrecision(12))) : undefined

const otherYear =
  (years: number) =>
  ({text, formats}: DamageAt): string | undefined =>
    rewriteDate(text, formats, (date) => ({...date, year: date.year + years}))

/** Nobody takes the name of a month for a day. */
const dayMonthSwapped = ({text, formats}: DamageAt): string | undefined =>
  rewriteDate(text, formats, ({year, month, day, isMonthNamed}) =>
    isMonthNamed || day > 12 || day === month ? undefined : {year, month: day, day: month},
  )

function otherCase({text}: DamageAt): string | undefined {
  const changed = text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase()
  return changed === text ? undefined : changed
}

function misspelt({text}: DamageAt): string | undefined {
  const characters = [...text]
  const at = Math.floor(characters.length / 2)
  const [a, b] = [characters[at - 1], characters[at]]
  return a === undefined || b === undefined || a === b
    ? undefined
    : [...characters.slice(0, at - 1), b, a, ...characters.slice(at + 1)].join('')
}

const middle = (text: string): number => Math.floor(text.length / 2)

export const damages: readonly Damage[] = [
  {name: 'emptied', says: 'the value is gone', types: every, damage: () => null},
  {name: 'missingMark', says: 'N/A stands in its place', types: every, damage: () => 'N/A'},
  {name: 'sentinel', says: '9999 stands for missing', types: numbers, damage: () => '9999'},
  {name: 'padded', says: 'blanks stand around it', types: ['string'], damage: ({text}) => `  ${text} `},
  {name: 'otherCase', says: 'upper and lower case are changed', types: ['string'], damage: otherCase},
  {
    name: 'truncated',
    says: 'its last character is cut off',
    types: ['string'],
    damage: ({text}) => (text.length < 2 ? undefined : text.slice(0, -1)),
  },
  {name: 'misspelt', says: 'two letters are exchanged', types: ['string'], damage: misspelt},
  {
    name: 'garbled',
    says: 'a character was read in the wrong encoding',
    types: ['string'],
    damage: ({text}) => `${text.slice(0, middle(text))}Ã¼${text.slice(middle(text) + 1)}`,
  },
  {name: 'tenfold', says: 'the decimal point is one place too far right', types: numbers, damage: scaled(10)},
  {name: 'tenth', says: 'the decimal point is one place too far left', types: ['number'], damage: scaled(0.1)},
  {name: 'negated', says: 'the sign is turned', types: numbers, damage: scaled(-1)},
  {
    name: 'decimalComma',
    says: 'a comma stands for the point',
    types: ['number'],
    damage: ({text}) => (text.includes('.') ? text.replace('.', ',') : undefined),
  },
  {name: 'otherUnit', says: 'pounds were written for kilograms', types: numbers, damage: scaled(2.20462)},
  {name: 'dayMonthSwapped', says: 'day and month are exchanged', types: days, damage: dayMonthSwapped},
  {name: 'centuryOff', says: 'it lies a hundred years too early', types: days, damage: otherYear(-100)},
  {name: 'inFuture', says: 'it lies ten years too late', types: days, damage: otherYear(10)},
  {
    name: 'noSuchDay',
    says: 'it is the 30th of February',
    types: days,
    damage: ({text, formats}) => rewriteDate(text, formats, ({year}) => ({year, month: 2, day: 30})),
  },
  {
    name: 'keyRepeated',
    says: 'the row has the key of the one before',
    types: every,
    ofKeys: true,
    damage: ({text, above}) => (above === text ? undefined : above),
  },
  {
    name: 'shifted',
    says: 'it is the value of the row before',
    types: every,
    damage: ({text, above}) => (above === null || above === text ? undefined : above),
  },
  {
    name: 'columnsSwapped',
    says: 'the value of another column of its type stands in it',
    types: every,
    damage: ({text, beside}) => (beside === null || beside === text ? undefined : beside),
  },
]
