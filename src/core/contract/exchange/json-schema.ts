// JSON Schema, draft 2020-12: one object, a row of the table. Bounds of dates, keys and references have no word there.
import {HippoError} from '../../errors/hippo-error.ts'
import type {Scalar} from '../../errors/read-params.ts'
import type {LogicalType} from '../../model/contract.ts'
import {isMap} from '../map-reader.ts'
import type {Bounds, ContractFormat, PortableColumn, PortableTable} from './portable-table.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'
const formats: Readonly<Partial<Record<LogicalType, string>>> = {date: 'date', timestamp: 'date-time', time: 'time'}
const boundNames = {min: 'minimum', max: 'maximum', exclusiveMin: 'exclusiveMinimum', exclusiveMax: 'exclusiveMaximum'} as const

export const jsonSchema: ContractFormat = {
  name: 'json-schema',
  title: 'JSON Schema 2020-12',
  extension: 'schema.json',
  write: ({table, notes}) => {
    const schema = {
      $schema: dialect,
      title: table.name,
      ...(table.description === undefined ? {} : {description: table.description}),
      type: 'object',
      properties: Object.fromEntries(table.columns.map((column) => [column.name, propertyOf(column)])),
      required: table.columns.filter(({required}) => required).map(({name}) => name),
    }
    return {text: `${JSON.stringify(schema, null, 2)}\n`, notes: [...notes, ...unsaid(table)]}
  },
  read: (text, {table}) => {
    const schema = parseObject(text)
    const {properties, title, description} = schema
    if (!isMap(properties)) throw invalid('the schema has no properties: it is no schema of a row')
    const needed = new Set(Array.isArray(schema.required) ? schema.required.map(String) : [])
    const notes: string[] = []
    const columns = Object.entries(properties).map(([name, property]) => readProperty(name, property, {isNeeded: needed.has(name), notes}))
    return {
      table: {
        name: table ?? nameOf(title),
        version: '0.1.0',
        ...(typeof description === 'string' ? {description} : {}),
        columns,
        key: [],
        isNeverEmpty: false,
      },
      notes,
    }
  },
}

const invalid = (message: string): HippoError => new HippoError('CONTRACT_INVALID', {message})

/** A map in JSON; CONTRACT_INVALID for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (isMap(value)) return value
  } catch {
    throw invalid('the file is no JSON')
  }
  throw invalid('the file is no JSON object')
}

const nameOf = (title: unknown): string => (typeof title === 'string' ? title : 'imported').replaceAll(/[^A-Za-z0-9_]+/g, '_').toLowerCase()

const isNumeric = ({type}: PortableColumn): boolean => type === 'integer' || type === 'number'

function propertyOf(column: PortableColumn): Readonly<Record<string, unknown>> {
  const {type, required, description, bounds, minLength, maxLength, pattern, values} = column
  const plain = formats[type] === undefined ? type : 'string'
  const ranged = isNumeric(column)
    ? Object.fromEntries(Object.entries(bounds).map(([bound, value]) => [boundNames[bound as keyof Bounds], value]))
    : {}
  return {
    type: required ? plain : [plain, 'null'],
    ...(formats[type] === undefined ? {} : {format: formats[type]}),
    ...(description === undefined ? {} : {description}),
    ...ranged,
    ...(minLength === undefined ? {} : {minLength}),
    ...(maxLength === undefined ? {} : {maxLength}),
    ...(pattern === undefined ? {} : {pattern}),
    ...(values === undefined ? {} : {enum: required ? values : [...values, null]}),
  }
}

/** What a schema of one row cannot say. */
function unsaid({columns, key, isNeverEmpty}: PortableTable): readonly string[] {
  return [
    ...(key.length === 0 ? [] : [`the primary key is left out: ${key.join(', ')}`]),
    ...(isNeverEmpty ? ['that there is at least one row is left out'] : []),
    ...columns.flatMap((column) => [
      ...(column.unique ? [`that ${column.name} is unique is left out`] : []),
      ...(column.refersTo === undefined
        ? []
        : [`that ${column.name} refers to ${column.refersTo.dataset}.${column.refersTo.column} is left out`]),
      ...(isNumeric(column) || Object.keys(column.bounds).length === 0 ? [] : [`the bounds of ${column.name} are left out`]),
      ...(column.physicalType === undefined ? [] : [`the physical type of ${column.name} is left out: ${column.physicalType}`]),
      ...(column.classification === undefined ? [] : [`the classification of ${column.name} is left out`]),
    ]),
  ]
}

const known = [
  'type',
  'format',
  'description',
  'title',
  ...Object.values(boundNames),
  'minLength',
  'maxLength',
  'pattern',
  'enum',
  '$comment',
  'examples',
]

interface Reading {
  readonly isNeeded: boolean
  readonly notes: string[]
}

function readProperty(name: string, property: unknown, {isNeeded, notes}: Reading): PortableColumn {
  const given = isMap(property) ? property : {}
  const types = (Array.isArray(given.type) ? given.type : [given.type]).map(String)
  const plain = types.filter((type) => type !== 'null')
  for (const key of Object.keys(given)) if (!known.includes(key)) notes.push(`${key} of ${name}`)
  if (plain.length > 1 || plain.includes('object') || plain.includes('array')) notes.push(`${name} has no plain type: it is taken as text`)
  const type = logicalTypeOf(plain, given.format)
  const values = Array.isArray(given.enum)
    ? given.enum.filter((value): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value))
    : []
  const bounds = Object.fromEntries(
    Object.entries(boundNames).flatMap(([bound, option]) => (typeof given[option] === 'number' ? [[bound, given[option]]] : [])),
  )
  const text = (key: string): Readonly<Record<string, string>> => (typeof given[key] === 'string' ? {[key]: given[key]} : {})
  const count = (key: string): Readonly<Record<string, number>> => (typeof given[key] === 'number' ? {[key]: given[key]} : {})
  return {
    name,
    type,
    required: isNeeded && !types.includes('null'),
    unique: false,
    bounds,
    ...text('description'),
    ...text('pattern'),
    ...count('minLength'),
    ...count('maxLength'),
    ...(values.length === 0 ? {} : {values}),
  }
}

function logicalTypeOf(types: readonly string[], format: unknown): LogicalType {
  const [type] = types
  if (types.length === 1 && (type === 'integer' || type === 'number' || type === 'boolean')) return type
  const named = Object.entries(formats).find(([, name]) => name === format)?.[0]
  return types.length === 1 && type === 'string' && named !== undefined ? (named as LogicalType) : 'string'
}
