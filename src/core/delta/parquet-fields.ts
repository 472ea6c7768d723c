// Does a Parquet file hold exactly the columns that its writer declares, in the physical form Delta asks for? One that does
// not would be read as wrong values by others, so it never gets into a table.
import type {FileMetaData, SchemaTree} from 'hyparquet'
import {type Field, type FieldType, isSameType, printType} from './schema.ts'

/** What is wrong with the first column that is missing, unknown or of another type; undefined when none is. */
export function parquetMisfit(metadata: FileMetaData, fields: readonly Field[]): string | undefined {
  const written = topLevel(metadata)
  for (const field of fields) {
    const node = written.get(field.name)
    if (node === undefined) return `column ${field.name} is missing from a file`
    const type = typeOf(node)
    if (type === undefined || !isSameType(type, field.type))
      return `column ${field.name} was written as ${describe(node)} instead of ${printType(field.type)}`
    written.delete(field.name)
  }
  const [stray] = written.keys()
  return stray === undefined ? undefined : `column ${stray} is in a file and none of its fields`
}

interface Node {
  readonly element: SchemaTree['element']
  readonly children: readonly Node[]
}

function topLevel({schema}: FileMetaData): Map<string, Node> {
  let at = 1
  const next = (): Node => {
    const element = schema[at++] ?? {name: ''}
    return {element, children: Array.from({length: element.num_children ?? 0}, next)}
  }
  const nodes = Array.from({length: schema[0]?.num_children ?? 0}, next)
  return new Map(nodes.map((node) => [node.element.name, node]))
}

function typeOf({element, children}: Node): FieldType | undefined {
  const {type, logical_type: logical, converted_type: converted} = element
  if (children.length > 0) return isTextList(element, children) ? {kind: 'list', of: 'string'} : undefined
  if (logical?.type === 'DECIMAL') return {kind: 'decimal', precision: logical.precision, scale: logical.scale}
  if (converted === 'DECIMAL') return {kind: 'decimal', precision: element.precision ?? 0, scale: element.scale ?? 0}
  if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC && logical.unit === 'MICROS' ? 'timestamp' : undefined
  if (logical?.type === 'DATE' || converted === 'DATE') return 'date'
  if (logical?.type === 'STRING' || converted === 'UTF8') return 'string'
  if (converted === 'TIMESTAMP_MICROS') return 'timestamp'
  if (logical?.type === 'INTEGER' ? !(logical.isSigned && logical.bitWidth === 64) : converted !== undefined && converted !== 'INT_64')
    return undefined
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'INT64') return 'int64'
  return type === 'DOUBLE' ? 'float64' : undefined
}

function isTextList(element: Node['element'], [list]: readonly Node[]): boolean {
  if (element.converted_type !== 'LIST' && element.logical_type?.type !== 'LIST') return false
  const item = list?.children[0]
  return list?.element.repetition_type === 'REPEATED' && list.children.length === 1 && item !== undefined && typeOf(item) === 'string'
}

function describe({element, children}: Node): string {
  const logical = element.logical_type?.type ?? element.converted_type
  return children.length > 0 ? 'a group' : [element.type, logical].filter((part) => part !== undefined).join(' ')
}
