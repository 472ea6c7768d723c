// A value lies within the bounds that a table holds for the row: for its code, its unit, the person's sex, the age at the event. A
// row that the table does not list, and a bound that it leaves empty, judge nothing; a unit or a sex that is missing is not wrong. In a
// file an empty cell fits anything and the row with most cells filled counts; a dataset lists each key once.
import {HippoError} from '../errors/hippo-error.ts'
import {and, compare, type Expr, isPresent, or, type ScalarType} from '../expr/expr.ts'
import {type AgeBand, ageColumns, ageRelations, parseAge} from './age.ts'
import {type BestRow, bestRow} from './best-row.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {type Operand, operandColumns, operandName, operandRelations, parseOperand, resolveOperand} from './operand.ts'
import {parseReference, referencedFile} from './reference-name.ts'
import {relationName, relationOf} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'
import {withTypes} from './typed-relation.ts'
import {isComparable, sameType, typeName} from './typed-value.ts'

interface RangeByTableParams {
  readonly dataset: string
  readonly on: Readonly<Record<string, Operand>>
  readonly age?: AgeBand
  readonly min?: string
  readonly max?: string
}

const boundsOf = ({min, max}: RangeByTableParams): readonly string[] => [min, max].filter((name) => name !== undefined)

/** The table's row for the row that is judged. */
function rowFor(params: RangeByTableParams, field: FieldRef, scope: RuleScope): BestRow {
  const {dataset, on, age} = params
  const keys = Object.entries(on).map(([theirs, own]) => ({column: theirs, ...resolveOperand(own, scope)}))
  const boundType: ScalarType = field.type === 'int64' ? 'float64' : field.type
  const relation = withTypes(
    relationOf(dataset, scope),
    {
      ...Object.fromEntries(boundsOf(params).map((name) => [name, boundType])),
      ...Object.fromEntries(keys.map(({column, type}) => [column, type])),
      ...(age === undefined ? {} : {[age.from]: 'int64', [age.to]: 'int64'}),
    },
    dataset,
  )
  for (const {column, type} of keys) {
    const theirs = relation.columns[column]
    if (theirs !== undefined && !sameType(theirs, type))
      throw misfit(
        `${operandName(on[column] ?? column)} is ${typeName(type)} but ${dataset}.${column} is ${typeName(theirs)}: they never match`,
      )
  }
  for (const name of boundsOf(params)) {
    const type = relation.columns[name]
    if (type !== undefined && !isComparable(type, field.type))
      throw misfit(`${dataset}.${name} is ${typeName(type)} but ${field.name} is ${typeName(field.type)}: they cannot be compared`)
  }
  const choice = {name: dataset, keys: keys.map(({column, expr}) => ({column, value: expr})), ...(age === undefined ? {} : {age})}
  if (referencedFile(dataset) !== undefined || age !== undefined) return bestRow(relation, choice, scope)
  const place = {key: keys.map(({expr}) => expr), relation: relation.plan, on: Object.keys(on)}
  return {exists: {kind: 'existsIn', ...place}, take: (take): Expr => ({kind: 'lookup', ...place, take})}
}

const misfit = (message: string) => new HippoError('CONTRACT_RULE_INVALID', {message})

export const rangeByTable = defineRule<RangeByTableParams>({
  name: 'rangeByTable',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('rangeByTable', raw, at, ['dataset', 'file', 'on', 'age', 'min', 'max'])
    const [min, max] = [params.text('min'), params.text('max')]
    if (min === undefined && max === undefined) params.fail(undefined, 'it needs min or max: columns of the table')
    const on = Object.entries(params.need('on', params.map('on')))
    return {
      dataset: parseReference(params),
      on: Object.fromEntries(on.map(([theirs, own]) => [theirs, parseOperand(own, at, `rangeByTable on ${theirs}`)])),
      ...(params.has('age') ? {age: parseAge(params.raw('age'), at, 'rangeByTable age')} : {}),
      ...(min === undefined ? {} : {min}),
      ...(max === undefined ? {} : {max}),
    }
  },
  columns: ({on, age}) => [...Object.values(on).flatMap(operandColumns), ...(age === undefined ? [] : ageColumns(age))],
  relations: (params) => [
    {
      dataset: params.dataset,
      columns: [...Object.keys(params.on), ...boundsOf(params), ...(params.age === undefined ? [] : [params.age.from, params.age.to])],
    },
    ...Object.values(params.on).flatMap(operandRelations),
    ...(params.age === undefined ? [] : ageRelations(params.age)),
  ],
  complaint: (_, type) => (type === 'string' || type === 'boolean' ? `a column of type ${typeName(type)} has no range` : undefined),
  violates: (params, field, scope) => {
    const {take} = rowFor(params, field, scope)
    return or(
      ...(params.min === undefined ? [] : [compare(field.value, '<', take(params.min))]),
      ...(params.max === undefined ? [] : [compare(field.value, '>', take(params.max))]),
    )
  },
  appliesTo: (params, field, scope) => and(isPresent(field.value), rowFor(params, field, scope).exists),
  describe: ({dataset, on, age}) => {
    const name = relationName(dataset, Object.fromEntries(Object.keys(on).map((theirs) => [theirs, theirs])))
    return `lies within the range that ${name} gives${age === undefined ? '' : `, by age in ${age.unit}`}`
  },
  examples: [
    {
      params: {dataset: 'limits', on: {code: 'code'}, min: 'low', max: 'high'},
      type: 'float64',
      columns: {code: 'string'},
      datasets: {
        limits: {
          columns: {code: 'string', low: 'float64', high: 'float64'},
          rows: [
            {code: 'temp', low: 30, high: 45},
            {code: 'count', low: 0, high: null},
          ],
        },
      },
      rows: [
        {code: 'temp', value: 30},
        {code: 'temp', value: 29.9},
        {code: 'temp', value: 45.1},
        {code: 'temp', value: null},
        {code: 'count', value: 1e9},
        {code: 'count', value: -1},
        {code: 'other', value: -1},
        {code: null, value: -1},
      ],
      bad: [1, 2, 5],
    },
    {
      params: {
        file: 'heart-rates.csv',
        on: {code: 'code', unit: 'unit', sex: {dataset: 'patient', on: {id: 'patient'}, take: 'sex'}},
        age: {birth: {dataset: 'patient', on: {id: 'patient'}, take: 'born'}, at: 'seen'},
        min: 'low',
        max: 'high',
      },
      type: 'int64',
      columns: {code: 'string', unit: 'string', patient: 'string', seen: 'timestamp'},
      datasets: {
        patient: {
          columns: {id: 'string', sex: 'string', born: 'date'},
          rows: [
            {id: 'girl', sex: 'female', born: '2025-06-15'},
            {id: 'woman', sex: 'female', born: '1990-06-15'},
            {id: 'man', sex: 'male', born: '1990-06-15'},
            {id: 'unknown', sex: null, born: null},
          ],
        },
        'file:heart-rates.csv': {
          columns: {code: 'string', unit: 'string', sex: 'string', age_from: 'string', age_to: 'string', low: 'string', high: 'string'},
          rows: [
            {code: 'hr', unit: '/min', sex: null, age_from: null, age_to: null, low: '0', high: '350'},
            {code: 'hr', unit: '/min', sex: null, age_from: null, age_to: '1', low: '60', high: '220'},
            {code: 'hr', unit: '/min', sex: null, age_from: '18', age_to: null, low: '30', high: '200'},
            {code: 'hr', unit: '/min', sex: 'male', age_from: '18', age_to: null, low: '30.5', high: null},
          ],
        },
      },
      rows: [
        {code: 'hr', unit: '/min', patient: 'girl', seen: '2026-06-14T23:59:59Z', value: 59n},
        {code: 'hr', unit: '/min', patient: 'girl', seen: '2026-06-15T00:00:00Z', value: 59n},
        {code: 'hr', unit: '/min', patient: 'girl', seen: '2026-06-15T00:00:00Z', value: 351n},
        {code: 'hr', unit: '/min', patient: 'woman', seen: '2026-01-01T00:00:00Z', value: 201n},
        {code: 'hr', unit: '/min', patient: 'man', seen: '2026-01-01T00:00:00Z', value: 201n},
        {code: 'hr', unit: '/min', patient: 'man', seen: '2026-01-01T00:00:00Z', value: 30n},
        {code: 'hr', unit: '/min', patient: 'unknown', seen: '2026-01-01T00:00:00Z', value: 349n},
        {code: 'hr', unit: '/min', patient: 'unknown', seen: '2026-01-01T00:00:00Z', value: 351n},
        {code: 'hr', unit: '/min', patient: 'nobody', seen: null, value: -1n},
        {code: 'hr', unit: null, patient: 'man', seen: '2026-01-01T00:00:00Z', value: -1n},
        {code: 'bp', unit: '/min', patient: 'man', seen: '2026-01-01T00:00:00Z', value: -1n},
        {code: 'hr', unit: '/min', patient: 'man', seen: '2026-01-01T00:00:00Z', value: null},
        {code: 'hr', unit: '/min', patient: 'girl', seen: '2025-06-14T00:00:00Z', value: 59n},
      ],
      bad: [0, 2, 3, 5, 7, 8],
    },
  ],
})
