// A portable table as a draft contract: version 0.1.0 and status draft, for a person to read and correct.
import {Document, isMap, isScalar, isSeq, type YAMLMap} from 'yaml'
import {typeOptionKeys} from '../odcs-keys.ts'
import type {Carried, PortableColumn} from './portable-table.ts'

/** The table without options that a contract has no place for at their type (a time has no pattern), and a note for each. */
export function asContractHasIt({table, notes}: Carried): Carried {
  const columns = table.columns.map(onlyOptionsOfType)
  return {
    table: {...table, columns: columns.map(({column}) => column)},
    notes: [
      ...notes,
      ...columns.flatMap(({dropped, column}) => dropped.map((option) => `${option} of ${column.name}, which is a ${column.type}`)),
    ],
  }
}

/** YAML of the draft, which is always a contract that can be read; its head lists the notes as comments. */
export function fromPortable(carried: Carried): string {
  const {table, notes} = asContractHasIt(carried)
  const document = new Document(
    {
      apiVersion: 'v3.1.0',
      kind: 'DataContract',
      id: table.name,
      name: table.title ?? table.name,
      version: '0.1.0',
      status: 'draft',
      schema: [
        {
          name: table.name,
          physicalType: 'table',
          ...(table.description === undefined ? {} : {description: table.description}),
          properties: table.columns.map((column) => propertyOf(column, table.key)),
          ...(table.isNeverEmpty ? {quality: [{id: 'not_empty', metric: 'rowCount', mustBeGreaterThan: 0}]} : {}),
        },
      ],
    },
    {compat: 'yaml-1.1'},
  )
  const lines = [
    ' An imported draft: correct it before you rely on it.',
    ...notes.map((note) => ` Not taken over: ${note.replaceAll('\n', ' ')}`),
  ]
  document.commentBefore = lines.join('\n')
  const properties = document.getIn(['schema', 0, 'properties'])
  if (isSeq(properties)) for (const property of properties.items) if (isMap(property)) layOut(property)
  return document.toString({lineWidth: 140, flowCollectionPadding: false})
}

/** Short parts on one line; a clause a line. */
function layOut(property: YAMLMap): void {
  for (const {key, value} of property.items) {
    const isList = isScalar(key) && key.value === 'quality' && isSeq(value)
    if (!isList && (isMap(value) || isSeq(value))) value.flow = true
    if (isList) for (const clause of value.items) if (isMap(clause)) clause.flow = true
  }
}

const optionNames = {min: 'minimum', max: 'maximum', exclusiveMin: 'exclusiveMinimum', exclusiveMax: 'exclusiveMaximum'} as const

const lengthNames = ['minLength', 'maxLength', 'pattern'] as const

function onlyOptionsOfType(column: PortableColumn): {readonly column: PortableColumn; readonly dropped: readonly string[]} {
  const known = typeOptionKeys[column.type] ?? []
  const options = lengthNames.filter((option) => column[option] !== undefined && !known.includes(option))
  const bounds = Object.entries(optionNames).filter(
    ([bound, option]) => column.bounds[bound as keyof typeof optionNames] !== undefined && !known.includes(option),
  )
  const refused: readonly string[] = [...options, ...bounds.map(([bound]) => bound)]
  const isKept = ([name]: readonly [string, unknown]): boolean => !refused.includes(name)
  const kept = Object.fromEntries(Object.entries(column).filter(isKept)) as unknown as PortableColumn
  return {
    column: {...kept, bounds: Object.fromEntries(Object.entries(column.bounds).filter(isKept))},
    dropped: [...options, ...bounds.map(([, option]) => option)],
  }
}

function propertyOf(column: PortableColumn, key: readonly string[]): Readonly<Record<string, unknown>> {
  const {name, type, physicalType, description, classification, required, unique, bounds, minLength, maxLength, pattern, values, refersTo} =
    column
  const ranged = Object.entries(optionNames).flatMap(([bound, option]) => {
    const value = bounds[bound as keyof typeof optionNames]
    return value === undefined ? [] : [[option, value] as const]
  })
  const options = {
    ...Object.fromEntries(ranged),
    ...(minLength === undefined ? {} : {minLength}),
    ...(maxLength === undefined ? {} : {maxLength}),
    ...(pattern === undefined ? {} : {pattern}),
  }
  const listed = values === undefined ? [] : [{metric: 'invalidValues', mustBe: 0, arguments: {validValues: values}}]
  const quality = [...listed, ...(column.clauses ?? [])]
  const position = key.indexOf(name) + 1
  return {
    name,
    logicalType: type,
    ...(physicalType === undefined ? {} : {physicalType}),
    ...(description === undefined ? {} : {description}),
    ...(classification === undefined ? {} : {classification}),
    ...(position === 0 ? {} : {primaryKey: true, ...(key.length > 1 ? {primaryKeyPosition: position} : {})}),
    ...(required ? {required: true} : {}),
    ...(unique ? {unique: true} : {}),
    ...(Object.keys(options).length === 0 ? {} : {logicalTypeOptions: options}),
    ...(refersTo === undefined ? {} : {relationships: [{to: `${refersTo.dataset}.${refersTo.column}`}]}),
    ...(quality.length === 0 ? {} : {quality}),
  }
}
