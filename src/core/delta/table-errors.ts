// Errors of tables. Each names the table, and the version and the object where there is one; none holds a row value.
import {HippoError} from '../errors/hippo-error.ts'

/** A place in a table's log. */
export interface LogPlace {
  readonly table: string
  readonly version: number
  readonly key: string
}

export function corruptTable({table, version, key}: LogPlace, what: string, cause?: unknown, hint?: string): HippoError {
  return new HippoError('TABLE_CORRUPT', {
    message: `table ${table} cannot be read at version ${version}: ${key}: ${what}`,
    details: {table, version, key},
    hint: withRepair(table, hint),
    ...(cause === undefined ? {} : {cause}),
  })
}

/** What is said of a damaged table, with the way to mend it where it is one of a hippo lake. */
export function withRepair(table: string, hint?: string): string {
  const [, layer, dataset] = /^(silver|quarantine)\/([^/]+)$/.exec(table) ?? []
  const repair = layer === undefined ? [] : [`see what can be saved with hippo doctor --repair ${layer}.${dataset}`]
  return [...(hint === undefined ? [] : [hint]), ...repair].join('; ') || 'bring it back from a copy'
}

/** What a caller asked of a table that it cannot do; `message` says what was expected. */
export function invalidRequest(table: string, message: string, more: {readonly hint?: string; readonly cause?: unknown} = {}): HippoError {
  return new HippoError('TABLE_REQUEST_INVALID', {message: `table ${table}: ${message}`, details: {table}, ...more})
}

/** A file that was to be staged is not what its caller said; nothing was moved. */
export function unfitFile(table: string, message: string, cause?: unknown): HippoError {
  const hint = 'write the Parquet file with exactly the columns, types and rows that are said of it, or say what it has'
  return invalidRequest(table, message, {hint, ...(cause === undefined ? {} : {cause})})
}

export function unknownVersion(table: string, message: string): HippoError {
  return new HippoError('TABLE_VERSION_UNKNOWN', {message: `table ${table}: ${message}`, details: {table}})
}

export function unsupportedTable(table: string, version: number, message: string, hint?: string): HippoError {
  return new HippoError('TABLE_UNSUPPORTED', {
    message: `table ${table} at version ${version}: ${message}`,
    details: {table, version},
    ...(hint === undefined ? {} : {hint}),
  })
}
