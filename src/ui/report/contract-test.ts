// Contracts held to their examples: what ended otherwise than it says, and what no example shows.
import type {ContractTest} from '../../core/index.ts'
import {formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import type {Paper} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

/** A part a contract, and the verdict. */
export function contractTestReport(items: readonly ContractTest[], paper: Paper): string {
  const failed = items.reduce((sum, {failures}) => sum + failures.length, 0)
  const all = items.reduce((sum, {examples}) => sum + examples, 0)
  const text =
    failed > 0
      ? `${formatPlural(failed, 'example')} of ${all} failed`
      : `${formatPlural(all, 'example')} of ${formatPlural(items.length, 'contract')}`
  return [...contractTestLines(items, paper), ...headline(paper, {mark: failed > 0 ? 'failed' : all === 0 ? 'waiting' : 'ok', text})].join(
    '\n',
  )
}

/** The part of each contract, without the verdict. */
export function contractTestLines(items: readonly ContractTest[], paper: Paper): readonly string[] {
  return items.flatMap(({dataset, examples, failures, withoutExample, notTested}) => [
    ...wrap(
      paper,
      `${shape(paper, failures.length > 0 ? 'failed' : examples === 0 ? 'waiting' : 'ok')} ${untrusted(dataset)}  ${formatPlural(examples, 'example')}`,
      0,
      4,
    ),
    ...failures.flatMap(({example, message}) => wrap(paper, `example ${example}: ${untrusted(message)}`, 4, 6)),
    ...(withoutExample.length === 0 || examples === 0
      ? []
      : wrap(paper, `no example breaks ${withoutExample.map(untrusted).join(', ')}`, 4, 6)),
    ...(notTested.length === 0 || examples === 0 ? [] : wrap(paper, `not tested: ${notTested.map(untrusted).join(', ')}`, 4, 6)),
  ])
}
