// A terminal of any size for Ink, without a process: keeps the newest frame, takes keys. Nothing in it is asynchronous but Ink.
import {EventEmitter} from 'node:events'

export interface TestTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  /** The newest frame, without trailing blanks. */
  frame(): string
  /** Everything that was written, escape codes included. */
  written(): string
  type(keys: string): void
  resize(columns: number, rows: number): void
}

class Screen extends EventEmitter {
  readonly isTTY = true
  columns: number
  rows: number
  readonly chunks: string[] = []

  constructor(columns: number, rows: number) {
    super()
    this.columns = columns
    this.rows = rows
  }

  write(chunk: string, done?: () => void): boolean {
    if (chunk !== '') this.chunks.push(chunk)
    done?.()
    return true
  }
}

class Keyboard extends EventEmitter {
  readonly isTTY = true
  private waiting: string | null = null

  type(keys: string): void {
    this.waiting = keys
    this.emit('readable')
    this.emit('data', keys)
  }

  read(): string | null {
    const keys = this.waiting
    this.waiting = null
    return keys
  }

  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}
}

/** A terminal for `render(…, {debug: true})`: then every write is a whole frame. */
export function testTerminal(columns: number, rows: number): TestTerminal {
  const screen = new Screen(columns, rows)
  const keyboard = new Keyboard()
  return {
    stdin: keyboard as unknown as NodeJS.ReadStream,
    stdout: screen as unknown as NodeJS.WriteStream,
    frame: () =>
      (screen.chunks.at(-1) ?? '')
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n'),
    written: () => screen.chunks.join(''),
    type: (keys) => keyboard.type(keys),
    resize: (width, height) => {
      screen.columns = width
      screen.rows = height
      screen.emit('resize')
    },
  }
}
