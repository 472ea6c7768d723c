// What the rest of the core sees of PostgreSQL: parameterised statements, transactions, locks, notifications, COPY.
// Rows come back as plain objects; int8 as number when safe else bigint, numeric as string, timestamptz as ISO text, date as text.

/** A statement with its parameters; made only by the `sql` template, so values never become text. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

export interface QueryResult<R> {
  readonly rows: readonly R[]
  readonly rowCount: number
}

/** A result as a grid, for people and scripts: columns keep their order and may share a name. */
export interface TableResult {
  /** `type` is PostgreSQL's name of the type: `int8`, `numeric`, `timestamptz`, `_text`. */
  readonly columns: readonly {readonly name: string; readonly type: string}[]
  readonly rows: readonly (readonly unknown[])[]
}

export interface QueryOptions {
  /** Cancels the statement on the server; the promise then rejects with RUN_INTERRUPTED. */
  readonly signal?: AbortSignal | undefined
}

export interface Queryable {
  /** SQL errors come as thrown by the driver (branch on their five-character `code`, never on text); lost connections as CATALOG_*. */
  query<R = Record<string, unknown>>(statement: Statement, options?: QueryOptions): Promise<QueryResult<R>>
  /** Like `query`, as a grid. The text is one statement: a second one after `;` is refused by the server. */
  table(statement: Statement, options?: QueryOptions): Promise<TableResult>
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction: commit when it returns, roll back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  /**
   * Runs `work` while a session-level advisory lock on `name` is held on a connection of its own; the server frees it when
   * the process dies. Waits up to `waitMs`; RUN_LOCKED when it stays taken. `lost` aborts when the holding connection breaks.
   */
  withLock<T>(
    name: string,
    options: {readonly waitMs: number; readonly what: string; readonly signal?: AbortSignal | undefined},
    work: (lost: AbortSignal) => Promise<T>,
  ): Promise<T>
  /** Streams text-format or CSV COPY data into a table; returns the number of rows. */
  copyIn(statement: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number>
  /**
   * Calls back for each NOTIFY on the channel, on a connection of its own, until the returned function is called. After a broken
   * connection it listens again and calls back once with '': something may have been missed, read the state.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>
  /** For people: host or socket, database and server version; never a password. */
  describe(): Promise<{readonly where: string; readonly version: string; readonly embedded: boolean}>
  close(): Promise<void>
}
