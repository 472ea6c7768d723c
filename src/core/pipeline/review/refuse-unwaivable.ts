// What no waiver can let in: a value that could not be read would become nothing, a row without its key could not be found again, and
// a constraint of the table holds for every row that is written to it.
import {compileConstraints} from '../../contract/compile-constraints.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {type Contract, primaryKey, type RuleClause} from '../../model/contract.ts'
import type {CheckId} from '../../model/names.ts'
import {structuralReason} from '../../source/reason-words.ts'

/** CONFIG_USAGE for a check that cannot be waived or that the contract does not have. */
export function refuseUnwaivable(contract: Contract, checks: readonly CheckId[]): void {
  const key = primaryKey(contract)
  const {unsaid} = compileConstraints(contract)
  const isConstraint = (id: CheckId) => contract.hasConstraints && !unsaid.some(({clause}) => clause.id === id)
  for (const id of checks) {
    const clause = contract.rules.find((one) => one.id === id)
    const because =
      structuralReason(id) ??
      (clause ? lossOf(clause, key) : 'the contract has no such check') ??
      (isConstraint(id) ? heldByTable : undefined)
    if (because === undefined) continue
    throw new HippoError('CONFIG_USAGE', {
      message: `${id} of ${contract.dataset} cannot be waived: ${because}`,
      hint: 'correct the rows with hippo quarantine fix, or close them with hippo quarantine discard',
    })
  }
}

const heldByTable = 'the contract makes it a constraint of the table, which every row must meet'

function lossOf({kind, column = ''}: RuleClause, key: readonly string[]): string | undefined {
  if (kind === 'type' || kind === 'step') return 'a value that cannot be read would be lost'
  if (!key.includes(column)) return undefined
  return kind === 'required' || kind === 'unique' ? 'rows are told apart by this key' : undefined
}
