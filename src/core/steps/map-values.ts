// Texts are replaced by others, exactly as listed: in the contract, or in a map of administrative codes that hippo knows, by its name. A text
// that is not listed stays (otherwise: keep, the default), or becomes null (otherwise: null), which only an explicit contract can ask for, or is
// a reason (otherwise: fail). `received` names the column that keeps what was received, as a map of codes should: what a source meant can
// only be judged again by what it said.
import {codeMaps} from '../clinical/administrative-codes.ts'
import {nearest} from '../errors/nearest.ts'
import type {Params} from '../errors/read-params.ts'
import {and, type Expr, isIn, not, text} from '../expr/expr.ts'
import {isWritten} from './blank.ts'
import {defineStep} from './define-step.ts'
import {stepParams} from './step-params.ts'

interface MapValuesParams {
  readonly entries: readonly (readonly [from: string, to: string | null])[]
  readonly ignoreCase: boolean
  readonly otherwise: 'keep' | 'null' | 'fail'
  readonly received?: string
}

/** The map itself, or the one of its name. */
function mapOf(params: Params): Readonly<Record<string, unknown>> {
  const given = params.need('map', params.raw('map'))
  if (typeof given !== 'string') return params.need('map', params.map('map'))
  const close = nearest(given, codeMaps.keys())
  const hint = close === undefined ? `known: ${[...codeMaps.keys()].join(', ')}` : `did you mean ${close}?`
  return codeMaps.get(given)?.entries ?? params.fail('map', `unknown map ${given}`, hint)
}

export const mapValues = defineStep<MapValuesParams>({
  name: 'mapValues',
  parse: (raw, at) => {
    const isNullOtherwise = typeof raw === 'object' && raw !== null && 'otherwise' in raw && raw.otherwise === null
    const params = stepParams('mapValues', raw, at, ['map', 'otherwise', 'ignoreCase', 'received'])
    const otherwise = isNullOtherwise ? 'null' : (params.oneOf('otherwise', ['keep', 'null', 'fail']) ?? 'keep')
    const received = params.text('received')
    const ignoreCase = params.flag('ignoreCase') ?? false
    const entries = Object.entries(mapOf(params)).map(([from, to]): readonly [string, string | null] => {
      if (to !== null && typeof to !== 'string' && typeof to !== 'number')
        return params.fail('map', `"${from}" must become a text (in quotes) or null`)
      return [ignoreCase ? from.toLowerCase() : from, to === null ? null : String(to)]
    })
    if (new Set(entries.map(([from]) => from)).size < entries.length) params.fail('map', 'two entries differ only in case')
    return {entries, ignoreCase, otherwise, ...(received === undefined ? {} : {received})}
  },
  keepsIn: ({received}) => (received === undefined ? [] : [{column: received}]),
  apply: ({entries, ignoreCase, otherwise}, input): Expr => ({
    kind: 'mapText',
    of: ignoreCase ? {kind: 'text', function: 'lower', of: input} : input,
    entries,
    otherwise: otherwise === 'null' ? text(null) : input,
  }),
  canFail: ({otherwise}) => otherwise === 'fail',
  fails: ({entries, ignoreCase}, input) => {
    const compared: Expr = ignoreCase ? {kind: 'text', function: 'lower', of: input} : input
    const listed = isIn(
      compared,
      entries.map(([from]) => from),
    )
    return and(isWritten(input), not(listed))
  },
  describe: ({entries}) =>
    entries.length <= 6
      ? `is mapped: ${entries.map(([from, to]) => `${from} to ${to ?? 'missing'}`).join(', ')}`
      : `is mapped by a list of ${entries.length}`,
  examples: [
    {
      params: {map: {M: 'male', F: 'female', U: null}},
      before: ['M', 'F', 'U', 'm', 'X', null],
      after: ['male', 'female', null, 'm', 'X', null],
    },
    {params: {map: 'administrative-gender'}, before: ['F', 'male', 'U', 'f', null], after: ['female', 'male', 'unknown', 'f', null]},
    {
      params: {map: {'1': 'male', '2': 'female', '9': null}, otherwise: 'fail', received: 'sex_received'},
      before: ['1', '9', '3', '', null],
      after: ['male', null, '3', '', null],
      failed: [2],
    },
    {params: {map: {M: 'male'}, otherwise: 'null', ignoreCase: true}, before: ['m', 'M', 'X', null], after: ['male', 'male', null, null]},
  ],
})
