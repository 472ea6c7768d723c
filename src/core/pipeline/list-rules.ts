// `hippo rule list`: the kinds of rules there are, or the rules of one dataset's contract, each in a plain sentence.
import {describeClause} from '../contract/compile-rules.ts'
import type {Dimension, Severity} from '../model/check.ts'
import type {OnFailure, Threshold} from '../model/contract.ts'
import {ruleKinds} from '../rules/index.ts'
import {givenContracts} from './contract-life/diff-contract.ts'
import type {Workspace} from './ports.ts'

export interface ListedRule {
  /** The check of a dataset's rule; absent for a kind. */
  readonly check?: string
  readonly dataset?: string
  readonly rule: string
  readonly column?: string
  readonly scope: 'row' | 'dataset'
  readonly dimension: Dimension
  readonly severity?: Severity
  readonly onFailure?: OnFailure
  readonly threshold?: Threshold
  readonly description: string
  readonly notCheckedBecause?: string
}

const nowhere = {file: '', line: 1, column: 1}

/** Kinds in the order of the documentation, or the rules of the named dataset in the order of its contract. */
export async function listRules(workspace: Workspace, dataset?: string): Promise<{readonly items: readonly ListedRule[]}> {
  if (dataset === undefined) return {items: ruleKindsInWords()}
  const contracts = await givenContracts(workspace, dataset)
  const items = contracts.flatMap(({dataset: name, rules}) =>
    rules.map((clause): ListedRule => {
      const {id, kind, column, dimension, severity, onFailure, threshold, notCheckedBecause} = clause
      return {
        check: id,
        dataset: name,
        rule: kind,
        ...(column === undefined ? {} : {column}),
        scope: ruleKinds.get(kind)?.scope ?? 'dataset',
        dimension,
        severity,
        onFailure,
        threshold,
        description: describeClause(clause),
        ...(notCheckedBecause === undefined ? {} : {notCheckedBecause}),
      }
    }),
  )
  return {items}
}

/** Every kind, in the words of its first example. */
export function ruleKindsInWords(): readonly ListedRule[] {
  return [...ruleKinds.values()].map(({name, scope, dimension, parse, describe, examples}) => ({
    rule: name,
    scope,
    dimension,
    description: describe(parse(examples[0]?.params ?? {}, nowhere)),
  }))
}
