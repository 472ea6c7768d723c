// `hippoDeidentify` of a gold column: how it gives up what names a person. Silver keeps what it was given, so there it is refused;
// a view computes from rows that name people each time it is read, so there it is refused too.
import {nearest} from '../errors/nearest.ts'
import type {Column, LogicalType} from '../model/contract.ts'
import type {Deidentify} from '../model/deidentify.ts'
import type {ContractFile} from './contract-file.ts'
import type {Extensions} from './custom-properties.ts'
import {isMap} from './map-reader.ts'

const name = 'hippoDeidentify'

/** Parameters of each method, and the types of columns that it gives. */
const methods: Readonly<Record<Deidentify['method'], {readonly params: readonly string[]; readonly types: readonly LogicalType[]}>> = {
  drop: {params: [], types: ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'boolean']},
  keep: {params: ['reason'], types: ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'boolean']},
  year: {params: [], types: ['integer', 'date', 'timestamp']},
  birthYear: {params: [], types: ['integer', 'date']},
  age: {params: [], types: ['integer', 'number']},
  zip3: {params: [], types: ['string']},
  surrogate: {params: ['as'], types: ['string']},
  shiftDate: {params: ['by', 'as', 'maxDays'], types: ['date', 'timestamp']},
}
const defaultMaxDays = 365
const mostDays = 3650

/** The way a column is written, or undefined when there is none or it was reported. */
export function readDeidentify(
  extensions: Extensions,
  {gold, column, type}: {readonly gold: boolean; readonly column: string; readonly type: LogicalType},
): Deidentify | undefined {
  const raw = extensions.raw(name)
  if (raw === undefined) return undefined
  const refuse = (message: string, hint?: string): undefined =>
    extensions.report(name, {code: 'CONTRACT_INVALID', message: `${name}: ${message}`, ...(hint === undefined ? {} : {hint})}) as undefined
  if (!gold) {
    extensions.report(name, {
      code: 'CONTRACT_UNSUPPORTED',
      message: `${name} is for gold: silver stores the values as they are`,
      hint: 'put it on a column of the gold contract that people read',
    })
    return undefined
  }
  const {method, ...params} = isMap(raw) ? raw : {method: raw}
  const known = typeof method === 'string' && Object.hasOwn(methods, method) ? (method as Deidentify['method']) : undefined
  if (known === undefined) {
    const close = typeof method === 'string' ? nearest(method, Object.keys(methods)) : undefined
    return refuse('unknown method', close === undefined ? `known: ${Object.keys(methods).join(', ')}` : `did you mean ${close}?`)
  }
  const odd = Object.keys(params).find((param) => !methods[known].params.includes(param))
  if (odd !== undefined) return refuse(`${known} has no parameter ${odd}`)
  if (!methods[known].types.includes(type)) return refuse(`${known} gives ${methods[known].types.join(' or ')}, and the column is ${type}`)
  return withParams(known, params, {column, refuse})
}

interface Place {
  readonly column: string
  refuse(message: string, hint?: string): undefined
}

function withParams(
  method: Deidentify['method'],
  params: Readonly<Record<string, unknown>>,
  {column, refuse}: Place,
): Deidentify | undefined {
  const {reason, by, as, maxDays = defaultMaxDays} = params
  const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
  if (as !== undefined && !isText(as)) return refuse('as must be text: what the code or shift is of, for example patient')
  switch (method) {
    case 'keep':
      return isText(reason) ? {method, reason} : refuse('keep needs a reason')
    case 'surrogate':
      return {method, as: as ?? column}
    case 'shiftDate':
      if (!isText(by)) return refuse('shiftDate needs by: the column that names the person in the model')
      if (typeof maxDays !== 'number' || !Number.isInteger(maxDays) || maxDays < 1 || maxDays > mostDays)
        return refuse(`maxDays must be a whole number from 1 to ${mostDays}`)
      return {method, by, as: as ?? by, maxDays}
    default:
      return {method}
  }
}

/** Reports a contract that takes identifiers out of some columns and leaves them in others, or that is a view. */
export function checkDeidentified(file: ContractFile, columns: readonly Column[], materialization: string | undefined): void {
  const [first] = columns.filter(({deidentify}) => deidentify !== undefined)
  if (first === undefined) return
  if (materialization === 'view')
    file.report({
      code: 'CONTRACT_INVALID',
      message: `${name} needs hippoMaterialization: table; a view is made of rows that name people`,
      at: first.at,
    })
  const isShifted = columns.some(({deidentify}) => deidentify?.method === 'shiftDate')
  for (const {logicalType, phiCategory, deidentify, name: column, at} of columns) {
    if (deidentify !== undefined) continue
    // A date that stays tells the shift of those beside it.
    if (isShifted && phiCategory === undefined && (logicalType === 'date' || logicalType === 'timestamp'))
      file.report({
        code: 'CONTRACT_INVALID',
        message: `${column} is a ${logicalType} and has no ${name}, while other dates are shifted`,
        hint: `{property: ${name}, value: {method: shiftDate, by: …}}, or keep with a reason`,
        at,
      })
    if (phiCategory === undefined) continue
    file.report({
      code: 'CONTRACT_INVALID',
      message: `${column} is of category ${phiCategory} and has no ${name}, while other columns have`,
      hint: `{property: ${name}, value: {method: drop}}, or keep with a reason`,
      at,
    })
  }
}
