// Check constraints of a table (PROTOCOL.md "CHECK Constraints"): conditions in `delta.constraints.<name>` that every row must
// meet, and what a commit has to hold against them. `enforce-constraints.ts` does it.
import type {Expr, ScalarType} from '../expr/expr.ts'
import {parseCheck} from '../expr/parse-check.ts'
import type {AddAction, MetaDataAction} from './actions.ts'
import {decodeSchema} from './schema.ts'

export const constraintPrefix = 'delta.constraints.'

export interface Constraint {
  readonly name: string
  readonly sql: string
  /** Undefined when the SQL says more than hippo understands: the table is then read, and not written. */
  readonly condition: Expr | undefined
}

export function constraintsIn(metaData: MetaDataAction): readonly Constraint[] {
  const named = Object.entries(metaData.configuration).filter(([key]) => key.startsWith(constraintPrefix))
  if (named.length === 0) return []
  const types = typesOf(metaData)
  return named.map(([key, sql]) => ({name: key.slice(constraintPrefix.length), sql, condition: parseCheck(sql, types)}))
}

/** Types of the columns that a condition can be about, by name. */
export function typesOf({schemaString}: Pick<MetaDataAction, 'schemaString'>): Readonly<Record<string, ScalarType>> {
  const fields = decodeSchema(schemaString, {table: '', version: 0})
  return Object.fromEntries(fields.flatMap(({name, type}) => (typeof type === 'object' && type.kind === 'list' ? [] : [[name, type]])))
}

/** What is to be held against what: files with the constraints that their rows must meet. */
export interface ConstraintCheck {
  readonly constraints: readonly Constraint[]
  readonly files: readonly AddAction[]
}

/**
 * What a commit must be sure of: rows it brings meet every constraint, and rows that stay meet those that are new.
 * `live` are the files of the version it makes, `brought` those of them whose rows are new.
 */
export function checksOf(
  before: MetaDataAction | undefined,
  after: MetaDataAction,
  {live, brought}: {readonly live: readonly AddAction[]; readonly brought: readonly AddAction[]},
): readonly ConstraintCheck[] {
  const constraints = constraintsIn(after)
  const isKnown = ({name, sql}: Constraint) => before?.configuration[`${constraintPrefix}${name}`] === sql
  const added = new Set(brought.map(({path}) => path))
  return [
    {constraints, files: brought},
    {constraints: constraints.filter((one) => !isKnown(one)), files: live.filter(({path}) => !added.has(path))},
  ].filter((check) => check.constraints.length > 0 && check.files.length > 0)
}
