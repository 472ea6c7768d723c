// How a delivery's columns differ from what the contract expects. Reported, never acted on: binding is by name, so an added
// column changes nothing and a removed one is null.
import {bindSources} from '../contract/source-columns.ts'
import type {Contract} from '../model/contract.ts'
import type {Drift} from '../model/run.ts'
import type {ReadyFile} from './prepare-batch.ts'

/** Each added or removed column once, in header order. */
export function driftOf(contract: Contract, files: readonly ReadyFile[]): readonly Drift[] {
  const found = new Map<string, Drift>()
  for (const {prepared} of files) {
    const {added, removed} = bindSources(contract, prepared.header)
    for (const column of added) found.set(`added ${column}`, {kind: 'added', column})
    for (const column of removed) found.set(`removed ${column}`, {kind: 'removed', column})
  }
  return [...found.values()]
}
