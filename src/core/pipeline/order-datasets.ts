// Which dataset goes first: one that others refer to is promoted before them, so that references see this delivery.
import type {Contract} from '../model/contract.ts'

/**
 * Contracts so that every dataset comes after those it refers to; a cycle is broken at the name that comes first.
 * `referencesOf` gives the datasets a contract's rules and steps look at.
 */
export function orderByReference(
  contracts: readonly Contract[],
  referencesOf: (contract: Contract) => readonly string[],
): readonly Contract[] {
  const byName = new Map(contracts.map((contract) => [contract.dataset, contract]))
  const ordered: Contract[] = []
  const visited = new Set<string>()
  const visit = (contract: Contract): void => {
    if (visited.has(contract.dataset)) return
    visited.add(contract.dataset)
    for (const name of [...referencesOf(contract)].sort()) {
      const other = byName.get(name)
      if (other) visit(other)
    }
    ordered.push(contract)
  }
  for (const contract of [...contracts].sort((a, b) => (a.dataset < b.dataset ? -1 : 1))) visit(contract)
  return ordered
}
