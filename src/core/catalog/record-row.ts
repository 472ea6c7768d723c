// Rows to records: SQL has null where a record leaves the property out.
type Nullable<R> = {readonly [K in keyof R]: R[K] | null}

/** A row without its nulls; the statement's column aliases are the record's property names. */
export function withoutNulls<R extends object>(row: Nullable<R>): R {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as R
}
