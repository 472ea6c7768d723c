import {RE2JS} from 're2js'
import {describe, expect, it} from 'vitest'
import type {ParseTarget} from '../../src/core/expr/expr.ts'
import {
  decimalForm,
  falseTexts,
  integerForm,
  isoDateForm,
  isoOffsetTimestampForm,
  isoTimestampForm,
  numberForm,
  plainNumberForm,
  trueTexts,
} from '../../src/core/expr/parse-forms.ts'
import {checkPortableRegex, toJs, toRust} from '../../src/core/expr/portable-regex.ts'
import {pick, type Random, seeded} from '../conformance/engine/random-expressions.ts'
import {parseText} from '../support/reference/parse-text.ts'

const texts = process.env.HIPPO_TEST_LONG ? 200_000 : 5_000
const seed = Number(process.env.HIPPO_TEST_SEED ?? 1)

const starts = ['0', '-12', '+3.50', '1e5', '9223372036854775807', '12345.67', '2024-02-29', '9999-12-31', '0001-01-01', 'true', 'No']
const moments = ['2024-02-29T23:59:59Z', '2024-02-29 12:30:00.123456789+14:00', '2024-12-01T00:00:00-0530', '2024-06-30T10:20:30.5+02']
const characters = [...'0123456789+-.:eEZT tnyT\n\u00a0٣']

/** A valid text with up to three characters added, dropped or changed. */
function mutated(random: Random): string {
  const text = [...pick(random, [...starts, ...moments])]
  for (let change = Math.floor(random() * 4); change > 0; change--) {
    const kept = Math.floor(random() * 3)
    text.splice(Math.floor(random() * (text.length + 1)), kept === 0 ? 1 : kept - 1, ...(kept === 0 ? [] : [pick(random, characters)]))
  }
  return text.join('')
}

const formTargets: readonly (readonly [name: string, form: string, target: ParseTarget])[] = [
  ['integerForm', integerForm, {type: 'int64'}],
  ['numberForm', numberForm, {type: 'float64'}],
  ['plainNumberForm', plainNumberForm, {type: 'float64', plain: true}],
  ['decimalForm(10,2)', decimalForm(10, 2), {type: {kind: 'decimal', precision: 10, scale: 2}}],
  ['decimalForm(3,3)', decimalForm(3, 3), {type: {kind: 'decimal', precision: 3, scale: 3}}],
  ['decimalForm(5,0)', decimalForm(5, 0), {type: {kind: 'decimal', precision: 5, scale: 0}}],
  ['isoDateForm', isoDateForm, {type: 'date', formats: []}],
  ['isoTimestampForm', isoTimestampForm, {type: 'timestamp', formats: []}],
  ['isoOffsetTimestampForm', isoOffsetTimestampForm, {type: 'timestamp', formats: [], offsetRequired: true}],
]

/** Texts of the right form that are still no value: beyond a range, or a day that its month lacks. */
const outOfRange: Readonly<Record<string, RegExp>> = {
  integerForm: /^[+-]?[0-9]{19}$/,
  numberForm: /[eE]/,
  isoDateForm: /-(?:02-(?:29|30)|(?:02|04|06|09|11)-31)$/,
  isoTimestampForm: /-(?:02-(?:29|30)|(?:02|04|06|09|11)-31)|^(?:0001-01-01|9999-12-31)/,
  isoOffsetTimestampForm: /-(?:02-(?:29|30)|(?:02|04|06|09|11)-31)|^(?:0001-01-01|9999-12-31)/,
}

describe('parse forms', () => {
  it.each(formTargets)(`%s takes what the oracle reads, over ${texts} mutated texts`, {timeout: 600_000}, (name, form, target) => {
    expect(checkPortableRegex(form)).toEqual({ok: true})
    const [fast, linear] = [new RegExp(toJs(form), 'u'), RE2JS.compile(toRust(form))]
    const random = seeded(seed)
    let read = 0
    for (let count = 0; count < texts; count++) {
      const text = mutated(random)
      const isOfForm = fast.test(text)
      const isValue = parseText(text, target) !== null
      if (isValue) read++
      if (count % 20 === 0) expect(linear.matcher(text).find(), text).toBe(isOfForm)
      if (isOfForm !== isValue)
        expect({seed, text, isOfForm, isKnownException: isOfForm && outOfRange[name]?.test(text) === true}).toMatchObject({
          isKnownException: true,
        })
    }
    expect(read).toBeGreaterThan(texts / 1000)
  })

  it('lists the words that the oracle reads as booleans', () => {
    for (const text of trueTexts) expect(parseText(text.toUpperCase(), {type: 'boolean'})).toBe(true)
    for (const text of falseTexts) expect(parseText(text, {type: 'boolean'})).toBe(false)
  })
})
