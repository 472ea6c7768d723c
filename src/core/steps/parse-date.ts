// Dates and times in many formats become ISO 8601, format by format in the order that is declared. Where two of them read one
// text as different days (03.04. with the day first, and with the month first) nothing is guessed: it fails, unless the
// contract says that the first format counts. What no format reads fails too.
import {and, compare, type Expr, isNull, isPresent, or, text, when} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {hasTime, isoForm, problemOfShape} from './date-shape.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface ParseDateParams {
  readonly formats: readonly string[]
  readonly ambiguous: 'fail' | 'first'
  /** First of the hundred years that two digits stand for. */
  readonly yearsFrom: number
}

/** What each format makes of the text: ISO, or null where it does not fit or there is no such day. */
function candidates({formats, yearsFrom}: ParseDateParams, input: Expr): readonly Expr[] {
  const trimmed: Expr = {kind: 'text', function: 'trim', of: input}
  return formats.map((format) => {
    const iso = isoForm(format, trimmed, yearsFrom)
    const read: Expr = {kind: 'parse', of: iso, as: {type: hasTime(format) ? 'timestamp' : 'date', formats: []}}
    return when(isNull(read), text(null), iso)
  })
}

export const parseDate = defineStep<ParseDateParams>({
  name: 'parseDate',
  parse: (raw, at) => {
    const params = stepParams('parseDate', raw, at, ['formats', 'ambiguous', 'yearsFrom'])
    const formats = params.need('formats', params.textOrTexts('formats'))
    if (formats.length === 0) params.fail('formats', 'it needs a format')
    for (const format of formats) {
      const problem = problemOfShape(format)
      if (problem !== undefined) params.fail('formats', `format ${JSON.stringify(format)}: ${problem}`)
    }
    const yearsFrom = params.count('yearsFrom')
    const isShort = formats.some((format) => /(?:^|[^y])yy(?:$|[^y])/.test(format.replace(/'[^']*'/g, '')))
    if (isShort && yearsFrom === undefined)
      params.fail('yearsFrom', 'two digits do not say the century: yearsFrom is the first of the hundred years meant')
    if (yearsFrom !== undefined && (yearsFrom < 1000 || yearsFrom > 9900)) params.fail('yearsFrom', 'a year has four digits')
    return {formats, ambiguous: params.oneOf('ambiguous', ['fail', 'first']) ?? 'fail', yearsFrom: yearsFrom ?? 1000}
  },
  apply: (params, input) => ({kind: 'coalesce', of: [...candidates(params, input), input]}),
  fails: (params, input) => {
    const found = candidates(params, input)
    const differ = found.flatMap((one, index) =>
      found.slice(index + 1).map((other) => and(isPresent(one), isPresent(other), compare(one, '!=', other))),
    )
    const none = and(...found.map(isNull))
    return and(isWritten(input), or(none, ...(params.ambiguous === 'fail' ? differ : [])))
  },
  describe: ({formats, ambiguous}) =>
    `is a date written as ${formats.join(' or ')}${formats.length > 1 && ambiguous === 'first' ? ', the first that fits' : ''}, made ISO`,
  examples: [
    {
      params: {formats: ['dd/MM/yyyy', 'MM/dd/yyyy', 'yyyy-MM-dd']},
      before: ['13/04/2026', '04/13/2026', '03/04/2026', '04/04/2026', '2026-04-03', '31/02/2026', 'soon', ' ', null],
      after: ['2026-04-13', '2026-04-13', '03/04/2026', '2026-04-04', '2026-04-03', '31/02/2026', 'soon', ' ', null],
      failed: [2, 5, 6],
    },
    {
      params: {formats: ['d-MMM-yy', 'ddMMMyyyy', 'd MMMM yyyy'], yearsFrom: 1930},
      before: ['3-MAR-26', '3-Mar-29', '30-dec-30', '03MAR2026', '3 September 2026', '3-MRZ-26', null],
      after: ['2026-03-03', '2029-03-03', '1930-12-30', '2026-03-03', '2026-09-03', '3-MRZ-26', null],
      failed: [5],
    },
    {
      params: {formats: ['M/d/yyyy h:mm a', 'dd.MM.yyyy HH:mm:ss.SSS'], ambiguous: 'first'},
      before: ['3/4/2026 1:05 PM', '12/31/2026 12:00 am', '31.12.2026 23:59:59.123', '13/1/2026 1:05 PM', '3/4/2026 13:05 PM', null],
      after: ['2026-03-04T13:05:00', '2026-12-31T00:00:00', '2026-12-31T23:59:59.123', '13/1/2026 1:05 PM', '3/4/2026 13:05 PM', null],
      failed: [3, 4],
    },
    {
      params: {formats: ['dd/MM/yyyy', 'MM/dd/yyyy'], ambiguous: 'first'},
      before: ['03/04/2026', '04/13/2026', null],
      after: ['2026-04-03', '2026-04-13', null],
    },
  ],
})
