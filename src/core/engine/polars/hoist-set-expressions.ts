// Where joins happen. What judgements ask of other rows and relations becomes columns as soon as the key is known, before the
// rest of the row is typed: a join copies every column it carries, so it is cheapest while there are few. Only the order of
// work changes, never a value.
import type {Expr, SetExpr} from '../../expr/expr.ts'
import {column} from '../../expr/expr.ts'
import type {DerivedColumn, Judged, Plan} from '../../expr/plan.ts'
import {columnsOf, hasSetExpression, identityOf, isSetExpression, rewrite} from '../../expr/walk.ts'

type Derive = Extract<Plan, {readonly kind: 'derive'}>

/** A set expression of the judgements, and the column that will hold its values. */
interface Early {
  readonly name: string
  readonly expr: SetExpr
  /** Place in the chain of derivations after which its columns have their last values; -1 is before the first. */
  readonly after: number
}

/** The same judgements over an input that has their set expressions as columns; `newName` gives names that no plan uses. */
export function hoistSetExpressions(judged: Judged, newName: () => string): Judged {
  const {base, derives} = chainOf(judged.input)
  const early = new Map<string, Early>()
  const replace = (expr: Expr): Expr => {
    if (!isSetExpression(expr) || !isEarly(expr)) return expr
    const identity = identityOf(expr)
    const known = early.get(identity) ?? {name: newName(), expr, after: lastDefined(columnsOf(expr), derives)}
    early.set(identity, known)
    return column(known.name)
  }
  const judgements = judged.judgements.map((judgement) => ({...judgement, when: rewrite(judgement.when, replace)}))
  const all = [...early.values()]
  const start = joinedAfter(base, all, -1)
  const input = derives.reduce<Plan>((plan, {columns}, index) => derivedAt(plan, columns, all, index), start)
  return {input, judgements}
}

/** Those that look at whole rows need all of a row typed. */
function isEarly(expr: SetExpr): boolean {
  if (expr.kind === 'isDuplicated') return expr.unlessSame === undefined
  if (expr.kind === 'isOutvoted') return true
  return (expr.kind === 'existsIn' || expr.kind === 'lookup') && !expr.key.some(hasSetExpression)
}

function chainOf(plan: Plan): {readonly base: Plan; readonly derives: readonly Derive[]} {
  const derives: Derive[] = []
  let base = plan
  for (; base.kind === 'derive'; base = base.input) derives.unshift(base)
  return {base, derives}
}

function lastDefined(names: readonly string[], derives: readonly Derive[]): number {
  return derives.findLastIndex(({columns}) => columns.some(({name}) => names.includes(name)))
}

function joinedAfter(plan: Plan, early: readonly Early[], index: number): Plan {
  const columns = early.filter(({after}) => after === index).map(({name, expr}): DerivedColumn => ({name, expr}))
  return columns.length === 0 ? plan : {kind: 'derive', input: plan, columns}
}

/** One derivation in two steps, the keys of what is joined after it first, where that means the same. */
function derivedAt(input: Plan, columns: readonly DerivedColumn[], early: readonly Early[], index: number): Plan {
  const keys = new Set(early.filter(({after}) => after === index).flatMap(({expr}) => columnsOf(expr)))
  const first = columns.filter(({name}) => keys.has(name))
  const rest = columns.filter(({name}) => !keys.has(name))
  const isIndependent = !rest.some(({expr}) => columnsOf(expr).some((name) => first.some((key) => key.name === name)))
  if (first.length === 0 || rest.length === 0 || !isIndependent) {
    return joinedAfter({kind: 'derive', input, columns}, early, index)
  }
  return {kind: 'derive', input: joinedAfter({kind: 'derive', input, columns: first}, early, index), columns: rest}
}
