// Which columns of a silver table are kept out of the statistics in its log.
import {protectedColumns} from '../contract/scalar-type.ts'
import type {Field} from '../delta/schema.ts'
import {silverFields} from '../lake/silver-fields.ts'
import type {Contract} from '../model/contract.ts'

/** Names of protected columns, and of those that the contract has no more: what they hold, nobody says any more. */
export function hiddenColumns(contract: Contract, fields: readonly Field[]): ReadonlySet<string> {
  const known = new Set(silverFields(contract).map(({name}) => name))
  const secret = new Set(protectedColumns(contract.columns))
  return new Set(fields.map(({name}) => name).filter((name) => secret.has(name) || !known.has(name)))
}
