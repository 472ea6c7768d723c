// A row's key as one text: what quarantine remembers of a rejected row, to see when a later delivery brings the same key, or when
// the row of another dataset that it refers to has come. Names and lengths stand in it, so that no two keys look alike.
import {referenceRules} from '../contract/reference-rules.ts'
import {column, type Expr, text, when} from '../expr/expr.ts'
import type {PlanColumn} from '../expr/plan.ts'
import {hasOnlyReasons, hasReason} from '../lake/row-state.ts'
import type {Contract} from '../model/contract.ts'

/** `parts`: name in the key -> column. Null where a part is null; undefined when a part is a float, which has no exact text, or is no column. */
export function keyText(parts: Readonly<Record<string, string>>, columns: readonly PlanColumn[]): Expr | undefined {
  const texts: Expr[] = []
  for (const [as, name] of Object.entries(parts)) {
    const type = columns.find((one) => one.name === name)?.type
    if (type === undefined || type === 'float64') return undefined
    const value: Expr = {kind: 'asText', of: column(name)}
    texts.push(text(`${as}=`), {kind: 'asText', of: {kind: 'length', of: value}}, text(':'), value)
  }
  return texts.length === 0 ? undefined : {kind: 'concat', of: texts}
}

/** The text of the key that rows are merged by. */
export const ownKey = (key: readonly string[], columns: readonly PlanColumn[]): Expr | undefined =>
  keyText(Object.fromEntries(key.map((name) => [name, name])), columns)

/** What `_waits_for` says where the row of `dataset` with that key is missing. */
export function referenceText(dataset: string, parts: Readonly<Record<string, string>>, columns: readonly PlanColumn[]): Expr | undefined {
  const key = keyText(parts, columns)
  return key === undefined ? undefined : {kind: 'concat', of: [text(`${dataset}:`), key]}
}

/** The row of another dataset that a rejected row waits for: the first that is missing, when nothing else is wrong with it. */
export function waitsFor(contract: Contract, columns: readonly PlanColumn[]): Expr {
  const rules = referenceRules(contract)
  const branches = rules.flatMap(({id, dataset, on}) => {
    const then = referenceText(dataset, on, columns)
    return then === undefined ? [] : [{when: hasReason(id), then}]
  })
  if (branches.length === 0) return text(null)
  return when(hasOnlyReasons(rules.map(({id}) => id)), {kind: 'case', branches, otherwise: text(null)}, text(null))
}
