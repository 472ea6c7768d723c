import {Box, Text} from 'ink'
import {HippoError} from '../../core/errors/hippo-error.ts'
import type {Liveness} from '../../core/query/index.ts'
import {useTheme} from '../hooks/use-theme.ts'
import type {Navigation} from '../navigation.ts'
import {type Page, pageLines} from '../page.ts'
import {formatClock} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'
import {textStyle, words} from '../theme.ts'
import {viewTitle} from '../views.ts'
import {Notice, type NoticeProps} from './notice.tsx'
import {PageTable} from './page-table.tsx'

export interface PageFrameProps {
  readonly nav: Navigation
  /** Absent until it was read for the first time. */
  readonly page: Page | undefined
  readonly error: unknown
  readonly liveness: Liveness | undefined
  readonly filter: string
  readonly selectedKey: string | undefined
  readonly width: number
  readonly height: number
}

const mostPinned = 4

/** The body: the way here, what is wrong, the page, and what stays at the bottom. */
export function PageFrame({nav, page, error, liveness, filter, selectedKey, width, height}: PageFrameProps) {
  const theme = useTheme()
  const notice = noticeOf({hasPage: page !== undefined, error, liveness, timeZone: theme.timeZone})
  const hasPath = nav.stack.length > 1 || filter !== '' || nav.isFiltering
  const pinned = page?.pinned === undefined ? [] : [page.pinned]
  const pinnedHeight = pinned.length === 0 ? 0 : Math.min(mostPinned, pageLines(pinned).length)
  const noticeHeight = notice === undefined ? 0 : notice.next === undefined ? 1 : 2
  const tableHeight = Math.max(1, height - pinnedHeight - noticeHeight - (hasPath ? 1 : 0))
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {hasPath ? <Path nav={nav} filter={filter} /> : null}
      {notice === undefined ? null : <Notice {...notice} width={width} />}
      <PageTable sections={page?.sections ?? []} width={width} height={tableHeight} selectedKey={selectedKey} />
      {pinned.length === 0 ? null : <PageTable sections={pinned} width={width} height={pinnedHeight} selectedKey={selectedKey} />}
    </Box>
  )
}

/** Where this is, and the words it is filtered by. */
function Path({nav, filter}: {readonly nav: Navigation; readonly filter: string}) {
  const theme = useTheme()
  const path = nav.stack.length > 1 ? nav.stack.map((view) => untrusted(viewTitle(view))).join(words(theme, ' ▸ ')) : ''
  const cursor = nav.isFiltering ? '_' : ''
  return (
    <Text wrap="truncate-end">
      {` ${path}`}
      {filter !== '' || nav.isFiltering ? (
        <Text {...textStyle(theme, 'accent')}>{`${path === '' ? '' : '  '}/${untrusted(filter)}${cursor}`}</Text>
      ) : null}
    </Text>
  )
}

interface Situation {
  readonly hasPage: boolean
  readonly error: unknown
  readonly liveness: Liveness | undefined
  readonly timeZone: string | undefined
}

function noticeOf({hasPage, error, liveness, timeZone}: Situation): Omit<NoticeProps, 'width'> | undefined {
  if (liveness?.state === 'stale') {
    const since = formatClock(liveness.since, timeZone)
    return {
      mark: 'warn',
      text: `The database cannot be reached; this picture is of ${since}. Trying again.`,
      next: 'hippo doctor',
    }
  }
  if (error instanceof HippoError)
    return {
      mark: 'failed',
      text: `${untrusted(error.message)}  ${error.code}`,
      next: error.hint === undefined ? undefined : untrusted(error.hint),
    }
  if (error !== undefined) return {mark: 'failed', text: 'This cannot be shown: a bug in hippo.', next: 'hippo doctor'}
  return hasPage ? undefined : {mark: 'waiting', text: 'reading…'}
}
