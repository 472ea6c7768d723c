// Whether the texts of a column are codes that only one system has: LOINC terms with their check digit. Forms that other things
// share (a whole number, five digits) say nothing.
import {hasCheckDigit} from '../clinical/check-digit.ts'
import {loinc} from '../clinical/loinc.ts'

const minTexts = 5
/** The share of different texts that are terms: local codes stand among them. */
const minShare = 0.6

const loincTerm = new RegExp(loinc.shape)

/** The code system (as rule `codeFormat` names it) that most of the different texts are codes of, or undefined. */
export function codeByContent(texts: ReadonlySet<string>): string | undefined {
  const codes = [...texts].filter((text) => loincTerm.test(text) && hasCheckDigit(text.replace('-', ''), 'luhn'))
  return codes.length >= minTexts && codes.length >= minShare * texts.size ? loinc.name : undefined
}
