// A code that only persons of one sex can have stands with that sex: `only` lists, for each sex as the data writes it, patterns of such
// codes. Codes that nothing lists, and rows without a sex, are not judged; neither is a sex that `only` does not name.
import {and, type Expr, isIn, isPresent, matches, or} from '../expr/expr.ts'
import {checkPortableRegex} from '../expr/portable-regex.ts'
import {defineRule} from './define-rule.ts'
import {type Operand, operandColumns, operandName, operandRelations, parseOperand, resolveOperand} from './operand.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface SexSpecificParams {
  readonly sex: Operand
  readonly only: Readonly<Record<string, readonly string[]>>
}

const isPatternList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')

const matchesOne = (value: Expr, patterns: readonly string[]): Expr => or(...patterns.map((pattern) => matches(value, pattern)))

export const sexSpecific = defineRule<SexSpecificParams>({
  name: 'sexSpecific',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('sexSpecific', raw, at, ['sex', 'only'])
    const only = Object.entries(params.need('only', params.map('only'))).map(([sex, patterns]) => {
      if (!isPatternList(patterns)) return params.fail('only', `only: ${sex} must be a list of patterns`)
      for (const pattern of patterns) {
        const check = checkPortableRegex(pattern)
        if (!check.ok) params.fail('only', `pattern of ${sex}: ${check.error}`)
      }
      return [sex, patterns] as const
    })
    if (only.length < 2)
      params.fail('only', 'only names one sex: a code is judged by the others', 'name the others with a list of their own')
    return {sex: parseOperand(params.need('sex', params.raw('sex')), at, 'sexSpecific sex'), only: Object.fromEntries(only)}
  },
  columns: ({sex}) => operandColumns(sex),
  relations: ({sex}) => operandRelations(sex),
  complaint: ({sex}, type, columns) => {
    if (type !== 'string') return `codes are text, and the column is ${typeName(type)}`
    const own = typeof sex === 'string' ? columns[sex] : undefined
    return own === undefined || own === 'string' ? undefined : `column ${operandName(sex)} must be text`
  },
  violates: ({sex, only}, {value}, scope) => {
    const {expr} = resolveOperand(sex, scope)
    const others = (of: string): readonly string[] => Object.keys(only).filter((name) => name !== of)
    return or(...Object.entries(only).map(([name, patterns]) => and(isIn(expr, others(name)), matchesOne(value, patterns))))
  },
  appliesTo: ({sex, only}, {value}, scope) => {
    const {expr} = resolveOperand(sex, scope)
    return and(isPresent(value), isIn(expr, Object.keys(only)), matchesOne(value, Object.values(only).flat()))
  },
  describe: ({sex, only}) => `fits ${operandName(sex)} where only ${Object.keys(only).join(' or ')} can have it`,
  examples: [
    {
      params: {sex: 'sex', only: {male: ['^C6[0-3]', '^N4[0-9]'], female: ['^O', '^C5[1-8]']}},
      columns: {sex: 'string'},
      rows: [
        {sex: 'female', value: 'C61'},
        {sex: 'male', value: 'C61'},
        {sex: 'male', value: 'O80'},
        {sex: 'male', value: 'I10'},
        {sex: 'other', value: 'C61'},
        {sex: null, value: 'C61'},
        {sex: 'male', value: null},
      ],
      bad: [0, 2],
    },
    {
      params: {sex: {dataset: 'patient', on: {id: 'patient'}, take: 'sex'}, only: {M: ['^C61$'], F: ['^Z34']}},
      columns: {patient: 'string'},
      datasets: {
        patient: {
          columns: {id: 'string', sex: 'string'},
          rows: [
            {id: 'p1', sex: 'F'},
            {id: 'p2', sex: null},
          ],
        },
      },
      rows: [
        {patient: 'p1', value: 'C61'},
        {patient: 'p1', value: 'C619'},
        {patient: 'p2', value: 'C61'},
        {patient: 'p9', value: 'C61'},
      ],
      bad: [0],
    },
  ],
})
