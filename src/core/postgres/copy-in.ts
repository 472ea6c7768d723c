// COPY FROM STDIN through one connection. Rows arrive whole or not at all (COPY is one statement); what cannot be read is
// reported by table, line and column, never with its value.
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import type {ClientBase} from 'pg'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from './connection-errors.ts'

/** Streams `body` into the COPY statement; returns the number of rows. WAREHOUSE_LOAD_FAILED when the data is not what the table takes. */
export async function copyIn(
  client: ClientBase,
  statement: string,
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  // Its default export: once bundled, a CommonJS package that is imported dynamically has no named ones.
  const {from} = (await import('pg-copy-streams')).default
  signal?.throwIfAborted()
  const copy = client.query(from(statement, {highWaterMark: 1 << 20}))
  try {
    await pipeline(Readable.from(body, {objectMode: true}), copy, signal === undefined ? {} : {signal})
    return copy.rowCount ?? 0
  } catch (error) {
    if (signal?.aborted) throw new HippoError('RUN_INTERRUPTED', {message: 'interrupted while rows were loaded', cause: error})
    throw badData(error) ?? error
  }
}

// Class 22 is bad data, 23 a broken constraint. `where` reads `COPY t, line 3, column b: "value"`: all but the value is kept.
function badData(error: unknown): HippoError | undefined {
  const code = codeOf(error) ?? ''
  if (!/^2[23]/.test(code)) return undefined
  const where = (error as {where?: unknown}).where
  const place = typeof where === 'string' ? /^COPY ([^,]+), line (\d+)(?:, column ([^:]+))?/.exec(where) : null
  const [, table, line, column] = place ?? []
  const parts = [table && `table ${table}`, line && `line ${line}`, column && `column ${column}`].filter(Boolean)
  return new HippoError('WAREHOUSE_LOAD_FAILED', {
    message: `a value does not fit the table it is loaded into${parts.length === 0 ? '' : `: ${parts.join(', ')}`} (${code})`,
    details: {table, line: line === undefined ? undefined : Number(line), column, sqlState: code},
  })
}
