// What an erasure found and removed: places and counts, never whose.
import type {ErasureResult} from '../../core/index.ts'
import {formatCount} from './format.ts'
import {headline, wrap} from './lines.ts'
import type {Paper} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** One line a place. */
export function erasureReport({run, state, found, kept = [], notSearched = [], keptByServer = []}: ErasureResult, paper: Paper): string {
  const rows = found.map(({location, dataset = '', places, rows: count}) => [
    location,
    untrusted(dataset),
    formatCount(places),
    count > 0 ? formatCount(count) : '',
  ])
  const columns = [
    {title: 'where'},
    {title: 'dataset', flexible: true},
    {title: 'places', align: 'right' as const},
    {title: 'rows', align: 'right' as const},
  ]
  const unsaid = notSearched.map(untrusted).join(', ')
  return [
    ...table(paper, columns, rows),
    ...kept.flatMap(({location, dataset = '', rows: count}) =>
      wrap(
        paper,
        `kept under a legal hold on a person: ${formatCount(count)} rows in ${[location, untrusted(dataset)].join(' ').trim()}`,
        0,
        2,
      ),
    ),
    ...(unsaid === ''
      ? []
      : wrap(
          paper,
          `not searched, for nothing ties them to persons: ${unsaid} (hippoNoPersonData: true in a contract says that there are none)`,
          0,
          2,
        )),
    ...(keptByServer.length === 0
      ? []
      : wrap(
          paper,
          `the database keeps dead rows of ${keptByServer.join(', ')} until they are vacuumed: let their owner run VACUUM FULL on them`,
          0,
          2,
        )),
    ...headline(paper, {...(state === 'notFound' && run.state === 'succeeded' ? onlyHidden : verdicts[state]), durationMs: run.durationMs}),
  ].join('\n')
}

const onlyHidden = {mark: 'ok', text: 'nothing found; earlier versions of objects, which nobody can search, were removed'} as const

const verdicts = {
  erased: {mark: 'ok', text: 'erased; a search of every place found nothing left'},
  notFound: {mark: 'waiting', text: 'nothing found, nothing changed'},
  found: {mark: 'warn', text: 'found; nothing was changed'},
} as const
