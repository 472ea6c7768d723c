// Takes checks that cannot be run out of a compiled contract, so that the others can. Pure. Each ends `errored` with its reason; the
// gate then says whether anything may be written without it.
import type {CheckId} from '../model/names.ts'
import type {CompiledContract, UncheckedClause} from './compile-contract.ts'

/** The contract without the row checks that `reasons` names; their clauses have a result all the same. */
export function setAsideChecks(compiled: CompiledContract, reasons: Readonly<Record<CheckId, string>>): CompiledContract {
  const isBroken = (id: CheckId) => reasons[id] !== undefined
  const broken = compiled.checks.flatMap(({clause, description, ruleDigest, scope}): readonly UncheckedClause[] => {
    const reason = reasons[clause.id]
    return scope === 'row' && reason !== undefined ? [{clause, description, ruleDigest, outcome: 'errored', reason}] : []
  })
  return {
    ...compiled,
    judgements: compiled.judgements.filter(({id}) => !isBroken(id)),
    checks: compiled.checks.filter(({clause, scope}) => scope !== 'row' || !isBroken(clause.id)),
    notChecked: [...compiled.notChecked, ...broken],
  }
}
