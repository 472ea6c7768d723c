// Reads one YAML map of a contract: typed access to its keys, with every misfit reported at its place.
import {nearest} from '../errors/nearest.ts'
import type {ContractFile, Path, Problem} from './contract-file.ts'

export interface MapReader {
  readonly file: ContractFile
  readonly path: Path
  has(key: string): boolean
  raw(key: string): unknown
  /** undefined when absent or, once reported, of another type; so do the readers below. */
  text(key: string): string | undefined
  flag(key: string): boolean | undefined
  integer(key: string): number | undefined
  texts(key: string): readonly string[]
  /** A reader for each map in the list under the key. */
  items(key: string, known: readonly string[], what: string): readonly MapReader[]
  /** A reader for the map under the key. */
  child(key: string, known: readonly string[], what: string): MapReader | undefined
  /** Reports a problem at a key's value, at the key itself, or at the map. */
  report(problem: Pick<Problem, 'message' | 'hint'> & {readonly code?: Problem['code']; readonly key?: string; readonly atKey?: true}): void
}

/** undefined (reported) when there is no map at the path; unknown keys are reported with the nearest known one. */
export function readMap(file: ContractFile, path: Path, known: readonly string[], what: string): MapReader | undefined {
  const value = valueAt(file.document, path)
  if (!isMap(value)) {
    file.report({code: 'CONTRACT_INVALID', message: `${what} must be a map`, at: file.locate(path)})
    return undefined
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const close = nearest(key, known)
    file.report({
      code: 'CONTRACT_INVALID',
      message: `${what}: unknown key ${key}`,
      hint: close === undefined ? 'ODCS allows no other keys here; put extensions under customProperties' : `did you mean ${close}?`,
      at: file.locate([...path, key], 'key'),
    })
  }
  return reader(file, path, value, what)
}

function reader(file: ContractFile, path: Path, value: Readonly<Record<string, unknown>>, what: string): MapReader {
  const report: MapReader['report'] = ({code = 'CONTRACT_INVALID', key, atKey, ...problem}) =>
    file.report({code, ...problem, at: file.locate(key === undefined ? path : [...path, key], atKey ? 'key' : 'value')})
  const get = <T>(key: string, expected: string, accepts: (raw: unknown) => raw is T): T | undefined => {
    const raw = value[key]
    if (raw === undefined || raw === null) return undefined
    if (accepts(raw)) return raw
    report({message: `${what}: ${key} must be ${expected}`, key})
    return undefined
  }
  const list = (key: string): readonly unknown[] => get(key, 'a list', (raw): raw is unknown[] => Array.isArray(raw)) ?? []
  return {
    file,
    path,
    has: (key) => value[key] !== undefined && value[key] !== null,
    raw: (key) => value[key],
    text: (key) => get(key, 'text (in quotes where it looks like a number)', (raw): raw is string => typeof raw === 'string'),
    flag: (key) => get(key, 'true or false', (raw): raw is boolean => typeof raw === 'boolean'),
    integer: (key) => get(key, 'a whole number', (raw): raw is number => Number.isSafeInteger(raw)),
    texts: (key) => {
      const entries = list(key)
      if (!entries.every((entry) => typeof entry === 'string')) report({message: `${what}: ${key} must be a list of texts`, key})
      return entries.filter((entry) => typeof entry === 'string')
    },
    items: (key, known, item) => list(key).flatMap((_, index) => readMap(file, [...path, key, index], known, item) ?? []),
    child: (key, known, item) => (value[key] === undefined || value[key] === null ? undefined : readMap(file, [...path, key], known, item)),
    report,
  }
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The plain value at a path of the document, or undefined. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key]
    else if (isMap(value)) value = value[String(key)]
    else return undefined
  }
  return value
}
