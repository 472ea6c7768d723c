// A moving window over a local file: the bytes [from, to) are in memory, `more` brings in the next ones. Memory stays at
// one read (4 MiB) unless one record is longer; the window then doubles up to `maximumBytes` and reports that it is full.
import {type FileHandle, open} from 'node:fs/promises'
import {readFailure} from './file-failures.ts'

export const readBytes = 4 * 1024 * 1024
/** The longest record that is read as one; a quote that closes later than this counts as unclosed. */
export const maximumRecordBytes = 32 * 1024 * 1024

export interface WindowOptions {
  /** Position in the file at which the window starts; 0 by default. */
  readonly from?: number
  readonly signal?: AbortSignal | undefined
}

export class FileWindow {
  bytes: Buffer = Buffer.allocUnsafeSlow(readBytes)
  from = 0
  to = 0
  /** Position in the file of `bytes[0]`. */
  base = 0
  /** The last byte of the file is in the window. */
  atEnd = false
  private readonly file: FileHandle
  private readonly signal: AbortSignal | undefined

  private constructor(file: FileHandle, {from = 0, signal}: WindowOptions) {
    this.file = file
    this.base = from
    this.signal = signal
  }

  /** Opens a file, hands its window to `use` and closes it whatever happens. */
  static async over<T>(path: string, options: WindowOptions, use: (window: FileWindow) => Promise<T>): Promise<T> {
    const file = await open(path).catch((cause: unknown) => {
      throw readFailure(cause)
    })
    try {
      return await use(new FileWindow(file, options))
    } finally {
      await file.close()
    }
  }

  /** True when the window holds as many bytes as it ever will and still has to be emptied from the front. */
  get isFull(): boolean {
    return this.to - this.from >= maximumRecordBytes
  }

  /** Drops what lies before `from`, then reads on: at least one byte more, or `atEnd`. Does nothing at the end. */
  async more(): Promise<void> {
    if (this.atEnd) return
    this.signal?.throwIfAborted()
    this.makeRoom()
    const {bytesRead} = await this.file
      .read(this.bytes, this.to, this.bytes.length - this.to, this.base + this.to)
      .catch((cause: unknown) => {
        throw readFailure(cause)
      })
    this.to += bytesRead
    if (bytesRead === 0) this.atEnd = true
  }

  private makeRoom(): void {
    const kept = this.to - this.from
    const target = kept > this.bytes.length / 2 ? Buffer.allocUnsafeSlow(this.bytes.length * 2) : this.bytes
    this.bytes.copy(target, 0, this.from, this.to)
    this.bytes = target
    this.base += this.from
    this.from = 0
    this.to = kept
  }
}

/** The first bytes of a file, at most `limit`. */
export async function readHead(path: string, limit: number): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw readFailure(cause)
  })
  try {
    const head = Buffer.alloc(limit)
    let length = 0
    for (;;) {
      const {bytesRead} = await file.read(head, length, limit - length)
      length += bytesRead
      if (bytesRead === 0 || length === limit) return head.subarray(0, length)
    }
  } catch (cause) {
    throw readFailure(cause)
  } finally {
    await file.close()
  }
}
