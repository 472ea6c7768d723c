// A model's select without what names people. Only the contract's columns come out, so that a column that nobody thought of cannot.
// Keyed ways are HMAC-SHA256 (RFC 2104) with a key of their own for each purpose, made from the workspace key; the inner and
// outer pads are settings of the transaction, so that no key stands in a statement, a plan or a stored definition. A date's
// shift and a person's code have different purposes: neither tells the other.
import {createHmac} from 'node:crypto'
import {smallZipAreas} from '../clinical/small-zips.ts'
import {HippoError} from '../errors/hippo-error.ts'
import type {Contract, LogicalType} from '../model/contract.ts'
import {type Deidentify, isKeyed} from '../model/deidentify.ts'
import {quoteIdent, quoteLiteral} from '../postgres/sql.ts'

export interface Deidentified {
  readonly select: string
  /** Settings of the transaction that the select reads. */
  readonly settings: readonly (readonly [name: string, value: string])[]
}

export interface DeidentifyOptions {
  /** The workspace key. */
  readonly key: string | undefined
  /** Ages are told as of this day. */
  readonly now: Date
}

/** The select to build the model from; undefined when the contract takes nothing out. CONFIG_VALUE_MISSING without a key that it needs. */
export function deidentify(contract: Contract, select: string, {key, now}: DeidentifyOptions): Deidentified | undefined {
  if (contract.columns.every((column) => column.deidentify === undefined)) return undefined
  const keyed = contract.columns.find((column) => column.deidentify !== undefined && isKeyed(column.deidentify))
  if (keyed !== undefined && key === undefined) {
    throw new HippoError('CONFIG_VALUE_MISSING', {
      message: `column ${keyed.name} of ${contract.dataset} gets its values with the workspace key`,
      hint: 'set HIPPO_KEY or HIPPO_KEY_FILE; a new one comes from: openssl rand -hex 32',
    })
  }
  const pads = new Map<string, string>()
  const hmac = (purpose: string, value: string): string => {
    const [inner, outer] = padsOf(key ?? '', purpose)
    const setting = (pad: string): string => {
      const name = pads.get(pad) ?? `hippo.pad_${pads.size}`
      pads.set(pad, name)
      return `decode(current_setting('${name}'), 'hex')`
    }
    return `sha256(${setting(outer)} || sha256(${setting(inner)} || convert_to(${value}, 'UTF8')))`
  }
  const columns = contract.columns.map(({name, logicalType, deidentify: way}) => {
    const value = `d.${quoteIdent(name)}`
    return `${way === undefined ? value : expression(way, value, {logicalType, now, hmac})} as ${quoteIdent(name)}`
  })
  return {
    select: `select ${columns.join(', ')} from (${select}\n) as d`,
    settings: [...pads].map(([pad, name]) => [name, pad]),
  }
}

interface Context {
  readonly logicalType: LogicalType
  readonly now: Date
  hmac(purpose: string, value: string): string
}

function expression(way: Deidentify, value: string, {logicalType, now, hmac}: Context): string {
  switch (way.method) {
    case 'keep':
      return value
    case 'drop':
      return `case when false then ${value} end`
    case 'year':
      return asYear(`extract(year from ${value})::int8`, logicalType)
    case 'birthYear':
      return asYear(`greatest(extract(year from ${value})::int8, ${now.getUTCFullYear() - 90})`, logicalType, value)
    case 'age':
      return `case when ${value} >= 90 then 90 else ${value} end`
    case 'zip3': {
      const digits = `left(btrim(${value}), 3)`
      const small = smallZipAreas.map(quoteLiteral).join(', ')
      const isTold = `${value} ~ '^\\s*[0-9]{5}(-?[0-9]{4})?\\s*$' and ${digits} not in (${small})`
      return `case when ${value} is null then null when ${isTold} then ${digits} else '000' end`
    }
    case 'surrogate':
      return `encode(substr(${hmac(`surrogate ${way.as}`, `${value}::text`)}, 1, 16), 'hex')`
    case 'shiftDate': {
      const shifted = `${value} + make_interval(days => ${shift(way, hmac)})`
      return logicalType === 'date' ? `(${shifted})::date` : `(${shifted})`
    }
  }
}

/** `greatest` leaves nulls out, so a missing date has to be asked for. */
function asYear(year: string, type: LogicalType, presentWith?: string): string {
  const typed = type === 'integer' ? year : `make_date((${year})::int, 1, 1)${type === 'timestamp' ? '::timestamptz' : ''}`
  return presentWith === undefined ? typed : `case when ${presentWith} is not null then ${typed} end`
}

/** From `maxDays` back to `maxDays` on, never none; a row that names no person has no date either. */
function shift({by, as, maxDays}: Extract<Deidentify, {method: 'shiftDate'}>, hmac: Context['hmac']): string {
  const number = `(('x' || encode(substr(${hmac(`shift ${as}`, `d.${quoteIdent(by)}::text`)}, 1, 4), 'hex'))::bit(32)::int8 & 4294967295)`
  const place = `(${number} % ${2 * maxDays})::int`
  return `(case when ${place} < ${maxDays} then ${place} - ${maxDays} else ${place} - ${maxDays} + 1 end)`
}

/** Hex of the key of one purpose, padded to a block and mixed with the two constants of HMAC. */
function padsOf(key: string, purpose: string): readonly [inner: string, outer: string] {
  const own = createHmac('sha256', key).update(`deidentify ${purpose}`).digest()
  const mixed = (constant: number): string =>
    Buffer.from(Array.from({length: 64}, (_, index) => constant ^ (own[index] ?? 0))).toString('hex')
  return [mixed(0x36), mixed(0x5c)]
}
