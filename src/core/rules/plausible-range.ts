// A number is one that its test can give: within the bounds that a clinical pack has for the LOINC term and the unit. The tier `impossible`
// leaves out what nothing but a mistake explains; `unlikely` what a clinician would look at twice, in adults, and needs the age. Terms
// that the pack does not know, units that it has no bounds for, and rows without a unit are not judged: missing is not wrong.
import {adultFromYears, boundsIn, type RangePack, type Tier, unitsOf} from '../clinical/plausible-range.ts'
import {rangePacks} from '../clinical/range-packs.ts'
import type {Params} from '../errors/read-params.ts'
import {and, column, compare, type Expr, isPresent, literal, or, type ScalarType, type ScalarValue} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {type AgeBand, ageColumns, ageExpr, ageRelations, parseAge} from './age.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typedValue, typeName} from './typed-value.ts'

const tiers: readonly Tier[] = ['impossible', 'unlikely']

/** A column of the row, or the same for all rows. */
type Given = {readonly column: string} | {readonly always: string}

interface PlausibleRangeParams {
  readonly pack: RangePack
  readonly code: Given
  readonly unit: Given
  readonly tier: Tier
  readonly age?: AgeBand
  readonly except: ReadonlySet<string>
}

/** The parameter `name` is a column, `constant` what stands for all rows; one of them. */
function parseGiven(params: Params, name: string, constant: string): Given {
  const [own, always] = [params.text(name), params.text(constant)]
  if (own !== undefined && always !== undefined) params.fail(constant, `${name} and ${constant} exclude each other`)
  if (always !== undefined) return {always}
  if (own === undefined) params.fail(undefined, `it needs ${name} (a column) or ${constant} (the same for all rows)`)
  return {column: own ?? ''}
}

function parsePack(params: Params): RangePack {
  const name = params.text('pack') ?? 'vitals-and-labs'
  const pack = rangePacks.get(name)
  return pack ?? params.fail('pack', `there is no pack ${name}; known: ${[...rangePacks.keys()].join(', ')}`)
}

const keyColumns = ({code, unit}: PlausibleRangeParams): readonly string[] =>
  [code, unit].flatMap((given) => ('column' in given ? [given.column] : []))

const givenExpr = (given: Given): Expr => ('column' in given ? column(given.column) : literal(given.always, 'string'))

/** The pack's bounds of the tier as rows: term, unit, low, high. */
function table({pack, tier, except}: PlausibleRangeParams, type: ScalarType): Plan {
  const boundType = type === 'int64' ? 'float64' : type
  const rows = pack.ranges.flatMap((range) => {
    const bounded = range[tier].some((bound) => bound !== undefined)
    const codes = bounded ? range.codes.filter((code) => !except.has(code)) : []
    return codes.flatMap((code) =>
      unitsOf(range).map((unit): ScalarValue[] => [code, unit, ...onGrid(boundsIn(range, range[tier], unit) ?? [], boundType)]),
    )
  })
  const columns = [
    {name: 'code', type: 'string'},
    {name: 'unit', type: 'string'},
    {name: 'low', type: boundType},
    {name: 'high', type: boundType},
  ] as const
  return {kind: 'values', columns, rows}
}

/** In decimals, the last values of the column's grid that belong to the range; null where the column holds none beyond one. */
function onGrid([low, high]: readonly (number | undefined)[], type: ScalarType): readonly ScalarValue[] {
  const last = (bound: number | undefined, inward: (value: number) => number): ScalarValue => {
    if (bound === undefined) return null
    if (typeof type !== 'object') return typedValue(bound, type) ?? null
    const grid = 10 ** type.scale
    return typedValue((inward(bound * grid) / grid).toFixed(type.scale), type) ?? null
  }
  return [last(low, Math.ceil), last(high, Math.floor)]
}

interface Place {
  readonly key: readonly Expr[]
  readonly relation: Plan
  readonly on: readonly string[]
}

const place = (params: PlausibleRangeParams, type: ScalarType): Place => ({
  key: [givenExpr(params.code), givenExpr(params.unit)],
  relation: table(params, type),
  on: ['code', 'unit'],
})

/** Rows that the tier is about, by age; undefined where it is about all. */
function ofAge({tier, age}: PlausibleRangeParams, scope: RuleScope): Expr | undefined {
  if (tier === 'impossible' || age === undefined) return undefined
  return compare(ageExpr(age, scope), '>=', literal(BigInt(adultFromYears), 'int64'))
}

function judged(params: PlausibleRangeParams, {value, type}: FieldRef, scope: RuleScope): Expr {
  const adult = ofAge(params, scope)
  return and(isPresent(value), {kind: 'existsIn', ...place(params, type)}, ...(adult === undefined ? [] : [adult]))
}

const isNumeric = (type: ScalarType): boolean => type === 'int64' || type === 'float64' || typeof type === 'object'

export const plausibleRange = defineRule<PlausibleRangeParams>({
  name: 'plausibleRange',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('plausibleRange', raw, at, ['pack', 'code', 'loinc', 'unit', 'ucum', 'tier', 'age', 'except'])
    const tier = params.oneOf('tier', tiers) ?? 'impossible'
    const age = params.has('age') ? parseAge(params.raw('age'), at, 'plausibleRange age') : undefined
    if (age !== undefined && age.unit !== 'years') params.fail('age', 'the pack counts age in years')
    if (tier === 'unlikely' && age === undefined)
      params.fail('tier', 'what is unlikely is known for adults alone: name the age (age: {birth: …, at: …})')
    return {
      pack: parsePack(params),
      code: parseGiven(params, 'code', 'loinc'),
      unit: parseGiven(params, 'unit', 'ucum'),
      tier,
      ...(age === undefined ? {} : {age}),
      except: new Set(params.texts('except') ?? []),
    }
  },
  columns: (params) => [...keyColumns(params), ...(params.age === undefined ? [] : ageColumns(params.age))],
  relations: ({age}) => (age === undefined ? [] : ageRelations(age)),
  complaint: (params, type, columns) => {
    if (!isNumeric(type)) return `a column of type ${typeName(type)} has no plausible range`
    const odd = keyColumns(params).find((name) => columns[name] !== undefined && columns[name] !== 'string')
    return odd === undefined ? undefined : `column ${odd} must be text`
  },
  violates: (params, field, scope) => {
    const bound = (take: 'low' | 'high'): Expr => ({kind: 'lookup', ...place(params, field.type), take})
    const outside = or(compare(field.value, '<', bound('low')), compare(field.value, '>', bound('high')))
    const adult = ofAge(params, scope)
    return adult === undefined ? outside : and(adult, outside)
  },
  appliesTo: judged,
  describe: ({pack, tier}) =>
    `is not ${tier} for its test, by ${pack.name} ${pack.version} (${pack.signedBy === undefined ? 'signed by no clinician' : `signed by ${pack.signedBy}`})`,
  examples: [
    {
      params: {code: 'code', unit: 'unit'},
      type: 'float64',
      columns: {code: 'string', unit: 'string'},
      rows: [
        {code: '8867-4', unit: '/min', value: 350},
        {code: '8867-4', unit: '/min', value: 350.5},
        {code: '8867-4', unit: '/min', value: -1},
        {code: '8867-4', unit: '/min', value: null},
        {code: '8867-4', unit: null, value: -1},
        {code: '8867-4', unit: 'Hz', value: -1},
        {code: '2885-2', unit: 'g/L', value: 73.7},
        {code: '2885-2', unit: 'g/dL', value: 73.7},
        {code: null, unit: '/min', value: -1},
        {code: '1-8', unit: '/min', value: -1},
      ],
      bad: [1, 2, 7],
    },
    {
      params: {loinc: '8310-5', ucum: 'Cel', tier: 'unlikely', age: {birth: 'born', at: 'seen'}},
      type: {kind: 'decimal', precision: 4, scale: 1},
      columns: {born: 'date', seen: 'date'},
      rows: [
        {born: '2000-01-02', seen: '2018-01-02', value: '31.9'},
        {born: '2000-01-02', seen: '2018-01-02', value: '32.0'},
        {born: '2000-01-02', seen: '2018-01-01', value: '31.9'},
        {born: null, seen: '2018-01-02', value: '31.9'},
        {born: '2000-01-02', seen: '2018-01-02', value: '42.1'},
      ],
      bad: [0, 4],
    },
  ],
})
