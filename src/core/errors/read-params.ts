// Reads the parameters of a rule or step as written in a contract. Every fault names the subject and, in
// `details.param`, the parameter at fault, so that whoever knows the file can point at its line.
import type {ErrorCode} from './codes.ts'
import {HippoError, type Location} from './hippo-error.ts'
import {nearest} from './nearest.ts'

export type Scalar = string | number | boolean

export interface ParamsSubject {
  readonly code: Extract<ErrorCode, 'CONTRACT_RULE_INVALID' | 'CONTRACT_STEP_INVALID'>
  /** What the parameters belong to, for messages: "rule range". */
  readonly subject: string
  readonly known: readonly string[]
}

export interface Params {
  has(name: string): boolean
  /** As it was written, for those who read it themselves. */
  raw(name: string): unknown
  /** undefined when absent; so do all readers below that do not say `need`. */
  text(name: string): string | undefined
  needText(name: string): string
  number(name: string): number | undefined
  /** A whole number of at least 0. */
  count(name: string): number | undefined
  flag(name: string): boolean | undefined
  /** A number, or a date or time written as text. */
  bound(name: string): number | string | undefined
  oneOf<T extends string>(name: string, options: readonly T[]): T | undefined
  /** A list with at least one entry, without null. */
  scalars(name: string): readonly Scalar[] | undefined
  texts(name: string): readonly string[] | undefined
  /** The same, or a single text for a list of one. */
  textOrTexts(name: string): readonly string[] | undefined
  /** A map with at least one key. */
  map(name: string): Readonly<Record<string, unknown>> | undefined
  textMap(name: string): Readonly<Record<string, string>> | undefined
  /** Throws about one parameter, or about all of them when `name` is undefined. */
  fail(name: string | undefined, message: string, hint?: string): never
  need<T>(name: string, value: T | undefined): T
}

/** Opens a parameter map; an unknown key is refused with the nearest known one. */
export function readParams(raw: unknown, at: Location, {code, subject, known}: ParamsSubject): Params {
  const fail = (name: string | undefined, message: string, hint?: string): never => {
    throw new HippoError(code, {
      message: `${subject}: ${message}`,
      at,
      ...(hint === undefined ? {} : {hint}),
      ...(name === undefined ? {} : {details: {param: name}}),
    })
  }
  if (raw !== undefined && raw !== null && !isMap(raw)) fail(undefined, 'expected a map of parameters')
  const values = (isMap(raw) ? raw : {}) as Readonly<Record<string, unknown>>
  for (const key of Object.keys(values)) {
    if (known.includes(key)) continue
    const close = nearest(key, known)
    fail(key, `unknown parameter ${key}`, close === undefined ? listHint(known) : `did you mean ${close}?`)
  }

  const get = <T>(name: string, expected: string, accepts: (value: unknown) => value is T): T | undefined => {
    const value = values[name]
    if (value === undefined || value === null) return undefined
    return accepts(value) ? value : fail(name, `${name} must be ${expected}`)
  }
  const need = <T>(name: string, value: T | undefined): T => (value === undefined ? fail(undefined, `${name} is missing`) : value)
  const text = (name: string): string | undefined => get(name, 'text', isText)
  const texts = (name: string): readonly string[] | undefined => get(name, 'a list of names or texts (quote numbers)', isTexts)
  return {
    has: (name) => values[name] !== undefined && values[name] !== null,
    raw: (name) => values[name],
    text,
    needText: (name) => need(name, text(name)),
    number: (name) => get(name, 'a number', isNumber),
    count: (name) => get(name, 'a whole number of at least 0', isCount),
    flag: (name) => get(name, 'true or false', isFlag),
    bound: (name) => get(name, 'a number, or a date or time in quotes', isBound),
    oneOf: (name, options) => {
      const value = text(name)
      const found = options.find((option) => option === value)
      return value === undefined ? undefined : (found ?? fail(name, `${name} must be one of ${options.join(', ')}`))
    },
    scalars: (name) => get(name, 'a list of values', isScalars),
    texts,
    textOrTexts: (name) => (isText(values[name]) ? [values[name]] : texts(name)),
    map: (name) => get(name, 'a map', isFullMap),
    textMap: (name) => get(name, 'a map of texts', isTextMap),
    fail,
    need,
  }
}

const listHint = (known: readonly string[]): string => (known.length === 0 ? 'it takes no parameters' : `known: ${known.join(', ')}`)

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isFullMap = (value: unknown): value is Record<string, unknown> => isMap(value) && Object.keys(value).length > 0
const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isBound = (value: unknown): value is number | string => isText(value) || isNumber(value)
const isScalar = (value: unknown): value is Scalar => isText(value) || isNumber(value) || isFlag(value)
const isScalars = (value: unknown): value is Scalar[] => Array.isArray(value) && value.length > 0 && value.every(isScalar)
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.length > 0 && value.every(isText)
const isTextMap = (value: unknown): value is Record<string, string> => isFullMap(value) && Object.values(value).every(isText)
