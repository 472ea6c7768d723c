// Statements as tagged templates: whatever is interpolated becomes a parameter, so a value never turns into SQL text.
// Fragments made by `sql`, `ident`, `raw` and `join` nest; parameters are renumbered. It knows nothing of a connection.
import type {Statement} from './database.ts'

const chunksKey: unique symbol = Symbol('chunks')

/** A statement that can be a part of another: `chunks` surround the values. */
export interface Fragment extends Statement {
  readonly [chunksKey]: readonly string[]
}

/** Builds a statement; interpolated fragments are spliced in, everything else becomes a parameter (`undefined` is null). */
export function sql(strings: TemplateStringsArray, ...parts: readonly unknown[]): Fragment {
  const chunks: string[] = [strings[0] ?? '']
  const values: unknown[] = []
  const append = (text: string): void => {
    chunks.push((chunks.pop() ?? '') + text)
  }
  parts.forEach((part, index) => {
    if (isFragment(part)) {
      const [first = '', ...rest] = part[chunksKey]
      append(first)
      chunks.push(...rest)
      values.push(...part.values)
    } else {
      values.push(part ?? null)
      chunks.push('')
    }
    append(strings[index + 1] ?? '')
  })
  return fragment(chunks, values)
}

/** A quoted identifier, qualified when several parts are given: `ident('gold', 'a"b')` is `"gold"."a""b"`. */
export function ident(...parts: readonly string[]): Fragment {
  return raw(quoteIdent(...parts))
}

/** Text that goes into the statement as it is. Only for SQL that comes from our own files or a model file. */
export function raw(text: string): Fragment {
  return fragment([text], [])
}

/** A value as SQL text, for statements that take no parameters (comment, create table as). */
export function quoted(value: string): Fragment {
  return raw(quoteLiteral(value))
}

/** A parameter sent as JSON text; pg would send an array as a PostgreSQL array otherwise. */
export function json(value: unknown): Fragment {
  return sql`${value === undefined || value === null ? null : stringify(value)}::jsonb`
}

/** The fragments one after the other with `separator` between them. */
export function join(fragments: readonly Fragment[], separator = ', '): Fragment {
  const [first, ...rest] = fragments
  if (first === undefined) return raw('')
  return rest.reduce((all, next) => sql`${all}${raw(separator)}${next}`, first)
}

/** Quotes an identifier for SQL text made by hand (COPY). */
export function quoteIdent(...parts: readonly string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
}

/** Quotes a text as a SQL literal that means the same whatever `standard_conforming_strings` says. */
export function quoteLiteral(value: string): string {
  const body = value.replaceAll("'", "''")
  return body.includes('\\') ? `E'${body.replaceAll('\\', '\\\\')}'` : `'${body}'`
}

function fragment(chunks: readonly string[], values: readonly unknown[]): Fragment {
  const text = chunks.map((chunk, index) => (index === 0 ? chunk : `$${index}${chunk}`)).join('')
  return {text, values, [chunksKey]: chunks}
}

function isFragment(part: unknown): part is Fragment {
  return typeof part === 'object' && part !== null && chunksKey in part
}

// Bigints become JSON numbers when they fit, else text: JSON readers lose digits past 2^53.
function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'bigint') return item
    return item >= BigInt(Number.MIN_SAFE_INTEGER) && item <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(item) : item.toString()
  })
}
