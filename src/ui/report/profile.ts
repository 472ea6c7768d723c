// What is in delivered files: a line a column, then what needs more room: quantiles, forms and frequent values, dependencies,
// and the rules a draft would have.
import type {DeliveryProfile} from '../../core/index.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {type ColumnSpec, table} from './table.ts'
import {untrusted} from './untrusted.ts'

type Column = DeliveryProfile['columns'][number]

/** Tables for columns, values, dependencies and suggestions; --json has all of it. */
export function profileReport(profile: DeliveryProfile, paper: Paper): string {
  const {rows, malformed, sampled, columns, keys, dependencies} = profile
  const broken = malformed > 0 ? `, ${formatCount(malformed)} malformed` : ''
  const taken = sampled < rows ? `; quantiles, forms and values from ${formatPlural(sampled, 'row')} spread over the files` : ''
  return [
    ...wrap(paper, plain(paper, `${untrusted(profile.dataset)}  ${formatPlural(rows, 'row')}${broken}${taken}`), 0, 2),
    ...table(paper, columnSpecs, columns.map(columnCells)),
    ...columns.flatMap((column) => details(column, paper)),
    ...dependencies.flatMap(({determinedBy, column, outvoted}) => {
      const exceptions = outvoted === 0 ? '' : `, but for ${formatPlural(outvoted, 'row')}`
      return wrap(paper, `${untrusted(determinedBy)} decides ${untrusted(column)}${exceptions}`, 2, 4)
    }),
    ...suggested(profile, paper),
    ...headline(paper, {
      mark: 'ok',
      text: keys.length === 0 ? 'no column names a row' : `unique: ${keys.map(untrusted).join(', ')}`,
      next: `hippo ${profile.suggestions === undefined ? 'profile FILE --suggest' : 'contract infer FILE'}`,
    }),
  ].join('\n')
}

const right = {align: 'right'} as const
const columnSpecs: readonly ColumnSpec[] = [
  {title: 'column', flexible: true},
  {title: 'type'},
  {title: 'missing', ...right},
  {title: 'distinct', ...right},
  {title: 'from', ...right, flexible: true, drop: 2},
  {title: 'to', ...right, flexible: true, drop: 2},
  {title: 'may be', drop: 1},
]

function columnCells({name, type, missing, distinct, range, phiCategory}: Column): readonly string[] {
  const [from = '', to = ''] = range ?? []
  return [
    untrusted(name),
    type,
    formatCount(missing),
    formatCount(distinct),
    untrusted(String(from)),
    untrusted(String(to)),
    phiCategory ?? '',
  ]
}

/** A form that fewer values have says little about the others. */
const tellingPercent = 20

/** At most two lines a column: its quantiles or forms, and its frequent values. */
function details({name, quantiles, forms, top}: Column, paper: Paper): readonly string[] {
  const listed = (what: string, parts: readonly string[]): readonly string[] =>
    parts.length === 0 ? [] : wrap(paper, `${untrusted(name)}  ${what} ${parts.join(', ')}`, 2, 4)
  const numbers = Object.entries(quantiles ?? {}).map(([share, value]) => `${share} ${Number(value.toPrecision(6))}`)
  const common = numbers.length > 0 ? [] : forms.filter(({percent}) => percent >= tellingPercent)
  const often = top.map(({value, percent}) => `${plain(paper, untrusted(value))} ${percent} %`)
  const formed = common.map(({form, percent}) => `${untrusted(form)} ${percent} %`)
  return [...listed('quantiles', numbers), ...listed('forms', formed), ...listed('often', often)]
}

function suggested({suggestions = []}: DeliveryProfile, paper: Paper): readonly string[] {
  const specs: readonly ColumnSpec[] = [
    {title: 'a draft would say', flexible: true},
    {title: 'would warn of', ...right},
    {title: 'of rows', ...right},
    {title: '%', ...right},
  ]
  const lines = suggestions.map(({description, violated, denominator, percent}) => [
    untrusted(description),
    formatCount(violated),
    formatCount(denominator),
    percent.toFixed(2),
  ])
  return table(paper, specs, lines)
}
