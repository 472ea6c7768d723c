// Steps that convert numbers give 64-bit floating-point numbers; a column of another type is refused here, with its place.
import type {Column} from '../model/contract.ts'
import {stepKinds} from '../steps/index.ts'
import type {ContractFile} from './contract-file.ts'
import {scalarType} from './scalar-type.ts'

/** Reports steps that convert in columns that are no plain numbers. */
export function checkConverted(file: ContractFile, columns: readonly Column[]): void {
  for (const column of columns) {
    if (scalarType(column) === 'float64') continue
    const converting = column.steps.find(({kind}) => stepKinds.get(kind)?.convert !== undefined)
    if (converting === undefined) continue
    file.report({
      code: 'CONTRACT_STEP_INVALID',
      message: `step ${converting.kind}: what is converted is a number with decimals, and ${column.name} is none`,
      hint: 'make the column logicalType: number without a physicalType, and keep the received number beside it',
      at: converting.at,
    })
  }
}
