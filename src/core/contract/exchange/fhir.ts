// FHIR: a StructureDefinition of kind logical, R4 and R5 alike: an element a column. Lists of values need a value set of their own, and
// keys have no word there. Whole numbers are `integer` where their bounds say that 32 bits hold them; else `integer64`, of R5 alone.
import {HippoError} from '../../errors/hippo-error.ts'
import type {LogicalType} from '../../model/contract.ts'
import {isMap} from '../map-reader.ts'
import {parseObject} from './json-schema.ts'
import type {Bounds, Carried, ContractFormat, PortableColumn, PortableTable} from './portable-table.ts'

type Map = Readonly<Record<string, unknown>>

const fhirTypes: Readonly<Record<LogicalType, string>> = {
  string: 'string',
  integer: 'integer64',
  number: 'decimal',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'instant',
  time: 'time',
}
const otherTypes: Readonly<Record<string, LogicalType>> = {
  integer: 'integer',
  positiveInt: 'integer',
  unsignedInt: 'integer',
  dateTime: 'timestamp',
  code: 'string',
  id: 'string',
  uri: 'string',
  url: 'string',
  canonical: 'string',
  uuid: 'string',
  oid: 'string',
  markdown: 'string',
}

export const fhir: ContractFormat = {
  name: 'fhir',
  title: 'a FHIR StructureDefinition (logical model)',
  extension: 'StructureDefinition.json',
  write: ({table, notes}) => {
    const {name, version, title, description, columns} = table
    const url = `urn:hippo:contract:${name}`
    const definition = {
      resourceType: 'StructureDefinition',
      id: name.replaceAll('_', '-').slice(0, 64),
      url,
      version,
      name: name.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replaceAll('-', '_'),
      ...(title === undefined ? {} : {title}),
      status: 'draft',
      ...(description === undefined ? {} : {description}),
      kind: 'logical',
      abstract: false,
      type: url,
      baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Element',
      derivation: 'specialization',
      differential: {element: [{id: name, path: name, short: title ?? name}, ...columns.map((column) => elementOf(name, column))]},
    }
    return {text: `${JSON.stringify(definition, null, 2)}\n`, notes: [...notes, ...unsaid(table)]}
  },
  read: (text, {table}) => readDefinition(parseObject(text), table),
}

/** R4 has no bounds of 64 bits. */
function fhirType({type, bounds: {min, max, exclusiveMin, exclusiveMax}}: PortableColumn): string {
  const isSmall = (bound: number | string | undefined): boolean => typeof bound === 'number' && Math.abs(bound) < 2 ** 31
  return type === 'integer' && isSmall(min ?? exclusiveMin) && isSmall(max ?? exclusiveMax) ? 'integer' : fhirTypes[type]
}

function elementOf(table: string, column: PortableColumn): Map {
  const {name, type, required, description, bounds, maxLength} = column
  const code = fhirType(column)
  const suffix = code.replace(/^[a-z]/, (letter) => letter.toUpperCase())
  return {
    id: `${table}.${name}`,
    path: `${table}.${name}`,
    ...(description === undefined ? {} : {definition: description}),
    min: required ? 1 : 0,
    max: '1',
    type: [{code}],
    ...(canBound(type) && bounds.min !== undefined ? {[`minValue${suffix}`]: writtenBound(code, bounds.min)} : {}),
    ...(canBound(type) && bounds.max !== undefined ? {[`maxValue${suffix}`]: writtenBound(code, bounds.max)} : {}),
    ...(maxLength === undefined ? {} : {maxLength}),
  }
}

const canBound = (type: LogicalType): boolean => type !== 'string' && type !== 'boolean'

/** integer64 is written as text in FHIR's JSON. */
const writtenBound = (code: string, value: number | string): number | string => (code === 'integer64' ? String(value) : value)

function unsaid({columns, key, isNeverEmpty}: PortableTable): readonly string[] {
  const long = columns.filter((column) => fhirType(column) === 'integer64').map(({name}) => name)
  return [
    ...(long.length === 0 ? [] : [`${long.join(', ')}: integer64 is a type of R5; R4 has none for 64 bits`]),
    ...(key.length === 0 ? [] : [`the primary key is left out: ${key.join(', ')}`]),
    ...(isNeverEmpty ? ['that there is at least one row is left out'] : []),
    ...columns.flatMap(({name, unique, bounds, minLength, pattern, values, refersTo, classification, physicalType}) => [
      ...(unique ? [`that ${name} is unique is left out`] : []),
      ...(bounds.exclusiveMin === undefined && bounds.exclusiveMax === undefined
        ? []
        : [`bounds of ${name} that leave their end out are left out`]),
      ...(minLength === undefined ? [] : [`the least length of ${name} is left out`]),
      ...(pattern === undefined ? [] : [`the pattern of ${name} is left out`]),
      ...(values === undefined ? [] : [`the list of values of ${name} is left out: it needs a value set`]),
      ...(refersTo === undefined ? [] : [`that ${name} refers to ${refersTo.dataset}.${refersTo.column} is left out`]),
      ...(classification === undefined ? [] : [`the classification of ${name} is left out`]),
      ...(physicalType === undefined ? [] : [`the physical type of ${name} is left out: ${physicalType}`]),
    ]),
  ]
}

function readDefinition(definition: Map, wanted: string | undefined): Carried {
  const {differential, snapshot, resourceType} = definition
  const parts = isMap(snapshot) ? snapshot : differential
  const elements = isMap(parts) && Array.isArray(parts.element) ? parts.element.filter(isMap) : []
  const [root, ...rest] = elements
  if (resourceType !== 'StructureDefinition' || root === undefined)
    throw new HippoError('CONTRACT_INVALID', {message: 'the file is no StructureDefinition with elements'})
  const path = String(root.path)
  const notes: string[] = []
  const columns = rest.flatMap((element): readonly PortableColumn[] => {
    const name = String(element.path).slice(path.length + 1)
    const type = typeOf(element)
    if (name.includes('.') || type === undefined || element.max !== '1') {
      notes.push(`element ${String(element.path)}: hippo's tables are flat, and its columns have one plain value`)
      return []
    }
    for (const key of ['binding', 'constraint', 'fixedString', 'patternString'])
      if (element[key] !== undefined) notes.push(`${key} of ${name}`)
    return [columnOf(element, {name, type})]
  })
  const name = wanted ?? path.replaceAll(/[^A-Za-z0-9_]+/g, '_').toLowerCase()
  const about = typeof definition.description === 'string' ? {description: definition.description} : {}
  return {table: {name, version: '0.1.0', ...about, columns, key: [], isNeverEmpty: false}, notes}
}

function typeOf({type}: Map): LogicalType | undefined {
  const [only, ...others] = Array.isArray(type) ? type.filter(isMap) : []
  if (only === undefined || others.length > 0) return undefined
  const code = String(only.code)
  return (Object.entries(fhirTypes).find(([, name]) => name === code)?.[0] as LogicalType | undefined) ?? otherTypes[code]
}

function columnOf(element: Map, {name, type}: Pick<PortableColumn, 'name' | 'type'>): PortableColumn {
  const limit = (side: 'min' | 'max'): Bounds => {
    const found = Object.entries(element).find(([key]) => key.startsWith(`${side}Value`))?.[1]
    if (typeof found !== 'number' && typeof found !== 'string') return {}
    return {[side]: type === 'integer' ? Number(found) : found}
  }
  const {definition, maxLength} = element
  return {
    name,
    type,
    required: element.min === 1,
    unique: false,
    bounds: {...limit('min'), ...limit('max')},
    ...(typeof definition === 'string' ? {description: definition} : {}),
    ...(typeof maxLength === 'number' ? {maxLength} : {}),
  }
}
