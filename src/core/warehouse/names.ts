// Names in the warehouse. Readers see views `silver.<dataset>` and `gold.<model>`; behind them lie versioned tables in `silver_data`
// and `gold_data`. PostgreSQL cuts names at 63 bytes without a word, so longer ones are shortened by us, with a hash.
import {createHash} from 'node:crypto'
import {HippoError} from '../errors/hippo-error.ts'
import {quoteIdent} from '../postgres/sql.ts'

export type ServedLayer = 'silver' | 'gold'

/** A relation with its schema. */
export interface RelationName {
  readonly schema: string
  readonly name: string
}

const longestName = 63

/** Physical table of a silver snapshot: `silver_data."<dataset>__v<version>"`. */
export function silverTable(dataset: string, version: number): RelationName {
  return {schema: 'silver_data', name: suffixed(dataset, `__v${version}`)}
}

/** Physical relation of a built model version: `gold_data."<model>__<version>"`. */
export function goldRelation(model: string, version: number): RelationName {
  return {schema: 'gold_data', name: suffixed(model, `__${version}`)}
}

/** Physical relation of a version of a dataset or model. */
export function physicalName(layer: ServedLayer, name: string, version: number): RelationName {
  return layer === 'silver' ? silverTable(name, version) : goldRelation(name, version)
}

/** The view readers use; WAREHOUSE_MODEL_INVALID when PostgreSQL could not hold its name. */
export function servedView(layer: ServedLayer, name: string): RelationName {
  checkName(name)
  return {schema: layer, name}
}

/** Refuses a name that PostgreSQL would cut. */
export function checkName(name: string): void {
  if (Buffer.byteLength(name) <= longestName) return
  throw new HippoError('WAREHOUSE_MODEL_INVALID', {message: `"${name}" is too long for PostgreSQL: ${longestName} bytes at most`})
}

/** `"schema"."name"`. */
export function quoteName({schema, name}: RelationName): string {
  return quoteIdent(schema, name)
}

/** `name` with `suffix`, within PostgreSQL's limit. */
export function suffixed(name: string, suffix: string): string {
  if (Buffer.byteLength(name + suffix) <= longestName) return name + suffix
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 10)
  let head = name
  while (Buffer.byteLength(`${head}_${hash}${suffix}`) > longestName) head = [...head].slice(0, -1).join('')
  return `${head}_${hash}${suffix}`
}
