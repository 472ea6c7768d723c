// A key as a person types it, as a condition on the rows of a table. It is compared in the type of its column, and never repeated:
// it may identify a patient.

import {typedExpr} from '../../contract/scalar-type.ts'
import {looseName} from '../../contract/source-columns.ts'
import type {Snapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {and, column, compare, type Expr, or, text} from '../../expr/expr.ts'
import {reservedNames} from '../../lake/reserved-columns.ts'
import {type Column, type Contract, primaryKey} from '../../model/contract.ts'

export interface TraceKey {
  readonly columns: readonly Column[]
  readonly values: readonly string[]
  /** The column that was asked for. */
  readonly column?: string
}

/** `KEY`, `KEY.COLUMN`, or for a key of several columns their values joined by commas; any key as a JSON list. CONFIG_USAGE for anything else. */
export function parseTraceKey(contract: Contract, typed: string, wanted?: string): TraceKey {
  const names = primaryKey(contract)
  if (names.length === 0) throw usage(`${contract.dataset} has no primary key: its rows cannot be named`)
  const has = (name: string) => contract.columns.some((one) => one.name === name)
  if (wanted !== undefined && !has(wanted)) throw usage(`${contract.dataset} has no column ${wanted}`)
  const ending = typed.slice(typed.lastIndexOf('.') + 1)
  const isSuffix = wanted === undefined && typed.includes('.') && has(ending)
  const values = valuesOf(isSuffix ? typed.slice(0, -ending.length - 1) : typed, names.length)
  if (values?.length !== names.length) throw usage(`the key of ${contract.dataset} is ${names.join(', ')}: give ${names.length} values`)
  const columns = names.flatMap((name) => contract.columns.filter((one) => one.name === name))
  const asked = wanted ?? (isSuffix ? ending : undefined)
  return {columns, values, ...(asked === undefined ? {} : {column: asked})}
}

function valuesOf(typed: string, count: number): readonly string[] | undefined {
  const list = typed.startsWith('[') ? listOf(typed) : undefined
  if (count === 1) return list?.length === 1 ? list : [typed]
  return typed.startsWith('[') ? list : typed.split(',')
}

function listOf(typed: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(typed)
    return Array.isArray(list) ? list.map(String) : undefined
  } catch {
    return undefined
  }
}

const usage = (message: string) => new HippoError('CONFIG_USAGE', {message})

/** True for the row in silver. */
export function isSilverRow({columns, values}: TraceKey): Expr {
  return and(...columns.map((one, index) => compare(column(one.name), '=', typedExpr({...one, formats: []}, text(values[index] ?? '')))))
}

/** True for rejected rows whose text was received as the key is typed; undefined when quarantine has no such columns. */
export function isQuarantinedRow({columns, values}: TraceKey, {fields}: Snapshot): Expr | undefined {
  const received = fields.filter(({name}) => !reservedNames.has(name))
  const conditions = columns.map((one, index) => {
    const sources = one.sources.map(looseName)
    const same = received.filter(({name}) => sources.includes(looseName(name)))
    return same.map(({name}) => compare({kind: 'text', function: 'trim', of: column(name)}, '=', text(values[index] ?? '')))
  })
  return conditions.some((any) => any.length === 0) ? undefined : and(...conditions.map((any) => or(...any)))
}
