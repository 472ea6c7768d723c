// Clauses of a contract as check constraints of its table, so that other writers of the table are held to them too. Only what a row
// tells by itself, for ever, and that engines read alike can be one; each other clause keeps the reason why not.
import {conditionUnless} from '../expr/check-condition.ts'
import type {Expr} from '../expr/expr.ts'
import {printCheck} from '../expr/print-check.ts'
import {childrenOf, hasSetExpression} from '../expr/walk.ts'
import type {Contract, RuleClause} from '../model/contract.ts'
import {compileContract} from './compile-contract.ts'
import {type CompiledCheck, effectOf, type RowCheck} from './compile-rules.ts'

export interface CompiledConstraints {
  /** SQL by name. */
  readonly constraints: Readonly<Record<string, string>>
  readonly unsaid: readonly {readonly clause: RuleClause; readonly reason: string}[]
}

/** Marks the constraints of a table that its contract made: others are not hippo's to take away. */
export const constraintMark = 'hippo_'

/** Empty unless the contract asks for constraints. */
export function compileConstraints(contract: Contract): CompiledConstraints {
  if (!contract.hasConstraints) return {constraints: {}, unsaid: []}
  const at = (now: string) => compileContract(contract, {now, relation: () => undefined, input: 'typed'})
  const [{checks, notChecked}, {checks: later}] = [at('1970-01-01T00:00:00Z'), at('2100-01-01T00:00:00Z')]
  const constraints = new Map<string, string>()
  const relations = notChecked.filter(({clause}) => clause.notCheckedBecause === undefined && clause.offBecause === undefined)
  const unsaid = relations.map(({clause}) => ({clause, reason: lookingAround}))
  for (const [index, check] of checks.entries()) {
    // Of a typed column, the table itself says as much.
    if (check.clause.kind === 'type' || check.clause.kind === 'step') continue
    const sql = sqlOf(check)
    const reason = reasonAgainst(check) ?? (sql !== sqlOf(later[index]) ? 'what it says changes with the day' : undefined)
    if (sql === undefined || reason !== undefined)
      unsaid.push({clause: check.clause, reason: reason ?? 'engines do not share the words for it'})
    else constraints.set(nameOf(check.clause, constraints), sql)
  }
  return {constraints: Object.fromEntries(constraints), unsaid}
}

function sqlOf(check: CompiledCheck | undefined): string | undefined {
  return check?.scope === 'row' ? printCheck(conditionUnless(check.judgement.when)) : undefined
}

const lookingAround = 'it compares a row with others'

function reasonAgainst(check: CompiledCheck): string | undefined {
  if (check.scope === 'dataset') return 'it is about the dataset as a whole'
  if (effectOf(check.clause) === 'warn') return 'rows that break it are accepted'
  if (check.scope === 'row' && hasSetExpression(check.judgement.when)) return lookingAround
  return kindsIn(check).includes('matches') ? 'engines differ in their regular expressions' : undefined
}

function kindsIn({judgement}: RowCheck): readonly Expr['kind'][] {
  const below = (expr: Expr): readonly Expr['kind'][] => [expr.kind, ...childrenOf(expr).flatMap(below)]
  return below(judgement.when)
}

/** Delta keeps names in lower case; a dot would end them. */
function nameOf({id}: RuleClause, taken: ReadonlyMap<string, string>): string {
  const name = `${constraintMark}${id.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_')}`
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`
  return free
}
