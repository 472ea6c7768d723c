// Which received columns people may see. A column is shown only when a contract says what it is and that it is not protected:
// whatever feeds a protected column, and whatever no contract reads, is masked. Never the value, not even its length.
import {looseName, sourceColumns} from '../contract/source-columns.ts'
import {safeColumnNames} from '../lake/reserved-columns.ts'
import type {Contract} from '../model/contract.ts'
import {isProtected} from '../model/contract.ts'

/** Says of a quarantine column (named after a received header) whether its values may be shown under all these contracts. */
export function visibleColumns(contracts: readonly Contract[]): (column: string) => boolean {
  const rules = contracts.map(rulesOf)
  return (column) => {
    const name = looseName(column)
    return rules.length > 0 && rules.every(({hidden}) => !hidden.has(name)) && rules.some(({known}) => known.has(name))
  }
}

function rulesOf(contract: Contract): {readonly known: ReadonlySet<string>; readonly hidden: ReadonlySet<string>} {
  const protectedNames = new Set(contract.columns.filter(isProtected).map(({name}) => name))
  const known = new Set<string>()
  const hidden = new Set<string>()
  for (const {names, feeds} of sourceColumns(contract)) {
    const isHidden = feeds.some((feed) => protectedNames.has(feed))
    for (const name of [...safeColumnNames(names).values(), ...names]) (isHidden ? hidden : known).add(looseName(name))
  }
  return {known, hidden}
}
