// How far a write has come. Polars says nothing while it works, but the system counts what a process reads: the share of its
// input that was read since the pass began that writes. Only Linux tells; elsewhere there are phases and no shares.
import {readFile} from 'node:fs/promises'
import type {WriteOptions} from '../engine.ts'

type OnProgress = NonNullable<WriteOptions['onProgress']>

const everyMs = 250

/** The pass over all rows; those before it read the same files for a few columns. */
const mainPhase = 'write'

/** Follows one engine process until `stop`; `enter` says which phase it is in. */
export class ReadingProgress {
  readonly #pid: number
  readonly #totalBytes: number
  readonly #onProgress: OnProgress
  readonly #timer: NodeJS.Timeout
  #phase: string | undefined
  /** Bytes read when the phase began; undefined until they are known. */
  #readBefore: number | undefined

  constructor(pid: number, totalBytes: number, onProgress: OnProgress) {
    this.#pid = pid
    this.#totalBytes = totalBytes
    this.#onProgress = onProgress
    this.#timer = setInterval(() => void this.#look(), everyMs)
    this.#timer.unref()
  }

  enter(phase: string): void {
    this.#phase = phase
    this.#readBefore = undefined
    this.#onProgress({phase})
    if (phase === mainPhase) void this.#look()
  }

  stop(): void {
    this.#phase = undefined
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const phase = this.#phase
    if (phase !== mainPhase) return
    const read = await bytesRead(this.#pid)
    if (this.#phase !== phase || read === undefined || this.#totalBytes === 0) return
    this.#readBefore ??= read
    this.#onProgress({phase, fraction: Math.min(1, (read - this.#readBefore) / this.#totalBytes)})
  }
}

/** Bytes that a process has read since it started. */
async function bytesRead(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '')
  const [, digits] = /^rchar: ([0-9]+)$/m.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}
