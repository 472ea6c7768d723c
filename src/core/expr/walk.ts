// Walking expressions and plans: what they look at, and rewriting them. The door of this folder: typing and printing are
// offered from here too. Nothing here runs anything.
import type {Expr, SetExpr} from './expr.ts'
import type {Plan} from './plan.ts'

export {print, printPlan} from './print.ts'
export {aggregateColumns, type Columns, planColumns, typeOf} from './type-of.ts'
export {sameType} from './type-rules.ts'

/** The expressions directly below one, in order; those inside a set expression's relation are not part of it. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'column':
    case 'literal':
    case 'isDuplicated':
    case 'isRepeat':
    case 'isSuperseded':
    case 'isOutvoted':
    case 'isSameIn':
      return []
    case 'overlaps':
    case 'isFarOut':
    case 'previous':
      return expr.where === undefined ? [] : [expr.where]
    case 'and':
    case 'or':
    case 'coalesce':
    case 'concat':
      return expr.of
    case 'compare':
    case 'arithmetic':
      return [expr.left, expr.right]
    case 'elapsed':
      return [expr.from, expr.to]
    case 'case':
      return [...expr.branches.flatMap((branch) => [branch.when, branch.then]), expr.otherwise]
    case 'mapText':
      return [expr.of, expr.otherwise]
    case 'existsIn':
    case 'lookup':
      return expr.key
    default:
      return [expr.of]
  }
}

/** Names of the input's columns that an expression looks at, each once, in order of first use. */
export function columnsOf(expr: Expr): readonly string[] {
  const names = new Set<string>()
  collectColumns(expr, names)
  return [...names]
}

function collectColumns(expr: Expr, names: Set<string>): void {
  for (const name of ownColumns(expr)) names.add(name)
  for (const child of childrenOf(expr)) collectColumns(child, names)
}

function ownColumns(expr: Expr): readonly string[] {
  switch (expr.kind) {
    case 'column':
      return [expr.name]
    case 'isDuplicated':
      return [...expr.key, ...(expr.unlessSame ?? [])]
    case 'isOutvoted':
      return [...expr.key, expr.of]
    case 'isRepeat':
    case 'isSameIn':
      return [...expr.key, ...expr.columns]
    case 'isSuperseded':
      return [...expr.key, expr.by]
    case 'overlaps':
      return [...expr.key, expr.start, expr.end, ...(expr.unlessSame ?? [])]
    case 'isFarOut':
      return [...expr.key, expr.of]
    case 'previous':
      return [...expr.key, expr.by, expr.of]
    default:
      return []
  }
}

/** Names of the columns that a plan yields, in order, without checking types. */
export function columnsOfPlan(plan: Plan): readonly string[] {
  switch (plan.kind) {
    case 'scan':
      return [...plan.columns.map(({name}) => name), ...(plan.rowNumber === undefined ? [] : [plan.rowNumber])]
    case 'values':
    case 'select':
      return plan.columns.map(({name}) => name)
    case 'derive':
      return [...new Set([...columnsOfPlan(plan.input), ...plan.columns.map(({name}) => name)])]
    case 'filter':
      return columnsOfPlan(plan.input)
    case 'group':
      return [...plan.by, ...plan.aggregates.map(({name}) => name)]
    case 'union':
      return plan.inputs[0] === undefined ? [] : columnsOfPlan(plan.inputs[0])
    case 'verdict':
      return [...columnsOfPlan(plan.of.input), ...(plan.reasons === undefined ? [] : [plan.reasons])]
  }
}

/** The plans directly below one: its inputs, not the relations of its expressions. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return []
    case 'union':
      return plan.inputs
    case 'verdict':
      return [plan.of.input]
    default:
      return [plan.input]
  }
}

/** Whether an expression, or one below it, needs other rows or another relation. */
export function hasSetExpression(expr: Expr): boolean {
  return isSetExpression(expr) || childrenOf(expr).some(hasSetExpression)
}

const setKinds: ReadonlySet<string> = new Set<SetExpr['kind']>([
  'isDuplicated',
  'isRepeat',
  'isSuperseded',
  'isOutvoted',
  'overlaps',
  'isFarOut',
  'previous',
  'existsIn',
  'lookup',
  'isSameIn',
])

/** Whether an expression itself needs other rows or another relation. */
export function isSetExpression(expr: Expr): expr is SetExpr {
  return setKinds.has(expr.kind)
}

/** A text that equal expressions or plans share and no others. */
export function identityOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))
}

/** A new expression: every node, from the leaves up, replaced by what `replace` gives for it. Relations stay as they are. */
export function rewrite(expr: Expr, replace: (expr: Expr) => Expr): Expr {
  return rewriteAll([expr], replace)[0] ?? expr
}

/** The same for several; a node that occurs more than once is one node afterwards, too, so that engines can compute it once. */
export function rewriteAll(exprs: readonly Expr[], replace: (expr: Expr) => Expr): readonly Expr[] {
  const done = new Map<Expr, Expr>()
  const change = (expr: Expr): Expr => {
    const changed = done.get(expr) ?? replace(rewriteChildren(expr, change))
    done.set(expr, changed)
    return changed
  }
  return exprs.map(change)
}

type Branch = Extract<Expr, {readonly kind: 'case'}>['branches'][number]

const branchOf = (when: Expr, then: Expr): Branch => ({when, then})

function rewriteChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'column':
    case 'literal':
    case 'isDuplicated':
    case 'isRepeat':
    case 'isSuperseded':
    case 'isOutvoted':
    case 'isSameIn':
      return expr
    case 'overlaps':
    case 'isFarOut':
    case 'previous':
      return expr.where === undefined ? expr : {...expr, where: change(expr.where)}
    case 'and':
    case 'or':
    case 'coalesce':
    case 'concat':
      return {...expr, of: expr.of.map(change)}
    case 'compare':
    case 'arithmetic':
      return {...expr, left: change(expr.left), right: change(expr.right)}
    case 'elapsed':
      return {...expr, from: change(expr.from), to: change(expr.to)}
    case 'case':
      return {
        ...expr,
        branches: expr.branches.map(({when, then}) => branchOf(change(when), change(then))),
        otherwise: change(expr.otherwise),
      }
    case 'mapText':
      return {...expr, of: change(expr.of), otherwise: change(expr.otherwise)}
    case 'existsIn':
    case 'lookup':
      return {...expr, key: expr.key.map(change)}
    default:
      return {...expr, of: change(expr.of)}
  }
}
