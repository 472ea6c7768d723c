// Small reference tables as conditions. A join costs about the same for two dozen rows as for a hundred thousand, and copies
// every column of the row; comparing with a few dozen constants costs a third of it. What the expressions mean stays the same.
import {and, compare, type Expr, isNull, literal, or, type ScalarType, when} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {hasSetExpression, identityOf, isSetExpression, rewrite, rewriteAll} from '../../expr/walk.ts'
import type {Row} from '../engine.ts'
import type {PlanCompiler} from './compile-plan.ts'
import type {Lookup} from './lookups.ts'
import {readRows} from './read.ts'
import {countRows} from './run.ts'

/** With more rows a join is cheaper. */
const maxRows = 48

/** The rows of a small relation with what they are typed as. */
export interface SmallRelation {
  readonly rows: readonly Row[]
  readonly types: ReadonlyMap<string, ScalarType>
}

/** The expressions without those lookups whose relation is so small that its rows can stand in the expression. */
export async function inlineSmallRelations(compiler: PlanCompiler, exprs: readonly Expr[]): Promise<readonly Expr[]> {
  const wanted = new Map<string, Plan>()
  for (const expr of exprs) {
    rewrite(expr, (part) => {
      if (isLookup(part) && isCheapToCount(part.relation)) wanted.set(identityOf(part.relation), part.relation)
      return part
    })
  }
  for (const [identity, plan] of wanted) {
    if (!compiler.small.has(identity)) compiler.small.set(identity, await readSmall(compiler, plan))
  }
  const replace = (part: Expr): Expr => {
    const relation = isLookup(part) ? compiler.small.get(identityOf(part.relation)) : undefined
    return isLookup(part) && relation !== undefined ? asCondition(part, relation) : part
  }
  return wanted.size === 0 ? exprs : rewriteAll(exprs, replace)
}

async function readSmall(compiler: PlanCompiler, plan: Plan): Promise<SmallRelation | undefined> {
  const {lazy, columns} = await compiler.compile(plan)
  if (countRows(compiler.context.pl, lazy) > maxRows) return undefined
  return {rows: await readRows(compiler, plan, maxRows), types: new Map(columns.map(({name, type}) => [name, type]))}
}

type Inlined = Exclude<Lookup, {readonly kind: 'isSameIn'}>

function isLookup(expr: Expr): expr is Inlined {
  return isSetExpression(expr) && (expr.kind === 'existsIn' || expr.kind === 'lookup')
}

/** Whether the number of its rows is known without computing them. */
function isCheapToCount(plan: Plan): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.files.every(({format}) => format.kind === 'parquet')
    case 'values':
      return true
    case 'derive':
    case 'select':
      return isCheapToCount(plan.input) && !plan.columns.some(({expr}) => hasSetExpression(expr))
    default:
      return false
  }
}

function asCondition(expr: Inlined, {rows, types}: SmallRelation): Expr {
  const typeOf = (name: string): ScalarType => types.get(name) ?? 'string'
  const matches = (row: Row): Expr =>
    and(...expr.key.map((part, index) => compare(part, '=', literal(row[expr.on[index] ?? ''] ?? null, typeOf(expr.on[index] ?? '')))))
  const keyed = firstOfEachKey(rows, expr.on)
  if (expr.kind === 'existsIn') return when(or(...expr.key.map(isNull)), literal(null, 'boolean'), or(...keyed.map(matches)))
  const type = typeOf(expr.take)
  const taken = (row: Row): Expr => literal(row[expr.take] ?? null, type)
  return keyed.reduceRight<Expr>((otherwise, row) => when(matches(row), taken(row), otherwise), literal(null, type))
}

/** Rows without a complete key match nothing; of several with one key the first counts. */
function firstOfEachKey(rows: readonly Row[], on: readonly string[]): readonly Row[] {
  const found = new Map<string, Row>()
  for (const row of rows) {
    const key = on.map((name) => row[name] ?? null)
    if (key.includes(null)) continue
    const identity = identityOf(key)
    if (!found.has(identity)) found.set(identity, row)
  }
  return [...found.values()]
}
