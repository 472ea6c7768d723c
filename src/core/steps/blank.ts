// What a step takes for nothing: no text, or nothing but white space.
import {and, compare, type Expr, isPresent, text} from '../expr/expr.ts'

/** True where there is more than white space; never null. */
export function isWritten(input: Expr): Expr {
  return and(isPresent(input), compare({kind: 'coalesce', of: [{kind: 'text', function: 'trim', of: input}, text('')]}, '!=', text('')))
}
