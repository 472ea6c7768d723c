// What is sought of some persons: in which datasets their rows are, and by what these are told.
import {personDatasets} from '../../contract/data-subject.ts'
import {scalarType} from '../../contract/scalar-type.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {column, type Expr, isIn} from '../../expr/expr.ts'
import type {Column, Contract} from '../../model/contract.ts'
import type {ErasureTerms} from './erasure.ts'

/** The dataset of persons first. CONFIG_USAGE for an id that its key could not hold; it is not repeated. */
export function personTerms(contracts: readonly Contract[], ids: readonly string[]): readonly ErasureTerms[] {
  return personDatasets(contracts).map(({contract, columns, references}) => ({
    contract,
    ownTests: columns.map((one) => ({columns: [one], where: names(one, ids), texts: {keyed: [one], keys: ids.map((id) => [id])}})),
    references,
  }))
}

/** As the key of persons has it: where that is an integer, 007 is 7. CONFIG_USAGE for an id that it could not hold. */
export function personId(contracts: readonly Contract[], given: string): string {
  const keys = personDatasets(contracts)
    .slice(0, 1)
    .flatMap(({columns}) => columns)
  for (const key of keys) names(key, [given])
  return keys.some((key) => scalarType(key) === 'int64') ? String(BigInt(given)) : given
}

/** True for rows of the persons. */
function names(key: Column, ids: readonly string[]): Expr {
  const type = scalarType(key)
  const usage = (message: string) => new HippoError('CONFIG_USAGE', {message})
  if (ids.some((id) => id.trim() === '')) throw usage('the id of the person is empty')
  if (type === 'string') return isIn(column(key.name), ids, type)
  if (type !== 'int64') throw usage(`${key.name} is neither text nor an integer: persons cannot be told apart by it`)
  if (!ids.every((id) => /^-?\d{1,18}$/.test(id))) throw usage(`${key.name} is an integer, which the given id is not`)
  return isIn(column(key.name), ids.map(BigInt), type)
}
