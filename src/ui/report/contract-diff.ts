// What contracts change, as `hippo contract diff` tells it: every change with whom it breaks, who they are, what the rows of silver
// would come to, and the step of the version.
import type {ContractDiff} from '../../core/index.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, placeOf, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

/** One part a contract that changed, and a closing line. */
export function contractDiffReport(items: readonly ContractDiff[], paper: Paper): string {
  const changed = items.filter(({changes}) => changes.length > 0)
  const unfit = items.filter(({fits}) => fits === false)
  const unrecorded = items.filter(({before}) => before === undefined)
  const text =
    unfit.length > 0
      ? `${formatPlural(unfit.length, 'version')} ${unfit.length === 1 ? 'does' : 'do'} not say how much changed`
      : changed.length > 0
        ? `${formatPlural(changed.length, 'contract')} changed`
        : 'no contract changed'
  const [first] = unfit
  const next = first?.next === undefined ? undefined : `set version: ${first.next} in the contract of ${untrusted(first.dataset)}`
  return [
    ...changed.flatMap((item) => changedContract(item, paper)),
    ...unrecorded.flatMap(({dataset}) =>
      wrap(paper, `${shape(paper, 'waiting')} ${untrusted(dataset)}  no table was committed under it yet`, 0, 2),
    ),
    ...headline(paper, {
      mark: unfit.length > 0 ? 'failed' : 'ok',
      text,
      ...(next === undefined ? {} : {next}),
    }),
  ].join('\n')
}

function changedContract(item: ContractDiff, paper: Paper): readonly string[] {
  const {dataset, before, after, asks = 'none', taken = 'none', fits, changes} = item
  const versions = before?.version === after.version ? `version ${after.version}` : `${before?.version ?? ''} → ${after.version}`
  const title = `${shape(paper, fits === false ? 'failed' : 'ok')} ${untrusted(dataset)}  ${untrusted(versions)}  asks for ${asks}, taken: ${taken}`
  return [
    ...wrap(paper, plain(paper, title), 0, 4),
    ...changes.flatMap(({message, breaks, at}) => {
      const whom = breaks.length === 0 ? '' : `  breaks ${breaks.join(' and ')}`
      return wrap(
        paper,
        plain(paper, `${shape(paper, breaks.length > 0 ? 'warn' : 'ok')} ${placeOf(at)}${untrusted(message)}${whom}`),
        2,
        4,
      )
    }),
    ...concerned(item, paper),
    ...impactLines(item, paper),
  ]
}

/** Who has to be told. */
function concerned({changes, readers, writer}: ContractDiff, paper: Paper): readonly string[] {
  const isBroken = (side: 'readers' | 'writers'): boolean => changes.some(({breaks}) => breaks.includes(side))
  const named = readers.map(({layer, name, columns, error}) => {
    const which = columns.length === 0 ? '' : ` (${columns.map(untrusted).join(', ')})`
    return `${layer}.${untrusted(name)}${which}${error === undefined ? '' : ' [its SQL cannot be read]'}`
  })
  return [
    ...(isBroken('readers') ? wrap(paper, `readers  ${named.length === 0 ? 'none here' : named.join(', ')}`, 2, 11) : []),
    ...(isBroken('writers') && writer !== undefined ? wrap(paper, `writers  ${untrusted(writer)}`, 2, 11) : []),
  ]
}

function impactLines({impact}: ContractDiff, paper: Paper): readonly string[] {
  if (impact === undefined) return []
  const {rows, failing, failingBefore, rules, notMeasured, tableRefuses} = impact
  const already = failingBefore === 0 ? '' : `, ${formatCount(failingBefore)} break the earlier contract already`
  return [
    ...wrap(paper, `rows     ${formatCount(failing)} of ${formatPlural(rows, 'current row')} would fail${already}`, 2, 11),
    ...rules.flatMap(({check, description, violated, effect}) =>
      wrap(paper, `${formatCount(violated)}  ${untrusted(check)}: ${untrusted(description)}${effect === 'warn' ? ' (warns)' : ''}`, 11, 13),
    ),
    ...notMeasured.flatMap((reason) => wrap(paper, `not measured  ${untrusted(reason)}`, 2, 4)),
    ...(tableRefuses === undefined ? [] : wrap(paper, `table    ${untrusted(tableRefuses)}`, 2, 11)),
  ]
}
