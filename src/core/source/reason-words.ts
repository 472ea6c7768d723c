// Reasons that no contract states: what can be wrong with a record before any rule is asked.
import type {MalformedReason} from './source.ts'

export const reasonWords: Readonly<Record<MalformedReason, string>> = {
  'csv.fieldCount': 'the record has more or fewer fields than the header',
  'csv.unclosedQuote': 'a quote is opened and never closed',
  'csv.strayQuote': 'a quote stands where none may be',
  'csv.tornLine': 'the last line breaks off',
  'csv.repeatedHeader': 'the header stands again among the records',
  'encoding.invalid': 'bytes that are no text in the encoding of the file',
  'encoding.nul': 'a NUL byte stands in the record',
}

/** Of a row that a person fixed or discarded when it broke a check: a rebuild keeps it back until that decision comes. */
export const heldReason = 'reviewed'

/** The words for a reason that no contract states, or undefined for the id of a check. */
export function structuralReason(reason: string): string | undefined {
  if (reason === heldReason) return 'a person decided about the row'
  return Object.hasOwn(reasonWords, reason) ? reasonWords[reason as MalformedReason] : undefined
}
