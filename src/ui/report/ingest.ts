// What `hippo ingest` found and captured, one line a source; files that need a person are named, what is ignored is one line a
// reason.
import {capturedMeanwhile} from '../../core/model/captured-meanwhile.ts'
import type {CapturedFile, IngestResult} from '../../core/model/run.ts'
import {errorReport} from './error.ts'
import {formatBytes, formatCount, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {type Mark, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

const listedFiles = 10
const namedIgnored = 3

/** The text report of one ingest. */
export function ingestReport({run, batch, files, error}: IngestResult, paper: Paper): string {
  const sources = Map.groupBy(files, (file) => file.source)
  const rows = [...sources].map(([source, own]) => [
    untrusted(source),
    formatPlural(own.length, 'file'),
    formatBytes(own.reduce((sum, file) => sum + file.bytes, 0)),
    outcome(own, paper),
  ])
  const columns = [{title: ''}, {title: '', align: 'right'}, {title: '', align: 'right'}, {title: '', flexible: true}] as const
  return [
    ...table(paper, columns, rows),
    ...rejected(files, paper),
    ...ignored(files, paper),
    ...(error ? [errorReport(error, paper)] : []),
    ...headline(paper, {...summary(files, batch), durationMs: run.durationMs}),
  ].join('\n')
}

function outcome(files: readonly CapturedFile[], paper: Paper): string {
  const count = (state: CapturedFile['state']): number => files.filter((file) => file.state === state).length
  const parts: readonly (readonly [Mark, number, string])[] = [
    ['ok', count('captured'), 'captured'],
    ['failed', count('rejected'), 'rejected'],
    ['warn', count('ignored'), 'ignored'],
  ]
  const shown = parts
    .filter(([, number]) => number > 0)
    .map(([mark, number, word]) => `${shape(paper, mark)} ${formatCount(number)} ${word}`)
  const known = count('known')
  if (shown.length === 0) return `${shape(paper, 'waiting')} ${files.some(isMeanwhile) ? capturedMeanwhile : 'nothing new'}`
  return [...shown, ...(known > 0 ? [`${formatCount(known)} known`] : [])].join('  ')
}

const isMeanwhile = ({reason}: CapturedFile): boolean => reason === capturedMeanwhile

function rejected(files: readonly CapturedFile[], paper: Paper): readonly string[] {
  const some = files.filter((file) => file.state === 'rejected')
  if (some.length === 0) return []
  const mark = shape(paper, 'failed')
  const rows = some.slice(0, listedFiles).map((file) => [`${mark} ${untrusted(file.path)}`, untrusted(file.reason ?? '')])
  const rest = some.length - rows.length
  const columns = [
    {title: '', flexible: true},
    {title: '', flexible: true},
  ]
  return [
    ...table(paper, columns, rows, 4),
    ...(rest > 0 ? [paint(paper, 'quiet', plain(paper, `    … and ${formatCount(rest)} more rejected`))] : []),
  ]
}

/** One line a reason, with how many and the first of their names. */
function ignored(files: readonly CapturedFile[], paper: Paper): readonly string[] {
  const some = files.filter((file) => file.state === 'ignored')
  return [...Map.groupBy(some, ({reason}) => reason ?? 'no dataset matches its name')].flatMap(([reason, own]) => {
    const names = own.slice(0, namedIgnored).map(({path}) => untrusted(path))
    const more = own.length > namedIgnored ? ', …' : ''
    const text = `${shape(paper, 'warn')} ${formatCount(own.length)} ignored, ${untrusted(reason)}: ${names.join(', ')}${more}`
    return wrap(paper, plain(paper, text), 4, 6)
  })
}

function summary(files: readonly CapturedFile[], batch: number | undefined): {mark: Mark; text: string; next?: string} {
  const captured = files.filter((file) => file.state === 'captured').length
  const rejected = files.filter((file) => file.state === 'rejected').length
  const warning = rejected > 0 ? `, ${formatCount(rejected)} rejected` : ''
  if (batch === undefined || captured === 0) {
    if (captured > 0) return {mark: 'waiting', text: `${formatPlural(captured, 'file')} would be captured${warning}`}
    const meanwhile = files.filter(isMeanwhile).length
    if (meanwhile > 0)
      return {
        mark: rejected > 0 ? 'warn' : 'waiting',
        text: `${formatPlural(meanwhile, 'file')} ${capturedMeanwhile}${warning}`,
        next: 'hippo promote silver',
      }
    return {mark: rejected > 0 ? 'warn' : 'waiting', text: `nothing new to capture${warning}`}
  }
  return {
    mark: rejected > 0 ? 'warn' : 'ok',
    text: `${formatPlural(captured, 'file')} captured as batch ${batch}${warning}`,
    next: 'hippo promote silver',
  }
}
