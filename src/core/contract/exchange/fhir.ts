// FHIR: a StructureDefinition of kind logical, R4 and R5 alike: an element a column. Lists of values need a value set of their own, and
// keys have no word there.
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

function elementOf(table: string, {name, type, required, description, bounds, maxLength}: PortableColumn): Map {
  const [code, suffix] = [fhirTypes[type], fhirTypes[type].replace(/^[a-z]/, (letter) => letter.toUpperCase())]
  return {
    id: `${table}.${name}`,
    path: `${table}.${name}`,
    ...(description === undefined ? {} : {definition: description}),
    min: required ? 1 : 0,
    max: '1',
    type: [{code}],
    ...(canBound(type) && bounds.min !== undefined ? {[`minValue${suffix}`]: writtenBound(type, bounds.min)} : {}),
    ...(canBound(type) && bounds.max !== undefined ? {[`maxValue${suffix}`]: writtenBound(type, bounds.max)} : {}),
    ...(maxLength === undefined ? {} : {maxLength}),
  }
}

const canBound = (type: LogicalType): boolean => type !== 'string' && type !== 'boolean'

/** integer64 is written as text in FHIR's JSON. */
const writtenBound = (type: LogicalType, value: number | string): number | string => (type === 'integer' ? String(value) : value)

function unsaid({columns, key, isNeverEmpty}: PortableTable): readonly string[] {
  return [
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
