// What a contract's rules and steps look at beside its own rows: other datasets, and files.
import type {Contract} from '../model/contract.ts'
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
  const names = new Set<string>()
  for (const {kind, params, at, notCheckedBecause} of contract.rules) {
    const rule = ruleKinds.get(kind)
    if (rule === undefined || notCheckedBecause !== undefined) continue
    for (const {dataset} of rule.relations?.(rule.parse(splitGuard(params, at).params, at)) ?? []) names.add(dataset)
  }
  for (const {kind, params, at} of contract.columns.flatMap((column) => column.steps)) {
    const step = stepKinds.get(kind)
    for (const {dataset} of step?.relations?.(step.parse(params, at)) ?? []) names.add(dataset)
  }
  return [...names].sort()
}

/** Whether text of a row is replaced by what another dataset lists for it. */
export function hasLookups({columns}: Contract): boolean {
  return columns.flatMap(({steps}) => steps).some(({kind}) => stepKinds.get(kind)?.relations !== undefined)
}
