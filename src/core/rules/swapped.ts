// Height and weight did not change places. As they stand, height, weight or the body mass index of the two is outside of what people of any age
// have (the clinical pack's unlikely bounds); the other way round, all three are inside. Either two columns of a row (`weight` names the other one), or
// two rows of one person and time (`key`) told apart by their LOINC term; then the row of the height is shown. It cannot say whether somebody mistyped
// both, so it warns, and nothing is exchanged by it. Rows without their other half, or a unit that the pack has, are not judged.
import {boundsFor, boundsIn, type PlausibleRange, rangeOf, unitsOf} from '../clinical/plausible-range.ts'
import {vitalsAndLabs} from '../clinical/vitals-and-labs.ts'
import type {Params} from '../errors/read-params.ts'
import {and, column, compare, type Expr, isIn, isPresent, literal, not, type ScalarType, text, when} from '../expr/expr.ts'
import {defineRule, type FieldRef, type RuleScope} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

type SwappedParams =
  | {readonly kind: 'columns'; readonly weight: string; readonly heightUnit: string; readonly weightUnit: string}
  | {readonly kind: 'rows'; readonly key: readonly string[]; readonly code: string; readonly unit: string}

const ofColumns = ['weight', 'heightUnit', 'weightUnit'] as const
const ofRows = ['key', 'code', 'unit'] as const
const loinc = {height: '8302-2', weight: '29463-7', index: '39156-5'} as const

function range(code: string): PlausibleRange {
  const found = rangeOf(vitalsAndLabs, code)
  if (found === undefined) throw new TypeError(`the pack has no ${code}`)
  return found
}

/** Height in centimetres and weight in kilograms; null where the unit is not one of the pack. */
interface Measures {
  readonly height: Expr
  readonly weight: Expr
}

const number = (value: number): Expr => literal(value, 'float64')
const times = (left: Expr, right: Expr): Expr => ({kind: 'arithmetic', operator: '*', left, right})

/** The number in the first unit of the range. */
function inFirstUnit(value: Expr, unit: Expr, of: PlausibleRange): Expr {
  return unitsOf(of).reduceRight<Expr>(
    (other, name) => {
      const [one] = boundsIn(of, [1, 1], name) ?? []
      return when(compare(unit, '=', text(name)), times(value, number(1 / (one ?? 1))), other)
    },
    literal(null, 'float64'),
  )
}

/** Somebody of some age may have them. */
function isPlausible({height, weight}: Measures): Expr {
  const inside = (value: Expr, code: string, by: (bound: number) => Expr = number): readonly Expr[] => {
    const [low, high] = boundsFor(range(code), 'unlikely')
    return [...(low === undefined ? [] : [compare(value, '>=', by(low))]), ...(high === undefined ? [] : [compare(value, '<=', by(high))])]
  }
  // The index is kilograms by square metres: ten thousand times the weight is the index times the height twice.
  const byIndex = (bound: number): Expr => times(number(bound), times(height, height))
  return and(
    ...inside(height, loinc.height),
    ...inside(weight, loinc.weight),
    ...inside(times(weight, number(10_000)), loinc.index, byIndex),
  )
}

/** The two numbers with what stands for their units, and the same the other way round. */
function bothWays(params: SwappedParams, field: FieldRef, {where}: Pick<RuleScope, 'where'>): readonly [Measures, Measures] {
  const measures = (height: Expr, weight: Expr, units: {readonly height: Expr; readonly weight: Expr}): Measures => ({
    height: inFirstUnit(height, units.height, range(loinc.height)),
    weight: inFirstUnit(weight, units.weight, range(loinc.weight)),
  })
  const [weight, units] =
    params.kind === 'columns'
      ? [column(params.weight), {height: text(params.heightUnit), weight: text(params.weightUnit)}]
      : [
          before(params, field, {of: field.name, where}),
          {height: column(params.unit), weight: before(params, field, {of: params.unit, where})},
        ]
  return [measures(field.value, weight, units), measures(weight, field.value, units)]
}

const codesOf = (code: string): readonly string[] => range(code).codes

type OfRows = Extract<SwappedParams, {readonly kind: 'rows'}>

/** A column of the weight's row of the same key: the one before the height's, by their terms. */
function before({key, code}: OfRows, field: FieldRef, {of, where}: {readonly of: string; readonly where: Expr | undefined}): Expr {
  const isEither = isIn(column(code), [...codesOf(loinc.height), ...codesOf(loinc.weight)])
  const counts = and(isPresent(field.value), isEither, ...(where === undefined ? [] : [where]))
  return {kind: 'previous', key, by: code, of, where: counts}
}

/** The row of a height whose weight is there. */
function isPair(params: SwappedParams, field: FieldRef, {where}: Pick<RuleScope, 'where'>): Expr {
  if (params.kind === 'columns') return and(isPresent(field.value), isPresent(column(params.weight)))
  const isHeight = isIn(column(params.code), codesOf(loinc.height))
  const isAfterWeight = isIn(before(params, field, {of: params.code, where}), codesOf(loinc.weight))
  return and(isPresent(field.value), isHeight, isAfterWeight)
}

function parseUnit(params: Params, name: 'heightUnit' | 'weightUnit', code: string): string {
  const [unit, known] = [params.needText(name), unitsOf(range(code))]
  return known.includes(unit) ? unit : params.fail(name, `${unit} is none of ${known.join(', ')}`)
}

export const swapped = defineRule<SwappedParams>({
  name: 'swapped',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  severity: 'warning',
  parse: (raw, at) => {
    const params = ruleParams('swapped', raw, at, [...ofColumns, ...ofRows])
    const isOfRows = ofRows.some((name) => params.has(name))
    if (isOfRows && ofColumns.some((name) => params.has(name)))
      params.fail(undefined, 'it takes the column of the weight with both units, or key, code and unit of rows')
    if (isOfRows)
      return {
        kind: 'rows',
        key: params.need('key', params.textOrTexts('key')),
        code: params.needText('code'),
        unit: params.needText('unit'),
      }
    return {
      kind: 'columns',
      weight: params.needText('weight'),
      heightUnit: parseUnit(params, 'heightUnit', loinc.height),
      weightUnit: parseUnit(params, 'weightUnit', loinc.weight),
    }
  },
  columns: (params) => (params.kind === 'columns' ? [params.weight] : [...params.key, params.code, params.unit]),
  complaint: (params, type, columns) => {
    const isNumber = (one: ScalarType | undefined): boolean => one === undefined || one === 'int64' || one === 'float64'
    if (!isNumber(type)) return `${typeName(type)} is no measure: integer and number are`
    if (params.kind === 'columns') return isNumber(columns[params.weight]) ? undefined : `column ${params.weight} is no number`
    const odd = [params.code, params.unit].find((name) => columns[name] !== undefined && columns[name] !== 'string')
    return odd === undefined ? undefined : `column ${odd} must be text`
  },
  violates: (params, field, scope) => {
    const [written, exchanged] = bothWays(params, field, scope)
    return and(isPair(params, field, scope), not(isPlausible(written)), isPlausible(exchanged))
  },
  appliesTo: isPair,
  describe: (params) =>
    params.kind === 'columns'
      ? `is the height, and ${params.weight} the weight, and not the other way round`
      : `is the height where ${params.code} says so, and not the weight of the same ${params.key.join(', ')}`,
  examples: [
    {
      params: {weight: 'weight', heightUnit: 'cm', weightUnit: 'kg'},
      type: 'float64',
      columns: {weight: 'float64'},
      rows: [
        {value: 175, weight: 70},
        {value: 70, weight: 175},
        {value: 3.5, weight: 50},
        {value: 50, weight: 3.5},
        {value: 20, weight: 110},
        // A tall adult of 244 kg, and what is wrong either way.
        {value: 200, weight: 244},
        {value: 1.75, weight: 70},
        // An index of 100 may be, one of 102 and 99 the other way round is told.
        {value: 100, weight: 100},
        {value: 99, weight: 100},
        {value: 70, weight: null},
        {value: null, weight: 175},
      ],
      bad: [1, 2, 4, 8],
    },
    {
      params: {weight: 'pounds', heightUnit: '[in_i]', weightUnit: '[lb_av]'},
      type: 'int64',
      columns: {pounds: 'int64'},
      rows: [
        {value: 69n, pounds: 154n},
        {value: 154n, pounds: 69n},
        {value: 154n, pounds: null},
      ],
      bad: [1],
    },
    {
      params: {key: ['person', 'at'], code: 'code', unit: 'unit'},
      type: 'float64',
      columns: {person: 'string', at: 'timestamp', code: 'string', unit: 'string'},
      rows: [
        {person: 'a', at: '2026-01-01T00:00:00Z', code: '8302-2', unit: 'cm', value: 70},
        {person: 'a', at: '2026-01-01T00:00:00Z', code: '29463-7', unit: 'kg', value: 175},
        {person: 'a', at: '2026-01-02T00:00:00Z', code: '29463-7', unit: 'kg', value: 70},
        {person: 'a', at: '2026-01-02T00:00:00Z', code: '8302-2', unit: 'cm', value: 175},
        {person: 'b', at: '2026-01-01T00:00:00Z', code: '8302-2', unit: 'cm', value: 70},
        {person: 'b', at: '2026-01-02T00:00:00Z', code: '29463-7', unit: 'kg', value: 175},
        {person: 'c', at: '2026-01-01T00:00:00Z', code: '29463-7', unit: 'g', value: 50},
        {person: 'c', at: '2026-01-01T00:00:00Z', code: '8867-4', unit: '/min', value: 140},
        {person: 'c', at: '2026-01-01T00:00:00Z', code: '8302-2', unit: 'cm', value: 3500},
        {person: 'd', at: '2026-01-01T00:00:00Z', code: '29463-7', unit: null, value: 175},
        {person: 'd', at: '2026-01-01T00:00:00Z', code: '8302-2', unit: 'cm', value: 70},
        {person: null, at: '2026-01-01T00:00:00Z', code: '29463-7', unit: 'kg', value: null},
      ],
      bad: [0, 8],
    },
  ],
})
