// Keys into another dataset: `on` maps its columns to the columns of the row that is judged.
import {HippoError} from '../errors/hippo-error.ts'
import type {Params} from '../errors/read-params.ts'
import {and, column, type Expr, isPresent, type ScalarType} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import type {Relation, RuleScope} from './define-rule.ts'
import {referencedFile, sayReference} from './reference-name.ts'
import {withTypes} from './typed-relation.ts'
import {sameType, typeName} from './typed-value.ts'

/** Their column -> own column. */
export type On = Readonly<Record<string, string>>

export interface RelationKey {
  readonly key: readonly Expr[]
  readonly relation: Plan
  readonly on: readonly string[]
}

export function parseOn(params: Params, name = 'on'): On {
  return params.need(name, params.textMap(name))
}

export const ownColumns = (on: On): readonly string[] => Object.values(on)
export const theirColumns = (on: On): readonly string[] => Object.keys(on)

/** True where every own column of the key is present. */
export function keyIsPresent(on: On): Expr {
  return and(...ownColumns(on).map((name) => isPresent(column(name))))
}

/** The dataset's rows; compile has made sure that it is there. */
export function relationOf(dataset: string, scope: RuleScope): Relation {
  const relation = scope.relation(dataset)
  if (relation === undefined) throw new HippoError('CONTRACT_RULE_INVALID', {message: `there is no ${sayReference(dataset)}`})
  return relation
}

/**
 * Throws CONTRACT_RULE_INVALID (without a place: the caller knows it) when the types of a key's two sides differ. `take` says
 * as what type columns of a file are taken.
 */
export function relationKey(dataset: string, on: On, scope: RuleScope, take: Readonly<Record<string, ScalarType>> = {}): RelationKey {
  const keys = Object.entries(on).flatMap(([theirs, own]) => (scope.columns[own] === undefined ? [] : [[theirs, scope.columns[own]]]))
  const relation = withTypes(relationOf(dataset, scope), {...take, ...Object.fromEntries(keys)}, dataset)
  for (const [theirs, own] of Object.entries(on)) {
    const theirType = relation.columns[theirs]
    const ownType = scope.columns[own]
    if (theirType === undefined || ownType === undefined || sameType(theirType, ownType)) continue
    throw new HippoError('CONTRACT_RULE_INVALID', {
      message: `${own} is ${typeName(ownType)} but ${dataset}.${theirs} is ${typeName(theirType)}: they never match`,
      hint: 'give both columns the same logicalType',
    })
  }
  return {key: ownColumns(on).map(column), relation: relation.plan, on: theirColumns(on)}
}

/** "patient.id" or "code_units (code, unit)", for descriptions. */
export function relationName(dataset: string, on: On): string {
  const names = theirColumns(on)
  const name = referencedFile(dataset)
  return name === undefined && names.length === 1 ? `${dataset}.${names[0]}` : `${name ?? dataset} (${names.join(', ')})`
}
