// The dashboard as a whole: reads the page of the current view again and again, draws header, body and footer around it, and
// hands every key to the navigation.
import {Box, useApp, useInput, useWindowSize} from 'ink'
import {useEffect, useMemo, useReducer} from 'react'
import type {Reader} from '../core/query/index.ts'
import {Footer} from './components/footer.tsx'
import {Header} from './components/header.tsx'
import {Help} from './components/help.tsx'
import {PageFrame} from './components/page-frame.tsx'
import {TooSmall} from './components/too-small.tsx'
import {useLive} from './hooks/use-live.ts'
import {useReader} from './hooks/use-reader.ts'
import {ThemeContext} from './hooks/use-theme.ts'
import {keysOf} from './keys.ts'
import {selectedIndex} from './list.ts'
import {currentView, type KeyContext, type Navigation, pressKey, start} from './navigation.ts'
import {filterPage, type Page, type PageRow, selectableRows} from './page.ts'
import {untrusted} from './report/untrusted.ts'
import {openScreens} from './screens/index.ts'
import type {Theme} from './theme.ts'
import {tabOf, viewKey} from './views.ts'

export type DashboardEnd = 'quit' | 'interrupted'

export interface AppProps {
  readonly reader: Reader
  readonly theme: Theme
  readonly now: () => Date
  /** Milliseconds between looks without a change; 0 looks at changes only. */
  readonly refreshMs: number
}

const smallest = {columns: 50, rows: 10}
const frameLines = 4

interface Press {
  readonly keys: readonly string[]
  readonly context: KeyContext
}

const press = (nav: Navigation, {keys, context}: Press): Navigation => keys.reduce((at, key) => pressKey(at, key, context), nav)

export function App({reader, theme, now, refreshMs}: AppProps) {
  const {columns, rows} = useWindowSize()
  const {exit} = useApp()
  const [nav, dispatch] = useReducer(press, start)
  const live = useLive(reader, refreshMs)
  const readPage = useMemo(() => openScreens(reader), [reader])
  const view = currentView(nav)
  const key = viewKey(view)
  const reading = useReader(key, live.tick, () => readPage(view))

  const height = rows - frameLines
  const time = now()
  const filter = nav.filters[key] ?? ''
  const zone = theme.timeZone === undefined ? {} : {timeZone: theme.timeZone}
  const page = reading.value && filterPage(reading.value({now: time, width: columns, height, ...zone}), filter)
  const {selectable, selected} = selectionOf(page, nav.selected[key])

  useInput((input, inkKey) => dispatch({keys: keysOf(input, inkKey), context: {viewKey: key, rows: selectable, pageSize: height}}))
  useEffect(() => {
    if (nav.end !== undefined) exit(nav.end)
  }, [nav.end, exit])

  if (columns < smallest.columns || rows < smallest.rows) return <TooSmall columns={columns} rows={rows} />
  return (
    <ThemeContext value={theme}>
      <Box flexDirection="column" width={columns} height={rows}>
        <Header workspace={untrusted(reader.name)} tab={tabOf(nav.stack)} liveness={live.liveness} now={time} width={columns} />
        {nav.isHelp ? (
          <Help width={columns} height={height} />
        ) : (
          <PageFrame
            nav={nav}
            page={page}
            error={reading.error}
            liveness={live.liveness}
            filter={filter}
            selectedKey={selected?.key}
            width={columns}
            height={height}
          />
        )}
        <Footer command={selected?.command ?? page?.command} width={columns} />
      </Box>
    </ThemeContext>
  )
}

interface Selection {
  readonly selectable: readonly PageRow[]
  readonly selected: PageRow | undefined
}

function selectionOf(page: Page | undefined, key: string | undefined): Selection {
  const selectable = page ? selectableRows(page) : []
  const keys = selectable.map((row) => row.key)
  return {selectable, selected: selectable[selectedIndex(keys, key)]}
}
