// Checks one layer of settings against the schema and says where it is wrong: an unknown key with the nearest known one, a
// wrong type with what was expected. Never repeats a value: it may be a secret.
import type * as z from 'zod'
import {HippoError, type Location} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import type {Settings} from './settings-schema.ts'

/** Where a path of this layer was written: a place in a file, or the name of a variable or flag. */
export interface LayerPlaces {
  at?(path: readonly PropertyKey[], part?: 'key' | 'value'): Location
  /** What to call the setting when it has no place in a file, for example `HIPPO_LAKE`. */
  title(path: readonly PropertyKey[]): string
}

/** The settings of one layer; CONFIG_KEY_UNKNOWN, CONFIG_VALUE_MISSING or CONFIG_INVALID for the first problem in file order. */
export async function readSettings(value: unknown, places: LayerPlaces): Promise<Settings> {
  const {settingsSchema} = await import('./settings-schema.ts')
  const parsed = settingsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = await Promise.all(parsed.error.issues.map((issue) => toError(issue, value, places)))
  const [first] = problems.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0))
  throw first ?? new HippoError('CONFIG_INVALID', {message: 'the settings are not valid'})
}

async function toError(issue: z.core.$ZodIssue, value: unknown, places: LayerPlaces): Promise<HippoError> {
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.path, issue.keys[0] ?? '', places)
  const at = places.at?.(issue.path, issue.code === 'invalid_key' ? 'key' : 'value')
  const title = places.title(issue.path)
  if (issue.code === 'invalid_type' && valueAt(value, issue.path) === undefined) {
    const where = places.at?.(issue.path.slice(0, -1), 'key')
    return new HippoError('CONFIG_VALUE_MISSING', {message: `${title} is missing`, ...(where ? {at: where} : {})})
  }
  return new HippoError('CONFIG_INVALID', {message: `${title} ${expectation(issue)}`.trim(), ...(at ? {at} : {})})
}

async function unknownKey(path: readonly PropertyKey[], key: string, places: LayerPlaces): Promise<HippoError> {
  const {keysToCome, knownKeys} = await import('./settings-schema.ts')
  const at = places.at?.([...path, key], 'key')
  if (path.length === 0 && keysToCome.includes(key)) {
    return new HippoError('CONFIG_INVALID', {message: `${key} is not available in this version`, hint: 'remove it', ...(at ? {at} : {})})
  }
  const known = knownKeys(path)
  const near = nearest(key, known)
  return new HippoError('CONFIG_KEY_UNKNOWN', {
    message: `unknown key ${places.title([...path, key])}`,
    hint: near ? `did you mean ${near}?` : `known here: ${known.join(', ')}`,
    ...(at ? {at} : {}),
  })
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom' && /^source kind /.test(issue.message)) return `cannot be used: ${issue.message}`
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  if (issue.code !== 'invalid_type') return issue.message
  const words: Readonly<Record<string, string>> = {
    object: 'must be a group of keys',
    record: 'must be a group of keys',
    array: 'must be a list',
  }
  return words[issue.expected] ?? `must be ${issue.expected === 'string' ? 'text' : `a ${issue.expected}`}`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value)
}
