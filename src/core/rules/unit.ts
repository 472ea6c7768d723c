// A text is a unit of measure as UCUM writes it, in its case-sensitive form. Only the grammar is judged: which unit a code may have is for
// `acceptedByCode` and `memberOfTable`, and a unit that is missing is not wrong. Brackets nest twice at most.
import {ucumAtoms, ucumStructure} from '../clinical/ucum.ts'
import {and, type Expr, isPresent, matches, not, text} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

function isUnit(value: Expr): Expr {
  const flat = ['(', ')'].reduce<Expr>((of, find) => ({kind: 'replaceText', of, find, by: ''}), value)
  return and(matches(value, ucumStructure), matches({kind: 'concat', of: [flat, text('.')]}, ucumAtoms))
}

export const unit = defineRule<object>({
  name: 'unit',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    ruleParams('unit', raw, at, [])
    return {}
  },
  complaint: (_, type) => (type === 'string' ? undefined : `units are text, and the column is ${typeName(type)}`),
  violates: (_, {value}) => and(isPresent(value), not(isUnit(value))),
  describe: () => 'is a unit of UCUM',
  examples: [
    {
      params: {},
      rows: [
        'mg/dL',
        '10*3/uL',
        '10^9/L',
        'mm[Hg]',
        '{beats}/min',
        '/min',
        '%',
        'kg/m2',
        'mL/min/{1.73_m2}',
        'mg/(24.h)',
        'm[IU]/L',
        '[degF]',
        'umol/L',
        '1',
        '{score}',
        '/100{WBC}',
        'cal/(kg.(2.h))',
        null,
      ],
      bad: [],
    },
    {
      params: {},
      rows: [
        'mcg',
        'MG/DL',
        'cel',
        'gm/dL',
        'mm Hg',
        'mmHg',
        'K/uL',
        'mg/',
        'mg//dL',
        'm(s)',
        '(mg',
        'mg)',
        '()',
        '{a',
        'IU/L',
        'mEq/L',
        '',
        ' mg',
        'µg',
      ],
      bad: [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
    },
  ],
})
