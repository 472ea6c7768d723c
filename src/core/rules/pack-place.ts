// Where a row finds its bounds in a pack: a table of the pack's bounds by term and unit, and by stage of life and sex for the terms whose bounds
// differ by them. What is not known of a person has a row of its own, with the widest bounds.
import {lifeStages, type Sex, sexes, writtenSexes} from '../clinical/life-stages.ts'
import {
  type Bounds,
  boundsFor,
  boundsIn,
  isBounded,
  type PlausibleRange,
  type RangePack,
  type Tier,
  unitsOf,
} from '../clinical/plausible-range.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {column, compare, type Expr, isIn, isNull, literal, or, type ScalarType, type ScalarValue, text, when} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {type AgeBand, ageExpr} from './age.ts'
import type {RuleScope} from './define-rule.ts'
import {type Operand, operandName, resolveOperand} from './operand.ts'
import {typedValue, typeName} from './typed-value.ts'

/** A column of the row, or the same for all rows. */
export type Given = {readonly column: string} | {readonly always: string}

/** What is asked of a pack. */
export interface PackQuestion {
  readonly pack: RangePack
  readonly code: Given
  readonly unit: Given
  readonly tier: Tier
  readonly age?: AgeBand
  readonly sex?: Operand
  /** LOINC terms that are judged. */
  readonly terms: readonly string[]
}

export interface PackPlace {
  readonly key: readonly Expr[]
  readonly relation: Plan
  readonly on: readonly string[]
}

/** The key of a row, and the table of bounds with `low` and `high` in the column's type; CONTRACT_RULE_INVALID where age or sex is no such thing. */
export function packPlace(question: PackQuestion, type: ScalarType, scope: RuleScope): PackPlace {
  const boundType = typeOfBounds(type)
  const judged = question.pack.ranges.flatMap((range) => {
    const codes = range.codes.filter((code) => question.terms.includes(code))
    return codes.length === 0 ? [] : [{range, codes, ...personBounds(question, range)}]
  })
  const stages = codesOf(judged.filter(({isStaged}) => isStaged))
  const sexed = codesOf(judged.filter(({isSexed}) => isSexed))
  const code = givenExpr(question.code)
  // Only bounds that differ by the person cost a look at the person.
  const keys: readonly PackKey[] = [
    {name: 'code', type: 'string', expr: code, value: ({term}) => term},
    {name: 'unit', type: 'string', expr: givenExpr(question.unit), value: ({unit}) => unit},
    ...keyWhere('stage', stages, {code, known: () => stageExpr(question, scope), unknown: stagePlace(unknownStage)}),
    ...keyWhere('sex', sexed, {code, known: () => sexExpr(question, scope), unknown: text('')}),
  ]
  const rows = judged.flatMap(({range, codes, persons}) =>
    codes.flatMap((term) =>
      unitsOf(range).flatMap((unit) =>
        persons.map((person): ScalarValue[] => [
          ...keys.map(({value}) => value({term, unit, ...person})),
          ...onGrid(boundsIn(range, person.bounds, unit) ?? [], boundType),
        ]),
      ),
    ),
  )
  const bounds = ['low', 'high'].map((name) => ({name, type: boundType}))
  const columns = [...keys.map(({name, type: own}) => ({name, type: own})), ...bounds]
  return {key: keys.map(({expr}) => expr), relation: {kind: 'values', columns, rows}, on: keys.map(({name}) => name)}
}

interface PackRow {
  readonly term: string
  readonly unit: string
  readonly stage: bigint
  readonly sex: Sex | ''
}

interface PackKey {
  readonly name: string
  readonly type: ScalarType
  readonly expr: Expr
  value(row: PackRow): ScalarValue
}

const codesOf = (judged: readonly {readonly codes: readonly string[]}[]): readonly string[] => judged.flatMap(({codes}) => codes)

/** A key that only rows of these terms differ in. */
function keyWhere(
  name: 'stage' | 'sex',
  codes: readonly string[],
  {code, known, unknown}: {readonly code: Expr; readonly known: () => Expr; readonly unknown: Expr},
): readonly PackKey[] {
  if (codes.length === 0) return []
  return [{name, type: name === 'stage' ? 'int64' : 'string', expr: when(isIn(code, codes), known(), unknown), value: (row) => row[name]}]
}

const givenExpr = (given: Given): Expr => ('column' in given ? column(given.column) : literal(given.always, 'string'))

interface PersonBounds {
  readonly isStaged: boolean
  readonly isSexed: boolean
  readonly persons: readonly {readonly stage: bigint; readonly sex: Sex | ''; readonly bounds: Bounds}[]
}

/** The bounds of a range for the persons that they, and the question, tell apart. */
function personBounds({tier, age, sex}: PackQuestion, range: PlausibleRange): PersonBounds {
  const stages = age === undefined ? [undefined] : [undefined, ...lifeStages.map(({name}) => name)]
  const all = sex === undefined ? [undefined] : [undefined, ...sexes]
  const bounds = (stage: (typeof stages)[number], one: Sex | undefined): Bounds =>
    boundsFor(range, tier, {...(stage === undefined ? {} : {stage}), ...(one === undefined ? {} : {sex: one})})
  const isSame = (a: Bounds, b: Bounds): boolean => a.join() === b.join()
  const isStaged = all.some((one) => stages.some((stage) => !isSame(bounds(stage, one), bounds(undefined, one))))
  const isSexed = stages.some((stage) => all.some((one) => !isSame(bounds(stage, one), bounds(stage, undefined))))
  const persons = (isStaged ? stages : [undefined]).flatMap((stage, index) =>
    (isSexed ? all : [undefined]).map((one) => ({
      stage: BigInt(index) + unknownStage,
      sex: one ?? ('' as const),
      bounds: bounds(stage, one),
    })),
  )
  return {isStaged, isSexed, persons: persons.filter((person) => isBounded(person.bounds))}
}

/** A decimal column may be too narrow for a bound, which its values then all keep or all break: bounds have room for every digit. */
function typeOfBounds(type: ScalarType): ScalarType {
  if (typeof type === 'object') return {...type, precision: 38}
  return type === 'int64' ? 'float64' : type
}

/** In decimals, the last values of the column's grid that belong to the range. */
function onGrid([low, high]: readonly (number | undefined)[], type: ScalarType): readonly ScalarValue[] {
  const last = (bound: number | undefined, inward: (value: number) => number): ScalarValue => {
    if (bound === undefined) return null
    if (typeof type !== 'object') return typedValue(bound, type) ?? null
    // A bound on the grid stays: times a power of ten, 0.07 is a little more than 7.
    const exact = typedValue(bound, type)
    if (exact !== undefined) return exact
    const grid = 10 ** type.scale
    return typedValue((inward(bound * grid) / grid).toFixed(type.scale), type) ?? null
  }
  return [last(low, Math.ceil), last(high, Math.floor)]
}

const unknownStage = -1n
const stagePlace = (index: number | bigint): Expr => literal(BigInt(index), 'int64')

/** The place of the person's stage of life among all; -1 where the age is not known, or below zero. */
function stageExpr({age}: PackQuestion, scope: RuleScope): Expr {
  if (age === undefined) return stagePlace(unknownStage)
  const months = ageExpr({...age, unit: 'months'}, scope)
  const found = lifeStages.reduceRight<Expr>(
    (later, {fromMonths}, index) =>
      index === 0 ? later : when(compare(months, '<', stagePlace(fromMonths)), stagePlace(index - 1), later),
    stagePlace(lifeStages.length - 1),
  )
  return when(or(isNull(months), compare(months, '<', stagePlace(0))), stagePlace(unknownStage), found)
}

/** The sex as the pack calls it; empty where it is another, or not known. */
function sexExpr({sex}: PackQuestion, scope: RuleScope): Expr {
  if (sex === undefined) return text('')
  const {expr, type} = resolveOperand(sex, scope)
  if (type !== 'string')
    throw new HippoError('CONTRACT_RULE_INVALID', {message: `${operandName(sex)} is ${typeName(type)}: a sex is written as text`})
  const written: Expr = {kind: 'text', function: 'lower', of: {kind: 'text', function: 'trim', of: expr}}
  return sexes.reduceRight<Expr>((other, name) => when(isIn(written, writtenSexes[name]), text(name), other), text(''))
}
