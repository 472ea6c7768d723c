// The dashboard on a test terminal: typed at, looked at, never asleep longer than it must.
import {render} from 'ink'
import type {Reader} from '../../src/core/query/index.ts'
import {App} from '../../src/ui/app.tsx'
import type {Theme} from '../../src/ui/theme.ts'
import {type TestTerminal, testTerminal} from './terminal.ts'

export interface TestDashboard extends TestTerminal {
  /** The frame once it has what is waited for; fails with the frame as it is after two seconds. */
  until(isThere: string | ((frame: string) => boolean)): Promise<string>
  /** The frame once nothing changed for a while, and nothing is being read unless `isReading`. */
  settled(options?: {readonly isReading?: boolean}): Promise<string>
  readonly ended: Promise<unknown>
  close(): void
}

export interface TestDashboardOptions {
  readonly columns?: number
  readonly rows?: number
  readonly theme?: Theme
  readonly now: () => Date
  readonly refreshMs?: number
}

const patienceMs = 2000
const quietMs = 35

export function openDashboard(reader: Reader, options: TestDashboardOptions): TestDashboard {
  const {columns = 80, rows = 24, theme = {color: false, unicode: true, timeZone: 'UTC'}, now, refreshMs = 25} = options
  const terminal = testTerminal(columns, rows)
  const {stdin, stdout} = terminal
  const app = render(<App reader={reader} theme={theme} now={now} refreshMs={refreshMs} />, {
    stdin,
    stdout,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  return {
    ...terminal,
    ended: app.waitUntilExit(),
    close: () => app.unmount(),
    until: async (isThere) => {
      const matches = (frame: string): boolean => (typeof isThere === 'string' ? frame.includes(isThere) : isThere(frame))
      for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; ) {
        if (matches(terminal.frame())) return terminal.frame()
        await pause(5)
      }
      throw new Error(`never there: ${isThere}\n${terminal.frame()}`)
    },
    settled: async ({isReading = false} = {}) => {
      for (let before = ''; ; ) {
        await pause(quietMs)
        const frame = terminal.frame()
        const isWaiting = !isReading && /reading|connecting/.test(frame)
        if (frame === before && frame !== '' && !isWaiting) return frame
        before = frame
      }
    },
  }
}
