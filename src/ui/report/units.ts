// What the unit detective found: spellings, codes with several units, values in another unit than their row says, what could not
// be decided, and the steps that a contract would need.
import type {UnitFindings} from '../../core/index.ts'
import {formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {untrusted} from './untrusted.ts'

type Mix = UnitFindings['mixes'][number]
type Several = UnitFindings['several'][number]

/** Lines for people; --json has all of it. */
export function unitsReport(found: UnitFindings, paper: Paper): string {
  const {spellings, unknownUnits, missingUnits, several, mixes, patch} = found
  const mixed = mixes.filter(({kind}) => kind === 'mixed').length + several.length
  const lines = [
    ...spellings.map(({spelling, unit, rows}) => `${untrusted(spelling)} is ${unit}: ${formatPlural(rows, 'row')}`),
    ...(unknownUnits > 0 ? [`${formatPlural(unknownUnits, 'row')} with a unit that is no known spelling`] : []),
    ...(missingUnits > 0 ? [`${formatPlural(missingUnits, 'row')} without a unit`] : []),
    ...several.map(severalLine),
    ...mixes.map(mixLine),
    ...(patch === undefined
      ? []
      : ['', 'Steps for the value, in hippoTransform of its column:', ...patch.trimEnd().split('\n').map(untrusted)]),
  ]
  return [
    ...wrap(
      paper,
      plain(paper, `${untrusted(found.dataset)}  ${formatPlural(found.rows, 'measurement')}${found.isCut ? ', the first of more' : ''}`),
      0,
      2,
    ),
    ...lines.flatMap((line) => wrap(paper, plain(paper, line), 2, 4)),
    ...headline(paper, {
      mark: mixed > 0 ? 'warn' : 'ok',
      text: mixed > 0 ? `mixed units in ${formatPlural(mixed, 'place')}` : 'no mixed units',
      ...(patch === undefined ? {} : {next: 'hippo contract lint'}),
    }),
  ].join('\n')
}

const spread = ([low, middle, high]: readonly [number, number, number]): string => `${middle} (${low} to ${high})`

function severalLine({code, to, units}: Several): string {
  const parts = units.map(({unit, rows, converts, values, after}) => {
    const effect = unit === to ? '' : after === undefined ? (converts ? '' : ', which nothing converts') : `, as ${to} ${spread(after)}`
    return `${unit} ${formatPlural(rows, 'row')}${values === undefined ? '' : ` ${spread(values)}`}${effect}`
  })
  const tie = to === undefined ? '; not decided: as many rows are in one unit as in another' : ''
  return `${untrusted(code)} in several units: ${parts.join('; ')}${tie}`
}

function mixLine(mix: Mix): string {
  if (mix.kind === 'undecided')
    return `${untrusted(mix.code)}: ${formatPlural(mix.values, 'value')} may be ${mix.from.join(' or ')} and not ${mix.unit}; not decided: ${mix.reason}`
  const {code, values, side, bound, from, unit, before, after, others} = mix
  return `${untrusted(code)}: ${formatPlural(values, 'value')} ${side} ${bound} look like ${from}, not ${unit}: ${spread(before)}, converted ${spread(after)}, the others ${spread(others)}`
}
