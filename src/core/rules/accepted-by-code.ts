// A value is one of those that the contract itself lists for the row's code. Codes that are not listed are not judged.
import {and, column, isIn, isPresent, not} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface AcceptedByCodeParams {
  readonly code: string
  readonly values: Readonly<Record<string, readonly string[]>>
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')

function table(values: AcceptedByCodeParams['values']): Plan {
  return {
    kind: 'values',
    columns: [
      {name: 'code', type: 'string'},
      {name: 'value', type: 'string'},
    ],
    rows: Object.entries(values).flatMap(([code, accepted]) => accepted.map((value) => [code, value])),
  }
}

export const acceptedByCode = defineRule<AcceptedByCodeParams>({
  name: 'acceptedByCode',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('acceptedByCode', raw, at, ['code', 'values'])
    const entries = Object.entries(params.need('values', params.map('values'))).map(
      ([code, accepted]): readonly [string, readonly string[]] =>
        isTextList(accepted)
          ? [code, [...new Set(accepted)]]
          : params.fail('values', `values of ${code} must be a list of texts (quote numbers)`),
    )
    return {code: params.needText('code'), values: Object.fromEntries(entries)}
  },
  columns: ({code}) => [code],
  complaint: ({code}, type, columns) => {
    if (type !== 'string') return `a column of type ${typeName(type)} is not text`
    return columns[code] === undefined || columns[code] === 'string' ? undefined : `column ${code} must be text`
  },
  violates: ({code, values}, {value}) =>
    and(
      isIn(column(code), Object.keys(values)),
      not({kind: 'existsIn', key: [column(code), value], relation: table(values), on: ['code', 'value']}),
    ),
  appliesTo: ({code, values}, {value}) => and(isPresent(value), isIn(column(code), Object.keys(values))),
  describe: ({code, values}) => `is one of the values listed for its ${code} (${Object.keys(values).length} codes)`,
  examples: [
    {
      params: {code: 'code', values: {glucose: ['mg/dL', 'mmol/L'], weight: ['kg']}},
      columns: {code: 'string'},
      rows: [
        {code: 'glucose', value: 'mg/dL'},
        {code: 'glucose', value: 'kg'},
        {code: 'weight', value: 'kg'},
        {code: 'weight', value: null},
        {code: 'other', value: 'x'},
        {code: null, value: 'x'},
      ],
      bad: [1],
    },
  ],
})
