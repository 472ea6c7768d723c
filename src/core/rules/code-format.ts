// A text has the shape of a code of one of the systems named, and its check digit is right. Only the form is judged: whether
// there is such a code, and whether it fits, is for `valueSet`. Codes are compared as they are: a small letter, a blank at the end or a
// lost hyphen is a fault, and a step that mends it belongs in front.
import type {CodeSystem} from '../clinical/code-system.ts'
import {codeSystems} from '../clinical/code-systems.ts'
import {nearest} from '../errors/nearest.ts'
import {and, type Expr, isIn, isPresent, matches, not, or, text} from '../expr/expr.ts'
import {defineRule, type RuleExample} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'
import {typeName} from './typed-value.ts'

interface CodeFormatParams {
  readonly systems: readonly CodeSystem[]
}

function isCode({shape, check}: CodeSystem, value: Expr): Expr {
  const hasShape = matches(value, shape)
  if (check === undefined) return hasShape
  const {algorithm, replace = [], prefix = '', except = []} = check
  const own = replace.reduce<Expr>((of, [find, by]) => ({kind: 'replaceText', of, find, by}), value)
  const digits: Expr = prefix === '' ? own : {kind: 'concat', of: [text(prefix), own]}
  const isRight: Expr = {kind: 'checkDigit', algorithm, of: digits}
  return and(hasShape, except.length === 0 ? isRight : or(isRight, isIn(value, except)))
}

/** Every vector of a system is an example: what its file says is what the rule does. */
function exampleOf({name, good, bad}: CodeSystem): RuleExample {
  return {params: {system: name}, rows: [...good, ...bad, null], bad: bad.map((_, index) => good.length + index)}
}

export const codeFormat = defineRule<CodeFormatParams>({
  name: 'codeFormat',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('codeFormat', raw, at, ['system'])
    const names = params.need('system', params.textOrTexts('system'))
    const systems = [...new Set(names)].map((name) => {
      const close = nearest(name, codeSystems.keys())
      const hint = close === undefined ? `known: ${[...codeSystems.keys()].join(', ')}` : `did you mean ${close}?`
      return codeSystems.get(name) ?? params.fail('system', `unknown code system ${name}`, hint)
    })
    return {systems}
  },
  complaint: (_, type) => (type === 'string' ? undefined : `codes are text, and the column is ${typeName(type)}`),
  violates: ({systems}, {value}) => and(isPresent(value), not(or(...systems.map((system) => isCode(system, value))))),
  describe: ({systems}) => `has the form of a code of ${systems.map(({title}) => title).join(' or ')}`,
  examples: [
    ...[...codeSystems.values()].map(exampleOf),
    {params: {system: ['icd-10-cm', 'snomed']}, rows: ['E11.9', '22298006', '2160-0', null], bad: [2]},
  ],
})
