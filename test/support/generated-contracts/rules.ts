// Rules of generated contracts: for each kind, the columns it can stand under and its parameters. Kinds that look at other datasets or at
// files are not generated; test/integration/planted-faults.test.ts has them.
import type {Seeded} from '../seeded.ts'
import type {GeneratedColumn, GeneratedType} from './columns.ts'

export interface RuleContext {
  readonly random: Seeded
  readonly column: GeneratedColumn
  /** All columns of the contract but this one. */
  readonly others: readonly GeneratedColumn[]
}

type Params = Readonly<Record<string, unknown>>

interface GeneratedRule {
  readonly kind: string
  readonly types: readonly GeneratedType[]
  /** Undefined when the contract has no columns for it. */
  readonly params: (context: RuleContext) => Params | undefined
}

const any: readonly GeneratedType[] = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp']
const temporal: readonly GeneratedType[] = ['date', 'timestamp']
const numeric: readonly GeneratedType[] = ['integer', 'number']
const always = (params: Params) => (): Params => params

/** With another column of one of the types. */
const beside =
  (types: readonly GeneratedType[], params: (other: string, context: RuleContext) => Params) =>
  (context: RuleContext): Params | undefined => {
    const found = context.others.filter(({type}) => types.includes(type))
    return found.length === 0 ? undefined : params(context.random.pick(found).name, context)
  }

function jumpParams({random, others}: RuleContext): Params | undefined {
  const [keys, times] = [others.filter(({type}) => type === 'string'), others.filter(({type}) => temporal.includes(type))]
  return keys.length === 0 || times.length === 0 ? undefined : {key: random.pick(keys).name, at: random.pick(times).name, max: 5}
}

export const generatedRules: readonly GeneratedRule[] = [
  {kind: 'required', types: any, params: always({})},
  {kind: 'unique', types: ['string', 'integer', 'date'], params: ({random}) => random.pick([{}, {keep: 'first'}])},
  {kind: 'range', types: numeric, params: ({random}) => random.pick([{min: 0, max: 50}, {exclusiveMin: 1}, {max: 70, soft: {max: 5}}])},
  {kind: 'multipleOf', types: ['integer'], params: always({factor: 5})},
  {kind: 'length', types: ['string'], params: ({random}) => random.pick([{min: 2}, {max: 2}])},
  {kind: 'pattern', types: ['string'], params: ({random}) => random.pick([{pattern: '^[a-z]+$'}, {pattern: '[0-9]'}])},
  {
    kind: 'acceptedValues',
    types: ['string'],
    params: ({random}) => random.pick([{values: ['a', 'abc']}, {values: ['male'], ignoreCase: true}]),
  },
  {kind: 'codeFormat', types: ['string'], params: always({system: 'loinc'})},
  {kind: 'unit', types: ['string'], params: always({})},
  {
    kind: 'functionalDependency',
    types: ['string', 'integer', 'date'],
    params: beside(['string', 'integer'], (other) => ({determinedBy: [other]})),
  },
  {
    kind: 'temporalOrder',
    types: temporal,
    params: beside(temporal, (other, {random}) => random.pick([{notBefore: other}, {notAfter: other, graceDays: 1}])),
  },
  {kind: 'notInFuture', types: temporal, params: always({graceDays: 1})},
  {kind: 'plausibleRange', types: ['number'], params: always({loinc: '8310-5', ucum: 'Cel'})},
  {
    kind: 'rangeByCode',
    types: numeric,
    params: beside(['string'], (other) => ({code: other, ranges: {a: {min: 2, max: 60}, M: {max: 3}}})),
  },
  {kind: 'acceptedByCode', types: ['string'], params: beside(['string'], (other) => ({code: other, values: {a: ['ab', 'M'], abc: ['f']}}))},
  {kind: 'sexSpecific', types: ['string'], params: beside(['string'], (other) => ({sex: other, only: {M: ['^a'], f: ['^8']}}))},
  {kind: 'expression', types: any, params: beside(any, (other, {column}) => ({holds: `${column.name} is not null or ${other} is null`}))},
  {kind: 'outlier', types: numeric, params: always({minRows: 5})},
  {kind: 'jump', types: numeric, params: jumpParams},
]
