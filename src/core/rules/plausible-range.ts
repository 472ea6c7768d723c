// A number is one that its test can give: within the bounds that a clinical pack has for the LOINC term and the unit. The tier `impossible`
// leaves out what nothing but a mistake explains; `unlikely` what a clinician would look at twice. Bounds go by the stage of life and the sex
// where the clause says where to find them; of whom either is not known, the widest hold. Terms that the pack does not know, units and ages that it
// has no bounds for, and rows without a unit are not judged: missing is not wrong.
import type {RangePack, Tier} from '../clinical/plausible-range.ts'
import {rangePacks} from '../clinical/range-packs.ts'
import type {Params} from '../errors/read-params.ts'
import {and, compare, type Expr, isPresent, or, type ScalarType} from '../expr/expr.ts'
import {ageColumns, ageRelations, parseAge} from './age.ts'
import {defineRule, type FieldRef} from './define-rule.ts'
import {operandColumns, operandRelations, parseOperand} from './operand.ts'
import {type Given, type PackQuestion, packPlace} from './pack-place.ts'
import {doubtOfSignatures, type PackSignature, parseSignatures, saySigned} from './pack-signatures.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

const tiers: readonly Tier[] = ['impossible', 'unlikely']

interface PlausibleRangeParams extends PackQuestion {
  readonly signatures: readonly PackSignature[]
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

const isNumeric = (type: ScalarType): boolean => type === 'int64' || type === 'float64' || typeof type === 'object'

export const plausibleRange = defineRule<PlausibleRangeParams>({
  name: 'plausibleRange',
  scope: 'row',
  dimension: 'accuracy',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => {
    const params = ruleParams('plausibleRange', raw, at, [
      'pack',
      'code',
      'loinc',
      'unit',
      'ucum',
      'tier',
      'age',
      'sex',
      'except',
      'signed',
    ])
    const age = params.has('age') ? parseAge(params.raw('age'), at, 'plausibleRange age') : undefined
    if (age !== undefined && age.unit !== 'years') params.fail('age', 'the pack counts the age itself: leave the unit out')
    const [pack, code, except] = [parsePack(params), parseGiven(params, 'code', 'loinc'), new Set(params.texts('except') ?? [])]
    const all = 'always' in code ? [code.always] : pack.ranges.flatMap(({codes}) => codes)
    return {
      pack,
      code,
      unit: parseGiven(params, 'unit', 'ucum'),
      tier: params.oneOf('tier', tiers) ?? 'impossible',
      ...(age === undefined ? {} : {age}),
      ...(params.has('sex') ? {sex: parseOperand(params.raw('sex'), at, 'plausibleRange sex')} : {}),
      terms: all.filter((term) => !except.has(term)),
      signatures: parseSignatures(params.raw('signed'), at),
    }
  },
  columns: (params) => [
    ...keyColumns(params),
    ...(params.age === undefined ? [] : ageColumns(params.age)),
    ...(params.sex === undefined ? [] : operandColumns(params.sex)),
  ],
  relations: ({age, sex}) => [...(age === undefined ? [] : ageRelations(age)), ...(sex === undefined ? [] : operandRelations(sex))],
  complaint: (params, type, columns) => {
    if (!isNumeric(type)) return `a column of type ${typeName(type)} has no plausible range`
    const odd = keyColumns(params).find((name) => columns[name] !== undefined && columns[name] !== 'string')
    return odd === undefined ? undefined : `column ${odd} must be text`
  },
  violates: (params, field, scope) => {
    const place = packPlace(params, field.type, scope)
    const bound = (take: 'low' | 'high'): Expr => ({kind: 'lookup', ...place, take})
    return or(compare(field.value, '<', bound('low')), compare(field.value, '>', bound('high')))
  },
  appliesTo: (params, {value, type}: FieldRef, scope) => and(isPresent(value), {kind: 'existsIn', ...packPlace(params, type, scope)}),
  doubt: (params, isRejecting) => doubtOfSignatures(params.pack, {...params, isRejecting}),
  describe: ({pack, tier, ...signed}) => `is not ${tier} for its test, by ${pack.name} ${pack.version} (${saySigned(pack, signed)})`,
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
        {born: '2018-01-01', seen: '2018-01-31', value: '28.1'},
        {born: '2018-01-01', seen: '2018-02-01', value: '28.1'},
        {born: null, seen: '2018-01-02', value: '28.0'},
        {born: null, seen: '2018-01-02', value: '27.9'},
        {born: '2000-01-02', seen: '1999-01-02', value: '31.9'},
        {born: '2000-01-02', seen: '2018-01-02', value: '42.1'},
      ],
      bad: [0, 3, 5, 7],
    },
    {
      params: {loinc: '8310-5', unit: 'unit'},
      type: 'float64',
      columns: {unit: 'string'},
      rows: [
        {unit: '[degF]', value: 98.6},
        {unit: '[degF]', value: 116.6},
        {unit: '[degF]', value: 116.7},
        {unit: '[degF]', value: 49.9},
        {unit: 'Cel', value: 98.6},
        {unit: 'K', value: 98.6},
        {unit: '[degF]', value: null},
      ],
      bad: [2, 3, 4],
    },
    {
      params: {code: 'code', unit: 'unit', tier: 'unlikely', age: {birth: 'born', at: 'seen'}},
      type: {kind: 'decimal', precision: 3, scale: 2},
      columns: {code: 'string', unit: 'string', born: 'date', seen: 'date'},
      rows: [
        {code: '4544-3', unit: 'L/L', born: '1980-01-01', seen: '2026-01-01', value: '0.07'},
        {code: '4544-3', unit: 'L/L', born: '1980-01-01', seen: '2026-01-01', value: '0.06'},
        {code: '8302-2', unit: 'm', born: '2011-01-01', seen: '2026-01-01', value: '2.30'},
        {code: '8302-2', unit: 'm', born: '1980-01-01', seen: '2026-01-01', value: '2.45'},
        {code: '8302-2', unit: '[in_i]', born: '1980-01-01', seen: '2026-01-01', value: '1.75'},
        {code: '8302-2', unit: 'cm', born: '1980-01-01', seen: '2026-01-01', value: '1.75'},
      ],
      bad: [1, 3, 4, 5],
    },
    {
      params: {code: 'code', ucum: 'kg', age: {birth: 'born', at: 'seen'}},
      type: 'float64',
      columns: {code: 'string', born: 'date', seen: 'date'},
      rows: [
        {code: '29463-7', born: '2026-01-01', seen: '2026-01-15', value: 15},
        {code: '29463-7', born: '2026-01-01', seen: '2026-01-15', value: 15.1},
        {code: '29463-7', born: '2025-02-01', seen: '2026-01-31', value: 70},
        {code: '29463-7', born: '2025-02-01', seen: '2026-02-01', value: 70},
        {code: '29463-7', born: '1980-01-01', seen: '2026-01-01', value: 0.5},
        {code: '29463-7', born: '2014-01-02', seen: '2026-01-01', value: 351},
        {code: '29463-7', born: null, seen: '2026-01-01', value: 650},
        {code: '29463-7', born: null, seen: '2026-01-01', value: 651},
      ],
      bad: [1, 2, 5, 7],
    },
    {
      params: {
        code: 'code',
        ucum: 'cm',
        tier: 'unlikely',
        age: {birth: {dataset: 'patient', on: {id: 'patient'}, take: 'born'}, at: 'seen'},
        sex: {dataset: 'patient', on: {id: 'patient'}, take: 'sex'},
      },
      type: 'int64',
      columns: {code: 'string', patient: 'string', seen: 'timestamp'},
      datasets: {
        patient: {
          columns: {id: 'string', sex: 'string', born: 'date'},
          rows: [
            {id: 'woman', sex: 'F', born: '1990-06-15'},
            {id: 'man', sex: 'male', born: '1990-06-15'},
            {id: 'other', sex: 'other', born: '1990-06-15'},
            {id: 'unknown', sex: null, born: null},
          ],
        },
      },
      rows: [
        {code: '8302-2', patient: 'woman', seen: '2026-01-01T00:00:00Z', value: 231n},
        {code: '8302-2', patient: 'woman', seen: '2026-01-01T00:00:00Z', value: 230n},
        {code: '8302-2', patient: 'man', seen: '2026-01-01T00:00:00Z', value: 244n},
        {code: '8302-2', patient: 'man', seen: '2026-01-01T00:00:00Z', value: 245n},
        {code: '8302-2', patient: 'other', seen: '2026-01-01T00:00:00Z', value: 244n},
        {code: '8302-2', patient: 'unknown', seen: '2026-01-01T00:00:00Z', value: 21n},
        {code: '8302-2', patient: 'nobody', seen: '2026-01-01T00:00:00Z', value: 245n},
        {code: null, patient: 'man', seen: '2026-01-01T00:00:00Z', value: 245n},
      ],
      bad: [0, 3, 6],
    },
  ],
})
