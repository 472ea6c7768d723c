// Starts the full-screen dashboard and gives the terminal back as it was, however it ends. It draws on the alternate screen and
// reads through the reader alone; what it must do when a signal arrives is the caller's `signal`.
import {render} from 'ink'
import {HippoError} from '../core/errors/hippo-error.ts'
import type {Reader} from '../core/query/index.ts'
import {App, type DashboardEnd} from './app.tsx'
import type {Theme} from './theme.ts'

export interface DashboardOptions {
  readonly reader: Reader
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly theme: Theme
  readonly now: () => Date
  /** Ends the dashboard, as SIGTERM does. */
  readonly signal: AbortSignal
  /** Milliseconds between looks without a change. */
  readonly refreshMs?: number
}

const everySecondMs = 1000

/**
 * Runs until q (`quit`), Ctrl-C (`interrupted`) or the signal (`aborted`). CONFIG_USAGE off a terminal; what goes wrong while
 * drawing is thrown after the terminal is restored.
 */
export async function startDashboard({
  reader,
  stdin,
  stdout,
  theme,
  now,
  signal,
  refreshMs,
}: DashboardOptions): Promise<DashboardEnd | 'aborted'> {
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new HippoError('CONFIG_USAGE', {
      message: 'The dashboard needs a terminal to draw on.',
      hint: 'hippo status --watch shows the same facts as lines',
    })
  }
  if (signal.aborted) return 'aborted'
  const screen = render(<App reader={reader} theme={theme} now={now} refreshMs={refreshMs ?? everySecondMs} />, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    // Said rather than found out: CI sets variables on which Ink would draw nothing.
    interactive: true,
    maxFps: 15,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  const leave = (): void => screen.unmount()
  signal.addEventListener('abort', leave, {once: true})
  try {
    const end = await screen.waitUntilExit()
    return end === 'quit' || end === 'interrupted' ? end : 'aborted'
  } finally {
    signal.removeEventListener('abort', leave)
    screen.cleanup()
  }
}
