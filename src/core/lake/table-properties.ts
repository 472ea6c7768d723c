// The properties of a silver table that its contract decides: constraints that carry hippo's mark, and the change data feed. What
// other tools set there is left as it is. A constraint waits for its columns: it is asked for once the table has them, in the type
// that it speaks of, for a table with a constraint that nobody can evaluate takes no row any more.
import {compileConstraints, constraintMark} from '../contract/compile-constraints.ts'
import {constraintPrefix, typesOf} from '../delta/constraints.ts'
import {encodeSchema, type Field} from '../delta/schema.ts'
import type {Snapshot} from '../delta/snapshot.ts'
import {parseCheck} from '../expr/parse-check.ts'
import type {Contract} from '../model/contract.ts'

const changeDataFeed = 'delta.enableChangeDataFeed'

/**
 * What has to change in the properties of a table that is to have these columns; null takes one away. Undefined when they are as
 * the contract asks.
 */
export function propertyChanges(
  contract: Contract,
  table: Pick<Snapshot, 'metaData'> | undefined,
  fields: readonly Field[],
): Readonly<Record<string, string | null>> | undefined {
  const before = table?.metaData.configuration ?? {}
  const types = typesOf({schemaString: encodeSchema(fields)})
  const wanted = Object.entries(compileConstraints(contract).constraints)
    .filter(([, sql]) => parseCheck(sql, types) !== undefined)
    .map(([name, sql]) => [`${constraintPrefix}${name}`, sql] as const)
  const feed = contract.changeDataFeed === undefined ? [] : [[changeDataFeed, String(contract.changeDataFeed)] as const]
  const isOwn = (key: string) => key.startsWith(`${constraintPrefix}${constraintMark}`)
  const gone = Object.keys(before).filter((key) => isOwn(key) && !wanted.some(([name]) => name === key))
  const changes = [
    ...gone.map((key) => [key, null] as const),
    ...[...wanted, ...feed].filter(([key, value]) => (before[key] ?? (key === changeDataFeed ? 'false' : undefined)) !== value),
  ]
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}
