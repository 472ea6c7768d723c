// A program on a real terminal, through tmux: a private server for each, never a sleep but polling, gone after the test.
import {execFile, spawnSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {promisify} from 'node:util'

const run = promisify(execFile)

export interface TmuxOptions {
  readonly command: readonly string[]
  readonly columns: number
  readonly rows: number
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

export interface TmuxPane {
  /** The screen as people see it, without trailing blanks. */
  screen(): Promise<string>
  /** The screen once it holds the text; fails with the screen as it is after `patienceMs`. */
  until(text: string | RegExp, patienceMs?: number): Promise<string>
  /** Keys by tmux's names (`Down`, `C-c`) or as text. */
  press(...keys: readonly string[]): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  readonly pid: number
  /** Waits for the program's end: its exit code, and whether the terminal was given back. */
  ended(patienceMs?: number): Promise<{readonly code: number; readonly alternateScreen: boolean}>
  close(): Promise<void>
}

/** True when tmux can be run here. */
export const hasTmux = (): boolean => spawnSync('tmux', ['-V']).status === 0

export async function openTmux({command, columns, rows, env, cwd}: TmuxOptions): Promise<TmuxPane> {
  // A name of its own: a server that was just killed still holds its socket for a moment.
  const server = ['-L', `hippo-${randomBytes(6).toString('hex')}`, '-f', '/dev/null']
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (await run('tmux', [...server, ...args], {env: {...process.env, ...env}})).stdout
  const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  const place = cwd === undefined ? [] : ['-c', cwd]
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), ...variables, ...place, 'sleep 3600')
  await tmux('set-option', '-g', 'remain-on-exit', 'on')
  await tmux('set-option', '-g', 'status', 'off')
  await tmux('respawn-pane', '-k', ...variables, ...place, ...command)
  const ask = async (format: string): Promise<string> => (await tmux('display-message', '-p', format)).trim()
  const screen = async (): Promise<string> => (await tmux('capture-pane', '-p')).replace(/[ \t]+$/gm, '').trimEnd()
  const poll = async <T>(look: () => Promise<T | undefined>, patienceMs: number, what: string): Promise<T> => {
    for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const found = await look()
      if (found !== undefined) return found
    }
    throw new Error(`${what} did not happen within ${patienceMs} ms\n${await screen()}`)
  }
  return {
    screen,
    pid: Number(await ask('#{pane_pid}')),
    until: (text, patienceMs = 15_000) =>
      poll(
        async () => {
          const shown = await screen()
          return (typeof text === 'string' ? shown.includes(text) : text.test(shown)) ? shown : undefined
        },
        patienceMs,
        `${text}`,
      ),
    press: async (...keys) => {
      await tmux('send-keys', ...keys)
    },
    resize: async (width, height) => {
      await tmux('resize-window', '-x', String(width), '-y', String(height))
    },
    ended: (patienceMs = 15_000) =>
      poll(
        async () => {
          const [isDead, code, signal, alternate] = (
            await ask('#{pane_dead}|#{pane_dead_status}|#{pane_dead_signal}|#{alternate_on}')
          ).split('|')
          if (isDead !== '1') return undefined
          if (code === '' && signal === '') {
            // tmux sometimes misses that its child ended and leaves it a zombie; the end of another child makes it look.
            await tmux('run-shell', 'true')
            return undefined
          }
          return {code: code === '' ? 128 + Number(signal) : Number(code), alternateScreen: alternate === '1'}
        },
        patienceMs,
        'the end',
      ),
    close: async () => {
      await tmux('kill-server').catch(() => undefined)
    },
  }
}
