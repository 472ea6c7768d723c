// One promise about expressions: a table of inputs, and what each expression gives row by row. `expected` is written by
// hand for the semantics that matter, so the oracle is tested too; without it the oracle alone decides.
import type {Expr, ScalarType, ScalarValue} from '../../../src/core/expr/expr.ts'

export interface ExpressionCase {
  /** The promise in plain words. */
  readonly title: string
  readonly columns: Readonly<Record<string, ScalarType>>
  /** Values in the order of `columns`. */
  readonly rows: readonly (readonly ScalarValue[])[]
  readonly gives: readonly {readonly expr: Expr; readonly expected?: readonly ScalarValue[]}[]
}

/** A case over one column `x`: every input with what the expression makes of it. */
export function mapping(
  title: string,
  type: ScalarType,
  expr: Expr,
  pairs: readonly (readonly [input: ScalarValue, expected: ScalarValue])[],
): ExpressionCase {
  return {
    title,
    columns: {x: type},
    rows: pairs.map(([input]) => [input]),
    gives: [{expr, expected: pairs.map(([, expected]) => expected)}],
  }
}

type Branch = Extract<Expr, {readonly kind: 'case'}>['branches'][number]

export const branch = (when: Expr, then: Expr): Branch => ({when, then})

/** Text that tells engines apart: white space, marks, case, planes, order. NUL never reaches an engine. */
export const awkwardTexts: readonly (string | null)[] = [
  null,
  '',
  ' ',
  'a',
  'A',
  'abc',
  ' a ',
  '\ta\n',
  '\r\nx\r\n',
  '\va\f',
  '\u00a0nbsp\u00a0',
  '\ufeffbom\ufeff',
  '\u2003em space\u2003',
  '\u200bzero width\u200b',
  '\u0085next line\u0085',
  'é',
  'e\u0301',
  'ß',
  'ẞ',
  'İstanbul',
  'ıI',
  'ΟΔΟΣ',
  'ΟΔΟΣ ΣΑΣ',
  'ŉ ǰ ΐ ﬁ ﬃ',
  'ǅ ǆ Ǆ',
  '𝒳𐐀𐐨',
  '👩‍⚕️ 🏥',
  '\u200fשלום\u200e',
  'naïve, "quoted"; ünïcode',
  "it's|a|pipe",
  'two\nlines',
  '\uffee',
  '\ufffd',
  '😀',
  '١٢٣',
  '\u212a', // Kelvin sign, lower-cases to k
  'null',
  'NULL',
  'NaN',
  'true',
  '0',
  '-0',
  '=cmd|x',
  '\u001b[31mred',
  '%_\\',
  '.*',
  '$1',
]
