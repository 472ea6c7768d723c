// The columns of a dataset's silver table: those of its contract in its order, then where each row came from. A nullable column
// may still be required by its contract: rows without it never get here.
import {planColumn} from '../contract/scalar-type.ts'
import type {Field} from '../delta/schema.ts'
import type {Contract} from '../model/contract.ts'
import {originColumns} from './reserved-columns.ts'

export function silverFields(contract: Contract): readonly Field[] {
  return [...contract.columns.map(planColumn), ...originColumns].map((column) => ({...column, nullable: true}))
}
