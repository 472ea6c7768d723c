// Writes a table as the engine interface asks: Parquet files, or one text file for COPY.

import {randomUUID} from 'node:crypto'
import {statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {SchemaElement} from 'hyparquet'
import {parquetWriteFile} from 'hyparquet-writer'
import type {PlanOutput, WrittenFile} from '../../../src/core/engine/engine.ts'
import type {ScalarType} from '../../../src/core/expr/expr.ts'
import {keepRows, rowsOf, type Table, valuesOf} from './table.ts'
import {compareValues} from './values.ts'

/** No file when there are no rows. */
export function writeOutput(
  {format, directory, lists = [], sortBy = [], rowsPerFile}: PlanOutput,
  unsorted: Table,
): readonly WrittenFile[] {
  const table = sortBy.length === 0 ? unsorted : sorted(unsorted, sortBy)
  const most = format === 'parquet' && rowsPerFile !== undefined ? rowsPerFile : table.length
  return Array.from({length: Math.ceil(table.length / (most || 1))}, (_, index) => {
    const part = keepRows(table, (row) => Math.floor(row / most) === index)
    const path = join(directory, `${randomUUID()}.${format}`)
    if (format === 'csv') writeFileSync(path, copyText(part))
    else writeParquet(path, part, lists)
    return {path, rows: part.length, sizeBytes: statSync(path).size}
  })
}

function sorted(table: Table, by: readonly string[]): Table {
  const keys = by.map((name) => valuesOf(table, name))
  const order = Array.from({length: table.length}, (_, index) => index).sort((a, b) => {
    for (const values of keys) {
      const [left = null, right = null] = [values[a], values[b]]
      const sign = left === null || right === null ? Number(right === null) - Number(left === null) : compareValues(left, right)
      if (sign !== 0) return sign
    }
    return a - b
  })
  const data = new Map([...table.data].map(([name, values]) => [name, order.map((index) => values[index] ?? null)]))
  return {...table, data}
}

function writeParquet(filename: string, table: Table, lists: readonly string[]): void {
  const columnData = table.columns.map(({name}) => {
    const values = valuesOf(table, name)
    const split = (text: unknown): unknown => (typeof text === 'string' ? text.split('|') : null)
    return {name, data: lists.includes(name) ? values.map(split) : [...values]}
  })
  const elements = table.columns.flatMap(({name, type}) => (lists.includes(name) ? listElements(name) : [element(name, type)]))
  parquetWriteFile({filename, columnData, schema: [{name: 'root', num_children: table.columns.length}, ...elements]})
}

function element(name: string, type: ScalarType): SchemaElement {
  const optional = {name, repetition_type: 'OPTIONAL'} as const
  if (typeof type === 'object') {
    const {precision, scale} = type
    return {...optional, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', precision, scale}
  }
  switch (type) {
    case 'string':
      return {...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8'}
    case 'boolean':
      return {...optional, type: 'BOOLEAN'}
    case 'int64':
      return {...optional, type: 'INT64'}
    case 'float64':
      return {...optional, type: 'DOUBLE'}
    case 'date':
      return {...optional, type: 'INT32', converted_type: 'DATE'}
    case 'timestamp':
      return {
        ...optional,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS'},
      }
  }
}

function listElements(name: string): readonly SchemaElement[] {
  return [
    {name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST'},
    {name: 'list', repetition_type: 'REPEATED', num_children: 1},
    {name: 'element', repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8'},
  ]
}

/** Text for COPY (format csv): an empty field is null, "" is empty text. */
function copyText(table: Table): string {
  const field = (value: unknown): string => {
    const text = value === null || value === undefined ? undefined : String(value)
    if (text === undefined) return ''
    return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rowsOf(table)
    .map((row) => `${table.columns.map(({name}) => field(row[name])).join(',')}\n`)
    .join('')
}
