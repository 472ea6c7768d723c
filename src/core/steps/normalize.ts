// Text in Unicode's composed form (NFC: `e` and its accent become `é`), every kind of blank as a plain space, and marks that
// nobody sees taken out. What a reader sees stays the same; joiners that change how letters are drawn stay.
import type {Expr} from '../expr/expr.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

/** No-break, en, em, thin, hair, figure, narrow and ideographic spaces. */
const oddSpaces = [...'\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000']
/** Zero-width space, word joiner, byte order mark, soft hyphen, marks of direction. */
const unseen = [...'\u200b\u2060\ufeff\u00ad\u200e\u200f']

/** The text with blanks of any kind as plain spaces. */
export function withPlainSpaces(input: Expr): Expr {
  return oddSpaces.reduce<Expr>((of, find) => ({kind: 'replaceText', of, find, by: ' '}), input)
}

export const normalize = defineStep<object>({
  name: 'normalize',
  parse: (raw, at) => {
    stepParams('normalize', raw, at, [])
    return {}
  },
  apply: (_, input) => {
    const seen = unseen.reduce<Expr>((of, find) => ({kind: 'replaceText', of, find, by: ''}), withPlainSpaces(input))
    return {kind: 'text', function: 'nfc', of: seen}
  },
  describe: () => 'is in composed Unicode (NFC), with plain spaces',
  examples: [
    {
      params: {},
      before: ['Jose\u0301', 'A\u030angstro\u0308m', 'a\u00a0b\u2009c', '\u200bx\ufeff', 'ﬁ', ' plain ', '', null],
      after: ['José', 'Ångström', 'a b c', 'x', 'ﬁ', ' plain ', '', null],
    },
  ],
})
