// Times of a clock in a named zone (`Europe/Berlin`) become instants: ISO times without an offset are read by that clock, those
// with one stay. A time that the clock skips, or shows twice when it is put back, is no instant: it fails, unless the contract
// says which of the two is meant. Without this step such times are read as UTC.
import {and, compare, concat, type Expr, isNull, matches, not, or, text, when} from '../expr/expr.ts'
import {isTimeZone} from '../expr/time-zone.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface LocalTimeParams {
  readonly zone: string
  readonly twice?: 'earlier' | 'later'
}

const offset = '[T ][0-9:.]+(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$'
const withoutSeconds = '[T ][0-9]{2}:[0-9]{2}$'

function instant(input: Expr, zone: string, twice: 'earlier' | 'later'): Expr {
  const trimmed: Expr = {kind: 'text', function: 'trim', of: input}
  const full = when(matches(trimmed, withoutSeconds), concat(trimmed, text(':00')), trimmed)
  return {kind: 'instantOf', of: {kind: 'parse', of: full, as: {type: 'timestamp', formats: []}}, zone, twice}
}

const hasOffset = (input: Expr): Expr => matches({kind: 'text', function: 'trim', of: input}, offset)

export const localTime = defineStep<LocalTimeParams>({
  name: 'localTime',
  parse: (raw, at) => {
    const params = stepParams('localTime', raw, at, ['zone', 'twice'])
    const zone = params.needText('zone')
    if (!isTimeZone(zone)) params.fail('zone', `${zone} is no time zone`, 'names are those of IANA, for example Europe/Berlin')
    const twice = params.oneOf('twice', ['earlier', 'later'])
    return {zone, ...(twice === undefined ? {} : {twice})}
  },
  apply: ({zone, twice}, input) => {
    const found = instant(input, zone, twice ?? 'earlier')
    return when(or(hasOffset(input), isNull(found)), input, {kind: 'asText', of: found})
  },
  fails: ({zone, twice}, input) => {
    const [first, last] = [instant(input, zone, 'earlier'), instant(input, zone, 'later')]
    const isOpen = twice === undefined ? or(isNull(first), compare(first, '!=', last)) : isNull(first)
    return and(isWritten(input), not(hasOffset(input)), isOpen)
  },
  describe: ({zone, twice}) =>
    `is a time of clocks in ${zone}${twice === undefined ? '' : `, the ${twice} one where they show it twice`}, made an instant`,
  examples: [
    {
      params: {zone: 'Europe/Berlin'},
      before: [
        '2026-07-01T10:00:00',
        '2026-01-15 08:30',
        '2026-07-01T10:00:00Z',
        '2026-07-01T10:00:00+02:00',
        '2026-03-29T02:30:00',
        '2026-10-25T02:30:00',
        '01.07.2026 10:00',
        '',
        null,
      ],
      after: [
        '2026-07-01T08:00:00Z',
        '2026-01-15T07:30:00Z',
        '2026-07-01T10:00:00Z',
        '2026-07-01T10:00:00+02:00',
        '2026-03-29T02:30:00',
        '2026-10-25T02:30:00',
        '01.07.2026 10:00',
        '',
        null,
      ],
      failed: [4, 5, 6],
    },
    {
      params: {zone: 'America/New_York', twice: 'later'},
      before: ['2025-11-02T01:30:00', '2025-03-09T02:30:00', null],
      after: ['2025-11-02T06:30:00Z', '2025-03-09T02:30:00', null],
      failed: [1],
    },
  ],
})
