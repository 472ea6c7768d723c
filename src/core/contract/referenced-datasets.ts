// What a contract's rules and steps look at beside its own rows: other datasets, and files.
import type {Contract} from '../model/contract.ts'
import type {RelationUse} from '../rules/define-rule.ts'
import {ruleKinds} from '../rules/index.ts'
import {referencedFile} from '../rules/reference-name.ts'
import {stepKinds} from '../steps/index.ts'
import {splitGuard} from './guard.ts'

/** Names of datasets, each once, sorted; the contract's own dataset is not among them. */
export function referencedDatasets(contract: Contract): readonly string[] {
  return references(contract).filter((name) => referencedFile(name) === undefined && name !== contract.dataset)
}

/** Paths of files, as the contract names them, each once, sorted. */
export function referencedFiles(contract: Contract): readonly string[] {
  return references(contract).flatMap((name) => referencedFile(name) ?? [])
}

function references(contract: Contract): readonly string[] {
  return [...new Set(referenceUses(contract).map(({dataset}) => dataset))].sort()
}

/** Every use that a rule or step makes of another table, with the columns it reads there. */
export function referenceUses(contract: Contract): readonly RelationUse[] {
  const ofRules = contract.rules.flatMap(({kind, params, at, notCheckedBecause}) => {
    const rule = ruleKinds.get(kind)
    if (rule === undefined || notCheckedBecause !== undefined) return []
    return rule.relations?.(rule.parse(splitGuard(params, at).params, at)) ?? []
  })
  const ofSteps = contract.columns.flatMap(({steps}) =>
    steps.flatMap(({kind, params, at}) => {
      const step = stepKinds.get(kind)
      return step?.relations?.(step.parse(params, at)) ?? []
    }),
  )
  return [...ofRules, ...ofSteps]
}

/** Whether text of a row is replaced by what another dataset lists for it. */
export function hasLookups({columns}: Contract): boolean {
  return columns.flatMap(({steps}) => steps).some(({kind}) => stepKinds.get(kind)?.relations !== undefined)
}
