// Problems in files, each at its place, as `hippo contract lint` lists them.
import type {Location} from '../../core/errors/hippo-error.ts'
import {type ErrorProps, errorReport} from './error.ts'
import {formatPlural} from './format.ts'
import {headline, placeOf, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

export interface Remark {
  readonly message: string
  readonly at?: Location
}

export interface ProblemsProps {
  /** Files that were read. */
  readonly files: number
  /** Each with the place and its line in `at`. */
  readonly errors: readonly (Omit<ErrorProps, 'location'> & {readonly at?: Location})[]
  readonly remarks: readonly Remark[]
}

/** Errors with their snippets, then remarks, then the verdict. */
export function problemsReport({files, errors, remarks}: ProblemsProps, paper: Paper): string {
  const lines = remarks.flatMap(({message, at}) => {
    return wrap(paper, plain(paper, `${shape(paper, 'warn')} ${placeOf(at)}${untrusted(message)}`), 0, 2)
  })
  const read = formatPlural(files, 'contract')
  const text = errors.length > 0 ? `${read}, ${formatPlural(errors.length, 'error')}` : `${read} can be honoured`
  const mark = errors.length > 0 ? 'failed' : remarks.length > 0 ? 'warn' : 'ok'
  return [
    ...errors.map(({at, ...error}) => errorReport({...error, ...(at ? {location: at} : {})}, paper)),
    ...lines,
    ...headline(paper, {mark, text}),
  ].join('\n')
}
