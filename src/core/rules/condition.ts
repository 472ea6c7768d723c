// A condition that a contract writes about a row: read once, with its place; typed when the columns are known.
import {HippoError, type Location} from '../errors/hippo-error.ts'
import type {Expr, ScalarType} from '../expr/expr.ts'
import {namesIn, readCondition, type Syntax} from './condition-syntax.ts'
import {ConditionProblem} from './condition-tokens.ts'
import {type ConditionScope, typedCondition} from './condition-types.ts'

export interface Condition {
  readonly source: string
  readonly syntax: Syntax
  readonly columns: readonly string[]
}

/** Reads a condition; throws CONTRACT_RULE_INVALID with the clause's place and the character. */
export function parseCondition(source: string, at: Location, subject: string): Condition {
  try {
    const syntax = readCondition(source)
    return {source, syntax, columns: namesIn(syntax)}
  } catch (error) {
    if (!(error instanceof ConditionProblem)) throw error
    throw new HippoError('CONTRACT_RULE_INVALID', {message: `${subject}: ${error.message}`, at, cause: error})
  }
}

/** Why the condition cannot be asked of these columns. */
export function conditionComplaint({syntax}: Condition, columns: Readonly<Record<string, ScalarType>>): string | undefined {
  try {
    typedCondition(syntax, {columns, now: '2000-01-01T00:00:00.000Z'})
    return undefined
  } catch (error) {
    if (error instanceof ConditionProblem) return error.message
    throw error
  }
}

/** The condition as an expression; its columns were looked at before. */
export function conditionExpr({syntax}: Condition, scope: ConditionScope): Expr {
  return typedCondition(syntax, scope)
}
