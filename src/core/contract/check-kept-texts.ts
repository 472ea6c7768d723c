// A step that takes something away from what a source said (a comparator, a code, a unit) names the column that keeps it. Here
// that column is held to it: it is in the contract, takes the same header, and keeps what it takes as it was.
import type {Column} from '../model/contract.ts'
import {stepKinds} from '../steps/index.ts'
import type {ContractFile} from './contract-file.ts'
import {scalarType} from './scalar-type.ts'
import {looseName} from './source-columns.ts'

/** Steps that take nothing away that anybody could miss. */
const harmless = ['trim', 'normalize', 'emptyAsNull']

/** Reports steps whose column of originals is not there or does not keep them. */
export function checkKeptTexts(file: ContractFile, columns: readonly Column[]): void {
  for (const column of columns) {
    for (const {kind: name, params, at} of column.steps) {
      const kind = stepKinds.get(name)
      for (const {column: keeper, by} of kind?.keepsIn?.(kind.parse(params, at)) ?? []) {
        const problem = problemOf(
          column,
          columns.find((other) => other.name === keeper),
          by,
        )
        if (problem !== undefined) file.report({code: 'CONTRACT_STEP_INVALID', message: `step ${name}: ${keeper} ${problem}`, at})
      }
    }
  }
}

function problemOf(column: Column, keeper: Column | undefined, by: string | undefined): string | undefined {
  if (keeper === undefined) return 'should keep what was received, and is no column of the contract'
  const from = (sources: readonly string[]): string => sources.map(looseName).join('\n')
  if (keeper.name === column.name || from(keeper.sources) !== from(column.sources))
    return `should keep what was received, and does not take the header of ${column.name} (transformSourceObjects)`
  if (scalarType(keeper) !== 'string') return 'should keep what was received, and is not of logicalType string'
  const others = keeper.steps.map(({kind}) => kind).filter((kind) => !harmless.includes(kind) && kind !== by)
  if (others[0] !== undefined) return `should keep what was received, and changes it by its step ${others[0]}`
  return by === undefined || keeper.steps.some(({kind}) => kind === by) ? undefined : `should have the step ${by}`
}
