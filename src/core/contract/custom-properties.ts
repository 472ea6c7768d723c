// The `hippo…` extensions of one place in a contract. Other tools' custom properties are kept and left alone.
import {nearest} from '../errors/nearest.ts'
import type {Problem} from './contract-file.ts'
import type {MapReader} from './map-reader.ts'
import {customPropertyKeys} from './odcs-keys.ts'

export interface Extensions {
  raw(name: string): unknown
  text(name: string): string | undefined
  oneOf<T extends string>(name: string, options: readonly T[]): T | undefined
  /** Path of the value, for places inside it. */
  path(name: string): readonly (string | number)[]
  report(name: string, problem: Pick<Problem, 'message' | 'hint'> & {readonly code?: Problem['code']}): void
}

/** Reads the list under `customProperties`; an unknown or repeated `hippo…` name is reported. */
export function readExtensions(owner: MapReader, known: readonly string[]): Extensions {
  const found = new Map<string, MapReader>()
  for (const entry of owner.items('customProperties', customPropertyKeys, 'custom property')) {
    const name = entry.text('property')
    if (name === undefined) {
      if (!entry.has('property')) entry.report({message: 'custom property: property is missing'})
      continue
    }
    if (!name.startsWith('hippo')) continue
    if (found.has(name)) entry.report({message: `${name} is given twice`, key: 'property'})
    if (!known.includes(name)) {
      const close = nearest(name, known)
      entry.report({
        message: `${name} is not known here`,
        hint:
          close === undefined
            ? known.length === 0
              ? 'put it under the schema object or a property'
              : `known here: ${known.join(', ')}`
            : `did you mean ${close}?`,
        key: 'property',
      })
    }
    found.set(name, entry)
  }
  const report: Extensions['report'] = (name, problem) => (found.get(name) ?? owner).report({...problem, key: 'value'})
  const raw = (name: string): unknown => found.get(name)?.raw('value') ?? undefined
  const text = (name: string): string | undefined => {
    const value = raw(name)
    if (value === undefined || typeof value === 'string') return value
    report(name, {message: `${name} must be text`})
    return undefined
  }
  return {
    raw,
    text,
    oneOf: (name, options) => {
      const value = text(name)
      const option = options.find((candidate) => candidate === value)
      if (value === undefined || option !== undefined) return option
      const close = nearest(value, options)
      report(name, {
        message: `${name} must be one of ${options.join(', ')}`,
        ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
      })
      return undefined
    },
    path: (name) => [...(found.get(name)?.path ?? owner.path), 'value'],
    report,
  }
}
