// The properties of a silver table that its contract decides: constraints that carry hippo's mark, and the change data feed. What
// other tools set there is left as it is.
import {compileConstraints, constraintMark} from '../contract/compile-constraints.ts'
import {constraintPrefix} from '../delta/constraints.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import type {Contract} from '../model/contract.ts'

const changeDataFeed = 'delta.enableChangeDataFeed'

/** What has to change in the table's properties; null takes one away. Undefined when they are as the contract asks. */
export function propertyChanges(contract: Contract, table: Snapshot | undefined): Readonly<Record<string, string | null>> | undefined {
  const before = table?.metaData.configuration ?? {}
  const own = `${constraintPrefix}${constraintMark}`
  const wanted = Object.entries(compileConstraints(contract).constraints).map(([name, sql]) => [`${constraintPrefix}${name}`, sql] as const)
  const feed = contract.changeDataFeed === undefined ? [] : [[changeDataFeed, String(contract.changeDataFeed)] as const]
  const gone = Object.keys(before).filter((key) => key.startsWith(own) && !wanted.some(([name]) => name === key))
  const changes = [
    ...gone.map((key) => [key, null] as const),
    ...[...wanted, ...feed].filter(([key, value]) => (before[key] ?? (key === changeDataFeed ? 'false' : undefined)) !== value),
  ]
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}
