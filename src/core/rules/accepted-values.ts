// A value is one of a list: its own (`values`), or one of administrative codes that hippo knows (`list`).
import {type CodeList, codeLists} from '../clinical/administrative-codes.ts'
import {nearest} from '../errors/nearest.ts'
import type {Params, Scalar} from '../errors/read-params.ts'
import {and, type Expr, isIn, isPresent, not, type ScalarType} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typedValue, typeName} from './typed-value.ts'

interface AcceptedValuesParams {
  readonly values: readonly Scalar[]
  readonly ignoreCase: boolean
  /** Where the values come from, when not from the contract. */
  readonly list?: CodeList
}

function parseList(params: Params): CodeList | undefined {
  const name = params.text('list')
  if (name === undefined) return undefined
  if (params.has('values')) params.fail('list', 'values and list exclude each other')
  const close = nearest(name, codeLists.keys())
  const hint = close === undefined ? `known: ${[...codeLists.keys()].join(', ')}` : `did you mean ${close}?`
  return codeLists.get(name) ?? params.fail('list', `unknown list ${name}`, hint)
}

const valuesOf = ({values, ignoreCase}: AcceptedValuesParams, type: ScalarType) =>
  values.flatMap((value) => {
    const typed = typedValue(value, type)
    if (typed === undefined) return []
    return [ignoreCase && typeof typed === 'string' ? typed.toLowerCase() : typed]
  })

export const acceptedValues = defineRule<AcceptedValuesParams>({
  name: 'acceptedValues',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('acceptedValues', raw, at, ['values', 'list', 'ignoreCase'])
    const list = parseList(params)
    const values = list?.values ?? params.need('values', params.scalars('values'))
    return {values, ignoreCase: params.flag('ignoreCase') ?? false, ...(list === undefined ? {} : {list})}
  },
  complaint: ({values, ignoreCase}, type) => {
    const misfit = values.find((value) => typedValue(value, type) === undefined)
    if (misfit !== undefined) return `"${misfit}" is no value of type ${typeName(type)}`
    return ignoreCase && type !== 'string' ? 'ignoreCase is for text' : undefined
  },
  violates: (params, {value, type}) => {
    const judged: Expr = params.ignoreCase ? {kind: 'text', function: 'lower', of: value} : value
    return and(isPresent(value), not(isIn(judged, valuesOf(params, type), type)))
  },
  describe: ({values, list}) =>
    list !== undefined
      ? `is a code of ${list.name} (${list.source})`
      : values.length <= 12
        ? `is one of ${values.join(', ')}`
        : `is one of ${values.length} accepted values`,
  examples: [
    {params: {values: ['final', 'amended']}, rows: ['final', 'Final', 'amended ', '', null], bad: [1, 2, 3]},
    {params: {values: ['Final'], ignoreCase: true}, rows: ['final', 'FINAL', 'fin', null], bad: [2]},
    {params: {values: [1, 2]}, type: 'int64', rows: [1n, 3n, null], bad: [1]},
    {params: {list: 'administrative-gender'}, rows: ['female', 'F', 'Female', '', null], bad: [1, 2, 3]},
    {params: {values: [true]}, type: 'boolean', rows: [true, false, null], bad: [1]},
  ],
})
