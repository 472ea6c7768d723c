// What `hippo init` wrote, what its drafts were made from, and what is left to do by hand.
import {textWidth} from '../text-width.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import type {Paper} from './paper.ts'
import {untrusted} from './untrusted.ts'

export interface InitProps {
  readonly root: string
  /** Relative to the root. */
  readonly created: readonly string[]
  readonly datasets?: readonly {
    readonly dataset: string
    readonly contract: string
    readonly state: 'drafted' | 'kept'
    readonly rows?: number
    readonly columns?: number
    readonly malformed?: number
    readonly match: readonly string[]
    /** Whether hippo.yaml knows the dataset. */
    readonly matched: boolean
  }[]
}

type Drafts = NonNullable<InitProps['datasets']>

/** One line a file, what a person should know of the drafts, then what to do next. */
export function initReport({root, created, datasets = []}: InitProps, paper: Paper): string {
  const mark = created.length > 0 ? 'ok' : 'waiting'
  const text =
    created.length > 0 ? `${formatPlural(created.length, 'file')} in ${untrusted(root)}` : `${untrusted(root)} has everything already`
  return [
    ...created.flatMap((file) => fitted(paper, `  ${untrusted(file)}`, draftedFrom(file, datasets))),
    ...remarks(datasets).flatMap((remark) => wrap(paper, remark, 2, 4)),
    ...headline(paper, {mark, text, next: nextStep(created, datasets)}),
  ].join('\n')
}

/** Beside each other, or the second below the first. */
function fitted(paper: Paper, name: string, detail: string): readonly string[] {
  const line = detail === '' ? name : `${name}   ${detail}`
  return textWidth(line) <= paper.columns ? [line] : [name, ...wrap(paper, detail, 6, 6)]
}

function draftedFrom(file: string, datasets: Drafts): string {
  const draft = datasets.find(({contract, state}) => contract === file && state === 'drafted')
  if (draft === undefined) return ''
  return `${formatPlural(draft.rows ?? 0, 'row')}, ${formatPlural(draft.columns ?? 0, 'column')}; takes ${draft.match.map(untrusted).join(', ')}`
}

function remarks(datasets: Drafts): readonly string[] {
  return datasets.flatMap(({dataset, contract, state, malformed = 0, match, matched}) => [
    ...(state === 'kept' ? [`${untrusted(contract)} was there and is as it was`] : []),
    ...(malformed > 0 ? [`${untrusted(dataset)}: ${formatCount(malformed)} broken records were left out; promotion quarantines them`] : []),
    ...(matched ? [] : [`add to match under a source in hippo.yaml: ${dataset}: [${match.map((one) => JSON.stringify(one)).join(', ')}]`]),
  ])
}

function nextStep(created: readonly string[], datasets: Drafts): string {
  if (datasets.length === 0) return 'describe your sources in hippo.yaml, then hippo doctor'
  const isCopied = created.some((file) => file.startsWith('inbox/') && !file.endsWith('.gitkeep'))
  return isCopied ? 'read the drafts, then hippo ingest' : 'read the drafts, put files into inbox/, then hippo ingest'
}
